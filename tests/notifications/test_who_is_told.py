"""Who is told of what, once each: the main road from a fact to an inbox."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from foundation.identifiers import new_id
from marketplace import demands, offers
from marketplace.facts import DemandMatched, OfferMade, ProductMatched, ProductPublished
from matching.terms import RequiredGrade
from sharing.facts import ConsentRevoked, GradeChanged
from storage.database import execute, transaction
from storage.models import Demand, Membership, Notice
from storage.models.demand import DemandStatus
from storage.models.institution import InstitutionStatus
from storage.models.membership import Role
from storage.queue import enqueue
from tests.factories.claims import a_claim
from tests.factories.demands import a_demand, a_key, an_offer, viewer_of
from tests.factories.people import (
    Someone,
    an_enterprise,
    an_institution,
    an_officer,
    an_operator,
    an_owner,
)
from tests.factories.products import a_product
from tests.notifications.revealing import REVEALING
from worker.drain import drain

pytestmark = pytest.mark.usefixtures("database")


async def inbox(someone: Someone) -> list[str]:
    rows = await Notice.filter(recipient_id=someone.person.id).order_by("position")
    for row in rows:
        assert not REVEALING.search(row.title + row.body), row.title + row.body
    return [row.kind.value for row in rows]


async def the_notice(someone: Someone) -> Notice:
    (notice,) = await Notice.filter(recipient_id=someone.person.id)
    return notice


async def again(*facts: object) -> None:
    async with transaction():
        await enqueue(*facts)  # type: ignore[arg-type]
    await drain()


async def test_a_published_demand_rings_its_owner_and_one_officer_of_each_matched_bank() -> None:
    bank, other_bank, unmatched = [await an_institution() for _ in range(3)]
    for product in ("示例经营贷", "示例信用贷"):
        await a_product(institution=bank, name=product)
    await a_product(institution=other_bank)
    await a_product(institution=unmatched, min_term_months=24)
    officers = [await an_officer(institution=bank) for _ in range(2)]
    other, outsider = await an_officer(institution=other_bank), await an_officer()
    nobody = await an_officer(institution=unmatched)
    owner = await an_owner()

    demand = await a_demand(owner=owner, matched=False)
    await drain()

    assert await inbox(owner) == ["PRODUCT_MATCHED"]
    assert sorted(await inbox(officers[0]) + await inbox(officers[1])) == ["DEMAND_MATCHED"]
    assert await inbox(other) == ["DEMAND_MATCHED"]
    assert await inbox(outsider) == await inbox(nobody) == []
    notice = await the_notice(owner)
    assert (notice.subject_kind, notice.subject_id) == ("demand", demand.id)
    assert "3款产品" in notice.body
    assert "【示例产品】" in notice.body


async def test_matching_again_tells_nobody_again() -> None:
    bank = await an_institution()
    await a_product(institution=bank)
    officer, owner = await an_officer(institution=bank), await an_owner()
    demand = await a_demand(owner=owner, matched=False)
    await drain()
    await again(DemandMatched(demand_id=demand.id), DemandMatched(demand_id=demand.id))
    assert (await inbox(owner), await inbox(officer)) == (["PRODUCT_MATCHED"], ["DEMAND_MATCHED"])


async def test_nothing_fits_nobody_is_told() -> None:
    await a_product(min_term_months=24)
    owner = await an_owner()
    await a_demand(owner=owner, matched=False)
    await drain()
    assert await inbox(owner) == []


async def test_a_demand_that_ended_before_its_match_was_told_rings_nobody() -> None:
    bank = await an_institution()
    await a_product(institution=bank)
    officer, owner = await an_officer(institution=bank), await an_owner()
    demand = await a_demand(owner=owner)
    await demands.withdraw(viewer_of(owner), demand.id, datetime.now(UTC))
    await execute("DELETE FROM pgqueuer")
    await again(DemandMatched(demand_id=demand.id))
    assert (await inbox(owner), await inbox(officer)) == ([], [])


async def test_only_the_institutions_the_owner_named_are_rung() -> None:
    named, left_out = await an_institution(), await an_institution()
    for bank in (named, left_out):
        await a_product(institution=bank)
    rung, silent = await an_officer(institution=named), await an_officer(institution=left_out)
    await a_demand(institutions=[named], matched=False)
    await drain()
    assert (await inbox(rung), await inbox(silent)) == (["DEMAND_MATCHED"], [])


async def test_a_suspended_bank_is_not_rung() -> None:
    bank = await an_institution()
    await a_product(institution=bank)
    officer = await an_officer(institution=bank)
    demand = await a_demand()
    await execute(
        "UPDATE institution SET status = $2 WHERE id = $1", bank.id, InstitutionStatus.SUSPENDED
    )
    await again(DemandMatched(demand_id=demand.id))
    assert await inbox(officer) == []


async def test_when_the_officer_has_left_a_colleague_is_rung() -> None:
    bank = await an_institution()
    await a_product(institution=bank)
    first = await an_officer(institution=bank)
    demand = await a_demand()
    colleague = await an_officer(institution=bank)
    elsewhere = await an_officer(institution=bank, city="CHANGZHOU")
    await Membership.filter(id=first.membership.id).update(ended_at=datetime.now(UTC))
    await again(DemandMatched(demand_id=demand.id))
    assert await inbox(first) == await inbox(elsewhere) == []
    assert await inbox(colleague) == ["DEMAND_MATCHED"]


async def publish_again(product_id: UUID) -> None:
    await again(ProductPublished(product_id=product_id))


async def test_a_new_product_rings_owners_whose_open_demand_it_fits_once_a_version() -> None:
    bank, newcomer = await an_institution(), await an_institution()
    await a_product(institution=bank)
    owner, stranger = await an_owner(), await an_owner()
    demand = await a_demand(owner=owner)
    await a_demand(owner=stranger, term_months=3)
    officer = await an_officer(institution=newcomer)

    product = await a_product(institution=newcomer, name="示例新产品", min_term_months=6)
    await publish_again(product.id)
    assert (await inbox(owner), await inbox(stranger)) == (["PRODUCT_MATCHED"], [])
    assert await inbox(officer) == ["DEMAND_MATCHED"]
    notice = await the_notice(owner)
    assert (notice.subject_kind, notice.subject_id) == ("product", product.id)
    assert "【示例产品】" in notice.body
    assert (await the_notice(officer)).subject_id == demand.id

    await publish_again(product.id)
    await again(ProductMatched(demand_id=demand.id, product_id=product.id))
    assert await inbox(owner) == ["PRODUCT_MATCHED"]
    assert await inbox(officer) == ["DEMAND_MATCHED"]


async def test_one_owner_with_two_open_demands_hears_of_a_product_once() -> None:
    owner = await an_owner()
    for _ in range(2):
        await a_demand(owner=owner)
    officer = await an_officer()
    product = await a_product(institution=officer.institution)
    await publish_again(product.id)
    assert await inbox(owner) == ["PRODUCT_MATCHED"]
    assert await inbox(officer) == ["DEMAND_MATCHED", "DEMAND_MATCHED"], "one for each demand"


async def test_a_product_above_the_grade_rings_nobody() -> None:
    owner = await an_owner()
    await a_demand(owner=owner)
    product = await a_product(required_grade=RequiredGrade.ADVANCED)
    await publish_again(product.id)
    assert await inbox(owner) == []


async def offered() -> tuple[Someone, Someone, Demand, UUID]:
    officer, owner = await an_officer(), await an_owner()
    product = await a_product(institution=officer.institution)
    demand = await a_demand(owner=owner)
    offer = await an_offer(demand=demand, officer=officer, product=product)
    return owner, officer, demand, offer.id


async def test_an_offer_rings_the_owner() -> None:
    owner, officer, _, offer_id = await offered()
    await again(OfferMade(offer_id=offer_id))
    assert (await inbox(owner), await inbox(officer)) == (["OFFER_RECEIVED"], [])
    notice = await the_notice(owner)
    assert (notice.subject_kind, notice.subject_id) == ("offer", offer_id)


async def test_a_withdrawn_offer_rings_the_owner() -> None:
    owner, officer, _, offer_id = await offered()
    await offers.withdraw(viewer_of(officer), offer_id, datetime.now(UTC))
    await drain()
    assert (await inbox(owner), await inbox(officer)) == (["OFFER_WITHDRAWN"], [])


async def test_an_accepted_offer_rings_its_officer() -> None:
    owner, officer, _, offer_id = await offered()
    await offers.accept(viewer_of(owner), offer_id, a_key(), datetime.now(UTC))
    await drain()
    assert (await inbox(owner), await inbox(officer)) == ([], ["OFFER_ACCEPTED"])


async def test_a_declined_offer_rings_its_officer_and_does_not_say_which_way() -> None:
    owner, officer, _, offer_id = await offered()
    await offers.decline(viewer_of(owner), offer_id, None, datetime.now(UTC))
    await drain()
    assert (await inbox(owner), await inbox(officer)) == ([], ["OFFER_DECLINED"])
    declined = await the_notice(officer)
    assert declined.title == "您的报价有了答复"


async def test_an_expired_offer_rings_both_sides() -> None:
    owner, officer, _, offer_id = await offered()
    await execute(
        "UPDATE offer SET made_at = made_at - interval '1 year', "
        "expires_at = made_at - interval '1 day' WHERE id = $1",
        offer_id,
    )
    assert await offers.expire_due(datetime.now(UTC)) == 1
    await drain()
    assert (await inbox(owner), await inbox(officer)) == (["OFFER_EXPIRED"], ["OFFER_EXPIRED"])


async def test_a_withdrawn_demand_rings_the_officers_with_open_offers() -> None:
    owner, officer, demand, _ = await offered()
    bystander = await an_officer()
    await demands.withdraw(viewer_of(owner), demand.id, datetime.now(UTC))
    await drain()
    assert await inbox(owner) == await inbox(bystander) == []
    assert await inbox(officer) == ["DEMAND_WITHDRAWN"]


async def test_who_had_taken_the_offer_back_is_not_told_of_the_demands_end() -> None:
    owner, officer, demand, offer_id = await offered()
    await offers.withdraw(viewer_of(officer), offer_id, datetime.now(UTC) - timedelta(hours=1))
    await demands.withdraw(viewer_of(owner), demand.id, datetime.now(UTC))
    await drain()
    assert await inbox(officer) == []


async def test_an_expired_demand_rings_its_owner_and_the_officers_with_open_offers() -> None:
    owner, officer, demand, _ = await offered()
    await execute(
        "UPDATE demand SET published_at = published_at - interval '1 year', "
        "expires_at = published_at - interval '1 day' WHERE id = $1",
        demand.id,
    )
    assert await demands.expire_due(datetime.now(UTC)) == 1
    await drain()
    assert await inbox(owner) == ["DEMAND_EXPIRED"]
    assert await inbox(officer) == ["DEMAND_EXPIRED"]


async def test_a_new_grade_rings_the_owner_and_does_not_say_which() -> None:
    owner, stranger = await an_owner(), await an_owner()
    enterprise_id = owner.membership.enterprise_id
    assert enterprise_id is not None
    await again(GradeChanged(grade_id=new_id(), enterprise_id=enterprise_id))
    assert (await inbox(owner), await inbox(stranger)) == (["GRADE_CHANGED"], [])
    notice = await the_notice(owner)
    assert (notice.subject_kind, notice.subject_id) == ("enterprise", enterprise_id)


async def test_a_second_claim_rings_the_operators_of_that_city() -> None:
    here, elsewhere = await an_operator(), await an_operator(city="CHANGZHOU")
    regulator, claimant = await an_operator(role=Role.REGULATOR), await an_owner()
    await a_claim(enterprise=await an_enterprise(), person=claimant.person)
    await drain()
    assert await inbox(here) == ["SYSTEM"]
    assert await inbox(elsewhere) == await inbox(regulator) == await inbox(claimant) == []


async def test_when_the_consent_to_publish_is_revoked_the_demand_is_withdrawn() -> None:
    owner, officer, demand, _ = await offered()
    enterprise_id = owner.membership.enterprise_id
    assert enterprise_id is not None
    await again(ConsentRevoked(consent_id=demand.consent_id, enterprise_id=enterprise_id))
    assert (await Demand.get(id=demand.id)).status is DemandStatus.WITHDRAWN
    assert await inbox(officer) == ["DEMAND_WITHDRAWN"]
