"""Objections to data, one open one for each record and field."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from foundation.identifiers import new_id
from storage.models.objection import ObjectionState

UNIQUE = {
    "objection_open_key": (
        "objection (record_id, coalesce(field, '')) WHERE state IN ('FILED', 'HANDED_OVER')"
    ),
}

INDEXES = {
    "objection_enterprise_idx": "objection (enterprise_id, id)",
    "objection_record_idx": "objection (record_id)",
    "objection_waiting_idx": "objection (city, id) WHERE state = 'FILED'",
    "access_ledger_refused_idx": "access_ledger (enterprise_id, id) WHERE NOT allowed",
}

CHECKS = {
    "objection": {
        "reason": "length(reason) BETWEEN 1 AND 500",
        "handed_over": (
            "(state = 'FILED') = (handed_over_at IS NULL)"
            " AND (handed_over_at IS NULL) = (acknowledgement IS NULL)"
        ),
        "order": "handed_over_at >= filed_at",
    },
}


def _forward() -> list[str]:
    statements = [f"CREATE UNIQUE INDEX {name} ON {on}" for name, on in UNIQUE.items()]
    statements += [f"CREATE INDEX {name} ON {on}" for name, on in INDEXES.items()]
    for table, checks in CHECKS.items():
        statements += [
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name}_check CHECK ({rule})"
            for name, rule in checks.items()
        ]
    return statements


class Migration(migrations.Migration):
    dependencies = [("rongqiao", "0007_grade_runs")]

    operations = [
        ops.CreateModel(
            name="Objection",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id)),
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
                ("person_id", fields.UUIDField()),
                ("city", fields.CharField(max_length=24)),
                ("record_city", fields.CharField(max_length=24)),
                ("record_id", fields.UUIDField()),
                ("category", fields.CharField(max_length=40)),
                ("field", fields.CharField(max_length=80, null=True)),
                ("reason", fields.CharField(max_length=500)),
                (
                    "state",
                    fields.CharEnumField(
                        description="FILED: FILED\nHANDED_OVER: HANDED_OVER\nUPHELD: UPHELD\nREJECTED: REJECTED",
                        enum_type=ObjectionState,
                        max_length=16,
                        default=ObjectionState.FILED,
                    ),
                ),
                ("filed_at", fields.DatetimeField()),
                ("hand_over_due_on", fields.DateField()),
                ("due_is_provisional", fields.BooleanField(default=False)),
                ("handed_over_at", fields.DatetimeField(null=True)),
                ("handed_over_by", fields.UUIDField(null=True)),
                ("acknowledgement", fields.CharField(max_length=80, null=True)),
            ],
            options={
                "table": "objection",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "An owner says that a record, or one field of it, is wrong.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(_forward()),
    ]
