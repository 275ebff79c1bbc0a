"""Enterprise.grade: who reads what of it, and what each reading leaves behind."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from credit.grade import GradeReason
from credit.indicators.finding import rule_of
from credit.levels import GradingMethod, Letter
from foundation.clock import FrozenClock, day_in_shanghai
from foundation.errors import Forbidden
from foundation.identifiers import encode_id
from marketplace import offers
from resolvers.loaders import RequestLoaders
from sharing.grading import current_grade, regrade
from sharing.imports import import_file
from sharing.readings import GradeReading
from storage.database import execute, fetch
from storage.models import Consent
from tests.conftest import GraphQL
from tests.factories.credit import a_graded_owner, a_history, import_histories
from tests.factories.demands import a_demand, a_key, an_offer, viewer_of
from tests.factories.people import Someone, an_enterprise, an_institution, an_officer, an_owner
from tests.factories.products import a_product
from tests.queries import recorded_queries
from tests.stillness import nothing_moves

GRADE = """
query ($id: ID!) {
  node(id: $id) {
    ... on Enterprise {
      size
      grade {
        scheme level reason reasonCode asOf method
        indicators { number name letter value source explanation }
      }
    }
  }
}
"""


async def read(api: GraphQL, owner: Someone, token: str | None) -> dict[str, Any] | None:
    assert owner.enterprise is not None
    variables = {"id": encode_id("enterprise", owner.enterprise.id)}
    found: dict[str, Any] | None = (await api.data(GRADE, variables=variables, token=token))["node"]
    return found


async def lines() -> list[dict[str, Any]]:
    return await fetch(
        "SELECT person_id, role, institution_id, enterprise_id, purpose_kind, purpose_id,"
        " consent_id, allowed FROM access_ledger WHERE what = 'GRADE_READ' ORDER BY id"
    )


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock) -> Someone:
    return await a_graded_owner(clock, records="5修")


async def let_in(owner: Someone, officer: Someone, clock: FrozenClock) -> Any:
    """The owner published a demand, the officer offered, the owner accepted."""
    product = await a_product(institution=officer.institution, now=clock.now())
    demand = await a_demand(owner=owner, now=clock.now())
    offer = await an_offer(demand=demand, officer=officer, product=product, now=clock.now())
    await offers.accept(viewer_of(owner), offer.id, a_key(), clock.now())
    return demand


async def test_anonymous(api: GraphQL, owner: Someone) -> None:
    assert await read(api, owner, None) is None
    assert await lines() == []


async def test_strangers_find_no_enterprise(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    another_owner = await an_owner(now=clock.now())
    officer = await an_officer(now=clock.now())

    async with nothing_moves():
        for stranger in (another_owner, officer):
            assert await read(api, owner, stranger.token) is None

    assert await lines() == []


async def test_the_owner_reads_values_and_sources(api: GraphQL, owner: Someone) -> None:
    found = await read(api, owner, owner.token)

    assert found is not None
    grade = found["grade"]
    assert (grade["level"], grade["reasonCode"]) == ("FIRST", "STANDARD_GATE")
    assert "两年内有失信记录（已修复），按认定标准由高级降为一级" in grade["reason"]
    ninth = grade["indicators"][8]
    assert ninth == {
        "number": 9,
        "name": "企业公共信用状况",
        "letter": "B",
        "value": "未修复 0 条，两年内已修复 1 条",
        "source": "LOCAL-PUBLIC-RECORD 公共信用失信记录",
        "explanation": "两年内有失信记录但已修复，列入 B 类",
    }
    assert found["size"] == "SMALL"
    consent = await Consent.get(enterprise=owner.enterprise, purpose="GRADING")
    assert await lines() == [
        {
            "person_id": owner.person.id,
            "role": "OWNER",
            "institution_id": None,
            "enterprise_id": owner.enterprise and owner.enterprise.id,
            "purpose_kind": "OWN",
            "purpose_id": None,
            "consent_id": consent.id,
            "allowed": True,
        }
    ]


async def test_an_officer_who_was_let_in_reads_letters_without_values_for_that_demand(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    officer = await an_officer(now=clock.now())
    demand = await let_in(owner, officer, clock)
    before = len(await lines())

    found = await read(api, owner, officer.token)

    assert found is not None
    grade = found["grade"]
    assert grade["level"] == "FIRST"
    for one in grade["indicators"]:
        assert (one["value"], one["source"]) == (None, None)
        assert one["explanation"] == rule_of(one["number"], Letter(one["letter"]))
    [line] = (await lines())[before:]
    assert line["institution_id"] == officer.institution.id
    assert (line["purpose_kind"], line["purpose_id"]) == ("DEMAND", demand.id)
    assert line["allowed"]


@pytest.mark.parametrize(
    ("code", "method", "own", "others"),
    [
        ("SCORE", "SCORE", "综合评分 89.99 分，认证为一级", "按综合评分认定（评分法）"),
        (
            "CREDIT_POINTS",
            "DIRECT",
            "企业公共信用积分等级为 B 级，直接认证为一级",
            "按企业公共信用积分等级直接认定（直接定性法）",
        ),
        (
            "BONUS",
            "INDICATORS",
            "加分项（示例，批准：示例批准人）计 5 分",
            "加分项达到规定标准，等级递增一级",
        ),
        (
            "STANDARD_GATE",
            "SCORE",
            "综合评分 95 分，按认定标准由高级降为一级",
            "有公共失信记录，按认定标准降低等级",
        ),
        ("ENOUGH_A", "INDICATORS", "9 个 A、无 C", "9 个 A、无 C"),
    ],
)
async def test_a_reason_tells_others_the_rule_and_no_figure(
    owner: Someone, clock: FrozenClock, code: str, method: str, own: str, others: str
) -> None:
    assert owner.enterprise is not None
    held = replace(
        await current_grade(owner.enterprise.id, day_in_shanghai(clock.now())),
        reason_code=GradeReason(code),
        method=GradingMethod(method),
        reason=own,
    )

    assert GradeReading(held, True, is_own=True).reason == own
    assert GradeReading(held, False).reason == others


async def test_an_officer_is_not_told_the_public_credit_points(
    api: GraphQL, owner: Someone, clock: FrozenClock, tmp_path: Path
) -> None:
    assert owner.enterprise is not None
    officer = await an_officer(now=clock.now())
    await let_in(owner, officer, clock)
    today = day_in_shanghai(clock.now())
    points = tmp_path / "points.csv"
    points.write_text(
        "企业名称,统一社会信用代码,公共信用积分等级,评定日期,有效期至\n"
        f"示例,{owner.enterprise.uscc},C,{today.isoformat()},\n"
    )
    await import_file(
        points,
        city="JIANGYIN",
        category_code="LOCAL-CREDIT-POINTS",
        provider="示例",
        received_on=today,
    )
    await regrade([owner.enterprise.id], "JIANGYIN", clock.now())

    own, others = await read(api, owner, owner.token), await read(api, owner, officer.token)

    assert own is not None
    assert others is not None
    assert "企业公共信用积分等级为 C 级" in own["grade"]["reason"]
    assert others["grade"]["reason"] == ("按企业公共信用积分等级认定，不高于备选（直接定性法）")


async def test_letters_of_others_say_nothing_of_the_enterprises_own_figures(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    officer = await an_officer(now=clock.now())
    await let_in(owner, officer, clock)

    found = await read(api, owner, officer.token)

    assert found is not None
    shown = str(found["grade"]["indicators"])
    for figure in ("2000000", "2026-02-15", "JS-13", "比值", "可比企业"):
        assert figure not in shown


async def test_a_reading_without_a_purpose_is_refused_and_stands_in_the_ledger(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    """No road of the API leads here: the loader is the last door."""
    officer = await an_officer(now=clock.now())
    assert owner.enterprise is not None

    loaders = RequestLoaders(viewer_of(officer), clock)

    with pytest.raises(Forbidden, match="不能查看这家企业的信用等级"):
        await loaders.credit_grades.load(owner.enterprise.id)

    [line] = await lines()
    assert (line["purpose_kind"], line["allowed"]) == ("NONE", False)
    assert line["person_id"] == officer.person.id


async def test_a_suspended_bank_reads_nothing_any_more(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    bank = await an_institution(now=clock.now())
    officer = await an_officer(institution=bank, now=clock.now())
    await let_in(owner, officer, clock)
    await execute("UPDATE institution SET status = 'SUSPENDED' WHERE id = $1", bank.id)

    assert await read(api, owner, officer.token) is None


async def test_the_public_severe_list_shows_without_any_consent(
    api: GraphQL, clock: FrozenClock
) -> None:
    listed = await an_owner(now=clock.now())
    await import_histories([a_history(listed.enterprise, severe="是")], clock.now())

    found = await read(api, listed, listed.token)

    assert found is not None
    assert (found["grade"]["level"], found["grade"]["reasonCode"]) == (
        "NOT_CERTIFIED",
        "SEVERE_RECORD",
    )
    assert found["grade"]["indicators"] == []


async def test_a_city_with_a_configured_mapping_says_so(api: GraphQL, clock: FrozenClock) -> None:
    """A2-47."""
    there = await a_graded_owner(clock, city="CHANGZHOU", with_peers=False)

    found = await read(api, there, there.token)

    assert found is not None
    assert "示例" in found["grade"]["scheme"]
    assert found["grade"]["level"] == "ADVANCED"


async def test_many_grades_are_read_and_noted_in_as_many_statements_as_one(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    """The grades, the severe list for those without one, the demands that let in, what consents
    cover for them, the ledger.
    """
    officer = await an_officer(now=clock.now())
    await let_in(owner, officer, clock)
    others = [await an_enterprise(now=clock.now()) for _ in range(20)]
    assert owner.enterprise is not None
    loaders = RequestLoaders(viewer_of(officer), clock)

    keys = [owner.enterprise.id, *(one.id for one in others)]

    with recorded_queries() as statements:
        found = await asyncio.gather(
            *(loaders.credit_grades.load(key) for key in keys), return_exceptions=True
        )

    assert len(statements) == 5, statements
    assert [isinstance(one, Forbidden) for one in found] == [False, *[True] * 20]
    assert [line["allowed"] for line in await lines()][-21:] == [True, *[False] * 20]
