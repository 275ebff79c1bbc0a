"""What a run of a demand's matches keeps, so that the same order can be found again.

Kept are the facts as the rules read them, without any name, and a digest of the order. A salt in
the facts keeps whoever has the digest from guessing figures.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from credit.levels import EnterpriseSize, GradeLevel
from matching.applicant import Applicant, Tags, Wish
from matching.rank import Ranked
from matching.terms import GuaranteeKind, Place

# A sentence about a record, which no rule compares.
_LEFT_OUT = frozenset({"grade_reason"})


def facts_kept(applicant: Applicant, wish: Wish, today: date, salt: str) -> dict[str, Any]:
    """The facts of a run as JSON values: money and rates as text, days as ISO 8601."""
    asked = {one.name: _plain(getattr(wish, one.name)) for one in fields(wish)}
    firm = firm_kept(applicant)
    return {"applicant": firm, "wish": asked, "today": today.isoformat(), "salt": salt}


def firm_kept(applicant: Applicant) -> dict[str, Any]:
    """An enterprise's facts as JSON values, without the sentence about its grade."""
    return {
        one.name: _plain(getattr(applicant, one.name))
        for one in fields(applicant)
        if one.name not in _LEFT_OUT
    }


def facts_read(kept: Mapping[str, Any]) -> tuple[Applicant, Wish, date]:
    """The facts again. Raises KeyError or ValueError for what `facts_kept` never wrote."""
    asked = kept["wish"]
    wish = Wish(
        amount=Decimal(asked["amount"]),
        term_months=asked["term_months"],
        guarantee_kinds=frozenset(map(GuaranteeKind, asked["guarantee_kinds"])),
        max_annual_rate=_money(asked["max_annual_rate"]),
    )
    return firm_read(kept["applicant"]), wish, date.fromisoformat(kept["today"])


def firm_read(firm: Mapping[str, Any]) -> Applicant:
    """The enterprise again. Raises KeyError or ValueError for what `firm_kept` never wrote."""
    return Applicant(
        enterprise_id=firm["enterprise_id"],
        grade=GradeLevel(firm["grade"]),
        place=Place(**firm["place"]),
        region_codes=frozenset(firm["region_codes"]),
        industry=firm["industry"],
        size=EnterpriseSize(firm["size"]),
        possible_sizes=frozenset(map(EnterpriseSize, firm["possible_sizes"])),
        sole_trader=firm["sole_trader"],
        established_on=_day(firm["established_on"]),
        tags=Tags(frozenset(firm["tags"]["held"]), frozenset(firm["tags"]["lacking"])),
        annual_revenue=_money(firm["annual_revenue"]),
        annual_tax=_money(firm["annual_tax"]),
        employees=firm["employees"],
        public_records=firm["public_records"],
        bad_loans=firm["bad_loans"],
    )


def digest_of(kept: object) -> bytes:
    """SHA-256 of JSON values with sorted keys, without blanks, in UTF-8."""
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def order_digest(ranked: Sequence[Ranked]) -> bytes:
    """SHA-256 of an order: every product with its version, verdict and figures, first one first."""
    return digest_of([_placed(one) for one in ranked])


def _placed(one: Ranked) -> list[Any]:
    terms = one.terms
    figures: list[Decimal | None] = (
        [] if terms is None else [terms.annual_rate, terms.limit, terms.cost.compound]
    )
    return [
        one.sheet.product_id,
        one.sheet.version,
        one.verdict.value,
        one.rank,
        *[None if figure is None else f"{figure:.4f}" for figure in figures],
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(str(one) for one in value)
    if isinstance(value, Place):
        return {"code": value.code, "name": value.name}
    if isinstance(value, Tags):
        return {"held": sorted(value.held), "lacking": sorted(value.lacking)}
    return value if value is None or isinstance(value, bool | int) else str(value)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
