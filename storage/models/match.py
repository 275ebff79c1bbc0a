"""A product for a demand, as the engine saw it."""

from datetime import date
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
    run_id = fields.UUIDField(null=True)

    class Meta:
        table = "match"


class MatchShelf(Model):
    """What stood on a city's shelf: [product id, version] by id, once for each state of it."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    city = fields.CharField(max_length=24)
    digest = fields.BinaryField()
    products: list[list[Any]] = fields.JSONField()
    kept_at = fields.DatetimeField()

    class Meta:
        table = "match_shelf"


class MatchRun(Model):
    """One run of a demand's matches, never changed: what it was computed from, and its order.

    `digest` is over `facts`, `order_digest` over the order (matching/replay.py).
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    demand: fields.ForeignKeyRelation[Demand] = fields.ForeignKeyField("rongqiao.Demand")
    demand_id: UUID
    shelf: fields.ForeignKeyRelation[MatchShelf] = fields.ForeignKeyField("rongqiao.MatchShelf")
    shelf_id: UUID
    rules_version = fields.CharField(max_length=16)
    facts: dict[str, Any] = fields.JSONField()
    digest = fields.BinaryField()
    order_digest = fields.BinaryField()
    computed_at = fields.DatetimeField()

    class Meta:
        table = "match_run"


class LabCohort(Model):
    """Ten firms or more as one typical firm: what the rule lab of a city asks, drawn as a whole."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    city = fields.CharField(max_length=24)
    drawn_on: date = fields.DateField()
    number = fields.IntField()
    size = fields.IntField()
    typical: dict[str, Any] = fields.JSONField()

    class Meta:
        table = "lab_cohort"
