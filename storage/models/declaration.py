"""What owners stated about their enterprises, and the commitment they signed with it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id
from storage.models.enterprise import Enterprise


class Declaration(Model):
    """One statement: `values` by the category's field names, as checked. Append-only.

    `record_id` is the credit record that it became, the earlier one where it says the same.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    enterprise: fields.ForeignKeyRelation[Enterprise] = fields.ForeignKeyField(
        "rongqiao.Enterprise"
    )
    enterprise_id: UUID
    person_id: UUID = fields.UUIDField()
    category = fields.CharField(max_length=40)
    record_id: UUID = fields.UUIDField()
    values: dict[str, Any] = fields.JSONField()
    commitment_version = fields.CharField(max_length=40)
    commitment_digest = fields.BinaryField()
    filed_at: datetime = fields.DatetimeField()

    class Meta:
        table = "declaration"
