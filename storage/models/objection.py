"""Objections of owners to data held about their enterprises."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id
from storage.models.enterprise import Enterprise


class ObjectionState(StrEnum):
    """How far an objection has come."""

    FILED = "FILED"
    HANDED_OVER = "HANDED_OVER"
    UPHELD = "UPHELD"
    REJECTED = "REJECTED"


class Objection(Model):
    """An owner says that a record, or one field of it, is wrong.

    `hand_over_due_on` is the last day for handing it over to the provincial node; provisional
    while the working days of a year on the way to it are not known. `acknowledgement` is the
    node's number.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    enterprise: fields.ForeignKeyRelation[Enterprise] = fields.ForeignKeyField(
        "rongqiao.Enterprise"
    )
    enterprise_id: UUID
    person_id = fields.UUIDField()
    city = fields.CharField(max_length=24)
    record_city = fields.CharField(max_length=24)
    record_id = fields.UUIDField()
    category = fields.CharField(max_length=40)
    field = fields.CharField(max_length=80, null=True)
    reason = fields.CharField(max_length=500)
    state = fields.CharEnumField(ObjectionState, max_length=16, default=ObjectionState.FILED)
    filed_at: datetime = fields.DatetimeField()
    hand_over_due_on: date = fields.DateField()
    due_is_provisional = fields.BooleanField(default=False)
    handed_over_at = fields.DatetimeField(null=True)
    handed_over_by = fields.UUIDField(null=True)
    acknowledgement = fields.CharField(max_length=80, null=True)

    class Meta:
        table = "objection"
