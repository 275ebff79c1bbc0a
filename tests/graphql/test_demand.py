"""A demand and what stands beside it: who sees it, how much of it, and when."""

from datetime import timedelta
from typing import Any

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from marketplace import offers
from matching.terms import RequiredGrade
from storage.database import execute
from storage.models import AccessLedgerEntry, Consent
from storage.models.membership import Role
from tests.conftest import GraphQL
from tests.factories.demands import a_demand, an_offer, viewer_of
from tests.factories.people import Someone, access_token_for, an_officer, an_operator, an_owner
from tests.factories.products import a_product
from tests.graphql.demand_scene import READ, Scene, a_scene
from tests.queries import recorded_queries


@pytest.fixture
async def scene(api: GraphQL, clock: FrozenClock) -> Scene:
    return await a_scene(api, clock)


async def test_anonymous(scene: Scene) -> None:
    assert not await scene.sees(None)


async def test_another_owner_sees_nothing(scene: Scene) -> None:
    assert not await scene.sees(await an_owner(now=scene.clock.now()))


async def test_missing_and_foreign_look_the_same(scene: Scene) -> None:
    missing = encode_id("demand", scene.owner.person.id)
    other = await an_owner(now=scene.clock.now())
    gone = await scene.api(READ, variables={"id": missing}, token=other.token)
    foreign = await scene.api(READ, variables={"id": scene.id}, token=other.token)
    assert gone == foreign


async def test_an_id_of_another_kind_is_missing_and_no_id_is_bad_input(scene: Scene) -> None:
    other = await scene.api.data(
        "query ($id: ID!) { demand(id: $id) { id } }",
        variables={"id": scene.id.replace("demand_", "offer_")},
        token=scene.owner.token,
    )
    assert other == {"demand": None}
    body = await scene.api(READ, variables={"id": "1"}, token=scene.owner.token)
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_its_owner_and_the_matched_banks_officers_see_it(scene: Scene) -> None:
    colleague = await an_officer(institution=scene.bank, now=scene.clock.now())
    assert await scene.sees(scene.owner)
    assert await scene.sees(scene.officer)
    assert await scene.sees(colleague)


@pytest.mark.parametrize("role", [Role.PRODUCT_MANAGER, Role.INSTITUTION_ADMIN])
async def test_others_of_the_bank_do_not(scene: Scene, role: Role) -> None:
    someone = await an_officer(institution=scene.bank, role=role, now=scene.clock.now())
    assert not await scene.sees(someone)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.REGULATOR, Role.DATA_PROVIDER])
async def test_people_of_the_platform_do_not(scene: Scene, role: Role) -> None:
    assert not await scene.sees(await an_operator(role=role, now=scene.clock.now()))


async def test_an_officer_of_another_bank_does_not(scene: Scene) -> None:
    assert not await scene.sees(await an_officer(now=scene.clock.now()))


async def test_an_officer_of_the_bank_in_another_city_does_not(scene: Scene) -> None:
    someone = await an_officer(institution=scene.bank, city="CHANGZHOU", now=scene.clock.now())
    assert not await scene.sees(someone)


async def test_a_bank_whose_product_misses_does_not(scene: Scene) -> None:
    officer = await an_officer(now=scene.clock.now())
    await a_product(
        institution=officer.institution,
        required_grade=RequiredGrade.ADVANCED,
        now=scene.clock.now(),
    )
    demand = await a_demand(owner=scene.owner, now=scene.clock.now())
    assert not await Scene(**{**vars(scene), "demand": demand}).sees(officer)


async def test_a_matched_bank_outside_the_audience_does_not(scene: Scene) -> None:
    named = await an_officer(now=scene.clock.now())
    assert named.institution is not None
    await a_product(institution=named.institution, now=scene.clock.now())
    demand = await a_demand(
        owner=scene.owner, institutions=[named.institution], now=scene.clock.now()
    )
    there = Scene(**{**vars(scene), "demand": demand})
    assert await there.sees(named)
    assert not await there.sees(scene.officer)


@pytest.mark.parametrize("status", ["SUSPENDED", "EXITED"])
async def test_an_institution_that_is_put_out_sees_nothing_at_once(
    scene: Scene, status: str
) -> None:
    await execute("UPDATE institution SET status = $1", status)
    assert not await scene.sees(scene.officer)


async def test_once_the_product_is_off_the_shelf_the_bank_sees_it_no_more(scene: Scene) -> None:
    await execute("UPDATE product SET status = 'RETIRED'")
    assert not await scene.sees(scene.officer)


