"""Units that provide credit records, and the files they send."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id
from storage.models.credit_record import ImportBatch


class DataProvider(Model):
    """信息提供单位: a department or utility of a city, and the categories it may send.

    Its name stands on every record that its people send; no caller chooses it.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    city = fields.CharField(max_length=24)
    name = fields.CharField(max_length=80)
    categories: list[Any] = fields.JSONField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "data_provider"


class UploadTicket(Model):
    """The permission to send one file of one category, once, until it expires.

    What the provider's people hold is derived from the id and is kept nowhere.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    membership_id: UUID = fields.UUIDField()
    provider: fields.ForeignKeyRelation[DataProvider] = fields.ForeignKeyField(
        "rongqiao.DataProvider"
    )
    provider_id: UUID
    category = fields.CharField(max_length=40)
    file_name = fields.CharField(max_length=120)
    issued_at: datetime = fields.DatetimeField()
    expires_at: datetime = fields.DatetimeField()
    used_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "upload_ticket"


class Upload(Model):
    """A file that came in whole, and how far the worker has come with it.

    The same file twice belongs to the same batch, and is `repeated`. `progress` runs from 0 to 1;
    `refusal` is a Chinese sentence for the provider.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    batch: fields.ForeignKeyRelation[ImportBatch] = fields.ForeignKeyField("rongqiao.ImportBatch")
    batch_id: UUID
    provider: fields.ForeignKeyRelation[DataProvider] = fields.ForeignKeyField(
        "rongqiao.DataProvider"
    )
    provider_id: UUID
    membership_id: UUID = fields.UUIDField()
    file_name = fields.CharField(max_length=120)
    size = fields.BigIntField()
    repeated = fields.BooleanField()
    received_at: datetime = fields.DatetimeField()
    progress = fields.FloatField(default=0)
    begun_at: datetime | None = fields.DatetimeField(null=True)
    ended_at: datetime | None = fields.DatetimeField(null=True)
    refusal = fields.CharField(max_length=300, null=True)

    class Meta:
        table = "upload"
