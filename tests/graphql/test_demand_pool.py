"""demandPool: what an officer's institution may see, best fit first, narrowed and paged."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from storage.database import execute
from storage.models import AccessLedgerEntry, Demand, Grade, Product
from storage.models.membership import Role
from tests.conftest import GraphQL
from tests.factories.credit import a_graded_owner, an_owner_with_nine
from tests.factories.demands import a_demand, an_offer
from tests.factories.people import Someone, an_enterprise, an_institution, an_officer, an_owner
from tests.factories.products import a_product, prices
from tests.queries import recorded_queries

POOL = """
query ($filter: DemandFilter, $first: Int, $after: String, $last: Int, $before: String) {
  demandPool(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id amount } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""

RICH = """
query { demandPool { edges { node {
  id availableActions enterprise { name } contact { phone }
  applicant { gradeLevel size ageBand district { name } industry { name } }
  matches { edges { node { product { name } } } }
  offers { edges { node { product { name } institution { name } } } }
} } } }
"""


@dataclass
class Desk:
    """An officer whose bank has one product that any demand up to 150万 fits."""

    api: GraphQL
    clock: FrozenClock
    officer: Someone

    async def pool(self, **variables: Any) -> dict[str, Any]:
        found = await self.api.data(POOL, variables=variables, token=self.officer.token)
        connection: dict[str, Any] = found["demandPool"]
        return connection

    async def ids(self, **variables: Any) -> list[str]:
        return [edge["node"]["id"] for edge in (await self.pool(**variables))["edges"]]

    async def demand(self, **wanted: Any) -> Demand:
        return await a_demand(now=self.clock.now(), **wanted)


def id_of(demand: Demand) -> str:
    return encode_id("demand", demand.id)


@pytest.fixture
async def desk(api: GraphQL, clock: FrozenClock) -> Desk:
    officer = await an_officer(now=clock.now())
    await a_product(institution=officer.institution, now=clock.now())
    return Desk(api, clock, officer)


async def code_of(api: GraphQL, token: str | None, **variables: Any) -> str:
    body = await api(POOL, variables=variables, token=token)
    code: str = body["errors"][0]["extensions"]["code"]
    return code


async def test_anonymous(api: GraphQL) -> None:
    assert await code_of(api, None) == "UNAUTHENTICATED"


async def test_who_is_no_officer_is_forbidden(desk: Desk) -> None:
    owner = await an_owner(now=desk.clock.now())
    manager = await an_officer(role=Role.PRODUCT_MANAGER, now=desk.clock.now())
    assert await code_of(desk.api, owner.token) == "FORBIDDEN"
    assert await code_of(desk.api, manager.token) == "FORBIDDEN"


async def test_a_demand_that_fits_stands_in_the_pool_of_its_bank_alone(desk: Desk) -> None:
    demand = await desk.demand()
    other = await an_officer(now=desk.clock.now())
    assert await desk.ids() == [id_of(demand)]
    assert await Desk(desk.api, desk.clock, other).ids() == []


async def test_what_the_bank_may_not_see_is_not_in_its_pool(desk: Desk) -> None:
    await desk.demand(amount="50000")
    await desk.demand(institutions=[await an_institution()])
    await desk.demand(owner=await an_owner(city="CHANGZHOU", now=desk.clock.now()))
    await desk.demand(matched=False)
    withdrawn = await desk.demand()
    await execute(
        "UPDATE demand SET status = 'WITHDRAWN', ended_at = $2 WHERE id = $1",
        withdrawn.id,
        desk.clock.now(),
    )
    assert await desk.ids() == []


async def test_a_suspended_institution_has_an_empty_pool(desk: Desk) -> None:
    await desk.demand()
    await execute("UPDATE institution SET status = 'SUSPENDED'")
    assert await desk.ids() == []


async def test_the_best_fit_comes_first_and_the_newer_of_equals(desk: Desk) -> None:
    full_one = await desk.demand(amount="500000")
    partial = await desk.demand(amount="2000000")
    full_two = await desk.demand(amount="600000")
    assert await desk.ids() == [id_of(full_two), id_of(full_one), id_of(partial)]


async def test_the_fit_is_that_of_the_banks_own_best_product(desk: Desk) -> None:
    demand = await desk.demand(amount="2000000")
    full = await desk.demand(amount="500000")
    rival = await an_officer(now=desk.clock.now())
    await a_product(
        institution=rival.institution, prices=prices("1", "1", "1"), now=desk.clock.now()
    )
    assert await desk.ids() == [id_of(full), id_of(demand)]


async def test_a_demand_on_which_its_own_offer_stands_stays_last_in_the_pool(desk: Desk) -> None:
    first, second = await desk.demand(), await desk.demand()
    product = await Product.get()
    await an_offer(demand=first, officer=desk.officer, product=product, now=desk.clock.now())
    await execute(
        "UPDATE match SET eligible = false, rank = NULL, score = NULL, "
        "annual_rate = NULL, limit_amount = NULL WHERE demand_id = $1",
        first.id,
    )
    assert await desk.ids() == [id_of(second), id_of(first)]


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({}, {"C34 in town", "C13 in town", "I65 elsewhere"}),
        ({"districts": ["320281400"]}, {"C34 in town", "C13 in town"}),
        ({"districts": ["320281404"]}, {"I65 elsewhere"}),
        ({"districts": ["nowhere"]}, set()),
        ({"industries": ["C"]}, {"C34 in town", "C13 in town"}),
        ({"industries": ["C34", "I"]}, {"C34 in town", "I65 elsewhere"}),
        ({"minAmount": "600000"}, {"C13 in town", "I65 elsewhere"}),
        ({"maxAmount": "600000"}, {"C34 in town", "C13 in town"}),
        ({"minAmount": "600000", "maxAmount": "600000"}, {"C13 in town"}),
        ({"gradeLevels": ["UNRATED"]}, {"C34 in town", "C13 in town", "I65 elsewhere"}),
        ({"gradeLevels": ["ADVANCED", "FIRST"]}, set()),
        ({"industries": ["C"], "minAmount": "600000"}, {"C13 in town"}),
    ],
)
async def test_the_pool_is_narrowed(
    desk: Desk, narrowed: dict[str, Any], expected: set[str]
) -> None:
    named: dict[str, str] = {}
    for name, industry, district, amount in (
        ("C34 in town", "C34", "320281400", "500000"),
        ("C13 in town", "C13", "320281400", "600000"),
        ("I65 elsewhere", "I65", "320281404", "700000"),
    ):
        enterprise = await an_enterprise(
            industry=industry, district=district, employees=60, now=desk.clock.now()
        )
        owner = await an_owner(enterprise=enterprise, now=desk.clock.now())
        named[id_of(await desk.demand(owner=owner, amount=amount))] = name
    assert {named[one] for one in await desk.ids(filter=narrowed)} == expected