async def test_a_standing_offer_keeps_it_in_sight(scene: Scene) -> None:
    await scene.offer()
    await execute("UPDATE product SET status = 'RETIRED'")
    assert await scene.sees(scene.officer)


@pytest.mark.parametrize("status", ["WITHDRAWN", "EXPIRED"])
async def test_once_it_has_ended_only_its_owner_sees_it(scene: Scene, status: str) -> None:
    await scene.offer()
    await execute("UPDATE demand SET status = $1, ended_at = $2", status, scene.clock.now())
    assert not await scene.sees(scene.officer)
    assert await scene.sees(scene.owner)


async def test_once_another_bank_is_accepted_it_is_out_of_sight(scene: Scene) -> None:
    other = await an_officer(now=scene.clock.now())
    await a_product(institution=other.institution, now=scene.clock.now())
    await scene.accepted()
    assert not await scene.sees(other)
    assert await scene.sees(scene.officer)


async def test_a_revoked_consent_shuts_the_banks_out_at_once(scene: Scene) -> None:
    await Consent.filter(id=scene.demand.consent_id).update(revoked_at=scene.clock.now())
    assert not await scene.sees(scene.officer)
    assert await scene.sees(scene.owner)


async def test_a_demand_that_is_not_yet_matched_is_its_owners_alone(scene: Scene) -> None:
    demand = await a_demand(owner=scene.owner, matched=False, now=scene.clock.now())
    fresh = Scene(**{**vars(scene), "demand": demand})
    assert await fresh.sees(scene.owner)
    assert not await fresh.sees(scene.officer)


async def test_before_it_is_let_in_a_bank_reads_the_profile_and_no_name(scene: Scene) -> None:
    found = await scene.whole(scene.officer)
    assert found["applicant"] == {
        "district": {"code": "320281400", "name": found["applicant"]["district"]["name"]},
        "industry": {"code": "C34"},
        "size": "SMALL",
        "ageBand": "10年以上",
        "gradeLevel": "UNRATED",
    }
    assert found["enterprise"] is None
    assert found["contact"] is None
    assert found["matchingNote"] is None
    assert found["availableActions"] == ["OFFER"]
    text = str(found)
    assert "示例精工" not in text
    assert scene.owner.enterprise is not None
    assert scene.owner.enterprise.uscc not in text
    assert "2016" not in text


async def test_a_bank_is_not_told_values_beyond_the_profile(scene: Scene) -> None:
    await a_product(
        name="示例乙贷",
        institution=scene.bank,
        tag_groups=(("高新技术企业", "制造业"),),
        min_age_months=24,
        now=scene.clock.now(),
    )
    demand = await a_demand(owner=scene.owner, now=scene.clock.now())
    there = Scene(**{**vars(scene), "demand": demand})
    of_bank = await there.whole(scene.officer)
    of_owner = await there.whole(scene.owner)

    def reasons(found: dict[str, Any], code: str) -> list[Any]:
        return [
            (reason["verdict"], reason["actual"], reason["explanation"])
            for edge in found["matches"]["edges"]
            for reason in edge["node"]["reasons"]
            if reason["code"] == code
        ]

    assert reasons(of_bank, "tags") == [("PASS", None, "符合该项条件")]
    assert reasons(of_owner, "tags") == [("PASS", "制造业", "已具备：制造业")]
    assert reasons(of_bank, "age") == [("PASS", None, "符合该项条件")]
    assert reasons(of_owner, "age") == [("PASS", "成立于2016-03-01", "成立时间符合")]
    assert [one[:2] for one in reasons(of_bank, "grade")] == [("PASS", None)] * 2


async def test_an_accepted_offer_lets_that_bank_in_and_no_other(scene: Scene) -> None:
    other = await an_officer(now=scene.clock.now())
    rival = await a_product(institution=other.institution, now=scene.clock.now())
    demand = await a_demand(owner=scene.owner, now=scene.clock.now())
    scene.demand = demand
    await an_offer(demand=demand, officer=other, product=rival, now=scene.clock.now())
    await scene.accepted()

    inside = await scene.whole(scene.officer)
    assert inside["enterprise"]["name"] == "示例精工机械有限公司"
    # Of the enterprise's two demands the bank still fits the other one too.
    assert len(inside["enterprise"]["demands"]["edges"]) == 2
    assert inside["contact"] == {"name": "企业联系人", "phone": scene.owner.person.phone}
    outside = await scene.whole(other)
    assert outside["enterprise"] is None
    assert outside["contact"] is None
    assert [edge["node"]["institution"]["name"] for edge in outside["offers"]["edges"]] == [
        other.institution.name if other.institution else ""
    ]


