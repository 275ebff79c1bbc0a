"""A city's standing demands kept right: what a new product and what a night take, per demand.

Firms have imported records, grading consents and computed grades; their demands were published and
matched one by one. Nothing is kept for the next run.
"""

import random
import time
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bench.figures import Figure
from bench.fresh_database import a_fresh_database, opened
from credit.levels import EnterpriseSize
from foundation.clock import day_in_shanghai
from marketplace.match_check import mend_matches
from marketplace.matchmaking import match_demand, match_product
from marketplace.product_import import import_products
from matching.terms import RequiredGrade
from sharing.grading import regrade_city
from storage.database import execute, fetch
from storage.models import Institution
from tests.factories.credit import a_history, consent_of_all, import_histories
from tests.factories.demands import a_demand
from tests.factories.people import an_enterprise, an_institution, an_owner
from tests.factories.products import a_product, prices

CITY = "JIANGYIN"
DEMANDS, PRODUCTS = 200, 1_000
DATABASE = "bench_standing"
MS_A_DEMAND = 15.0
_INDUSTRIES = ("C34", "C17", "F51", "I65", "C33", "H62")
_TAGS = ("近12月有纳税", "高新技术企业", "专精特新", "纳税信用A/B/M")


async def standing(demands: int = DEMANDS, products: int = PRODUCTS) -> list[Figure]:
    """Time for each standing demand: matched when published, by a new product, by a night."""
    dice = random.Random(7)
    now = datetime.now(UTC)
    async with a_fresh_database(DATABASE) as database, opened(database.address):
        await _products(dice, products, now)
        await _demands(dice, demands, now)
        ids = [row["id"] for row in await fetch("SELECT id FROM demand ORDER BY id")]
        published = await _seconds(_match_each(ids, now))
        # The first one compiles the catalogue, in production as here.
        new = [await _a_new_product(dice, now) for _ in range(3)]
        changed = [await _seconds(match_product(one, now)) for one in new]
        night = await _seconds(mend_matches(CITY, now))
        rows = (await fetch("SELECT count(*) AS n FROM match"))[0]["n"]
    name = f"match.standing.{products}"
    return [
        Figure(f"{name}.rows", rows / demands, "rows_a_demand"),
        Figure(f"{name}.published", published / demands * 1000, "ms_a_demand"),
        Figure(f"{name}.product", sum(changed) / 3 / demands * 1000, "ms_a_demand"),
        Figure(f"{name}.night", night / demands * 1000, "ms_a_demand", at_most=MS_A_DEMAND),
    ]


async def _seconds(work: Awaitable[object]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


async def _match_each(ids: list[Any], now: datetime) -> None:
    for one in ids:
        await match_demand(one, now)


async def _products(dice: random.Random, products: int, now: datetime) -> None:
    await import_products(now)
    shipped = (await fetch("SELECT count(*) AS n FROM product WHERE city = $1", CITY))[0]["n"]
    banks = [await an_institution(now=now) for _ in range(1 + products // 40)]
    for _ in range(products - shipped):
        await _a_product(dice, dice.choice(banks), now)


async def _a_new_product(dice: random.Random, now: datetime) -> Any:
    return (await _a_product(dice, await an_institution(now=now), now)).id


async def _a_product(dice: random.Random, bank: Institution, now: datetime) -> Any:
    rate = Decimal(dice.randint(250, 700)) / 100
    groups = [(tag,) for tag in _TAGS if dice.random() < 0.15]
    return await a_product(
        institution=bank,
        name=f"示例贷{dice.randrange(10**9)}",
        prices=prices(str(rate), str(rate + Decimal("0.2")), str(rate + Decimal("0.4"))),
        required_grade=dice.choice(tuple(RequiredGrade)),
        industries=tuple(dice.sample(_INDUSTRIES, 2)) if dice.random() < 0.3 else (),
        sizes=tuple(dice.sample(tuple(EnterpriseSize)[:4], 2)),
        tag_groups=tuple(groups),
        min_age_months=dice.choice((None, 12, 24, 36)),
        min_amount=Decimal(dice.choice((100_000, 300_000, 1_000_000))),
        now=now,
    )


async def _demands(dice: random.Random, demands: int, now: datetime) -> None:
    """Firms of whom most have records and a grading consent; a demand of each."""
    firms = [
        await an_enterprise(
            industry=dice.choice(_INDUSTRIES),
            established_on=day_in_shanghai(now) - timedelta(days=dice.randint(100, 5000)),
            employees=dice.choice((5, 60, 400)),
            annual_revenue=dice.choice(("900000", "8000000", "90000000")),
            now=now,
        )
        for _ in range(demands)
    ]
    known = [firm for firm in firms if dice.random() < 0.8]
    for start in range(0, len(known), 500):
        histories = [
            a_history(firm, tax=str(dice.randint(1, 4) * 700_000), tax_level=dice.choice("ABM"))
            for firm in known[start : start + 500]
        ]
        await import_histories(histories, now)
    await consent_of_all(known, now)
    await regrade_city(CITY, now)
    for firm in firms:
        amount = str(dice.choice((200_000, 500_000, 1_000_000, 2_000_000)))
        await a_demand(
            owner=await an_owner(enterprise=firm, now=now),
            amount=amount,
            term_months=dice.choice((6, 12, 18, 24)),
            matched=False,
            now=now,
        )
    await execute("DELETE FROM pgqueuer")
