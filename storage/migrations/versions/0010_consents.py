"""Consents with a scope, by and about whom, for whom; their succession; invitations to persons.

The database itself keeps what was agreed to as it was, and refuses two active consents to the
same: by unique indexes, and between a whole category and its fields by a trigger.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from foundation.identifiers import new_id
from storage.models.consent import ConsentPurpose, ConsentSubject, InvitationState

UNIQUE = {
    "consent_grading_key": (
        "consent (enterprise_id, purpose) WHERE purpose IN ('GRADING', 'WHITELIST')"
        " AND revoked_at IS NULL AND lapsed_at IS NULL AND superseded_at IS NULL"
    ),
    "consent_personal_key": (
        "consent (enterprise_id, subject) WHERE subject <> 'ENTERPRISE'"
        " AND revoked_at IS NULL AND lapsed_at IS NULL AND superseded_at IS NULL"
    ),
    "consent_scope_active_key": (
        "consent_scope (enterprise_id, purpose, grantee_id, demand_id, subject, category, field)"
        " NULLS NOT DISTINCT WHERE active"
    ),
    "personal_invitation_token_key": (
        "personal_invitation (token_digest) WHERE token_digest IS NOT NULL"
    ),
}

INDEXES = {
    "consent_grantee_idx": "consent (grantee_id)",
    "consent_demand_idx": "consent (demand_id)",
    "consent_superseded_by_idx": "consent (superseded_by_id)",
    "consent_scope_consent_idx": "consent_scope (consent_id, category)",
    "personal_invitation_enterprise_idx": "personal_invitation (enterprise_id, created_at)",
    "personal_invitation_inviter_idx": "personal_invitation (inviter_id)",
    "personal_invitation_phone_idx": "personal_invitation (phone, created_at)",
    "personal_invitation_consent_idx": "personal_invitation (consent_id)",
}

CHECKS = {
    "consent": {
        "superseded": "superseded_at >= granted_at",
        "successor": "(superseded_at IS NULL) = (superseded_by_id IS NULL)",
        "person": "(purpose = 'PERSONAL_CREDIT') = (subject <> 'ENTERPRISE')",
        "shared": (
            "(purpose IN ('ENTERPRISE_DATA', 'OPERATING_DATA'))"
            " = (grantee_id IS NOT NULL AND demand_id IS NOT NULL)"
        ),
    },
    "personal_invitation": {
        "span": "expires_at > created_at",
        "subject": "subject <> 'ENTERPRISE'",
        "ended": "(state = 'SENT') = (ended_at IS NULL)",
        "granted": "(state = 'GRANTED') <= (consent_id IS NOT NULL)",
    },
}

# What was agreed to stays as it was; only its end is written, and only once.
KEPT_CONSENTS = (
    """
CREATE FUNCTION consent_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE'
     AND to_jsonb(NEW) - '{revoked_at,lapsed_at,superseded_at,superseded_by_id}'::text[]
       = to_jsonb(OLD) - '{revoked_at,lapsed_at,superseded_at,superseded_by_id}'::text[]
     AND (OLD.revoked_at IS NULL OR NEW.revoked_at = OLD.revoked_at)
     AND (OLD.lapsed_at IS NULL OR NEW.lapsed_at = OLD.lapsed_at)
     AND (OLD.superseded_by_id IS NULL OR NEW.superseded_by_id = OLD.superseded_by_id) THEN
    IF NEW.revoked_at IS NOT NULL OR NEW.lapsed_at IS NOT NULL
       OR NEW.superseded_at IS NOT NULL THEN
      UPDATE consent_scope SET active = false WHERE consent_id = NEW.id AND active;
    END IF;
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a consent is kept as it was given' USING ERRCODE = 'insufficient_privilege';
END $$
""",
    "CREATE TRIGGER consent_kept BEFORE UPDATE OR DELETE ON consent "
    "FOR EACH ROW EXECUTE FUNCTION consent_only_ends()",
    """
CREATE FUNCTION consent_scope_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE given consent;
BEGIN
  IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND (
       NEW.active OR to_jsonb(NEW) - 'active' <> to_jsonb(OLD) - 'active') THEN
    RAISE EXCEPTION 'the scope of a consent is kept as it was given'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    RETURN NEW;
  END IF;
  SELECT * INTO STRICT given FROM consent WHERE id = NEW.consent_id;
  NEW.enterprise_id := given.enterprise_id;
  NEW.purpose := given.purpose;
  NEW.subject := given.subject;
  NEW.grantee_id := given.grantee_id;
  NEW.demand_id := given.demand_id;
  NEW.active := given.revoked_at IS NULL AND given.lapsed_at IS NULL
    AND given.superseded_at IS NULL;
  -- One at a time per enterprise: the next statement sees what others have committed.
  PERFORM pg_advisory_xact_lock(hashtextextended('consent scope ' || NEW.enterprise_id, 0));
  IF NEW.active AND EXISTS (
    SELECT FROM consent_scope s
     WHERE s.active AND s.enterprise_id = NEW.enterprise_id AND s.purpose = NEW.purpose
       AND s.subject = NEW.subject AND s.category = NEW.category
       AND s.grantee_id IS NOT DISTINCT FROM NEW.grantee_id
       AND s.demand_id IS NOT DISTINCT FROM NEW.demand_id
       AND (s.field IS NULL) <> (NEW.field IS NULL)) THEN
    RAISE EXCEPTION 'consent_scope_active_key: a category whole and by fields at once'
      USING ERRCODE = 'unique_violation';
  END IF;
  RETURN NEW;
