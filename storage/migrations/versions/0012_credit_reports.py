"""Standard credit reports as they were issued."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from foundation.identifiers import new_id

UNIQUE: dict[str, str] = {}

INDEXES = {
    "credit_report_enterprise_idx": "credit_report (enterprise_id, issued_at DESC)",
    "credit_report_membership_idx": "credit_report (membership_id, id)",
}

CHECKS = {
    "credit_report": {
        "digests": "length(digest) = 32 AND length(pdf_digest) = 32",
        "size": "length(body) <= 8388608",
    },
}

APPEND_ONLY = ("credit_report",)


def _forward() -> list[str]:
    statements = [f"CREATE INDEX {name} ON {on}" for name, on in INDEXES.items()]
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
    dependencies = [("rongqiao", "0011_whitelists")]

    operations = [
        ops.CreateModel(
            name="CreditReport",
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
                ("issuer_id", fields.UUIDField()),
                ("membership_id", fields.UUIDField()),
                ("institution_id", fields.UUIDField(null=True)),
                ("demand_id", fields.UUIDField(null=True)),
                ("issued_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("layout", fields.CharField(max_length=40)),
                ("shows_level", fields.BooleanField()),
                ("body", fields.BinaryField()),
                ("digest", fields.BinaryField()),
                ("pdf_digest", fields.BinaryField()),
            ],
            options={
                "table": "credit_report",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One report. `body` is its JSON, of which `digest` is the SHA-256; the PDF is set from it.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(_forward()),
    ]
