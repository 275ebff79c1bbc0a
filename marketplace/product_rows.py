"""A product as its card and its page show it: one row with its bank, and the sheet where asked."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from accounts.viewers import Viewer
from marketplace.product_sheet import Sheet, card_of
from matching.terms import GuaranteeKind, RepaymentMethod, RequiredGrade
from storage.database import fetch
from storage.models.institution import InstitutionKind
from storage.models.membership import Role
from storage.models.product import ProductStatus

COLUMNS = """p.id, p.city, p.name, p.status, p.version, p.min_amount, p.max_amount,
p.min_annual_rate, p.max_annual_rate, p.min_term_months, p.max_term_months, p.required_grade,
p.guarantee_kinds, p.repayment_methods, p.lends_reference, p.reference_cost, p.is_example,
p.refusal_reason, p.published_at, i.id AS institution_id, i.name AS institution_name,
i.kind AS institution_kind, i.illustrative AS institution_illustrative"""
JOIN = "product p JOIN institution i ON i.id = p.institution_id"


class BankRow(NamedTuple):
    """The institution of a product."""

    id: UUID
    name: str
    kind: InstitutionKind
    illustrative: bool


class ProductRow(NamedTuple):
    """A product with its bank. Yuan, percent per year, months."""

    id: UUID
    institution: BankRow
    city: str
    name: str
    status: ProductStatus
    version: int
    min_amount: Decimal
    max_amount: Decimal
    min_annual_rate: Decimal
    max_annual_rate: Decimal
    min_term_months: int
    max_term_months: int
    required_grade: RequiredGrade
    guarantee_kinds: Sequence[GuaranteeKind]
    repayment_methods: Sequence[RepaymentMethod]
    lends_reference: bool
    reference_cost: Decimal | None
    is_example: bool
    refusal_reason: str | None
    published_at: datetime | None
    sheet: Sheet | None = None


# A dictionary finds a member several times quicker than the enum does.
_STATUSES = {status.value: status for status in ProductStatus}
_GRADES = {grade.value: grade for grade in RequiredGrade}
_INSTITUTION_KINDS = {kind.value: kind for kind in InstitutionKind}


def product_row(values: Mapping[str, Any]) -> ProductRow:
    """The row of a query that selects COLUMNS from JOIN."""
    return ProductRow(
        id=values["id"],
        institution=BankRow(
            id=values["institution_id"],
            name=values["institution_name"],
            kind=_INSTITUTION_KINDS[values["institution_kind"]],
            illustrative=values["institution_illustrative"],
        ),
        city=values["city"],
        name=values["name"],
        status=_STATUSES[values["status"]],
        version=values["version"],
        min_amount=values["min_amount"],
        max_amount=values["max_amount"],
        min_annual_rate=values["min_annual_rate"],
        max_annual_rate=values["max_annual_rate"],
        min_term_months=values["min_term_months"],
        max_term_months=values["max_term_months"],
        required_grade=_GRADES[values["required_grade"]],
        guarantee_kinds=_kinds(values["guarantee_kinds"]),
        repayment_methods=_methods(values["repayment_methods"]),
        lends_reference=values["lends_reference"],
        reference_cost=values["reference_cost"],
        is_example=values["is_example"],
        refusal_reason=values["refusal_reason"],
        published_at=values["published_at"],
    )


async def read_products(viewer: Viewer | None, ids: Sequence[UUID]) -> list[ProductRow | None]:
    """Products with their sheets, in the order of their ids, in one query.

    Who names the id has been given access to the product, but not to a bank's unapproved figures:
    while a product is not on show, strangers get the last sheet that was.
    """
    rows = await fetch(
        f"""
        SELECT {COLUMNS}, p.sheet, v.sheet AS approved FROM {JOIN}
          LEFT JOIN LATERAL (
            SELECT sheet FROM product_version WHERE product_id = p.id
             ORDER BY number DESC LIMIT 1) v ON true
         WHERE p.id = ANY($1::uuid[])
        """,  # noqa: S608 - constants of this module
        list(ids),
    )
    found = {row["id"]: _as_seen_by(viewer, row) for row in rows}
    return [found.get(key) for key in ids]


def _as_seen_by(viewer: Viewer | None, values: Mapping[str, Any]) -> ProductRow | None:
    row = product_row(values)
    if row.status is ProductStatus.PUBLISHED or _is_insider(viewer, row):
        return row._replace(sheet=Sheet.from_json(values["sheet"]))
    if values["approved"] is None:
        return None
    sheet = Sheet.from_json(values["approved"])
    return row._replace(sheet=sheet, refusal_reason=None, **card_of(sheet))


def _is_insider(viewer: Viewer | None, row: ProductRow) -> bool:
    if viewer is None:
        return False
    decides = viewer.role is Role.OPERATOR and viewer.city == row.city
    return decides or viewer.institution_id == row.institution.id


# A catalogue has a handful of different lists, so that each is read once.
@lru_cache(maxsize=256)
def _kinds(text: str) -> Sequence[GuaranteeKind]:
    return tuple(map(GuaranteeKind, json.loads(text)))


@lru_cache(maxsize=256)
def _methods(text: str) -> Sequence[RepaymentMethod]:
    return tuple(map(RepaymentMethod, json.loads(text)))
