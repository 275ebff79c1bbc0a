"""A product for a demand, as the engine saw it."""

from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id
from storage.models.demand import Demand
from storage.models.product import Product


class Match(Model):
    """One product's verdict for one demand. Ineligible ones have no rank and no price."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    demand: fields.ForeignKeyRelation[Demand] = fields.ForeignKeyField("rongqiao.Demand")
    demand_id: UUID
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField("rongqiao.Product")
    product_id: UUID
    product_version = fields.IntField()
    eligible = fields.BooleanField()
    position = fields.IntField()
    rank = fields.IntField(null=True)
    score = fields.FloatField(null=True)
    annual_rate = fields.DecimalField(max_digits=8, decimal_places=4, null=True)
    limit_amount = fields.DecimalField(max_digits=14, decimal_places=2, null=True)
    all_in_cost = fields.DecimalField(max_digits=8, decimal_places=4, null=True)
    all_in_cost_simple = fields.DecimalField(max_digits=8, decimal_places=4, null=True)
    reasons: list[dict[str, Any]] = fields.JSONField()
    computed_at = fields.DatetimeField()

    class Meta:
        table = "match"
