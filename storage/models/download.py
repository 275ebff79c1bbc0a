"""Files that somebody may fetch once: the tickets that open them, and exports kept for a day."""

from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id


class DownloadTicket(Model):
    """Opens one file once, for whom it was issued, while that membership stands.

    Only the digest of its secret is kept.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    secret_digest = fields.BinaryField()
    kind = fields.CharField(max_length=32)
    object_id = fields.UUIDField()
    person_id = fields.UUIDField()
    membership_id = fields.UUIDField()
    issued_at: datetime = fields.DatetimeField()
    expires_at: datetime = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "download_ticket"


class DataExport(Model):
    """Everything held about an enterprise as it stood at an instant, in sealed parts."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    enterprise_id = fields.UUIDField()
    made_at: datetime = fields.DatetimeField()
    digest = fields.BinaryField()
    size = fields.BigIntField()

    class Meta:
        table = "data_export"


class DataExportPart(Model):
    """A stretch of an export, sealed with RQ_CODE_SECRET."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    export_id = fields.UUIDField()
    number = fields.IntField()
    made_at: datetime = fields.DatetimeField()
    sealed = fields.BinaryField()

    class Meta:
        table = "data_export_part"