END $$
""",
    "CREATE TRIGGER consent_scope_kept BEFORE INSERT OR UPDATE OR DELETE ON consent_scope "
    "FOR EACH ROW EXECUTE FUNCTION consent_scope_fits()",
)

REFERENCES = (
    "ALTER TABLE consent ADD CONSTRAINT consent_demand_fk"
    " FOREIGN KEY (demand_id) REFERENCES demand (id)",
    # The former one is ended before its successor is written, so that both never stand.
    "ALTER TABLE consent ADD CONSTRAINT consent_superseded_by_fk"
    " FOREIGN KEY (superseded_by_id) REFERENCES consent (id) DEFERRABLE INITIALLY DEFERRED",
)


def _forward() -> list[str]:
    statements = ["DROP INDEX consent_grading_key"]
    statements += [f"CREATE UNIQUE INDEX {name} ON {on}" for name, on in UNIQUE.items()]
    statements += [f"CREATE INDEX {name} ON {on}" for name, on in INDEXES.items()]
    for table, checks in CHECKS.items():
        for name, rule in checks.items():
            statements.append(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name}_check CHECK ({rule})"
            )
    return [*statements, *REFERENCES, *KEPT_CONSENTS]


class Migration(migrations.Migration):
    dependencies = [("rongqiao", "0009_packed_records")]

    operations = [
        ops.CreateModel(
            name="ConsentScope",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
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
                ("enterprise_id", fields.UUIDField()),
                (
                    "purpose",
                    fields.CharEnumField(
                        description="PUBLISH_DEMAND: PUBLISH_DEMAND\nREAL_NAME: REAL_NAME\nGRADING: GRADING\nENTERPRISE_DATA: ENTERPRISE_DATA\nOPERATING_DATA: OPERATING_DATA\nPERSONAL_CREDIT: PERSONAL_CREDIT\nWHITELIST: WHITELIST",
                        enum_type=ConsentPurpose,
                        max_length=24,
                    ),
                ),
                (
                    "subject",
                    fields.CharEnumField(
                        description="ENTERPRISE: ENTERPRISE\nLEGAL_REPRESENTATIVE: LEGAL_REPRESENTATIVE\nACTUAL_CONTROLLER: ACTUAL_CONTROLLER",
                        enum_type=ConsentSubject,
                        max_length=24,
                    ),
                ),
                ("grantee_id", fields.UUIDField(null=True)),
                ("demand_id", fields.UUIDField(null=True)),
                ("category", fields.CharField(max_length=40)),
                ("field", fields.CharField(null=True, max_length=80)),
                ("active", fields.BooleanField(default=True)),
            ],
            options={
                "table": "consent_scope",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One category, or one field of a category, that a consent covers; `active` with it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PersonalInvitation",
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
                    "inviter",
                    fields.ForeignKeyField(
                        "rongqiao.Person",
                        source_field="inviter_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "subject",
                    fields.CharEnumField(
                        description="ENTERPRISE: ENTERPRISE\nLEGAL_REPRESENTATIVE: LEGAL_REPRESENTATIVE\nACTUAL_CONTROLLER: ACTUAL_CONTROLLER",
                        enum_type=ConsentSubject,
                        max_length=24,
                    ),
                ),
                ("name_digest", fields.BinaryField()),
                ("phone", fields.CharField(max_length=16)),
                ("token_digest", fields.BinaryField(null=True)),
                (
                    "state",
                    fields.CharEnumField(
                        default=InvitationState.SENT,
                        description="SENT: SENT\nGRANTED: GRANTED\nDECLINED: DECLINED\nEXPIRED: EXPIRED\nREVOKED: REVOKED",
                        enum_type=InvitationState,
                        max_length=12,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("sent_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "consent",
                    fields.ForeignKeyField(
                        "rongqiao.Consent",
                        source_field="consent_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "personal_invitation",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "An owner's request that a person consents for themselves, by a link to that person's phone.",
            },
            bases=["Model"],
        ),
        ops.AlterModelOptions(
            name="Consent",
            options={
                "table": "consent",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One consent: active while not revoked, not superseded and not past `until`.",
            },
        ),
        ops.AlterField(
            model_name="Consent",
            name="purpose",
            field=fields.CharEnumField(
                description="PUBLISH_DEMAND: PUBLISH_DEMAND\nREAL_NAME: REAL_NAME\nGRADING: GRADING\nENTERPRISE_DATA: ENTERPRISE_DATA\nOPERATING_DATA: OPERATING_DATA\nPERSONAL_CREDIT: PERSONAL_CREDIT\nWHITELIST: WHITELIST",
                enum_type=ConsentPurpose,
                max_length=24,
            ),
        ),
        ops.AddField(
            model_name="Consent",
            name="demand_id",
            field=fields.UUIDField(null=True),
        ),
        ops.AddField(
            model_name="Consent",
            name="grantee",
            field=fields.ForeignKeyField(
                "rongqiao.Institution",
                source_field="grantee_id",
                null=True,
                db_constraint=True,
                to_field="id",
                on_delete=OnDelete.CASCADE,
            ),
        ),
        ops.AddField(
            model_name="Consent",
            name="subject",
            field=fields.CharEnumField(
                default=ConsentSubject.ENTERPRISE,
                description="ENTERPRISE: ENTERPRISE\nLEGAL_REPRESENTATIVE: LEGAL_REPRESENTATIVE\nACTUAL_CONTROLLER: ACTUAL_CONTROLLER",
                db_default="ENTERPRISE",
                enum_type=ConsentSubject,
                max_length=24,
            ),
        ),
        ops.AddField(
            model_name="Consent",
            name="superseded_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Consent",
            name="superseded_by_id",
            field=fields.UUIDField(null=True),
        ),
        ops.AddField(
            model_name="Consent",
            name="text_digest",
            field=fields.BinaryField(null=True),
        ),
        ops.RunSQL(_forward()),
    ]
