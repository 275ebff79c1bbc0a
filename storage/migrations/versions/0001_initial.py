import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from credit.grade import GradeReason
from credit.levels import GradeLevel, GradingMethod
from foundation.identifiers import new_id
from matching.terms import RequiredGrade
from storage.models.consent import ConsentPurpose
from storage.models.demand import DemandStatus, MatchingState
from storage.models.enterprise import ClaimState, VerificationStep
from storage.models.institution import InstitutionKind, InstitutionStatus
from storage.models.membership import Role
from storage.models.notice import NoticeKind
from storage.models.offer import OfferStatus
from storage.models.product import ProductStatus
from storage.models.session import CloseReason, SignInMethod


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="AccessLedgerEntry",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("person_id", fields.UUIDField(null=True)),
                ("role", fields.CharField(max_length=24)),
                ("institution_id", fields.UUIDField(null=True)),
                ("enterprise_id", fields.UUIDField()),
                ("what", fields.CharField(max_length=40)),
                ("purpose_kind", fields.CharField(max_length=24)),
                ("purpose_id", fields.UUIDField(null=True)),
                ("consent_id", fields.UUIDField(null=True)),
                ("allowed", fields.BooleanField()),
            ],
            options={
                "table": "access_ledger",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One reading, grant or refusal. Ids only: the people and firms stand in their own tables.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CatalogueRevision",
            fields=[
                (
                    "id",
                    fields.SmallIntField(
                        generated=False, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("number", fields.BigIntField()),
            ],
            options={
                "table": "catalogue_revision",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One row: a number that no other state of the published catalogue ever had.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CodeChallenge",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("phone", fields.CharField(max_length=16)),
                ("city", fields.CharField(max_length=24)),
                ("address_digest", fields.BinaryField()),
                ("requested_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("code_mac", fields.BinaryField(null=True)),
                ("sent_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("tries", fields.IntField(default=0)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "code_challenge",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One request for a one-time code. The worker draws the code and keeps its HMAC only.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Enterprise",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("uscc", fields.CharField(max_length=18)),
                ("name", fields.CharField(max_length=120)),
                ("city", fields.CharField(max_length=24)),
                ("district", fields.CharField(max_length=16)),
                ("industry", fields.CharField(max_length=5)),
                ("established_on", fields.DateField(null=True)),
                ("in_business", fields.BooleanField(default=True)),
                ("employees", fields.IntField(null=True)),
                ("annual_revenue", fields.DecimalField(null=True, max_digits=14, decimal_places=2)),
                ("total_assets", fields.DecimalField(null=True, max_digits=14, decimal_places=2)),
                ("registered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "real_name_verified_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "enterprise",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "An SME, 个体工商户 included. Money in yuan; the profile comes from registry records.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="EntryTokenUse",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("issuer", fields.CharField(max_length=200)),
                ("jti_digest", fields.BinaryField()),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "entry_token_use",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "An entry app's token that has been traded in, by the digest of its id (jti).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Grade",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "enterprise",
                    fields.ForeignKeyField(
                        "rongqiao.Enterprise",
                        source_field="enterprise_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "level",
                    fields.CharEnumField(
                        description="ADVANCED: ADVANCED\nFIRST: FIRST\nCANDIDATE: CANDIDATE\nNOT_CERTIFIED: NOT_CERTIFIED\nUNRATED: UNRATED",
                        enum_type=GradeLevel,
                        max_length=16,
                    ),
                ),
                (
                    "method",
                    fields.CharEnumField(
                        null=True,
                        description="INDICATORS: INDICATORS\nDIRECT: DIRECT\nSCORE: SCORE",
                        enum_type=GradingMethod,
                        max_length=16,
                    ),
                ),
                (
                    "reason_code",
                    fields.CharEnumField(
                        description="NOT_IN_BUSINESS: NOT_IN_BUSINESS\nNO_CREDIT_SOURCE: NO_CREDIT_SOURCE\nSEVERE_RECORD: SEVERE_RECORD\nAUTHORISE_TO_BE_GRADED: AUTHORISE_TO_BE_GRADED\nENOUGH_A: ENOUGH_A\nHAS_C: HAS_C\nTOO_FEW_A: TOO_FEW_A\nSTANDARD_GATE: STANDARD_GATE",
                        enum_type=GradeReason,
                        max_length=32,
                    ),
                ),
                ("reason", fields.CharField(max_length=400)),
                ("as_of", fields.DateField()),
                ("rule_version", fields.CharField(max_length=40)),
                ("facts_digest", fields.BinaryField()),
                (
                    "indicators",
                    fields.JSONField(
                        encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("computed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "superseded_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "grade",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One grading of one enterprise: never changed, superseded by the next.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("actor_id", fields.UUIDField()),
                ("mutation", fields.CharField(max_length=40)),
                ("key", fields.CharField(max_length=80)),
                ("input_digest", fields.BinaryField()),
                ("object_id", fields.UUIDField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "idempotency_key",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "Actor + mutation + key → the object made, and the digest of the input it was made from.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ImportBatch",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("city", fields.CharField(max_length=24)),
                ("category", fields.CharField(max_length=40)),
                ("provider", fields.CharField(max_length=80)),
                ("file_digest", fields.BinaryField()),
                ("received_on", fields.DateField()),
                ("lines_read", fields.IntField(default=0)),
                ("started_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "finished_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("accepted", fields.IntField(default=0)),
                ("quarantined", fields.IntField(default=0)),
                ("unchanged", fields.IntField(default=0)),
            ],
            options={
                "table": "import_batch",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One file received from one provider; the same file twice is the same batch.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CreditRecord",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "batch",
                    fields.ForeignKeyField(
                        "rongqiao.ImportBatch",
                        source_field="batch_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("city", fields.CharField(max_length=24)),
                ("category", fields.CharField(max_length=40)),
                ("uscc", fields.CharField(max_length=18)),
                (
                    "values",
                    fields.JSONField(
                        encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("key_digest", fields.BinaryField()),
                ("row_digest", fields.BinaryField()),
                ("dated_on", fields.DateField(null=True)),
                ("received_on", fields.DateField()),
            ],
            options={
                "table": "credit_record",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One row of one category about one enterprise, by the list's own field names, never changed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Institution",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("name", fields.CharField(max_length=120)),
                (
                    "kind",
                    fields.CharEnumField(
                        default=InstitutionKind.BANK,
                        description="BANK: BANK\nINSURER: INSURER\nGUARANTOR: GUARANTOR\nCREDIT_SERVICE: CREDIT_SERVICE",
                        enum_type=InstitutionKind,
                        max_length=16,
                    ),
                ),
                (
                    "status",
                    fields.CharEnumField(
                        default=InstitutionStatus.ACTIVE,
                        description="ACTIVE: ACTIVE\nSUSPENDED: SUSPENDED\nEXITED: EXITED",
                        enum_type=InstitutionStatus,
                        max_length=16,
                    ),
                ),
                ("illustrative", fields.BooleanField(default=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "institution",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "A bank that publishes products; `illustrative` marks one made up for the demo.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("name", fields.CharField(null=True, max_length=60)),
                ("phone", fields.CharField(null=True, max_length=16)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "person",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "Somebody who signs in. The phone is known only after our own code reached it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "enterprise",
                    fields.ForeignKeyField(
                        "rongqiao.Enterprise",
                        source_field="enterprise_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "rongqiao.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "purpose",
                    fields.CharEnumField(
                        description="PUBLISH_DEMAND: PUBLISH_DEMAND\nREAL_NAME: REAL_NAME\nGRADING: GRADING\nENTERPRISE_DATA: ENTERPRISE_DATA",
                        enum_type=ConsentPurpose,
                        max_length=24,
                    ),
                ),
                ("text_version", fields.CharField(max_length=40)),
                ("granted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("until", fields.DateField(null=True)),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("lapsed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "consent",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One consent: active while not revoked and not past `until`.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Demand",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "enterprise",
                    fields.ForeignKeyField(
                        "rongqiao.Enterprise",
                        source_field="enterprise_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "publisher",
                    fields.ForeignKeyField(
                        "rongqiao.Person",
                        source_field="publisher_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "consent",
                    fields.ForeignKeyField(
                        "rongqiao.Consent",
                        source_field="consent_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("city", fields.CharField(max_length=24)),
                (
                    "status",
                    fields.CharEnumField(
                        default=DemandStatus.OPEN,
                        description="OPEN: OPEN\nMATCHED: MATCHED\nCONTRACTED: CONTRACTED\nWITHDRAWN: WITHDRAWN\nEXPIRED: EXPIRED",
                        enum_type=DemandStatus,
                        max_length=16,
                    ),
                ),
                ("amount", fields.DecimalField(max_digits=14, decimal_places=2)),
                ("term_months", fields.IntField()),
                ("purpose", fields.CharField(max_length=200)),
                (
                    "guarantee_kinds",
                    fields.JSONField(
                        encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("max_annual_rate", fields.DecimalField(null=True, max_digits=8, decimal_places=4)),
                ("to_all_matched", fields.BooleanField()),
                (
                    "matching",
                    fields.CharEnumField(
                        default=MatchingState.PENDING,
                        description="PENDING: PENDING\nREADY: READY\nFAILED: FAILED",
                        enum_type=MatchingState,
                        max_length=16,
                    ),
                ),
                ("matching_note", fields.CharField(null=True, max_length=400)),
                ("matched_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("published_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "demand",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "A demand as its owner published it. Amount in yuan, term in months.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DemandAudience",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "demand",
                    fields.ForeignKeyField(
                        "rongqiao.Demand",
                        source_field="demand_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "institution",
                    fields.ForeignKeyField(
                        "rongqiao.Institution",
                        source_field="institution_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "demand_audience",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "An institution that the owner named, when the demand is not for every matched one.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ExternalAccount",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "rongqiao.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("issuer", fields.CharField(max_length=200)),
                ("subject", fields.CharField(max_length=200)),
                ("linked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("phone_digest", fields.BinaryField(null=True)),
                (
                    "represents",
                    fields.JSONField(
                        default=list,
                        encoder=functools.partial(dumps, separators=(",", ":")),
                        decoder=loads,
                    ),
                ),
            ],
            options={
                "table": "external_account",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "An entry app's account, linked by issuer and subject.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "rongqiao.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "role",
                    fields.CharEnumField(
                        description="OWNER: OWNER\nOFFICER: OFFICER\nPRODUCT_MANAGER: PRODUCT_MANAGER\nINSTITUTION_ADMIN: INSTITUTION_ADMIN\nOPERATOR: OPERATOR\nREGULATOR: REGULATOR\nDATA_PROVIDER: DATA_PROVIDER",
                        enum_type=Role,
                        max_length=24,
                    ),
                ),
                ("city", fields.CharField(max_length=24)),
                (
                    "enterprise",
                    fields.ForeignKeyField(
                        "rongqiao.Enterprise",
                        source_field="enterprise_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "institution",
                    fields.ForeignKeyField(
                        "rongqiao.Institution",
                        source_field="institution_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "membership",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One role of one person, in a city, for an enterprise or an institution.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DemandOfficer",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "demand",
                    fields.ForeignKeyField(
                        "rongqiao.Demand",
                        source_field="demand_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "institution",
                    fields.ForeignKeyField(
                        "rongqiao.Institution",
                        source_field="institution_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "membership",
                    fields.ForeignKeyField(
                        "rongqiao.Membership",
                        source_field="membership_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("assigned_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "demand_officer",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "The one officer of a matched institution whom the demand rang.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "recipient",
                    fields.ForeignKeyField(
                        "rongqiao.Person",
                        source_field="recipient_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("position", fields.BigIntField()),
                ("fact_id", fields.UUIDField()),
                (
                    "kind",
                    fields.CharEnumField(
                        description="PRODUCT_MATCHED: PRODUCT_MATCHED\nDEMAND_MATCHED: DEMAND_MATCHED\nOFFER_RECEIVED: OFFER_RECEIVED\nOFFER_ACCEPTED: OFFER_ACCEPTED\nOFFER_DECLINED: OFFER_DECLINED\nOFFER_WITHDRAWN: OFFER_WITHDRAWN\nOFFER_EXPIRED: OFFER_EXPIRED\nDEMAND_WITHDRAWN: DEMAND_WITHDRAWN\nDEMAND_EXPIRED: DEMAND_EXPIRED\nAPPLICATION_CHANGED: APPLICATION_CHANGED\nGRADE_CHANGED: GRADE_CHANGED\nCONSENT_USED: CONSENT_USED\nCREDIT_ALERT: CREDIT_ALERT\nSYSTEM: SYSTEM",
                        enum_type=NoticeKind,
                        max_length=24,
                    ),
                ),
                ("title", fields.CharField(max_length=60)),
                ("body", fields.CharField(max_length=300)),
                ("subject_kind", fields.CharField(null=True, max_length=24)),
                ("subject_id", fields.UUIDField(null=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("read_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "notice",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One notice of one person, at most one per key: a fact's id, or what makes it count once.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="NoticeCounter",
            fields=[
                (
                    "person",
                    fields.OneToOneField(
                        "rongqiao.Person",
                        source_field="person_id",
                        primary_key=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("last_position", fields.BigIntField(default=0)),
            ],
            options={
                "table": "notice_counter",
                "app": "rongqiao",
                "pk_attr": "person_id",
                "table_description": "The last position given to a recipient; its row lock puts commits in order.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OwnershipClaim",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "enterprise",
                    fields.ForeignKeyField(
                        "rongqiao.Enterprise",
                        source_field="enterprise_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "rongqiao.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        default=ClaimState.OPEN,
                        description="OPEN: OPEN\nUPHELD: UPHELD\nREJECTED: REJECTED",
                        enum_type=ClaimState,
                        max_length=16,
                    ),
                ),
                ("claimed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "verified_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("consent_text_version", fields.CharField(null=True, max_length=40)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "ownership_claim",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "A later claim on an enterprise that somebody already owns; for the operator to decide.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Product",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "institution",
                    fields.ForeignKeyField(
                        "rongqiao.Institution",
                        source_field="institution_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("city", fields.CharField(max_length=24)),
                ("name", fields.CharField(max_length=80)),
                (
                    "status",
                    fields.CharEnumField(
                        default=ProductStatus.DRAFT,
                        description="DRAFT: DRAFT\nIN_REVIEW: IN_REVIEW\nPUBLISHED: PUBLISHED\nRETIRED: RETIRED",
                        enum_type=ProductStatus,
                        max_length=16,
                    ),
                ),
                ("version", fields.IntField(default=1)),
                ("min_amount", fields.DecimalField(max_digits=14, decimal_places=2)),
                ("max_amount", fields.DecimalField(max_digits=14, decimal_places=2)),
                ("min_annual_rate", fields.DecimalField(max_digits=8, decimal_places=4)),
                ("max_annual_rate", fields.DecimalField(max_digits=8, decimal_places=4)),
                ("min_term_months", fields.IntField()),
                ("max_term_months", fields.IntField()),
                (
                    "required_grade",
                    fields.CharEnumField(
                        description="ADVANCED: ADVANCED\nFIRST: FIRST\nCANDIDATE: CANDIDATE",
                        enum_type=RequiredGrade,
                        max_length=16,
                    ),
                ),
                (
                    "guarantee_kinds",
                    fields.JSONField(
                        encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "repayment_methods",
                    fields.JSONField(
                        encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "sheet",
                    fields.JSONField(
                        encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("lends_reference", fields.BooleanField(default=False)),
                ("reference_cost", fields.DecimalField(null=True, max_digits=8, decimal_places=4)),
                ("is_example", fields.BooleanField(default=False)),
                ("refusal_reason", fields.CharField(null=True, max_length=200)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "published_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "product",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "A product as its current sheet has it: what is searched and sorted by in columns, the rest",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Match",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "demand",
                    fields.ForeignKeyField(
                        "rongqiao.Demand",
                        source_field="demand_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "product",
                    fields.ForeignKeyField(
                        "rongqiao.Product",
                        source_field="product_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("product_version", fields.IntField()),
                ("eligible", fields.BooleanField()),
                ("position", fields.IntField()),
                ("rank", fields.IntField(null=True)),
                ("score", fields.FloatField(null=True)),
                ("annual_rate", fields.DecimalField(null=True, max_digits=8, decimal_places=4)),
                ("limit_amount", fields.DecimalField(null=True, max_digits=14, decimal_places=2)),
                ("all_in_cost", fields.DecimalField(null=True, max_digits=8, decimal_places=4)),
                (
                    "all_in_cost_simple",
                    fields.DecimalField(null=True, max_digits=8, decimal_places=4),
                ),
                (
                    "reasons",
                    fields.JSONField(
                        encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("computed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "match",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One product's verdict for one demand. Ineligible ones have no rank and no price.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Offer",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "demand",
                    fields.ForeignKeyField(
                        "rongqiao.Demand",
                        source_field="demand_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "product",
                    fields.ForeignKeyField(
                        "rongqiao.Product",
                        source_field="product_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "institution",
                    fields.ForeignKeyField(
                        "rongqiao.Institution",
                        source_field="institution_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "officer",
                    fields.ForeignKeyField(
                        "rongqiao.Membership",
                        source_field="officer_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "status",
                    fields.CharEnumField(
                        default=OfferStatus.OPEN,
                        description="OPEN: OPEN\nACCEPTED: ACCEPTED\nDECLINED: DECLINED\nWITHDRAWN: WITHDRAWN\nEXPIRED: EXPIRED",
                        enum_type=OfferStatus,
                        max_length=16,
                    ),
                ),
                ("amount", fields.DecimalField(max_digits=14, decimal_places=2)),
                ("annual_rate", fields.DecimalField(max_digits=8, decimal_places=4)),
                ("all_in_cost", fields.DecimalField(null=True, max_digits=8, decimal_places=4)),
                ("term_months", fields.IntField()),
                ("message", fields.CharField(null=True, max_length=200)),
                ("decline_reason", fields.CharField(null=True, max_length=200)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "offer",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "An officer's offer. Amount in yuan, rates in percent per year, term in months.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ProductVersion",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "product",
                    fields.ForeignKeyField(
                        "rongqiao.Product",
                        source_field="product_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("number", fields.IntField()),
                (
                    "sheet",
                    fields.JSONField(
                        encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("approved_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "product_version",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One version of a sheet, never changed: what a kept match was computed from.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="QuarantinedRow",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "batch",
                    fields.ForeignKeyField(
                        "rongqiao.ImportBatch",
                        source_field="batch_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("line", fields.IntField()),
                ("field", fields.CharField(max_length=80)),
                ("value", fields.CharField(max_length=200)),
                ("reason", fields.CharField(max_length=200)),
            ],
            options={
                "table": "quarantined_row",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "A row that was refused: where, what and why.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "rongqiao.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "membership",
                    fields.ForeignKeyField(
                        "rongqiao.Membership",
                        source_field="membership_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "method",
                    fields.CharEnumField(
                        description="CODE: CODE\nENTRY_APP: ENTRY_APP\nSTAFF: STAFF\nPERSONA: PERSONA",
                        enum_type=SignInMethod,
                        max_length=16,
                    ),
                ),
                ("opened_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "close_reason",
                    fields.CharEnumField(
                        null=True,
                        description="SIGNED_OUT: SIGNED_OUT\nREUSED: REUSED\nJOINED: JOINED\nCREDENTIAL_RESET: CREDENTIAL_RESET",
                        enum_type=CloseReason,
                        max_length=24,
                    ),
                ),
            ],
            options={
                "table": "session",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "A signed-in device: the family of its refresh tokens.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RefreshToken",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "session",
                    fields.ForeignKeyField(
                        "rongqiao.Session",
                        source_field="session_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("digest", fields.BinaryField()),
                ("issued_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("successor_id", fields.UUIDField(null=True)),
            ],
            options={
                "table": "refresh_token",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One refresh token, by digest. Used once; a second use closes its session.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StaffCredential",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "rongqiao.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("login", fields.CharField(max_length=60)),
                ("password_hash", fields.CharField(max_length=200)),
                ("totp_secret_sealed", fields.BinaryField()),
                ("last_totp_step", fields.BigIntField(default=0)),
            ],
            options={
                "table": "staff_credential",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "A staff member's password and second factor.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StaffTry",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("login_digest", fields.BinaryField()),
                ("tries", fields.IntField()),
                ("since", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "staff_try",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "Wrong tries for a login since `since`, whether or not the login exists; its keyed digest.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="VerificationAttempt",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "enterprise",
                    fields.ForeignKeyField(
                        "rongqiao.Enterprise",
                        source_field="enterprise_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "rongqiao.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("try_id", fields.UUIDField()),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "step",
                    fields.CharEnumField(
                        description="BEGAN: BEGAN\nAGREED: AGREED\nDISAGREED: DISAGREED\nUNANSWERED: UNANSWERED",
                        enum_type=VerificationStep,
                        max_length=12,
                    ),
                ),
            ],
            options={
                "table": "verification_attempt",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "A step of one try at real-name verification; too many wrong tries lock the next.",
            },
            bases=["Model"],
        ),
    ]
