"""consentGrant: the text in force, once, by the verified owner; graded in the same step."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from credit.levels import GradeLevel
from foundation.city import cities
from foundation.clock import FrozenClock, day_in_shanghai
from foundation.identifiers import encode_id
from storage.database import execute, fetch
from storage.models import Consent, Grade
from storage.models.membership import Role
from tests.conftest import GraphQL
from tests.factories.credit import a_history, import_histories, peers
from tests.factories.demands import a_key
from tests.factories.people import (
    Someone,
    a_person,
    access_token_for,
    an_officer,
    an_operator,
    an_owner,
)
from tests.queries import recorded_queries
from tests.stillness import nothing_moves, queued

GRANT = """
mutation ($input: ConsentGrantInput!) {
  consentGrant(input: $input) {
    __typename
    ... on Consent { id purpose textVersion grantedAt until revokedAt }
    ... on UserError { code message }
    ... on ValidationFailed { fieldErrors { field message } }
    ... on NotVerified { state }
  }
}
"""

ENTERPRISE = """
{ viewer { enterprise {
  registration
  grade { scheme level reason reasonCode asOf method indicators { number letter value source } }
} } }
"""


def an_input(owner: Someone, **changes: Any) -> dict[str, Any]:
    assert owner.enterprise is not None
    return {
        "enterpriseId": encode_id("enterprise", owner.enterprise.id),
        "purpose": "GRADING",
        "textVersion": cities()[owner.enterprise.city].consent_text("GRADING").version,
        "idempotencyKey": a_key(),
    } | changes


async def grant(api: GraphQL, owner: Someone, **changes: Any) -> dict[str, Any]:
    variables = {"input": an_input(owner, **changes)}
    result: dict[str, Any] = (await api.data(GRANT, variables=variables, token=owner.token))[
        "consentGrant"
    ]
    return result


async def code_of(api: GraphQL, token: str | None, owner: Someone, **changes: Any) -> str:
    body = await api(GRANT, variables={"input": an_input(owner, **changes)}, token=token)
    assert body["data"] is None
    code: str = body["errors"][0]["extensions"]["code"]
    return code


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock) -> Someone:
    return await an_owner(now=clock.now())


async def test_anonymous(api: GraphQL, owner: Someone) -> None:
    async with nothing_moves():
        assert await code_of(api, None, owner) == "UNAUTHENTICATED"


async def test_another_enterprises_owner(api: GraphQL, owner: Someone, clock: FrozenClock) -> None:
    stranger = await an_owner(now=clock.now())
    variables = {"input": an_input(owner)}

    async with nothing_moves():
        answer = await api.data(GRANT, variables=variables, token=stranger.token)

    assert answer["consentGrant"]["__typename"] == "NotFound"


async def test_only_an_owner_may(api: GraphQL, owner: Someone, clock: FrozenClock) -> None:
    nobody = await access_token_for(await a_person(now=clock.now()), now=clock.now())
    officer = await an_officer(now=clock.now())
    provider = await an_operator(role=Role.DATA_PROVIDER, now=clock.now())

    async with nothing_moves():
        for token in (nobody, officer.token, provider.token):
            assert await code_of(api, token, owner) == "FORBIDDEN"


async def test_the_enterprise_is_authorised_and_graded_in_the_same_step(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    await peers(clock.now())
    await import_histories([a_history(owner.enterprise)], clock.now())
    before = (await api.data(ENTERPRISE, token=owner.token))["viewer"]["enterprise"]

    consent = await grant(api, owner)

    assert consent["__typename"] == "Consent"
    assert (consent["purpose"], consent["until"], consent["revokedAt"]) == (
        "GRADING",
        None,
        None,
    )
    after = (await api.data(ENTERPRISE, token=owner.token))["viewer"]["enterprise"]
    assert (before["registration"], after["registration"]) == (
        "REAL_NAME_VERIFIED",
        "AUTHORISED",
    )
    assert (before["grade"]["level"], before["grade"]["reasonCode"]) == (
        "UNRATED",
        "AUTHORISE_TO_BE_GRADED",
    )
    assert (before["grade"]["asOf"], before["grade"]["indicators"]) == (None, [])
    grade = after["grade"]
    assert (grade["level"], grade["method"]) == ("ADVANCED", "INDICATORS")
    assert grade["scheme"] == "江阴市企业金融信贷信用等级（澄易贷附件2）"
    assert grade["asOf"] == day_in_shanghai(clock.now()).isoformat()
    assert [one["number"] for one in grade["indicators"]] == list(range(1, 14))
    assert grade["indicators"][3] == {
        "number": 4,
        "letter": "A",
        "value": "最近一次正常缴存 2026-02-15",
        "source": "JS-13 住房公积金缴纳情况",
    }
    assert await queued() == {"ConsentGranted": 1, "GradeChanged": 1}


async def test_a_repeat_with_the_same_key_is_the_same_consent(api: GraphQL, owner: Someone) -> None:
    key = a_key()
    first = await grant(api, owner, idempotencyKey=key)

    async with nothing_moves():
        again = await grant(api, owner, idempotencyKey=key)
        other = await grant(api, owner, idempotencyKey=key, until="2030-01-01")

    assert again == first
    assert other["__typename"] == "IdempotencyKeyReused"


async def test_a_second_consent_beside_an_active_one_is_refused(
    api: GraphQL, owner: Someone
) -> None:
    await grant(api, owner)

    async with nothing_moves():
        second = await grant(api, owner)

    assert second["fieldErrors"] == [
        {"field": "purpose", "message": "已有生效的授权，无需重复授权"}
    ]


async def test_two_at_once_make_one_consent(api: GraphQL, owner: Someone) -> None:
    answers = await asyncio.gather(*(grant(api, owner) for _ in range(4)))

    kinds = sorted(answer["__typename"] for answer in answers)
    assert kinds == ["Consent", *["ValidationFailed"] * 3]
    assert await Consent.all().count() == 1
    assert await Grade.filter(superseded_at=None).count() == 1


async def test_the_database_refuses_a_second_active_consent(api: GraphQL, owner: Someone) -> None:
    await grant(api, owner)

    with pytest.raises(Exception, match="consent_grading_key"):
        await execute(
            "INSERT INTO consent (id, enterprise_id, person_id, purpose, text_version, granted_at)"
            " SELECT gen_random_uuid(), enterprise_id, person_id, purpose, text_version, now()"
            " FROM consent"
        )


async def test_after_its_last_day_a_consent_makes_room_for_the_next(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    today = day_in_shanghai(clock.now())
    first = await grant(api, owner, until=today.isoformat())
    clock.advance(timedelta(days=1))
    token = await access_token_for(owner.person, owner.membership, now=clock.now())
    later = Someone(owner.person, owner.membership, token, enterprise=owner.enterprise)

    second = await grant(api, later)

    assert second["__typename"] == "Consent"
    assert second["id"] != first["id"]
    old = await Consent.all().order_by("granted_at").first()
    assert old is not None
    assert (old.revoked_at, old.lapsed_at) == (None, clock.now())


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        (
            {"textVersion": "jiangyin-grading-1999"},
            "textVersion",
            "授权书已更新，请重新阅读后再同意",
        ),
        ({"until": "2026-03-17"}, "until", "授权截止日期不能早于今天"),
        (
            {"purpose": "REAL_NAME"},
            "purpose",
            "这项授权随发布需求或实名认证给出，不在这里授权",
        ),
    ],
)
async def test_what_breaks_a_rule_is_named_and_moves_nothing(
    api: GraphQL, owner: Someone, change: dict[str, str], field: str, message: str
) -> None:
    async with nothing_moves():
        answer = await grant(api, owner, **change)

    assert answer["__typename"] == "ValidationFailed"
    assert answer["fieldErrors"] == [{"field": field, "message": message}]


async def test_every_problem_is_named_at_once(api: GraphQL, owner: Someone) -> None:
    answer = await grant(api, owner, textVersion="old", until="2020-01-01")

    assert [one["field"] for one in answer["fieldErrors"]] == ["textVersion", "until"]


async def test_before_real_name_nothing_is_authorised(api: GraphQL, clock: FrozenClock) -> None:
    unverified = await an_owner(real_name=False, now=clock.now())

    async with nothing_moves():
        answer = await grant(api, unverified)

    assert (answer["__typename"], answer["state"]) == ("NotVerified", "REGISTERED")


@pytest.mark.parametrize(
    "change",
    [
        {"until": "2026-02-30"},
        {"idempotencyKey": "short"},
        {"enterpriseId": "no id at all"},
    ],
)
async def test_malformed_values_are_bad_input(
    api: GraphQL, owner: Someone, change: dict[str, str]
) -> None:
    body = await api(GRANT, variables={"input": an_input(owner, **change)}, token=owner.token)

    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert await Consent.all().count() == 0


async def test_an_id_of_another_kind_is_not_found(api: GraphQL, owner: Someone) -> None:
    assert owner.enterprise is not None
    answer = await grant(api, owner, enterpriseId=encode_id("demand", owner.enterprise.id))

    assert answer["__typename"] == "NotFound"


async def test_the_grant_stands_in_the_ledger(api: GraphQL, owner: Someone) -> None:
    await grant(api, owner)

    lines = await fetch("SELECT what, purpose_kind, person_id, allowed FROM access_ledger")
    assert lines == [
        {
            "what": "CONSENT_GRANTED",
            "purpose_kind": "OWN",
            "person_id": owner.person.id,
            "allowed": True,
        },
        {"what": "DATA_READ", "purpose_kind": "GRADE_RUN", "person_id": None, "allowed": True},
    ]


async def test_the_round_trips_do_not_grow_with_the_ranking(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    """The viewer, the enterprise, the claim, the lapse, the consent, the ledger, the queue, the
    lock, the consent in force, the former grade, what sources answered, the records and bills,
    what is connected, who is ranked, what sources answered of them, their taxes and bills, how many
    are registered, the run, the former grade's end, the ledger, who owns it, the queue, the new
    grade: 25 at most, COPY apart.
    """
    await peers(clock.now())
    await import_histories([a_history(owner.enterprise)], clock.now())

    with recorded_queries() as statements:
        await grant(api, owner)

    assert len(statements) <= 25, statements
    assert (await Grade.get(enterprise=owner.enterprise)).level is GradeLevel.ADVANCED
