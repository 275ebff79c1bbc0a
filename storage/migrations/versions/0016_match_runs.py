"""What runs of matches were computed from, and the cohorts of the rule lab."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from foundation.identifiers import new_id

UNIQUE = {
    "match_shelf_city_key": "match_shelf (city, digest)",
    "lab_cohort_city_key": "lab_cohort (city, number)",
}

INDEXES = {
    "match_run_demand_idx": "match_run (demand_id, id)",
    "match_run_shelf_idx": "match_run (shelf_id)",
}

CHECKS = {
    "match_shelf": {"digest": "length(digest) = 32"},
    "match_run": {"digests": "length(digest) = 32 AND length(order_digest) = 32"},
    # No count of the lab may name anybody.
    "lab_cohort": {"size": "size >= 10"},
}

APPEND_ONLY = ("match_run", "match_shelf")


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
    dependencies = [("rongqiao", "0015_public_batches")]

    operations = [
        ops.CreateModel(
            name="LabCohort",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("city", fields.CharField(max_length=24)),
                ("drawn_on", fields.DateField()),
                ("number", fields.IntField()),
                ("size", fields.IntField()),
                ("typical", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "lab_cohort",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "Ten firms or more as one typical firm: what the rule lab of a city asks, drawn as a whole.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MatchShelf",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("city", fields.CharField(max_length=24)),
                ("digest", fields.BinaryField()),
                ("products", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("kept_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "match_shelf",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "What stood on a city's shelf: [product id, version] by id, once for each state of it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MatchRun",
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
                    "shelf",
                    fields.ForeignKeyField(
                        "rongqiao.MatchShelf",
                        source_field="shelf_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("rules_version", fields.CharField(max_length=16)),
                ("facts", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("digest", fields.BinaryField()),
                ("order_digest", fields.BinaryField()),
                ("computed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "match_run",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One run of a demand's matches, never changed: what it was computed from, and its order.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Match",
            name="run_id",
            field=fields.UUIDField(null=True),
        ),
        ops.RunSQL(_forward()),
    ]
