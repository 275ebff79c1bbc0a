"""Loan products: the sheet now on show, and every version there was."""

from enum import StrEnum
from typing import Any
from uuid import UUID

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
    in percent per year, terms in months. `lends_reference`: it can lend 100万 over 12 months;
    `reference_cost`: the all-in cost of that, or of the nearest it offers, at its best price.
    `is_example`: its bank stands there as an example, so it is shown as 示例产品.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    institution: fields.ForeignKeyRelation[Institution] = fields.ForeignKeyField(
        "rongqiao.Institution"
    )
    institution_id: UUID
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
    lends_reference = fields.BooleanField(default=False)
    reference_cost = fields.DecimalField(max_digits=8, decimal_places=4, null=True)
    is_example = fields.BooleanField(default=False)
    refusal_reason = fields.CharField(max_length=200, null=True)
    created_at = fields.DatetimeField()
    published_at = fields.DatetimeField(null=True)

    class Meta:
        table = "product"


class ProductVersion(Model):
    """One version of a sheet, never changed: what a kept match was computed from."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField("rongqiao.Product")
    product_id: UUID
    number = fields.IntField()
    sheet: dict[str, Any] = fields.JSONField()
    approved_at = fields.DatetimeField()

    class Meta:
        table = "product_version"


class CatalogueRevision(Model):
    """One row: a number that no other state of the published catalogue ever had.

    Triggers set it in the transaction that changes what is on show, so nobody can forget to.
    """

    id = fields.SmallIntField(primary_key=True, generated=False)
    number = fields.BigIntField()

    class Meta:
        table = "catalogue_revision"