@pytest.mark.parametrize(
    "narrowed",
    [
        {"industries": ["ZZ"]},
        {"industries": [""]},
        {"industries": ["C"] * 51},
        {"districts": ["320281400"] * 51},
        {"gradeLevels": ["FIRST"] * 51},
    ],
)
async def test_a_filter_out_of_bounds_is_bad_input(desk: Desk, narrowed: dict[str, Any]) -> None:
    assert await code_of(desk.api, desk.officer.token, filter=narrowed) == "BAD_USER_INPUT"


async def test_a_grade_whose_consent_has_ended_narrows_as_unrated(desk: Desk) -> None:
    owner = await a_graded_owner(desk.clock)
    demand = await desk.demand(owner=owner)
    grade = await Grade.get(enterprise=owner.enterprise)
    assert await desk.ids(filter={"gradeLevels": [grade.level.value]}) == [id_of(demand)]

    # Its last day cannot be changed afterwards: the database keeps a consent as it was given.
    await execute("UPDATE consent SET revoked_at = $1 WHERE purpose = 'GRADING'", desk.clock.now())

    assert await desk.ids(filter={"gradeLevels": [grade.level.value]}) == []
    assert await desk.ids(filter={"gradeLevels": ["UNRATED"]}) == [id_of(demand)]


