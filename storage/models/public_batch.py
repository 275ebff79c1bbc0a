"""Public information that was handed to an institution in bulk."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id
from storage.models.institution import Institution


class PublicBatch(Model):
    """One batch: which enterprises, by their last USCC, and the file that was made of them.

    `body` is the file compressed with zlib; `digest` is the SHA-256 of the file itself.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    city = fields.CharField(max_length=24)
    institution: fields.ForeignKeyRelation[Institution] = fields.ForeignKeyField(
        "rongqiao.Institution"
    )
    institution_id: UUID
    issued_by: UUID = fields.UUIDField()
    district = fields.CharField(max_length=16)
    industry = fields.CharField(max_length=5)
    enterprise_count = fields.IntField()
    row_count = fields.IntField()
    last_uscc = fields.CharField(max_length=18, null=True)
    is_last = fields.BooleanField()
    size = fields.IntField()
    digest = fields.BinaryField()
    body = fields.BinaryField()
    issued_at: datetime = fields.DatetimeField()

    class Meta:
        table = "public_batch"
