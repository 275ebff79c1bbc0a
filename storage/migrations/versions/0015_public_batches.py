"""Public information that was handed to an institution in bulk."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from foundation.identifiers import new_id

INDEXES = {
    "public_batch_institution_idx": "public_batch (institution_id, id DESC)",
    "public_batch_city_idx": "public_batch (city, id DESC)",
}
CHECKS = {
    "public_batch": {"counts": "enterprise_count BETWEEN 0 AND 200 AND row_count >= 0"},
}
APPEND_ONLY = ("public_batch",)


def _forward() -> list[str]:
    statements = [f"CREATE INDEX {name} ON {on}" for name, on in INDEXES.items()]
    for table, checks in CHECKS.items():
        for name, rule in checks.items():
            statements.append(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name}_check CHECK ({rule})"
            )
    statements += [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in APPEND_ONLY
    ]
    return statements


class Migration(migrations.Migration):
    dependencies = [("rongqiao", "0014_declarations")]

    initial = False

    operations = [
        ops.CreateModel(
            name="PublicBatch",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("city", fields.CharField(max_length=24)),
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
                ("issued_by", fields.UUIDField()),
                ("district", fields.CharField(max_length=16)),
                ("industry", fields.CharField(max_length=5)),
                ("enterprise_count", fields.IntField()),
                ("row_count", fields.IntField()),
                ("last_uscc", fields.CharField(null=True, max_length=18)),
                ("is_last", fields.BooleanField()),
                ("size", fields.IntField()),
                ("digest", fields.BinaryField()),
                ("body", fields.BinaryField()),
                ("issued_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "public_batch",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One batch: which enterprises, by their last USCC, and the file that was made of them.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(_forward()),
    ]
