"""Standard credit reports as they were issued: the very bytes, and for whom. Append-only."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id
from storage.models.enterprise import Enterprise


class CreditReport(Model):
    """One report. `body` is its JSON, of which `digest` is the SHA-256; the PDF is set from it."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    enterprise: fields.ForeignKeyRelation[Enterprise] = fields.ForeignKeyField(
        "rongqiao.Enterprise"
    )
    enterprise_id: UUID
    issuer_id = fields.UUIDField()
    membership_id: UUID = fields.UUIDField()
    institution_id: UUID | None = fields.UUIDField(null=True)
    demand_id: UUID | None = fields.UUIDField(null=True)
    issued_at: datetime = fields.DatetimeField()
    layout = fields.CharField(max_length=40)
    shows_level = fields.BooleanField()
    body = fields.BinaryField()
    digest = fields.BinaryField()
    pdf_digest = fields.BinaryField()

    class Meta:
        table = "credit_report"
