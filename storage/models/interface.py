"""Sources that are asked when something is needed: their state, their calls, their answers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id


class InterfaceSource(Model):
    """What every process knows of a source: tokens left in its bucket, failures in a row, and
    until when its breaker stands open.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    city = fields.CharField(max_length=24)
    name = fields.CharField(max_length=40)
    tokens = fields.FloatField()
    refilled_at: datetime = fields.DatetimeField()
    failures = fields.IntField()
    open_until = fields.DatetimeField(null=True)

    class Meta:
        table = "interface_source"


class InterfaceCalls(Model):
    """The calls of one source for one category in one hour; `buckets` counts them by duration.

    `turned_away` are those that the source's limit or its open breaker kept from being made.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    city = fields.CharField(max_length=24)
    source = fields.CharField(max_length=40)
    category = fields.CharField(max_length=40)
    hour: datetime = fields.DatetimeField()
    made = fields.IntField()
    failed = fields.IntField()
    turned_away = fields.IntField()
    buckets: list[Any] = fields.JSONField()

    class Meta:
        table = "interface_calls"


class InterfaceAnswer(Model):
    """An answer for as long as its purpose lasts, its rows sealed under this set-up's secret.

    `expires_at` is the end of the purpose; the consent may end sooner, and takes it along.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    city = fields.CharField(max_length=24)
    category = fields.CharField(max_length=40)
    enterprise_id: UUID = fields.UUIDField()
    purpose_kind = fields.CharField(max_length=24)
    purpose_id: UUID = fields.UUIDField()
    consent_id: UUID | None = fields.UUIDField(null=True)
    rows_sealed = fields.BinaryField()
    digest = fields.BinaryField()
    answered_on: date = fields.DateField()
    answered_at: datetime = fields.DatetimeField()
    expires_at: datetime = fields.DatetimeField()

    class Meta:
        table = "interface_answer"
