"""What was derived from a gateway's answer for grading, while the consent lasts (A2-45)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id


class GradeFigure(Model):
    """What one indicator needs of the answers about an enterprise: a ratio, a yes or no, a day.

    `value` says it as sharing/grades/figures.py reads it; `digest` recognises the answer, which
    is not kept. It serves until `expires_at`, and no longer than the consent stands. One that is
    not `whole` says only that there was an answer of which no figure came.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    enterprise_id: UUID = fields.UUIDField()
    consent_id: UUID = fields.UUIDField()
    number = fields.SmallIntField()
    value: dict[str, Any] = fields.JSONField()
    digest = fields.CharField(max_length=64)
    answered_on: date = fields.DateField()
    expires_at: datetime = fields.DatetimeField()
    whole = fields.BooleanField(default=True)

    class Meta:
        table = "grade_figure"
