"""whitelistFreeze, whitelistSend, whitelist: frozen once, sent once, read by whom it was sent."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from credit.levels import GradeLevel
from foundation import receipts
from foundation.clock import FrozenClock, day_in_shanghai
from foundation.identifiers import encode_id
from foundation.tokens import signing_keys
from sharing.grades.whitelist import freeze_if_missing
from sharing.grades.whitelist_rules import digest_of
from sharing.grading import levels_read_anew, regrade
from storage.database import fetch
from storage.models import Consent
from storage.models.institution import InstitutionStatus
from storage.models.membership import Role
from storage.models.whitelist import WhitelistEntry
from tests.conftest import GraphQL
from tests.factories.credit import (
    a_graded_owner,
    a_history,
    an_owner_with_nine,
    import_histories,
)
from tests.factories.demands import a_key
from tests.factories.people import Someone, an_institution, an_officer, an_operator, an_owner
from tests.queries import recorded_queries
from tests.servers import Database
from tests.stillness import nothing_moves

FREEZE = """
mutation ($input: WhitelistFreezeInput!) {
  whitelistFreeze(input: $input) {
    __typename
    ... on Whitelist { id month asOf size digest receipt }
    ... on UserError { code message }
    ... on ValidationFailed { fieldErrors { field message } }
  }
}
"""
SEND = """
mutation ($id: ID!, $input: WhitelistSendInput!) {
  whitelistSend(id: $id, input: $input) {
    __typename
    ... on Whitelist { id recipients { institution { name } size digest } }
    ... on UserError { code message }
  }
}
"""
READ = """
query ($city: CityCode!, $month: String!, $change: WhitelistChange) {
  whitelist(city: $city, month: $month) {
    id size
    entries(change: $change) { edges { node { enterpriseName uscc level change reason } } }
    recipients { institution { name } }
  }
}
"""
MONTH = "2026-03"


async def agrees(owner: Someone, clock: FrozenClock) -> None:
    """The owner's consent to being recommended."""
    await Consent.create(
        enterprise=owner.enterprise,
        person=owner.person,
        purpose="WHITELIST",
        text_version="示例",
        granted_at=clock.now(),
    )


async def withdraws(owner: Someone, clock: FrozenClock, purpose: str = "WHITELIST") -> None:
    consent = await Consent.get(enterprise=owner.enterprise, purpose=purpose)
    consent.revoked_at = clock.now()
    await consent.save(update_fields=["revoked_at"])


@pytest.fixture
async def listed(api: GraphQL, clock: FrozenClock) -> Someone:
    owner = await a_graded_owner(clock)
    await agrees(owner, clock)
    return owner


@pytest.fixture
async def operator(clock: FrozenClock) -> Someone:
    return await an_operator(now=clock.now())


async def freeze(
    api: GraphQL, token: str | None, *, month: str = MONTH, key: str = "", city: str = "JIANGYIN"
) -> dict[str, Any]:
    values = {"city": city, "month": month, "idempotencyKey": key or a_key()}
    answer = await api(FREEZE, variables={"input": values}, token=token)
    found: dict[str, Any] = (answer.get("data") or {}).get("whitelistFreeze") or answer
    return found


async def send(api: GraphQL, token: str | None, list_id: str, to: Any, key: str = "") -> Any:
    values = {"institutionId": encode_id("institution", to.id), "idempotencyKey": key or a_key()}
    answer = await api(SEND, variables={"id": list_id, "input": values}, token=token)
    return (answer.get("data") or {}).get("whitelistSend") or answer


async def read(api: GraphQL, token: str | None, **more: Any) -> Any:
    variables = {"city": "JIANGYIN", "month": MONTH} | more
    answer = await api(READ, variables=variables, token=token)
    return answer["data"]["whitelist"] if "errors" not in answer else answer


def entries(found: Any) -> list[dict[str, Any]]:
    return [edge["node"] for edge in found["entries"]["edges"]]


async def test_anonymous(api: GraphQL, listed: Someone) -> None:
    async with nothing_moves():
        for answer in (await freeze(api, None), await read(api, None)):
            assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize("role", [Role.REGULATOR, Role.DATA_PROVIDER])
