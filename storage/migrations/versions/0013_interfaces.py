"""Sources that are asked when something is needed: their state, their calls, their answers."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from foundation.identifiers import new_id

UNIQUE = {
    "interface_source_key": "interface_source (city, name)",
    "interface_calls_key": "interface_calls (city, source, category, hour)",
    "interface_answer_key": (
        "interface_answer (purpose_kind, purpose_id, enterprise_id, category)"
    ),
}

INDEXES = {
    "interface_calls_hour_idx": "interface_calls (hour)",
    "interface_answer_expires_idx": "interface_answer (expires_at)",
    "interface_answer_consent_idx": "interface_answer (consent_id)",
}

CHECKS = {
    "interface_source": {"failures": "failures >= 0"},
    "interface_calls": {
        "counts": "made >= failed AND failed >= 0 AND turned_away >= 0",
        "buckets": "jsonb_array_length(buckets) = 9",
    },
    "interface_answer": {"span": "expires_at > answered_at"},
}


def _forward() -> list[str]:
    statements = [f"CREATE UNIQUE INDEX {name} ON {on}" for name, on in UNIQUE.items()]
    statements += [f"CREATE INDEX {name} ON {on}" for name, on in INDEXES.items()]
    for table, checks in CHECKS.items():
        for name, rule in checks.items():
            statements.append(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name}_check CHECK ({rule})"
            )
    return statements


class Migration(migrations.Migration):
    dependencies = [("rongqiao", "0012_credit_reports")]

    initial = False

    operations = [
        ops.CreateModel(
            name="InterfaceAnswer",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("city", fields.CharField(max_length=24)),
                ("category", fields.CharField(max_length=40)),
                ("enterprise_id", fields.UUIDField()),
                ("purpose_kind", fields.CharField(max_length=24)),
                ("purpose_id", fields.UUIDField()),
                ("consent_id", fields.UUIDField(null=True)),
                ("rows_sealed", fields.BinaryField()),
                ("digest", fields.BinaryField()),
                ("answered_on", fields.DateField()),
                ("answered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "interface_answer",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "An answer for as long as its purpose lasts, its rows sealed under this set-up's secret.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="InterfaceCalls",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("city", fields.CharField(max_length=24)),
                ("source", fields.CharField(max_length=40)),
                ("category", fields.CharField(max_length=40)),
                ("hour", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("made", fields.IntField()),
                ("failed", fields.IntField()),
                ("turned_away", fields.IntField()),
                ("buckets", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "interface_calls",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "The calls of one source for one category in one hour; `buckets` counts them by duration.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="InterfaceSource",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("city", fields.CharField(max_length=24)),
                ("name", fields.CharField(max_length=40)),
                ("tokens", fields.FloatField()),
                ("refilled_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("failures", fields.IntField()),
                ("open_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "interface_source",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "What every process knows of a source: tokens left in its bucket, failures in a row, and",
            },
            bases=["Model"],
        ),
        ops.RunSQL(_forward()),
    ]