async def test_a_lapsed_consent_of_a_person_narrows_the_pool_at_once(desk: Desk) -> None:
    """One A less is another level, before the night's run too."""
    owner = await an_owner_with_nine(desk.clock, persons_days=3)
    demand = await desk.demand(owner=owner)
    assert await desk.ids(filter={"gradeLevels": ["ADVANCED"]}) == [id_of(demand)]

    desk.clock.advance(timedelta(days=4))
    desk.officer = await an_officer(institution=desk.officer.institution, now=desk.clock.now())

    assert await desk.ids(filter={"gradeLevels": ["ADVANCED"]}) == []
    assert await desk.ids(filter={"gradeLevels": ["FIRST"]}) == [id_of(demand)]


async def test_the_pool_is_paged_both_ways(desk: Desk) -> None:
    amounts = ("500000", "2000000", "600000", "2100000", "700000")
    demands = [await desk.demand(amount=amount) for amount in amounts]
    full, partial = demands[::2], demands[1::2]
    order = [id_of(one) for one in (*reversed(full), *reversed(partial))]
    assert await desk.ids() == order
    first = await desk.pool(first=2)
    assert [edge["node"]["id"] for edge in first["edges"]] == order[:2]
    assert first["pageInfo"]["hasNextPage"]
    assert not first["pageInfo"]["hasPreviousPage"]
    assert await desk.ids(first=2, after=first["pageInfo"]["endCursor"]) == order[2:4]
    third = await desk.pool(first=2, after=(await desk.pool(first=4))["pageInfo"]["endCursor"])
    assert [edge["node"]["id"] for edge in third["edges"]] == order[4:]
    assert not third["pageInfo"]["hasNextPage"]
    assert await desk.ids(last=2, before=third["pageInfo"]["startCursor"]) == order[2:4]
    assert await desk.ids(last=1) == order[4:]


async def test_a_cursor_of_another_filter_or_a_forged_one_is_bad_input(desk: Desk) -> None:
    await desk.demand()
    cursor = (await desk.pool(filter={"industries": ["C"]}))["pageInfo"]["endCursor"]
    for page in ({"after": cursor}, {"after": "forged"}, {"first": 101}, {"first": 1, "last": 1}):
        assert await code_of(desk.api, desk.officer.token, **page) == "BAD_USER_INPUT"


async def test_no_name_and_no_number_stands_in_the_pool(desk: Desk) -> None:
    enterprise = await an_enterprise(name="示例精工机械有限公司", now=desk.clock.now())
    owner = await an_owner(enterprise=enterprise, now=desk.clock.now())
    await desk.demand(owner=owner, purpose="示例精工机械采购原料，电话13800001234")
    found = await desk.api.data(RICH, token=desk.officer.token)
    text = str(found)
    assert "示例精工" not in text
    assert enterprise.uscc not in text
    assert str(owner.person.phone)[3:] not in text
    assert "13800001234" not in text
    (edge,) = found["demandPool"]["edges"]
    assert (edge["node"]["enterprise"], edge["node"]["contact"]) == (None, None)


async def test_each_grade_that_is_read_is_a_line_of_its_own(desk: Desk) -> None:
    demands = [await desk.demand() for _ in range(3)]
    await desk.api.data(RICH, token=desk.officer.token)
    lines = await AccessLedgerEntry.filter(person_id=desk.officer.person.id)
    assert {(line.what, line.purpose_id) for line in lines} == {
        ("GRADE_READ", demand.id) for demand in demands
    }
    assert {line.consent_id for line in lines} == {demand.consent_id for demand in demands}


async def test_a_pool_of_many_takes_as_many_queries_as_one(desk: Desk) -> None:
    async def statements() -> int:
        with recorded_queries() as found:
            await desk.api.data(RICH, token=desk.officer.token)
        return len(found)

    await desk.demand()
    await statements()  # products on show are read once and kept
    one = await statements()
    for _ in range(4):
        await desk.demand()
    assert await statements() == one
    # The viewer, the pool; of all of them together: actions, enterprises, contacts, profiles,
    # grades with the severe lists and their ledger lines, matches, offers.
    assert one <= 12
