"""A made-up world as the files that `tools match` reads; written apart from the code that reads."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from matching.rules_check import faults_of
from matching.sheet import ProductSheet
from matching.terms import GuaranteeKind
from tests.matching.sheets import TODAY
from tests.matching.worlds import SIZES, World
from tools.__main__ import main

ENTERPRISES, PRODUCTS, DEMANDS, OUT = "E.parquet", "P.json", "D.parquet", "M.parquet"
_FIGURES = {
    "min_annual_revenue": "minAnnualRevenue",
    "max_annual_revenue": "maxAnnualRevenue",
    "min_annual_tax": "minAnnualTax",
    "min_employees": "minEmployees",
    "max_employees": "maxEmployees",
    "max_public_records": "maxPublicRecords",
    "max_bad_loans": "maxBadLoans",
}


def match(folder: Path, *more: str, demands: bool = True, day: date = TODAY) -> int:
    """`tools match` of the files in a folder, into M.parquet there; its exit code."""
    asking = ["--demands", str(folder / DEMANDS)] if demands else []
    return main(
        [
            "match",
            *("--enterprises", str(folder / ENTERPRISES)),
            *("--products", str(folder / PRODUCTS)),
            *asking,
            *("--out", str(folder / OUT)),
            *("--day", day.isoformat(), "--threads", "1"),
            *more,
        ]
    )


def for_files(world: World) -> World:
    """The same enterprises and demands, with the rule sets that a file may hold."""
    few = [
        replace(
            one,
            public_records=one.public_records and min(one.public_records, 9),
            possible_sizes=frozenset() if one.size in SIZES else one.possible_sizes,
        )
        for one in world.applicants
    ]
    return World([one for one in world.sheets if _fits_a_file(one)], few, world.wishes)


def _fits_a_file(sheet: ProductSheet) -> bool:
    said = (*sheet.fees, *sheet.tag_groups)
    return not faults_of(sheet) and len(set(said)) == len(said)


def write_world(world: World, folder: Path) -> None:
    """E.parquet, P.json and D.parquet of a world; each enterprise asks once."""
    enterprises(world).write_parquet(folder / ENTERPRISES)
    demands(world).write_parquet(folder / DEMANDS)
    products = {"products": [product(sheet) for sheet in world.sheets]}
    (folder / PRODUCTS).write_text(json.dumps(products), "utf-8")


def enterprises(world: World) -> pl.DataFrame:
    def fen(amount: Any) -> int | None:
        return None if amount is None else int(amount * 100)

    rows = [
        {
            "enterprise_id": one.enterprise_id,
            "grade": one.grade.value,
            "region": one.place.code,
            "region_codes": sorted(one.region_codes),
            "industry": one.industry,
            "size": one.size.value,
            "possible_sizes": [size.value for size in one.possible_sizes],
            "sole_trader": one.sole_trader,
            "established_on": one.established_on,
            "tags_held": list(one.tags.held),
            "tags_lacking": list(one.tags.lacking),
            "annual_revenue_fen": fen(one.annual_revenue),
            "annual_tax_fen": fen(one.annual_tax),
            "employees": one.employees,
            "public_records": one.public_records,
            "bad_loans": one.bad_loans,
        }
        for one in world.applicants
    ]
    schema = {
        "established_on": pl.Date,
        "annual_revenue_fen": pl.Int64,
        "annual_tax_fen": pl.Int64,
        "possible_sizes": pl.List(pl.String),
    }
    return pl.DataFrame(rows, schema_overrides=schema, infer_schema_length=None)


def demands(world: World) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "demand_id": f"d{number}",
                "enterprise_id": who.enterprise_id,
                "amount_fen": int(wish.amount * 100),
                "term_months": wish.term_months,
                "guarantee_kinds": [kind.value for kind in wish.guarantee_kinds] or None,
            }
            for number, (who, wish) in enumerate(zip(world.applicants, world.wishes, strict=True))
        ],
        schema_overrides={"guarantee_kinds": pl.List(pl.String)},
    )


def product(sheet: ProductSheet) -> dict[str, Any]:
    figures = {
        name: _plain(getattr(sheet.figures, field))
        for field, name in _FIGURES.items()
        if getattr(sheet.figures, field) is not None
    }
    return {
        "id": sheet.product_id,
        "requiredGrade": sheet.required_grade.value,
        "regions": [place.code for place in sheet.regions],
        "industries": list(sheet.industries),
        "sizes": sorted(size.value for size in sheet.sizes),
        "soleTraders": sheet.accepts_sole_traders,
        "tagGroups": [list(group) for group in sheet.tag_groups],
        "minAgeMonths": sheet.min_age_months,
        "figures": figures,
        "minAmount": str(sheet.min_amount),
        "maxAmount": str(sheet.max_amount),
        "minTermMonths": sheet.min_term_months,
        "maxTermMonths": sheet.max_term_months,
        "guaranteeKinds": [kind.value for kind in sheet.guarantee_kinds],
        **_unsecured(sheet),
        "prices": [
            {
                "grade": grade.value,
                "annualRate": str(price.annual_rate),
                "limitPercent": str(price.limit_percent),
            }
            for grade, price in sheet.prices.items()
        ],
        "fees": [
            {
                "name": fee.name,
                "amount": _plain(fee.amount),
                "percentOfPrincipal": _plain(fee.percent_of_principal),
                "perYear": fee.per_year,
            }
            for fee in sheet.fees
        ],
        "repaymentMethods": [method.value for method in sheet.repayment_methods],
    }


def _unsecured(sheet: ProductSheet) -> dict[str, str]:
    """Only where it means something: CREDIT beside another kind."""
    kinds = sheet.guarantee_kinds
    beside = GuaranteeKind.CREDIT in kinds and len(kinds) > 1
    return {"unsecuredFrom": sheet.unsecured_from.value} if beside else {}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)
