"""Loan products: the sheet now on show, and every version there was."""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.models import Model

from foundation.identifiers import new_id
from matching.terms import RequiredGrade
from storage.models.institution import Institution


class ProductStatus(StrEnum):
    """Where a product stands on its way to the shelf."""

    DRAFT = "DRAFT"
    IN_REVIEW = "IN_REVIEW"
    PUBLISHED = "PUBLISHED"
    RETIRED = "RETIRED"


class Product(Model):
    """A product as its current sheet has it: what is searched and sorted by in columns, the rest
    (prices by grade, fees, conditions, materials, provenance …) in `sheet`. Money in yuan, rates
    in percent per year, terms in months.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    institution: fields.ForeignKeyRelation[Institution] = fields.ForeignKeyField(
        "rongqiao.Institution"
    )
    city = fields.CharField(max_length=24)
    name = fields.CharField(max_length=80)
    status = fields.CharEnumField(ProductStatus, max_length=16, default=ProductStatus.DRAFT)
    version = fields.IntField(default=1)
    min_amount = fields.DecimalField(max_digits=14, decimal_places=2)
    max_amount = fields.DecimalField(max_digits=14, decimal_places=2)
    min_annual_rate = fields.DecimalField(max_digits=8, decimal_places=4)
    max_annual_rate = fields.DecimalField(max_digits=8, decimal_places=4)
    min_term_months = fields.IntField()
    max_term_months = fields.IntField()
    required_grade = fields.CharEnumField(RequiredGrade, max_length=16)
    guarantee_kinds: list[str] = fields.JSONField()
    repayment_methods: list[str] = fields.JSONField()
    sheet: dict[str, Any] = fields.JSONField()
    reference_cost = fields.DecimalField(max_digits=8, decimal_places=4, null=True)
    refusal_reason = fields.CharField(max_length=200, null=True)
    created_at = fields.DatetimeField()
    published_at = fields.DatetimeField(null=True)

    class Meta:
        table = "product"


class ProductVersion(Model):
    """One version of a sheet, never changed: what a kept match was computed from."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField("rongqiao.Product")
    number = fields.IntField()
    sheet: dict[str, Any] = fields.JSONField()
    approved_at = fields.DatetimeField()

    class Meta:
        table = "product_version"
