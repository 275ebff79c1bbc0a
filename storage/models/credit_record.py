"""Credit records as they were received, and the batches that brought them."""

from datetime import date
from typing import Any

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id


class ImportBatch(Model):
    """One file received from one provider; the same file twice is the same batch.

    `lines_read` is how far it came: an interrupted import goes on behind that line.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    city = fields.CharField(max_length=24)
    category = fields.CharField(max_length=40)
    provider = fields.CharField(max_length=80)
    file_digest = fields.BinaryField()
    received_on: date = fields.DateField()
    lines_read = fields.IntField(default=0)
    started_at = fields.DatetimeField()
    finished_at = fields.DatetimeField(null=True)
    accepted = fields.IntField(default=0)
    quarantined = fields.IntField(default=0)
    unchanged = fields.IntField(default=0)

    class Meta:
        table = "import_batch"


class CreditRecord(Model):
    """One row of one category about one enterprise, by the list's own field names, never changed.

    `key_digest` says what makes a row the same one; a correction is a later row with that key.
    `dated_on` is the day that the row itself speaks of, where its category has one.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    batch: fields.ForeignKeyRelation[ImportBatch] = fields.ForeignKeyField("rongqiao.ImportBatch")
    city = fields.CharField(max_length=24)
    category = fields.CharField(max_length=40)
    uscc = fields.CharField(max_length=18)
    values: dict[str, Any] = fields.JSONField()
    key_digest = fields.BinaryField()
    row_digest = fields.BinaryField()
    dated_on: date | None = fields.DateField(null=True)
    received_on: date = fields.DateField()

    class Meta:
        table = "credit_record"


class QuarantinedRow(Model):
    """A row that was refused: where, what and why."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    batch: fields.ForeignKeyRelation[ImportBatch] = fields.ForeignKeyField("rongqiao.ImportBatch")
    line = fields.IntField()
    field = fields.CharField(max_length=80)
    value = fields.CharField(max_length=200)
    reason = fields.CharField(max_length=200)

    class Meta:
        table = "quarantined_row"
