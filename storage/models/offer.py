"""What a bank offers on a demand."""

from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id
from storage.models.demand import Demand
from storage.models.institution import Institution
from storage.models.membership import Membership
from storage.models.product import Product


class OfferStatus(StrEnum):
    """Where an offer stands."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


class Offer(Model):
    """An officer's offer. Amount in yuan, rates in percent per year, term in months."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    demand: fields.ForeignKeyRelation[Demand] = fields.ForeignKeyField("rongqiao.Demand")
    demand_id: UUID
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField("rongqiao.Product")
    product_id: UUID
    institution: fields.ForeignKeyRelation[Institution] = fields.ForeignKeyField(
        "rongqiao.Institution"
    )
    institution_id: UUID
    officer: fields.ForeignKeyRelation[Membership] = fields.ForeignKeyField("rongqiao.Membership")
    officer_id: UUID
    status = fields.CharEnumField(OfferStatus, max_length=16, default=OfferStatus.OPEN)
    amount = fields.DecimalField(max_digits=14, decimal_places=2)
    annual_rate = fields.DecimalField(max_digits=8, decimal_places=4)
    all_in_cost = fields.DecimalField(max_digits=8, decimal_places=4, null=True)
    term_months = fields.IntField()
    message = fields.CharField(max_length=200, null=True)
    decline_reason = fields.CharField(max_length=200, null=True)
    made_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "offer"
