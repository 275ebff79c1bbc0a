"""What an enterprise's people agreed to, on which version of which text."""

from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id
from storage.models.enterprise import Enterprise
from storage.models.institution import Institution
from storage.models.person import Person

STANDS = (
    "({c}.revoked_at IS NULL AND {c}.superseded_at IS NULL"
    " AND ({c}.until IS NULL OR {c}.until >= {today}))"
)
"""Whether the consent `{c}` is in force; {today} names a parameter, a day in Asia/Shanghai."""

COVERS = (
    "(NOT EXISTS (SELECT FROM consent_scope s WHERE s.consent_id = {consent}) OR EXISTS"
    " (SELECT FROM consent_scope s WHERE s.consent_id = {consent} AND s.category = {category}))"
)
"""Whether the consent with the id {consent} names the category, or none at all."""

REPRESENTS_STILL = (
    "({p}.subject <> 'LEGAL_REPRESENTATIVE' OR NOT EXISTS (SELECT FROM enterprise x"
    " WHERE x.id = {p}.enterprise_id"
    " AND x.representative_since > ({p}.granted_at AT TIME ZONE 'Asia/Shanghai')::date))"
)
"""Whether the person's own consent `{p}` is not that of a representative who was replaced since."""


class ConsentPurpose(StrEnum):
    """What a consent is for; one text per purpose is in force at a time."""

    PUBLISH_DEMAND = "PUBLISH_DEMAND"
    REAL_NAME = "REAL_NAME"
    GRADING = "GRADING"
    ENTERPRISE_DATA = "ENTERPRISE_DATA"
    OPERATING_DATA = "OPERATING_DATA"
    PERSONAL_CREDIT = "PERSONAL_CREDIT"
    WHITELIST = "WHITELIST"
    CREDIT_CODE = "CREDIT_CODE"


class ConsentSubject(StrEnum):
    """Whose information a consent is about: the enterprise's, or one natural person's own."""

    ENTERPRISE = "ENTERPRISE"
    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE"
    ACTUAL_CONTROLLER = "ACTUAL_CONTROLLER"


class Consent(Model):
    """One consent: active while not revoked, not superseded and not past `until`.

    What was agreed to never changes: a narrower or longer one is another consent that supersedes
    this one. `grantee` is the institution it lets read, none for the platform; `demand_id` the
    demand it serves. `text_digest` is the SHA-256 of the text. `lapsed_at` is set on one that is
    past its `until` when its successor is granted.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    enterprise: fields.ForeignKeyRelation[Enterprise] = fields.ForeignKeyField(
        "rongqiao.Enterprise"
    )
    enterprise_id: UUID
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("rongqiao.Person")
    person_id: UUID
    purpose = fields.CharEnumField(ConsentPurpose, max_length=24)
    subject = fields.CharEnumField(
        ConsentSubject, max_length=24, default=ConsentSubject.ENTERPRISE, db_default="ENTERPRISE"
    )
    grantee: fields.ForeignKeyNullableRelation[Institution] = fields.ForeignKeyField(
        "rongqiao.Institution", null=True
    )
    grantee_id: UUID | None
    demand_id: UUID | None = fields.UUIDField(null=True)
    text_version = fields.CharField(max_length=40)
    text_digest = fields.BinaryField(null=True)
    granted_at = fields.DatetimeField()
    until = fields.DateField(null=True)
    revoked_at = fields.DatetimeField(null=True)
    lapsed_at = fields.DatetimeField(null=True)
    superseded_at = fields.DatetimeField(null=True)
    superseded_by_id: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "consent"


class ConsentScope(Model):
    """One category, or one field of a category, that a consent covers; `active` with it.

    Who, what for and by whom stand here again, so that the database itself refuses two active
    consents to the same: a category whole, or by fields, but not both.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    consent: fields.ForeignKeyRelation[Consent] = fields.ForeignKeyField("rongqiao.Consent")
    consent_id: UUID
    enterprise_id = fields.UUIDField()
    purpose = fields.CharEnumField(ConsentPurpose, max_length=24)
    subject = fields.CharEnumField(ConsentSubject, max_length=24)
    grantee_id: UUID | None = fields.UUIDField(null=True)
    demand_id: UUID | None = fields.UUIDField(null=True)
    category = fields.CharField(max_length=40)
    field = fields.CharField(max_length=80, null=True)
    active = fields.BooleanField(default=True)

    class Meta:
        table = "consent_scope"


class InvitationState(StrEnum):
    """Where the one-time link to a person's own phone stands."""

    SENT = "SENT"
    GRANTED = "GRANTED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


class PersonalInvitation(Model):
    """An owner's request that a person consents for themselves, by a link to that person's phone.

    Of the name only a keyed digest is kept, and of the link's token as well; the token is drawn
    when the message leaves. EXPIRED is not stored: it is SENT past `expires_at`.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    enterprise: fields.ForeignKeyRelation[Enterprise] = fields.ForeignKeyField(
        "rongqiao.Enterprise"
    )
    enterprise_id: UUID
    inviter: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("rongqiao.Person")
    inviter_id: UUID
    subject = fields.CharEnumField(ConsentSubject, max_length=24)
    name_digest = fields.BinaryField()
    phone = fields.CharField(max_length=16)
    token_digest = fields.BinaryField(null=True)
    state = fields.CharEnumField(InvitationState, max_length=12, default=InvitationState.SENT)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    consent: fields.ForeignKeyNullableRelation[Consent] = fields.ForeignKeyField(
        "rongqiao.Consent", null=True
    )
    consent_id: UUID | None

    class Meta:
        table = "personal_invitation"
