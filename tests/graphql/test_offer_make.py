"""offerMake: an officer's own product, on show and matched, within its sheet and the demand."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from matching.terms import RequiredGrade
from storage.database import execute
from storage.models import Offer
from storage.models.membership import Role
from storage.models.product import ProductStatus
from tests.conftest import GraphQL
from tests.factories.demands import a_demand, a_key
from tests.factories.people import an_officer, an_operator, an_owner
from tests.factories.products import a_guarantee_fee, a_product
from tests.graphql.deals import MAKE, Deal, a_deal
from tests.queries import recorded_queries
from tests.stillness import nothing_moves, queued


@pytest.fixture
async def deal(api: GraphQL, clock: FrozenClock) -> Deal:
    return await a_deal(api, clock)


async def refused(deal: Deal, **changes: Any) -> dict[str, Any]:
    async with nothing_moves():
        return await deal.run(MAKE, deal.officer, input=deal.terms(**changes))


async def test_anonymous(deal: Deal) -> None:
    async with nothing_moves():
        assert await deal.code(MAKE, None, input=deal.terms()) == "UNAUTHENTICATED"


async def test_who_is_no_officer_is_forbidden(deal: Deal) -> None:
    now = deal.clock.now()
    manager = await an_officer(institution=deal.bank, role=Role.PRODUCT_MANAGER, now=now)
    for someone in (deal.owner, manager, await an_operator(now=now)):
        async with nothing_moves():
            assert await deal.code(MAKE, someone, input=deal.terms()) == "FORBIDDEN"


async def test_another_bank_does_not_find_the_demand(deal: Deal) -> None:
    stranger = await an_officer(now=deal.clock.now())
    own = await a_product(
        institution=stranger.institution,
        required_grade=RequiredGrade.ADVANCED,
        now=deal.clock.now(),
    )
    terms = deal.terms(productId=encode_id("product", own.id))
    async with nothing_moves():
        foreign = await deal.run(MAKE, stranger, input=terms)
        missing = await deal.run(MAKE, stranger, input=deal.terms(demandId="demand_" + "0" * 32))
    assert foreign["__typename"] == "NotFound"
    assert foreign == missing


async def test_a_suspended_bank_does_not_find_the_demand(deal: Deal) -> None:
    await execute("UPDATE institution SET status = 'SUSPENDED'")
    assert (await refused(deal))["__typename"] == "NotFound"


async def test_an_offer_is_made(deal: Deal) -> None:
    result = await deal.run(MAKE, deal.officer, input=deal.terms())
    offer = await Offer.get()
    assert result == {
        "__typename": "Offer",
        "id": encode_id("offer", offer.id),
        "status": "OPEN",
        "amount": "400000",
        "annualRate": "3.80",
        "allInCost": "3.8669",
        "termMonths": 12,
        "words": "可在三个工作日内放款",
        "declineReason": None,
        "madeAt": "2026-03-18T04:00:00Z",
        "expiresAt": "2026-03-25T04:00:00Z",
        "institution": {"id": encode_id("institution", deal.bank.id)},
        "product": {"id": encode_id("product", deal.product.id)},
        "demand": {"id": encode_id("demand", deal.demand.id), "status": "OPEN"},
    }
    assert offer.officer_id == deal.officer.membership.id
    assert await queued() == {"OfferMade": 1}


async def test_an_offer_takes_few_round_trips(deal: Deal) -> None:
    with recorded_queries() as statements:
        await deal.run(MAKE, deal.officer, input=deal.terms())
    # The viewer, claim, lock, demand, product, catalogue revision, insert, enqueue; of the
    # answer: institution, product, demand.
    assert len(statements) <= 11, statements


async def test_the_cost_counts_the_products_fees(deal: Deal) -> None:
    product = await a_product(
        name="示例担保贷",
        institution=deal.bank,
        fees=(a_guarantee_fee(percent="1.5"),),
        now=deal.clock.now(),
    )
    deal.demand = await a_demand(owner=deal.owner, now=deal.clock.now())
    terms = deal.terms(productId=encode_id("product", product.id))
    result = await deal.run(MAKE, deal.officer, input=terms)
    assert float(result["allInCost"]) > 5


async def test_an_offer_does_not_outlive_its_demand(deal: Deal) -> None:
    soon = deal.clock.now() + timedelta(days=2)
    await execute("UPDATE demand SET expires_at = $1", soon)
    result = await deal.run(MAKE, deal.officer, input=deal.terms())
    assert result["expiresAt"] == "2026-03-20T04:00:00Z"


AMOUNT = "报价金额须在10万元到50万元之间，不超过需求金额和产品额度"
RATE = "年利率须在产品公示的3.00%到4.00%之间"
TERM = "期限须在产品公示的3到24个月之间"
WRONG = {
    "over the demand": ({"amount": "500000.01"}, "amount", AMOUNT),
    "under the product": ({"amount": "99999.99"}, "amount", AMOUNT),
    "nothing": ({"amount": "0"}, "amount", AMOUNT),
    "dear": ({"annualRate": "4.0001"}, "annualRate", RATE),
    "cheap": ({"annualRate": "2.9999"}, "annualRate", RATE),
    "short": ({"termMonths": 2}, "termMonths", TERM),
    "long": ({"termMonths": 25}, "termMonths", TERM),
    "wordy": ({"message": "好" * 201}, "message", "留言最多200个字，请缩短"),
    "emoji": (
        {"message": "欢迎😀"},
        "message",
        "留言里有表情符号、换行或不可见字符，请删去",
    ),
    "only a phone": (
        {"message": "13800001234"},
        "message",
        "留言里不能只有联系方式或网址：接受报价之前，双方只在平台内联系",
    ),
}


@pytest.mark.parametrize("case", WRONG, ids=WRONG.keys())
async def test_terms_that_leave_the_sheet_or_the_demand_name_the_way_back(
    deal: Deal, case: str
) -> None:
    changes, field, message = WRONG[case]
    result = await refused(deal, **changes)
    assert result["__typename"] == "ValidationFailed"
    assert result["fieldErrors"] == [{"field": field, "message": message}]


async def test_an_offer_may_not_pass_the_products_maximum(deal: Deal) -> None:
    product = await a_product(
        name="示例小贷", institution=deal.bank, max_amount="300000", now=deal.clock.now()
    )
    deal.demand = await a_demand(owner=deal.owner, now=deal.clock.now())
    result = await refused(deal, productId=encode_id("product", product.id))
    assert result["message"] == "报价金额须在10万元到30万元之间，不超过需求金额和产品额度"


async def test_contact_data_is_taken_out_of_the_message(deal: Deal) -> None:
    terms = deal.terms(message="请致电１３８ 0000 1234 或加微信 abc_1234")
    result = await deal.run(MAKE, deal.officer, input=terms)
    assert result["words"] == "请致电*** 或加***"


@pytest.mark.parametrize("message", [None, "", " 　 "])
async def test_an_offer_may_say_nothing(deal: Deal, message: str | None) -> None:
    result = await deal.run(MAKE, deal.officer, input=deal.terms(message=message))
    assert (result["__typename"], result["words"]) == ("Offer", None)


async def test_another_banks_product_is_not_found(deal: Deal) -> None:
    other = await a_product(now=deal.clock.now())
    deal.demand = await a_demand(owner=deal.owner, now=deal.clock.now())
    foreign = await refused(deal, productId=encode_id("product", other.id))
    missing = await refused(deal, productId="product_" + "0" * 32)
    assert foreign["__typename"] == "NotFound"
    assert foreign == missing


@pytest.mark.parametrize(
    "values",
    [
        {"required_grade": RequiredGrade.ADVANCED},
        {"status": ProductStatus.DRAFT},
        {"status": ProductStatus.RETIRED},
    ],
)
async def test_an_own_product_that_is_not_on_show_or_does_not_fit(
    deal: Deal, values: dict[str, Any]
) -> None:
    product = await a_product(
        name="示例另贷", institution=deal.bank, now=deal.clock.now(), **values
    )
    deal.demand = await a_demand(owner=deal.owner, now=deal.clock.now())
    result = await refused(deal, productId=encode_id("product", product.id))
    assert [one["field"] for one in result["fieldErrors"]] == ["productId"]
    assert result["message"] == "该产品未上架，或不符合这条需求的条件，请选择匹配的产品"


async def test_one_open_offer_of_a_product_at_a_time(deal: Deal) -> None:
    await deal.offer()
    result = await refused(deal)
    assert result["__typename"] == "NotAllowedNow"
    assert result["message"] == "该产品对这条需求已有一个报价在等待答复，可以先撤回再重新报价"
    await execute("UPDATE offer SET status = 'WITHDRAWN', ended_at = now()")
    assert (await deal.run(MAKE, deal.officer, input=deal.terms()))["__typename"] == "Offer"


async def test_of_two_offers_of_a_product_at_once_one_is_made(deal: Deal) -> None:
    colleague = await an_officer(institution=deal.bank, now=deal.clock.now())
    results = await asyncio.gather(
        deal.run(MAKE, deal.officer, input=deal.terms()),
        deal.run(MAKE, colleague, input=deal.terms()),
    )
    assert {result["__typename"] for result in results} == {"Offer", "NotAllowedNow"}
    assert await Offer.all().count() == 1
    assert await queued() == {"OfferMade": 1}


async def test_a_demand_that_is_matched_takes_no_further_offer(deal: Deal) -> None:
    await deal.offer()
    await execute("UPDATE demand SET status = 'MATCHED'")
    product = await a_product(name="示例另贷", institution=deal.bank, now=deal.clock.now())
    result = await refused(deal, productId=encode_id("product", product.id))
    assert result["__typename"] == "NotAllowedNow"
    assert result["message"] == "已接受一家机构的报价，该机构撤回报价后需求会重新开放"


async def test_a_demand_past_its_time_takes_no_offer(deal: Deal) -> None:
    published = deal.clock.now() - timedelta(days=30)
    await execute(
        "UPDATE demand SET published_at = $1, expires_at = $2", published, deal.clock.now()
    )
    result = await refused(deal)
    assert result["message"] == "需求已到期，可以重新发布一条"


async def test_the_same_key_and_input_give_the_offer_as_it_stands(deal: Deal) -> None:
    terms = deal.terms()
    first = await deal.run(MAKE, deal.officer, input=terms)
    await execute("UPDATE offer SET status = 'DECLINED', ended_at = now()")
    async with nothing_moves():
        second = await deal.run(MAKE, deal.officer, input={**terms, "annualRate": "3.8000"})
        other = await deal.run(MAKE, deal.officer, input={**terms, "annualRate": "3.9"})
    assert second == first | {"status": "DECLINED"}
    assert other["__typename"] == "IdempotencyKeyReused"


async def test_a_repeat_opens_no_way_back_to_a_demand_that_left_sight(deal: Deal) -> None:
    terms = deal.terms()
    await deal.run(MAKE, deal.officer, input=terms)
    await execute("UPDATE offer SET status = 'ACCEPTED'")
    await execute("UPDATE demand SET status = 'MATCHED'")
    await execute("UPDATE consent SET revoked_at = $1", deal.clock.now())
    async with nothing_moves():
        result = await deal.run(MAKE, deal.officer, input=terms)
    assert result["__typename"] == "NotFound"


async def test_of_the_same_offer_sent_at_once_only_one_is_made(deal: Deal) -> None:
    terms = deal.terms()
    results = await asyncio.gather(*(deal.run(MAKE, deal.officer, input=terms) for _ in range(5)))
    assert len({result["id"] for result in results}) == 1
    assert await Offer.all().count() == 1
    assert await queued() == {"OfferMade": 1}


async def test_a_key_of_no_form_is_bad_input(deal: Deal) -> None:
    async with nothing_moves():
        code = await deal.code(MAKE, deal.officer, input=deal.terms(idempotencyKey="x"))
    assert code == "BAD_USER_INPUT"


async def test_a_withdrawn_demand_is_not_found(deal: Deal) -> None:
    await execute("UPDATE demand SET status = 'WITHDRAWN', ended_at = now()")
    assert (await refused(deal))["__typename"] == "NotFound"


async def test_an_owner_may_not_offer_to_himself_as_an_officer_of_nothing(deal: Deal) -> None:
    other = await an_owner(now=deal.clock.now())
    async with nothing_moves():
        terms = deal.terms(idempotencyKey=a_key())
        assert await deal.code(MAKE, other, input=terms) == "FORBIDDEN"
