"""Query.ruleLab: a bank tries a product before it publishes it, in counts that name nobody."""

from typing import Any

import pytest

from credit.levels import EnterpriseSize
from foundation.city import cities
from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from marketplace.lab_cohorts import draw_cohorts
from storage.database import execute, fetch
from storage.models import AccessLedgerEntry, LabCohort, Product
from storage.models.membership import Role
from storage.models.product import ProductStatus
from tests.conftest import GraphQL
from tests.factories.credit import consent_of_all
from tests.factories.people import Someone, an_enterprise, an_officer
from tests.factories.products import a_product
from tests.graphql.product_documents import draft_input
from tests.queries import recorded_queries

LAB = """
query ($id: ID, $changes: ProductReviseInput) { ruleLab(productId: $id, changes: $changes) {
  __typename
  ... on RuleLab {
    asOf firms fitting near
    byGrade { key name firms fitting } byDistrict { key name firms fitting }
    byIndustry { key name firms fitting } barriers { code name firms alone text }
  }
  ... on ValidationFailed { fieldErrors { field message } }
} }
"""


@pytest.fixture
async def manager(api: GraphQL, clock: FrozenClock) -> Someone:
    return await an_officer(role=Role.PRODUCT_MANAGER, now=clock.now())


@pytest.fixture
async def product(manager: Someone, clock: FrozenClock) -> Product:
    return await a_product(
        institution=manager.institution, status=ProductStatus.DRAFT, now=clock.now()
    )


async def a_town(clock: FrozenClock, *, number: int = 12) -> None:
    """As many firms of 制造业 as of 软件业, all of them agreed to be graded."""
    for industry in ("C34", "I65"):
        firms = [await an_enterprise(industry=industry, now=clock.now()) for _ in range(number)]
        await consent_of_all(firms, clock.now())
    await draw_cohorts("JIANGYIN", clock.now())


async def tried(api: GraphQL, product: Product, someone: Someone, **changes: Any) -> dict[str, Any]:
    variables = {"id": encode_id("product", product.id), "changes": changes or None}
    found = await api.data(LAB, variables=variables, token=someone.token)
    answer: dict[str, Any] = found["ruleLab"]
    return answer


async def tried_new(api: GraphQL, someone: Someone, **sheet: Any) -> dict[str, Any]:
    found = await api.data(LAB, variables={"changes": sheet}, token=someone.token)
    answer: dict[str, Any] = found["ruleLab"]
    return answer


async def test_nobody_tries_without_signing_in(api: GraphQL, product: Product) -> None:
    answer = await api(LAB, variables={"id": encode_id("product", product.id)})
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_another_banks_manager_finds_nothing_and_an_officer_is_refused(
    api: GraphQL, product: Product, manager: Someone, clock: FrozenClock
) -> None:
    stranger = await an_officer(role=Role.PRODUCT_MANAGER, now=clock.now())
    assert (await tried(api, product, stranger))["__typename"] == "NotFound"
    away = await an_officer(
        role=Role.PRODUCT_MANAGER,
        institution=manager.institution,
        city="CHANGZHOU",
        now=clock.now(),
    )
    assert (await tried(api, product, away))["__typename"] == "NotFound"
    officer = await an_officer(institution=manager.institution, now=clock.now())
    variables = {"id": encode_id("product", product.id)}
    answer = await api(LAB, variables=variables, token=officer.token)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_city_with_too_few_firms_says_so(
    api: GraphQL, product: Product, manager: Someone, clock: FrozenClock
) -> None:
    await consent_of_all([await an_enterprise(now=clock.now()) for _ in range(9)], clock.now())
    await draw_cohorts("JIANGYIN", clock.now())
    found = await tried(api, product, manager)
    assert (found["asOf"], found["firms"], found["barriers"]) == (None, 0, [])


async def test_the_saved_sheet_and_unsaved_changes_are_tried_and_nothing_is_kept(
    api: GraphQL, product: Product, manager: Someone, clock: FrozenClock
) -> None:
    await a_town(clock)
    before = await Product.get(id=product.id).values()
    saved = await tried(api, product, manager)
    assert (saved["firms"], saved["byGrade"][0]["name"]) == (20, "未评级")
    assert {cell["key"]: cell["firms"] for cell in saved["byIndustry"]} == {"C": 10, "I": 10}
    changed = await tried(api, product, manager, industries=["C34"])
    assert {cell["key"]: cell["fitting"] for cell in changed["byIndustry"]}["I"] == 0
    barrier = next(one for one in changed["barriers"] if one["code"] == "industry")
    assert barrier["firms"] == 10
    assert barrier["text"].startswith("支持行业：10家不符合")
    assert await Product.get(id=product.id).values() == before


async def test_a_faulty_change_is_refused_with_its_place(
    api: GraphQL, product: Product, manager: Someone, clock: FrozenClock
) -> None:
    await a_town(clock)
    found = await tried(api, product, manager, minTermMonths=36, maxTermMonths=6)
    assert found["__typename"] == "ValidationFailed"
    assert found["fieldErrors"]


