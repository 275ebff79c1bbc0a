"""What owners stated about their enterprises, and the commitment they signed with it."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from foundation.identifiers import new_id

INDEXES = {
    "declaration_enterprise_idx": "declaration (enterprise_id, id DESC)",
    "declaration_record_idx": "declaration (record_id)",
}
APPEND_ONLY = ("declaration",)


def _forward() -> list[str]:
    statements = [f"CREATE INDEX {name} ON {on}" for name, on in INDEXES.items()]
    statements += [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in APPEND_ONLY
    ]
    return statements


class Migration(migrations.Migration):
    dependencies = [("rongqiao", "0013_interfaces")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Declaration",
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
                ("person_id", fields.UUIDField()),
                ("category", fields.CharField(max_length=40)),
                ("record_id", fields.UUIDField()),
                ("values", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("commitment_version", fields.CharField(max_length=40)),
                ("commitment_digest", fields.BinaryField()),
                ("filed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "declaration",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One statement: `values` by the category's field names, as checked. Append-only.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(_forward()),
    ]
