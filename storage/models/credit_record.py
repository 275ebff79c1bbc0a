"""Credit records as they were received, and the batches that brought them."""

from datetime import date

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
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
    """One row of one category about one enterprise or person, never changed.

    `values` has one entry for each field of the category as its list had it on `received_on`, in
    the list's order; null is no value, or one that is not kept. `uscc` is null for a row about a
    person, whom `subject_digest` tells apart: the keyed digest of the number on their document.
    `key_digest` says what makes a row the same one; a correction is a later row with that key.
    `row_digest` says whether it says the same; both are the first 16 bytes of a SHA-256.
    `dated_on` is the day that the row itself speaks of, where its category has one.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    batch: fields.ForeignKeyRelation[ImportBatch] = fields.ForeignKeyField("rongqiao.ImportBatch")
    city = fields.CharField(max_length=24)
    category = fields.CharField(max_length=40)
    uscc = fields.CharField(max_length=18, null=True)
    subject_digest = fields.BinaryField(null=True)
    values: list[str | None] = ArrayField(element_type="text")
    key_digest = fields.BinaryField()
    row_digest = fields.BinaryField()
    dated_on: date | None = fields.DateField(null=True)
    received_on: date = fields.DateField()

    class Meta:
        table = "credit_record"


class QuarantinedRow(Model):
    """A row that was refused: where, what and why; `kind` is for programs."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    batch: fields.ForeignKeyRelation[ImportBatch] = fields.ForeignKeyField("rongqiao.ImportBatch")
    line = fields.IntField()
    field = fields.CharField(max_length=80)
    kind = fields.CharField(max_length=20)
    value = fields.CharField(max_length=200)
    reason = fields.CharField(max_length=200)

    class Meta:
        table = "quarantined_row"