async def test_who_is_no_operator_freezes_nothing(
    api: GraphQL, listed: Someone, role: Role, clock: FrozenClock
) -> None:
    somebody = await an_operator(role=role, now=clock.now())

    async with nothing_moves():
        for token in (somebody.token, listed.token):
            answer = await freeze(api, token)
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
            assert await read(api, token) is None


async def test_the_operator_of_another_city(
    api: GraphQL, listed: Someone, operator: Someone, clock: FrozenClock
) -> None:
    elsewhere = await an_operator(city="CHANGZHOU", now=clock.now())
    await freeze(api, operator.token)

    async with nothing_moves():
        assert (await freeze(api, elsewhere.token))["code"] == "NOT_FOUND"
        assert await read(api, elsewhere.token) is None


async def test_a_month_is_frozen_once_with_a_signed_digest(
    api: GraphQL, listed: Someone, operator: Someone
) -> None:
    found = await freeze(api, operator.token, key="march-2026")

    assert (found["month"], found["asOf"], found["size"]) == (MONTH, "2026-03-18", 1)
    assert listed.enterprise is not None
    assert found["digest"] == digest_of([(listed.enterprise.uscc, "ADVANCED")]).hex()
    claims = receipts.read(signing_keys().ring().jwks(), "whitelist", found["receipt"])
    assert (claims["digest"], claims["month"]) == (found["digest"], MONTH)
    async with nothing_moves():
        assert (await freeze(api, operator.token, key="march-2026"))["id"] == found["id"]
        assert (await freeze(api, operator.token))["message"] == "本月白名单已经生成，不能更改"


async def test_only_this_month_can_be_frozen(
    api: GraphQL, listed: Someone, operator: Someone
) -> None:
    async with nothing_moves():
        answer = await freeze(api, operator.token, month="2026-02")

    assert answer["fieldErrors"] == [
        {"field": "month", "message": "只能生成本月（2026-03）的白名单"}
    ]


async def test_fn_09_a2_28_only_advanced_and_first_who_agreed_and_have_no_alert(
    api: GraphQL, listed: Someone, operator: Someone, clock: FrozenClock
) -> None:
    first = await a_graded_owner(clock, with_peers=False, records="5修")
    await a_graded_owner(clock, with_peers=False)  # never agreed to it
    candidate = await a_graded_owner(clock, with_peers=False, policy="限制")
    severe = await a_graded_owner(clock, with_peers=False, severe="是")
    for owner in (first, candidate, severe):
        await agrees(owner, clock)

    await freeze(api, operator.token)

    found = entries(await read(api, operator.token))
    assert {(one["uscc"], one["level"]) for one in found} == {
        (listed.enterprise and listed.enterprise.uscc, "ADVANCED"),
        (first.enterprise and first.enterprise.uscc, "FIRST"),
    }
    assert {(one["change"], one["reason"]) for one in found} == {("ADDED", None)}


async def test_the_next_month_says_what_changed_and_why(
    api: GraphQL, listed: Someone, operator: Someone, clock: FrozenClock
) -> None:
    worse = await a_graded_owner(clock, with_peers=False)
    gone = await a_graded_owner(clock, with_peers=False)
    for owner in (worse, gone):
        await agrees(owner, clock)
    await freeze(api, operator.token)
    clock.advance(timedelta(days=14))
    operator = await an_operator(now=clock.now())  # the former token has expired
    await import_histories([a_history(worse.enterprise, policy="禁止")], clock.now())
    assert worse.enterprise is not None
    await regrade([worse.enterprise.id], "JIANGYIN", clock.now())
    await withdraws(gone, clock)
    new = await a_graded_owner(clock, with_peers=False)
    await agrees(new, clock)

    fresh = await freeze_if_missing("JIANGYIN", clock.now())

    assert fresh is not None
    found = {one["uscc"]: one for one in entries(await read(api, operator.token, month="2026-04"))}
    changes = {
        owner.enterprise.uscc: (found[owner.enterprise.uscc]["change"], reason)
        for owner in (listed, worse, gone, new)
        if owner.enterprise
        for reason in [found[owner.enterprise.uscc]["reason"]]
    }
    assert list(changes.values()) == [
        ("KEPT", None),
        ("REMOVED", "信用等级为备选"),
        ("REMOVED", "白名单推荐授权已结束"),
        ("ADDED", None),
    ]
    removed = entries(await read(api, operator.token, month="2026-04", change="REMOVED"))
    assert len(removed) == 2
    assert await freeze_if_missing("JIANGYIN", clock.now()) is None


