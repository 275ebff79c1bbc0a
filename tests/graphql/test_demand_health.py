"""Query.demandHealth while an owner types, and the published factors of the order."""

from decimal import Decimal
from typing import Any

import pytest

from foundation.clock import FrozenClock
from matching.terms import RequiredGrade
from storage.models import AccessLedgerEntry, Demand
from tests.conftest import GraphQL
from tests.factories.people import Someone, an_officer, an_owner
from tests.factories.products import a_product, prices
from tests.queries import recorded_queries

HEALTH = """
query ($input: DemandHealthInput!) { demandHealth(input: $input) {
  __typename
  ... on DemandHealth {
    now { fitting full near }
    byAmount { amount count { fitting full } }
    byTerm { termMonths count { fitting } }
    advice { kind text amount termMonths grade opens fills closes savesAYear products { name } }
  }
  ... on ValidationFailed { fieldErrors { field message } }
} }
"""


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock) -> Someone:
    await a_product(
        # 备选 may have half of it.
        name="示例甲贷",
        max_amount=Decimal("1600000.00"),
        prices=prices("2", "2", "2"),
        now=clock.now(),
    )
    await a_product(name="示例乙贷", max_term_months=12, now=clock.now())
    await a_product(name="示例高贷", required_grade=RequiredGrade.FIRST, now=clock.now())
    return await an_owner(now=clock.now())


async def health(api: GraphQL, someone: Someone, **changes: Any) -> dict[str, Any]:
    wanted = {"amount": "1000000", "termMonths": 18, **changes}
    found = await api.data(HEALTH, variables={"input": wanted}, token=someone.token)
    answer: dict[str, Any] = found["demandHealth"]
    return answer


async def test_nobody_is_told_without_signing_in(api: GraphQL) -> None:
    variables = {"input": {"amount": "1000000", "termMonths": 12}}
    answer = await api(HEALTH, variables=variables)
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_an_officer_is_refused_and_nothing_is_read(api: GraphQL, clock: FrozenClock) -> None:
    officer = await an_officer(now=clock.now())
    variables = {"input": {"amount": "1000000", "termMonths": 12}}
    answer = await api(HEALTH, variables=variables, token=officer.token)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await AccessLedgerEntry.all().count() == 0


async def test_the_owner_reads_how_the_count_moves_and_what_opens_most(
    api: GraphQL, owner: Someone
) -> None:
    found = await health(api, owner)
    assert found["now"] == {"fitting": 1, "full": 0, "near": 1}
    assert {"amount": "800000", "count": {"fitting": 1, "full": 1}} in found["byAmount"]
    assert {"termMonths": 12, "count": {"fitting": 2}} in found["byTerm"]
    by_kind = {one["kind"]: one for one in found["advice"]}
    assert by_kind["TERM"]["text"].startswith("把期限缩短到1年：多 1 款产品符合条件")
    assert by_kind["TERM"]["products"] == [{"name": "示例乙贷"}]
    assert by_kind["AMOUNT"]["text"].startswith("把金额降到80万元：1 款产品可以贷足")
    assert (by_kind["GRADE"]["grade"], by_kind["GRADE"]["opens"]) == ("FIRST", 1)


async def test_a_look_is_a_line_of_the_ledger_and_keeps_no_demand(
    api: GraphQL, owner: Someone
) -> None:
    await health(api, owner)
    lines = await AccessLedgerEntry.all()
    assert [(line.what, line.purpose_kind) for line in lines] == [("GRADE_READ", "OWN")]
    assert await Demand.all().count() == 0


async def test_figures_outside_the_citys_limits_are_refused_with_their_place(
    api: GraphQL, owner: Someone
) -> None:
    found = await health(api, owner, amount="1", termMonths=0)
    assert found["__typename"] == "ValidationFailed"
    assert [one["field"] for one in found["fieldErrors"]] == ["amount", "termMonths"]
    assert await AccessLedgerEntry.all().count() == 0


async def test_a_look_takes_few_queries(api: GraphQL, owner: Someone) -> None:
    await health(api, owner)  # compiles the catalogue
    with recorded_queries() as queries:
        await health(api, owner)
    # session, membership; enterprise, grade, severe list, records, connected; ledger line;
    # catalogue revision; products of the advice
    assert len(queries) <= 12


async def test_what_decides_the_order_is_open_to_everybody(api: GraphQL) -> None:
    found = await api.data("{ matchFactors { code place name first points } }")
    factors = found["matchFactors"]
    assert [one["code"] for one in factors] == [
        "fit",
        "full_amount",
        "asked_kind",
        "all_in_cost",
        "limit",
        "product_id",
    ]
    assert [one["place"] for one in factors] == [1, 2, 3, 4, 5, 6]
    assert sum(one["points"] for one in factors) == 100
