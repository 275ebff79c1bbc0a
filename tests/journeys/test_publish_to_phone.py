"""From a published demand to the phones that ring, through every process there is."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from foundation.identifiers import encode_id
from notifications.inbox import deliver
from storage.models import Notice, Product
from tests.factories.demands import a_key, text_version
from tests.factories.notices import a_letter
from tests.factories.people import Someone, an_officer, an_owner
from tests.factories.products import a_product
from tests.journeys.phone import Phone
from tests.processes import a_worker, an_api
from tests.servers import Database

PUBLISH = """
mutation ($input: DemandPublishInput!) {
  demandPublish(input: $input) { __typename ... on Demand { id matching } }
}
"""
OFFER = """
mutation ($input: OfferMakeInput!) { offerMake(input: $input) { __typename ... on Offer { id } } }
"""
ACCEPT = """
mutation ($id: ID!, $input: OfferAcceptInput!) {
  offerAccept(id: $id, input: $input) { __typename ... on Offer { id status } }
}
"""
INBOX = "{ viewer { unreadNoticeCount notices { edges { node { id kind } } } } }"


@dataclass(frozen=True)
class Cast:
    """Who takes part, each with a phone that has seen one notice."""

    owner: Someone
    officer: Someone
    product: Product
    seen: dict[str, str]


async def _welcomed(someone: Someone) -> str:
    await deliver([a_letter(to=someone.person.id, title="欢迎")])
    notice = await Notice.get(recipient_id=someone.person.id)
    return encode_id("notice", notice.id)


@pytest.fixture
async def cast(database: Database) -> Cast:
    officer, owner = await an_officer(), await an_owner()
    product = await a_product(institution=officer.institution)
    seen = {someone.token: await _welcomed(someone) for someone in (owner, officer)}
    return Cast(owner, officer, product, seen)


@pytest.fixture(params=["postgres", "redis"])
def live_redis(request: pytest.FixtureRequest) -> str | None:
    """The Redis that the live bus runs on; None where it runs on PostgreSQL."""
    return request.getfixturevalue("redis_url") if request.param == "redis" else None


@pytest.fixture
async def address(database: Database, live_redis: str | None) -> AsyncIterator[str]:
    """The API's host and port."""
    async with an_api(database, redis_url=live_redis) as address:
        yield address


def a_wish() -> dict[str, Any]:
    return {
        "amount": "500000",
        "termMonths": 12,
        "purpose": "采购原材料",
        "audience": {"allMatched": True},
        "consentTextVersion": text_version(),
        "idempotencyKey": a_key(),
    }


def terms_for(cast: Cast, demand_id: str) -> dict[str, Any]:
    return {
        "demandId": demand_id,
        "productId": encode_id("product", cast.product.id),
        "amount": "400000",
        "annualRate": "3.8",
        "termMonths": 12,
        "idempotencyKey": a_key(),
    }


async def test_a_published_demand_rings_the_right_phones(
    database: Database, cast: Cast, address: str, live_redis: str | None
) -> None:
    owner, officer = Phone(address, cast.owner.token), Phone(address, cast.officer.token)
    async with (
        owner.listening(cast.seen[owner.token]) as owner_line,
        officer.listening(cast.seen[officer.token]) as officer_line,
    ):
        demand = (await owner.ask(PUBLISH, {"input": a_wish()}))["demandPublish"]
        assert (demand["__typename"], demand["matching"]) == ("Demand", "PENDING")
        assert await owner_line.is_quiet(), "the fact waits while no worker lives"

        async with a_worker(database, redis_url=live_redis):
            fits, rung = await owner_line.next(), await officer_line.next()
            about = {"__typename": "Demand", "id": demand["id"]}
            assert (fits["kind"], fits["subject"]) == ("PRODUCT_MATCHED", about)
            assert (rung["kind"], rung["subject"]) == ("DEMAND_MATCHED", about)

            offer = (await officer.ask(OFFER, {"input": terms_for(cast, demand["id"])}))[
                "offerMake"
            ]
            received = await owner_line.next()
            assert received["kind"] == "OFFER_RECEIVED"
            assert received["subject"] == {"__typename": "Offer", "id": offer["id"]}

            chosen = {"id": offer["id"], "input": {"idempotencyKey": a_key()}}
            assert (await owner.ask(ACCEPT, chosen))["offerAccept"]["status"] == "ACCEPTED"
            assert (await officer_line.next())["kind"] == "OFFER_ACCEPTED"
            assert await owner_line.is_quiet()
            assert await officer_line.is_quiet()

        async with owner.listening(fits["id"]) as again:
            assert await again.next() == received, "what came after the one that was named"
            assert await again.is_quiet()

    viewer = (await owner.ask(INBOX))["viewer"]
    kinds = [edge["node"]["kind"] for edge in viewer["notices"]["edges"]]
    assert kinds == ["OFFER_RECEIVED", "PRODUCT_MATCHED", "SYSTEM"]
    assert viewer["unreadNoticeCount"] == 3