async def test_sending_is_recorded_once_and_every_enterprise_sees_it(
    api: GraphQL, listed: Someone, operator: Someone, clock: FrozenClock
) -> None:
    bank = await an_institution(now=clock.now())
    made = await freeze(api, operator.token)

    sent = await send(api, operator.token, made["id"], bank, key="to-the-bank")

    assert sent["recipients"] == [
        {"institution": {"name": bank.name}, "size": 1, "digest": made["digest"]}
    ]
    (line,) = await fetch("SELECT * FROM access_ledger WHERE what = 'WHITELIST_SENT'")
    assert line["enterprise_id"] == (listed.enterprise and listed.enterprise.id)
    assert (line["institution_id"], line["purpose_kind"]) == (bank.id, "BATCH")
    consent = await Consent.get(enterprise=listed.enterprise, purpose="WHITELIST")
    assert line["consent_id"] == consent.id
    async with nothing_moves():
        assert (await send(api, operator.token, made["id"], bank, "to-the-bank"))["id"]
        again = await send(api, operator.token, made["id"], bank)
        assert again["message"] == "这份白名单已经发送给该机构"


async def test_nothing_is_sent_to_whom_is_not_let_in_or_not_there(
    api: GraphQL, listed: Someone, operator: Someone, clock: FrozenClock
) -> None:
    out = await an_institution(status=InstitutionStatus.SUSPENDED, now=clock.now())
    made = await freeze(api, operator.token)
    officer = await an_officer(now=clock.now())

    async with nothing_moves():
        answer = await send(api, operator.token, made["id"], out)
        assert (answer["code"], answer["message"]) == (
            "NOT_ALLOWED_NOW",
            "这家机构目前不能接收信用信息",
        )
        stranger = await send(api, officer.token, made["id"], officer.institution)
        assert stranger["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        missing = await send(api, operator.token, encode_id("whitelist", out.id), out)
        assert missing["code"] == "NOT_FOUND"


async def test_an_officer_reads_what_was_sent_and_each_look_is_a_line(
    api: GraphQL, listed: Someone, operator: Someone, clock: FrozenClock
) -> None:
    officer = await an_officer(now=clock.now())
    stranger = await an_officer(now=clock.now())
    made = await freeze(api, operator.token)
    assert await read(api, officer.token) is None
    await send(api, operator.token, made["id"], officer.institution)
    await send(api, operator.token, made["id"], await an_institution(now=clock.now()))

    found = await read(api, officer.token)

    (entry,) = entries(found)
    assert entry["uscc"] == (listed.enterprise and listed.enterprise.uscc)
    assert len(found["recipients"]) == 1
    (line,) = await fetch(
        "SELECT * FROM access_ledger WHERE what = 'GRADE_READ' AND purpose_kind = 'BATCH'"
    )
    assert line["person_id"] == officer.person.id
    consent = await Consent.get(enterprise=listed.enterprise, purpose="WHITELIST")
    assert line["consent_id"] == consent.id
    assert await read(api, stranger.token) is None


async def test_the_operators_look_is_a_line_too(
    api: GraphQL, listed: Someone, operator: Someone
) -> None:
    await freeze(api, operator.token)

    assert len(entries(await read(api, operator.token))) == 1

    (line,) = await fetch(
        "SELECT * FROM access_ledger WHERE what = 'GRADE_READ' AND purpose_kind = 'BATCH'"
    )
    assert (line["role"], line["person_id"]) == ("OPERATOR", operator.person.id)
    assert line["enterprise_id"] == (listed.enterprise and listed.enterprise.id)


@pytest.mark.parametrize("purpose", ["WHITELIST", "GRADING"])
async def test_au_8_who_took_the_consent_back_is_gone_on_the_next_look(
    api: GraphQL, listed: Someone, operator: Someone, clock: FrozenClock, purpose: str
) -> None:
    officer = await an_officer(now=clock.now())
    made = await freeze(api, operator.token)
    await withdraws(listed, clock, purpose)

    await send(api, operator.token, made["id"], officer.institution)

    assert entries(await read(api, officer.token)) == []
    assert len(entries(await read(api, operator.token))) == 1
    assert await fetch("SELECT 1 FROM access_ledger WHERE what = 'WHITELIST_SENT'") == []


async def test_an_owner_who_never_agreed_is_on_no_list(
    api: GraphQL, operator: Someone, clock: FrozenClock
) -> None:
    owner = await a_graded_owner(clock)
    assert owner.enterprise is not None
    await an_owner(now=clock.now())

    found = await freeze(api, operator.token)

    assert found["size"] == 0
    assert entries(await read(api, operator.token)) == []
    assert (await fetch("SELECT level FROM grade"))[0]["level"] == GradeLevel.ADVANCED


async def test_a_page_takes_the_same_statements_however_long_it_is(
    api: GraphQL, listed: Someone, operator: Someone, clock: FrozenClock
) -> None:
    """The viewer, the list, its entries, their lines in the ledger, its recipients."""
    for _ in range(3):
        await agrees(await a_graded_owner(clock, with_peers=False), clock)
    await freeze(api, operator.token)

    with recorded_queries() as statements:
        found = await read(api, operator.token)

    assert len(entries(found)) == 4
    assert len(statements) == 5, statements


async def test_a_lapsed_consent_of_a_person_counts_when_the_list_is_frozen(
    database: Database, clock: FrozenClock
) -> None:
    owner = await an_owner_with_nine(clock, persons_days=3)
    await agrees(owner, clock)
    clock.advance(timedelta(days=4))

    found = await freeze_if_missing("JIANGYIN", clock.now())

    assert found is not None
    (entry,) = await WhitelistEntry.filter(whitelist_id=found.id)
    assert entry.level == "FIRST"


async def test_whom_a_lapsed_consent_of_a_person_raises_is_on_the_list_too(
    database: Database, clock: FrozenClock
) -> None:
    owner = await an_owner_with_nine(clock, persons_days=3)
    await agrees(owner, clock)
    keeper = await asyncpg.connect(database.admin_url, timeout=30)
    await keeper.execute("SET session_replication_role = replica")  # grades are never changed
    await keeper.execute("UPDATE grade SET level = 'CANDIDATE'")
    await keeper.close()

    clock.advance(timedelta(days=4))
    found = await freeze_if_missing("JIANGYIN", clock.now())

    assert found is not None
    (entry,) = await WhitelistEntry.filter(whitelist_id=found.id)
    assert entry.level == "FIRST"


async def test_a_grade_that_needed_no_person_reads_the_same_without_one(
    database: Database, clock: FrozenClock
) -> None:
    owner = await an_owner_with_nine(clock, persons_days=3)
    assert owner.enterprise is not None
    clock.advance(timedelta(days=4))
    today = day_in_shanghai(clock.now())
    assert await levels_read_anew("JIANGYIN", today) == {owner.enterprise.id: GradeLevel.FIRST}

    keeper = await asyncpg.connect(database.admin_url, timeout=30)
    await keeper.execute("SET session_replication_role = replica")  # grades are never changed
    await keeper.execute(
        """
        UPDATE grade SET indicators = (
          SELECT jsonb_agg(CASE WHEN (one ->> 'number')::int = 7
                                THEN one || '{"letter": "NOT_CLASSIFIED"}' ELSE one END)
            FROM jsonb_array_elements(indicators) AS one)
        """
    )
    await keeper.close()
    assert await levels_read_anew("JIANGYIN", today) == {}
