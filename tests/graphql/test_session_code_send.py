"""sessionCodeSend: who may ask, how often, and what nobody learns from the answer."""

import asyncio
import json
from datetime import timedelta

import pytest

from foundation.clock import FrozenClock
from storage.database import fetch, fetch_one
from tests.conftest import GraphQL
from tests.factories.people import a_person, a_phone

SEND = """
mutation ($input: SessionCodeSendInput!) {
  sessionCodeSend(input: $input) {
    __typename
    ... on CodeSent { retryAfterSeconds }
    ... on RateLimited { code message retryAfterSeconds }
    ... on ValidationFailed { fieldErrors { field message } }
  }
}
"""


async def send(api: GraphQL, phone: str) -> dict:
    data = await api.data(SEND, variables={"input": {"phone": phone, "city": "JIANGYIN"}})
    return data["sessionCodeSend"]


async def challenges() -> list[dict]:
    return await fetch("SELECT * FROM code_challenge ORDER BY requested_at")


async def test_an_anonymous_caller_gets_a_code_on_its_way(api: GraphQL):
    phone = a_phone()

    assert await send(api, phone) == {"__typename": "CodeSent", "retryAfterSeconds": 60}

    [challenge] = await challenges()
    assert challenge["phone"] == phone
    assert challenge["code_mac"] is None
    assert challenge["expires_at"] - challenge["requested_at"] == timedelta(minutes=5)


async def test_the_queue_carries_the_challenge_and_nothing_personal(api: GraphQL):
    phone = a_phone()
    await send(api, phone)

    [job] = await fetch("SELECT entrypoint, payload FROM pgqueuer")
    [challenge] = await challenges()
    fact = json.loads(bytes(job["payload"]))
    assert job["entrypoint"] == "CodeRequested"
    assert set(fact["body"]) == {"fact_id", "challenge_id"}
    assert fact["body"]["challenge_id"] == str(challenge["id"])
    assert phone[-8:] not in json.dumps(fact)


async def test_the_answer_is_the_same_for_a_known_and_an_unknown_phone(api: GraphQL):
    known = await a_person()

    assert await send(api, known.phone) == await send(api, a_phone())


@pytest.mark.parametrize(
    "text", ["", "1234", "12345678901", "+85251234567", "+8610 6650 0000", "1" * 21, "电话"]
)
async def test_what_is_no_mobile_number_is_refused_with_a_sentence(api: GraphQL, text: str):
    answer = await send(api, text)

    assert answer["__typename"] == "ValidationFailed"
    assert answer["fieldErrors"] == [{"field": "phone", "message": "请输入 11 位中国大陆手机号码"}]
    assert await challenges() == []


async def test_full_width_and_spaced_digits_are_the_same_phone(api: GraphQL):
    await send(api, "１４０ 0000 9999")

    [challenge] = await challenges()
    assert challenge["phone"] == "+8614000009999"


async def test_a_phone_gets_one_code_a_minute(api: GraphQL, clock: FrozenClock):
    phone = a_phone()
    await send(api, phone)
    clock.advance(timedelta(seconds=20))

    refused = await send(api, phone)

    assert refused["__typename"] == "RateLimited"
    assert refused["code"] == "RATE_LIMITED"
    assert refused["retryAfterSeconds"] == 40
    assert refused["message"] == "获取验证码太频繁，请40秒后再试"
    assert len(await challenges()) == 1
    clock.advance(timedelta(seconds=40))
    assert (await send(api, phone))["__typename"] == "CodeSent"


async def test_a_phone_gets_ten_codes_a_day(api: GraphQL, clock: FrozenClock):
    phone = a_phone()
    for _ in range(10):
        assert (await send(api, phone))["__typename"] == "CodeSent"
        clock.advance(timedelta(minutes=2))

    refused = await send(api, phone)

    assert refused["__typename"] == "RateLimited"
    assert refused["retryAfterSeconds"] == 24 * 3600 - 20 * 60
    assert len(await challenges()) == 10
    clock.advance(timedelta(seconds=refused["retryAfterSeconds"]))
    assert (await send(api, phone))["__typename"] == "CodeSent"


async def test_an_address_is_capped_over_all_phones(api: GraphQL):
    for _ in range(60):
        assert (await send(api, a_phone()))["__typename"] == "CodeSent"

    refused = await send(api, a_phone())

    assert refused["__typename"] == "RateLimited"
    assert refused["retryAfterSeconds"] == 3600
    counted = await fetch_one("SELECT count(*) AS n FROM code_challenge")
    assert counted == {"n": 60}


async def test_two_requests_at_once_cannot_both_pass(api: GraphQL):
    phone = a_phone()

    answers = await asyncio.gather(*(send(api, phone) for _ in range(8)))

    assert sorted(answer["__typename"] for answer in answers) == ["CodeSent"] + 7 * ["RateLimited"]
    assert len(await challenges()) == 1
