"""Financing demands, the institutions that may see them, the officer each one rang."""

from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id
from storage.models.consent import Consent
from storage.models.enterprise import Enterprise
from storage.models.institution import Institution
from storage.models.membership import Membership
from storage.models.person import Person


class DemandStatus(StrEnum):
    """OPEN → MATCHED (an offer accepted) → CONTRACTED; OPEN → WITHDRAWN | EXPIRED."""

    OPEN = "OPEN"
    MATCHED = "MATCHED"
    CONTRACTED = "CONTRACTED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


class MatchingState(StrEnum):
    """Whether the demand's matches have been computed."""

    PENDING = "PENDING"
    READY = "READY"
    FAILED = "FAILED"


class Demand(Model):
    """A demand as its owner published it. Amount in yuan, term in months."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    enterprise: fields.ForeignKeyRelation[Enterprise] = fields.ForeignKeyField(
        "rongqiao.Enterprise"
    )
    enterprise_id: UUID
    publisher: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("rongqiao.Person")
    publisher_id: UUID
    consent: fields.ForeignKeyRelation[Consent] = fields.ForeignKeyField("rongqiao.Consent")
    consent_id: UUID
    city = fields.CharField(max_length=24)
    status = fields.CharEnumField(DemandStatus, max_length=16, default=DemandStatus.OPEN)
    amount = fields.DecimalField(max_digits=14, decimal_places=2)
    term_months = fields.IntField()
    purpose = fields.CharField(max_length=200)
    guarantee_kinds: list[str] = fields.JSONField()
    max_annual_rate = fields.DecimalField(max_digits=8, decimal_places=4, null=True)
    to_all_matched = fields.BooleanField()
    matching = fields.CharEnumField(MatchingState, max_length=16, default=MatchingState.PENDING)
    matching_note = fields.CharField(max_length=400, null=True)
    matched_at = fields.DatetimeField(null=True)
    published_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "demand"


class DemandAudience(Model):
    """An institution that the owner named, when the demand is not for every matched one."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    demand: fields.ForeignKeyRelation[Demand] = fields.ForeignKeyField("rongqiao.Demand")
    demand_id: UUID
    institution: fields.ForeignKeyRelation[Institution] = fields.ForeignKeyField(
        "rongqiao.Institution"
    )
    institution_id: UUID

    class Meta:
        table = "demand_audience"


class DemandOfficer(Model):
    """The one officer of a matched institution whom the demand rang."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    demand: fields.ForeignKeyRelation[Demand] = fields.ForeignKeyField("rongqiao.Demand")
    demand_id: UUID
    institution: fields.ForeignKeyRelation[Institution] = fields.ForeignKeyField(
        "rongqiao.Institution"
    )
    institution_id: UUID
    membership: fields.ForeignKeyRelation[Membership] = fields.ForeignKeyField(
        "rongqiao.Membership"
    )
    membership_id: UUID
    assigned_at = fields.DatetimeField()

    class Meta:
        table = "demand_officer"