async def test_a_whole_sheet_is_tried_before_it_is_ever_saved(
    api: GraphQL, manager: Someone, clock: FrozenClock
) -> None:
    await a_town(clock)
    sheet = draft_input(manager.institution)
    for beside in ("institutionId", "city", "idempotencyKey"):
        del sheet[beside]
    found = await tried_new(api, manager, **sheet)
    assert (found["__typename"], found["firms"]) == ("RuleLab", 20)
    narrow = await tried_new(api, manager, **sheet | {"industries": ["C34"]})
    assert {cell["key"]: cell["fitting"] for cell in narrow["byIndustry"]}["I"] == 0
    assert await Product.all().count() == 0


async def test_what_a_new_sheet_leaves_out_is_named(
    api: GraphQL, manager: Someone, clock: FrozenClock
) -> None:
    await a_town(clock)
    found = await tried_new(api, manager, name="示例经营贷", minAmount="100000")
    assert found["__typename"] == "ValidationFailed"
    left_out = {one["field"]: one["message"] for one in found["fieldErrors"]}
    assert set(left_out) == {
        "guaranteeKinds", "maxAmount", "prices", "rateBasis", "minTermMonths", "maxTermMonths",
        "repaymentMethods", "requiredGrade",
    }  # fmt: skip
    assert set(left_out.values()) == {"请填写"}


async def test_a_new_sheet_is_its_banks_managers_alone(
    api: GraphQL, manager: Someone, clock: FrozenClock
) -> None:
    answer = await api(LAB, variables={})
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    officer = await an_officer(institution=manager.institution, now=clock.now())
    answer = await api(LAB, variables={}, token=officer.token)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_no_count_lies_between_nobody_and_ten_whatever_is_asked(
    api: GraphQL, product: Product, manager: Someone, clock: FrozenClock
) -> None:
    odd = [
        await an_enterprise(
            industry="C34",
            employees=20 + number,
            annual_revenue="1000000",
            now=clock.now(),
        )
        for number in range(7)
    ]
    await consent_of_all(odd, clock.now())
    await a_town(clock)
    asked: list[dict[str, Any]] = [
        {},
        {"industries": ["C34"]},
        {"sizes": [EnterpriseSize.MICRO.value]},
        {"figures": {"minEmployees": 23}},
        {"figures": {"minEmployees": 24}},
    ]
    for changes in asked:
        found = await tried(api, product, manager, **changes)
        cells = [*found["byGrade"], *found["byDistrict"], *found["byIndustry"]]
        counts = [found["firms"], found["fitting"], found["near"]]
        counts += [cell[name] for cell in cells for name in ("firms", "fitting")]
        counts += [one[name] for one in found["barriers"] for name in ("firms", "alone")]
        assert all(count % 10 == 0 for count in counts)


async def test_drawing_reads_consenting_firms_alone_and_says_so_in_the_ledger(
    api: GraphQL, clock: FrozenClock
) -> None:
    for _ in range(3):
        await an_enterprise(now=clock.now())
    await a_town(clock)
    lines = await AccessLedgerEntry.all()
    assert {(line.what, line.purpose_kind, line.role) for line in lines} == {
        ("GRADE_READ", "STATISTICS", "PLATFORM")
    }
    assert len(lines) == 24
    rows = await LabCohort.all()
    assert sum(row.size for row in rows) == 24
    names = {row["name"] for row in await fetch("SELECT name FROM enterprise")}
    assert not any(name in str(row.typical) for row in rows for name in names)


async def test_who_agreed_before_statistics_were_spoken_of_is_neither_read_nor_counted(
    api: GraphQL, clock: FrozenClock
) -> None:
    firms = [await an_enterprise(industry="C34", now=clock.now()) for _ in range(12)]
    now_on, before = firms[:11], firms[11:]
    await consent_of_all(now_on, clock.now())
    former = [text for text in cities()["JIANGYIN"].consent_texts if not text.in_force]
    assert [text.purpose for text in former] == ["GRADING"]
    await consent_of_all(before, clock.now(), text_version=former[0].version)

    drawn = await draw_cohorts("JIANGYIN", clock.now())

    assert drawn.firms == 11
    read = {line.enterprise_id for line in await AccessLedgerEntry.all()}
    assert read == {firm.id for firm in now_on}


async def test_a_new_draw_replaces_the_former_one_as_a_whole(
    api: GraphQL, product: Product, manager: Someone, clock: FrozenClock
) -> None:
    await a_town(clock)
    assert (await tried(api, product, manager))["firms"] == 20
    await execute("UPDATE enterprise SET in_business = false WHERE industry = 'I65'")
    await draw_cohorts("JIANGYIN", clock.now())
    found = await tried(api, product, manager)
    assert (found["firms"], [cell["key"] for cell in found["byIndustry"]]) == (10, ["C"])


async def test_drawing_and_trying_take_few_queries(
    api: GraphQL, product: Product, manager: Someone, clock: FrozenClock
) -> None:
    await a_town(clock)
    with recorded_queries() as queries:
        await draw_cohorts("JIANGYIN", clock.now())
    # chunk, enterprises, grades, severe list, records, connected, ledger, lock, out, in
    assert len(queries) <= 14
    await tried(api, product, manager)
    with recorded_queries() as queries:
        await tried(api, product, manager)
    # session, membership, product, institution, newest draw
    assert len(queries) <= 7