async def test_a_bank_that_takes_its_accepted_offer_back_is_shut_out_again(scene: Scene) -> None:
    offer = await scene.accepted()
    await offers.withdraw(viewer_of(scene.officer), offer.id, scene.clock.now())
    found = await scene.whole(scene.officer)
    assert (found["enterprise"], found["contact"]) == (None, None)


async def test_a_bank_sees_its_own_matches_and_offers_only(scene: Scene) -> None:
    other = await an_officer(now=scene.clock.now())
    rival = await a_product(name="示例丙贷", institution=other.institution, now=scene.clock.now())
    scene.demand = await a_demand(owner=scene.owner, now=scene.clock.now())
    await scene.offer()
    await an_offer(demand=scene.demand, officer=other, product=rival, now=scene.clock.now())

    of_bank, of_owner = await scene.whole(scene.officer), await scene.whole(scene.owner)

    def products(found: dict[str, Any]) -> set[str]:
        return {edge["node"]["product"]["name"] for edge in found["matches"]["edges"]}

    assert products(of_bank) == {"示例甲贷"}
    assert products(of_owner) == {"示例甲贷", "示例丙贷"}
    assert len(of_bank["offers"]["edges"]) == 1
    assert len(of_owner["offers"]["edges"]) == 2


async def test_readings_of_grade_and_contact_stand_in_the_ledger(scene: Scene) -> None:
    await scene.accepted()
    await scene.whole(scene.officer)
    await scene.whole(scene.owner)
    lines = await AccessLedgerEntry.filter(person_id__not_isnull=True).order_by("id")
    demand = scene.demand
    assert {(line.what, line.role, line.purpose_kind) for line in lines} == {
        ("GRADE_READ", "OFFICER", "DEMAND"),
        ("CONTACT_READ", "OFFICER", "DEMAND"),
        ("GRADE_READ", "OWNER", "OWN"),
    }
    assert {line.purpose_id for line in lines} == {demand.id}
    assert {line.institution_id for line in lines if line.role == "OFFICER"} == {scene.bank.id}


async def test_a_demand_that_is_read_without_its_grade_leaves_no_line(scene: Scene) -> None:
    before = await AccessLedgerEntry.all().count()
    assert await scene.sees(scene.officer)
    assert await AccessLedgerEntry.all().count() == before


async def test_what_may_be_done_follows_the_state(scene: Scene) -> None:
    async def actions(someone: Someone) -> list[str]:
        return list((await scene.whole(someone))["availableActions"])

    assert await actions(scene.owner) == ["WITHDRAW"]
    assert await actions(scene.officer) == ["OFFER"]
    await scene.offer()
    assert await actions(scene.owner) == ["WITHDRAW", "ACCEPT_OFFER"]
    assert await actions(scene.officer) == []
    scene.clock.advance(timedelta(days=8))
    owner = scene.owner
    token = await access_token_for(owner.person, owner.membership, now=scene.clock.now())
    later = Someone(owner.person, owner.membership, token, owner.enterprise)
    assert await actions(later) == ["WITHDRAW"]
    await execute("UPDATE demand SET status = 'WITHDRAWN', ended_at = $1", scene.clock.now())
    assert await actions(later) == []


LISTED = """
query ($id: ID!) { node(id: $id) { ... on Enterprise { demands {
  edges { node {
    id availableActions enterprise { id } contact { phone }
    applicant { gradeLevel size district { name } }
    matches(first: 2) { edges { node { product { name institution { name } } } } }
    offers(first: 2) { edges { node { product { name } institution { name } demand { id } } } }
  } } } } } }
"""


async def test_a_list_of_demands_takes_as_many_queries_as_one(scene: Scene) -> None:
    assert scene.owner.enterprise is not None
    variables = {"id": encode_id("enterprise", scene.owner.enterprise.id)}
    await scene.offer()

    async def statements() -> int:
        with recorded_queries() as found:
            data = await scene.api.data(LISTED, variables=variables, token=scene.owner.token)
        assert data["node"]["demands"]["edges"]
        return len(found)

    await statements()  # products on show are read once and kept
    one = await statements()
    for _ in range(3):
        demand = await a_demand(owner=scene.owner, now=scene.clock.now())
        await an_offer(
            demand=demand, officer=scene.officer, product=scene.product, now=scene.clock.now()
        )
    assert await statements() == one
    # The viewer, the enterprise, its demands; of all of them together: actions, enterprises,
    # contacts, profiles, grades with their ledger line and the severe lists, matches, offers,
    # products of the offers, banks, demands of the offers.
    assert one <= 16
