"""One-time downloads, and exports of everything held about an enterprise."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from foundation.identifiers import new_id

UNIQUE = {"data_export_part_key": "data_export_part (export_id, number)"}

INDEXES = {
    "download_ticket_expiry_idx": "download_ticket (expires_at)",
    "data_export_made_idx": "data_export (made_at)",
    "data_export_part_made_idx": "data_export_part (made_at)",
}

CHECKS = {
    "download_ticket": {
        "span": "expires_at > issued_at",
        "secret": "length(secret_digest) = 32",
    },
    "data_export": {"size": "size > 0", "digest": "length(digest) = 32"},
    "data_export_part": {"number": "number >= 0"},
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
    dependencies = [("rongqiao", "0003_access_chain")]

    operations = [
        ops.CreateModel(
            name="DownloadTicket",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id)),
                ("secret_digest", fields.BinaryField()),
                ("kind", fields.CharField(max_length=32)),
                ("object_id", fields.UUIDField()),
                ("person_id", fields.UUIDField()),
                ("membership_id", fields.UUIDField()),
                ("issued_at", fields.DatetimeField()),
                ("expires_at", fields.DatetimeField()),
                ("used_at", fields.DatetimeField(null=True)),
            ],
            options={
                "table": "download_ticket",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "Opens one file once, for whom it was issued, while that membership stands.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DataExport",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id)),
                ("enterprise_id", fields.UUIDField()),
                ("made_at", fields.DatetimeField()),
                ("digest", fields.BinaryField()),
                ("size", fields.BigIntField()),
            ],
            options={
                "table": "data_export",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "Everything held about an enterprise as it stood at an instant, in sealed parts.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DataExportPart",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id)),
                ("export_id", fields.UUIDField()),
                ("number", fields.IntField()),
                ("made_at", fields.DatetimeField()),
                ("sealed", fields.BinaryField()),
            ],
            options={
                "table": "data_export_part",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "A stretch of an export, sealed with RQ_CODE_SECRET.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(_forward()),
    ]
