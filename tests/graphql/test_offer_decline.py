"""offerDecline: the owner's no, with a reason or without."""

from typing import Any

import pytest

from foundation.clock import FrozenClock
from storage.database import execute
from storage.models import Offer
from storage.models.offer import OfferStatus
from tests.conftest import GraphQL
from tests.factories.people import an_owner
from tests.graphql.deals import DECLINE, Deal, a_deal, offer_id
from tests.stillness import nothing_moves, queued


@pytest.fixture
async def deal(api: GraphQL, clock: FrozenClock) -> Deal:
    return await a_deal(api, clock)


async def test_anonymous(deal: Deal) -> None:
    offer = await deal.offer()
    async with nothing_moves():
        assert await deal.code(DECLINE, None, id=offer_id(offer), input={}) == "UNAUTHENTICATED"


async def test_another_owner_does_not_find_it(deal: Deal) -> None:
    offer = await deal.offer()
    other = await an_owner(now=deal.clock.now())
    async with nothing_moves():
        foreign = await deal.run(DECLINE, other, id=offer_id(offer), input={})
        missing = await deal.run(DECLINE, other, id="offer_" + "0" * 32, input={})
    assert foreign["__typename"] == "NotFound"
    assert foreign == missing


async def test_an_officer_is_forbidden(deal: Deal) -> None:
    offer = await deal.offer()
    async with nothing_moves():
        code = await deal.code(DECLINE, deal.officer, id=offer_id(offer), input={})
    assert code == "FORBIDDEN"


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        (None, None),
        (" ", None),
        ("利率偏高", "利率偏高"),
        ("有意请打13800001234", "有意请打***"),
    ],
)
async def test_an_open_offer_is_declined(deal: Deal, reason: str | None, kept: str | None) -> None:
    offer = await deal.offer()
    result = await deal.run(DECLINE, deal.owner, id=offer_id(offer), input={"reason": reason})
    assert (result["status"], result["declineReason"]) == ("DECLINED", kept)
    row = await Offer.get()
    assert (row.status, row.ended_at) == (OfferStatus.DECLINED, deal.clock.now())
    assert await queued() == {"OfferDeclined": 1}


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("长" * 201, "理由最多200个字，请缩短"),
        ("不😀", "理由里有表情符号、换行或不可见字符，请删去"),
    ],
)
async def test_a_reason_that_breaks_a_rule(deal: Deal, reason: str, message: str) -> None:
    offer = await deal.offer()
    async with nothing_moves():
        result = await deal.run(DECLINE, deal.owner, id=offer_id(offer), input={"reason": reason})
    assert result["fieldErrors"] == [{"field": "reason", "message": message}]


@pytest.mark.parametrize("status", ["ACCEPTED", "DECLINED", "WITHDRAWN", "EXPIRED"])
async def test_only_an_open_offer_is_declined(deal: Deal, status: str) -> None:
    offer = await deal.offer()
    ended: Any = None if status == "ACCEPTED" else deal.clock.now()
    await execute("UPDATE offer SET status = $1, ended_at = $2", status, ended)
    async with nothing_moves():
        result = await deal.run(DECLINE, deal.owner, id=offer_id(offer), input={})
    assert result["__typename"] == "NotAllowedNow"
