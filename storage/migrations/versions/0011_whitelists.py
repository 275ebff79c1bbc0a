"""Monthly whitelists, their entries and their recipients: one list a city and month, for ever."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from credit.levels import GradeLevel
from foundation.identifiers import new_id
from storage.models.whitelist import WhitelistChange

UNIQUE = {
    "whitelist_key": "whitelist (city, month)",
    "whitelist_entry_key": "whitelist_entry (whitelist_id, uscc)",
    "whitelist_recipient_key": "whitelist_recipient (whitelist_id, institution_id)",
}

INDEXES = {
    "whitelist_entry_enterprise_idx": "whitelist_entry (enterprise_id)",
    "whitelist_recipient_institution_idx": "whitelist_recipient (institution_id)",
}

CHECKS = {
    "whitelist": {
        "month": "month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'",
        "size": "size >= 0",
        "digest": "length(digest) = 32",
    },
    "whitelist_entry": {
        "level": "change = 'REMOVED' OR level IN ('ADVANCED', 'FIRST')",
        "reason": "(change = 'REMOVED') = (reason IS NOT NULL)",
    },
    "whitelist_recipient": {"size": "size >= 0", "digest": "length(digest) = 32"},
}

APPEND_ONLY = ("whitelist", "whitelist_entry", "whitelist_recipient")


def _forward() -> list[str]:
    statements = [f"CREATE UNIQUE INDEX {name} ON {on}" for name, on in UNIQUE.items()]
    statements += [f"CREATE INDEX {name} ON {on}" for name, on in INDEXES.items()]
    for table, checks in CHECKS.items():
        statements += [
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name}_check CHECK ({rule})"
            for name, rule in checks.items()
        ]
    statements += [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in APPEND_ONLY
    ]
    return statements


class Migration(migrations.Migration):
    dependencies = [("rongqiao", "0010_consents")]

    operations = [
        ops.CreateModel(
            name="Whitelist",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("city", fields.CharField(max_length=24)),
                ("month", fields.CharField(max_length=7)),
                ("as_of", fields.DateField()),
                ("frozen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("size", fields.IntField()),
                ("digest", fields.BinaryField()),
                ("receipt", fields.TextField(unique=False)),
            ],
            options={
                "table": "whitelist",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One city's list of one month, never changed. `digest` is over codes and levels.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="WhitelistEntry",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "whitelist",
                    fields.ForeignKeyField(
                        "rongqiao.Whitelist",
                        source_field="whitelist_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
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
                ("uscc", fields.CharField(max_length=18)),
                ("name", fields.CharField(max_length=120)),
                (
                    "level",
                    fields.CharEnumField(
                        description="ADVANCED: ADVANCED\nFIRST: FIRST\nCANDIDATE: CANDIDATE\nNOT_CERTIFIED: NOT_CERTIFIED\nUNRATED: UNRATED",
                        enum_type=GradeLevel,
                        max_length=16,
                    ),
                ),
                (
                    "change",
                    fields.CharEnumField(
                        description="ADDED: ADDED\nKEPT: KEPT\nREMOVED: REMOVED",
                        enum_type=WhitelistChange,
                        max_length=8,
                    ),
                ),
                ("reason", fields.CharField(null=True, max_length=60)),
            ],
            options={
                "table": "whitelist_entry",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "An enterprise on the list, or one that left it, with the name it had.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="WhitelistRecipient",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "whitelist",
                    fields.ForeignKeyField(
                        "rongqiao.Whitelist",
                        source_field="whitelist_id",
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
                ("sender_id", fields.UUIDField()),
                ("sent_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("size", fields.IntField()),
                ("digest", fields.BinaryField()),
            ],
            options={
                "table": "whitelist_recipient",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "An institution that was sent a list: when, how many entries, and a digest of just those.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(_forward()),
    ]
