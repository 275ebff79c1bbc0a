"""Units that provide credit records, their tickets, and the files that came in by them."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from foundation.identifiers import new_id

UNIQUE = {"data_provider_name_key": "data_provider (city, name)"}

INDEXES = {
    "membership_provider_idx": "membership (provider_id)",
    "upload_batch_idx": "upload (batch_id, received_at DESC)",
    "upload_provider_idx": "upload (provider_id)",
    "upload_ticket_provider_idx": "upload_ticket (provider_id)",
    "upload_ticket_expires_idx": "upload_ticket (expires_at)",
    "import_batch_newest_idx": "import_batch (city, id DESC)",
}

CHECKS = {
    "membership": {"provider": "provider_id IS NULL OR role = 'DATA_PROVIDER'"},
    "data_provider": {"categories": "jsonb_typeof(categories) = 'array'"},
    "upload_ticket": {"span": "expires_at > issued_at"},
    "upload": {"size": "size > 0", "progress": "progress BETWEEN 0 AND 1"},
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
    dependencies = [("rongqiao", "0004_downloads")]

    initial = False

    operations = [
        ops.CreateModel(
            name="DataProvider",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("city", fields.CharField(max_length=24)),
                ("name", fields.CharField(max_length=80)),
                ("categories", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "data_provider",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "信息提供单位: a department or utility of a city, and the categories it may send.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                (
                    "batch",
                    fields.ForeignKeyField(
                        "rongqiao.ImportBatch",
                        source_field="batch_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "provider",
                    fields.ForeignKeyField(
                        "rongqiao.DataProvider",
                        source_field="provider_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("membership_id", fields.UUIDField()),
                ("file_name", fields.CharField(max_length=120)),
                ("size", fields.BigIntField()),
                ("repeated", fields.BooleanField()),
                ("received_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("progress", fields.FloatField(default=0)),
                ("begun_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("refusal", fields.CharField(null=True, max_length=300)),
            ],
            options={
                "table": "upload",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "A file that came in whole, and how far the worker has come with it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="UploadTicket",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True),
                ),
                ("membership_id", fields.UUIDField()),
                (
                    "provider",
                    fields.ForeignKeyField(
                        "rongqiao.DataProvider",
                        source_field="provider_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("category", fields.CharField(max_length=40)),
                ("file_name", fields.CharField(max_length=120)),
                ("issued_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "upload_ticket",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "The permission to send one file of one category, once, until it expires.",
            },
            bases=["Model"],
        ),
        ops.AlterModelOptions(
            name="Membership",
            options={
                "table": "membership",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One role of one person, in a city, for an enterprise, an institution or a data provider.",
            },
        ),
        ops.AddField(
            model_name="Membership",
            name="provider",
            field=fields.ForeignKeyField(
                "rongqiao.DataProvider",
                source_field="provider_id",
                null=True,
                db_constraint=True,
                to_field="id",
                on_delete=OnDelete.CASCADE,
            ),
        ),
        ops.RunSQL(_forward()),
    ]
