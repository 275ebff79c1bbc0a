"""personalConsent*: a person consents for themselves, by a link to their own phone (AU-7)."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts import codes
from accounts.real_name import is_legal_representative
from accounts.registry import RegistryProfile
from accounts.registry_memory import MemoryRegistry
from credit.facts import PersonRole
from foundation.city import cities
from foundation.clock import FrozenClock, day_in_shanghai
from foundation.identifiers import encode_id, new_id
from sharing.consenting import invitations
from sharing.consenting.coverage import grading_consents, persons_consented
from storage.database import execute, fetch, fetch_one
from storage.models import Consent, Person, PersonalInvitation
from tests.conftest import GraphQL
from tests.factories.credit import a_personal_consent
from tests.factories.credit_files import a_csv, empty_row, received
from tests.factories.demands import a_key
from tests.factories.people import Someone, access_token_for, an_officer, an_owner
from tests.stillness import nothing_moves

NAME, NUMBER, PHONE = "示例法人", "110101190001010014", "14000009001"
INVITE = """mutation ($input: PersonalConsentInviteInput!) {
  result: personalConsentInvite(input: $input) {
    __typename ... on PersonalConsentInvitation { id state phoneMasked enterpriseName }
    ... on UserError { code message } ... on ValidationFailed { fieldErrors { field } } } }"""
OPEN = """query ($token: String!) { personalConsentInvitation(token: $token) {
  city enterpriseName subject phoneMasked state text { purpose version } } }"""
SEND = """mutation ($input: PersonalConsentCodeSendInput!) {
  result: personalConsentCodeSend(input: $input) { __typename ... on UserError { message } } }"""
GRANT = """mutation ($input: PersonalConsentGrantInput!) {
  result: personalConsentGrant(input: $input) {
    __typename ... on Consent { id subject purpose state }
    ... on UserError { code message } ... on ValidationFailed { fieldErrors { field } } } }"""
DECLINE = """mutation ($input: PersonalConsentDeclineInput!) {
  result: personalConsentDecline(input: $input) {
    __typename ... on PersonalConsentInvitation { state } ... on UserError { message } } }"""
RENEW = """mutation ($id: ID!, $input: ConsentRenewInput!) {
  result: consentRenew(id: $id, input: $input) { __typename ... on UserError { message } } }"""
OWN = "{ viewer { personalConsents { edges { node { id subject state } } } } }"
REVOKE = "mutation ($id: ID!) { result: consentRevoke(id: $id) { __typename } }"


@pytest.fixture
async def owner(api: GraphQL, clock: FrozenClock, registry: MemoryRegistry) -> Someone:
    owner = await an_owner(now=clock.now())
    assert owner.enterprise is not None
    profile = RegistryProfile(
        owner.enterprise.uscc, owner.enterprise.name, "320281400", "C34", None, True
    )
    registry.add(profile, NAME, NUMBER)
    return owner


def an_input(owner: Someone, **changes: Any) -> dict[str, Any]:
    assert owner.enterprise is not None
    return {
        "enterpriseId": encode_id("enterprise", owner.enterprise.id),
        "subject": "LEGAL_REPRESENTATIVE",
        "name": NAME,
        "phone": PHONE,
        "idempotencyKey": a_key(),
    } | changes


async def invite(api: GraphQL, owner: Someone, **changes: Any) -> dict[str, Any]:
    variables = {"input": an_input(owner, **changes)}
    found: dict[str, Any] = (await api.data(INVITE, variables=variables, token=owner.token))[
        "result"
    ]
    return found


async def a_link(api: GraphQL, owner: Someone, clock: FrozenClock, **changes: Any) -> str:
    """The token of a link that has been sent."""
    await invite(api, owner, **changes)
    newest = await PersonalInvitation.all().order_by("-id").first()
    assert newest is not None
    drawn = await invitations.draw(newest.id, clock.now())
    assert drawn is not None
    await invitations.mark_sent(newest.id, clock.now())
    return drawn.token


async def run(api: GraphQL, document: str, **values: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await api.data(document, variables={"input": values}))["result"]
    return found


async def grant(api: GraphQL, token: str, clock: FrozenClock, **changes: Any) -> dict[str, Any]:
    """Answer with the code that the phone received."""
    clock.advance(timedelta(minutes=2))
    assert (await run(api, SEND, token=token))["__typename"] == "CodeSent"
    row = await fetch_one("SELECT id FROM code_challenge ORDER BY requested_at DESC LIMIT 1")
    drawn = await codes.draw(row["id"], clock.now()) if row else None
    assert drawn is not None
    text = cities()["JIANGYIN"].consent_text("PERSONAL_CREDIT").version
    answer = {
        "token": token,
        "code": drawn.code,
        "name": NAME,
        "idNumber": NUMBER,
        "textVersion": text,
    }
    return await run(api, GRANT, **(answer | changes))


async def consented(owner: Someone, clock: FrozenClock) -> frozenset[PersonRole]:
    assert owner.enterprise is not None
    return await persons_consented(owner.enterprise.id, day_in_shanghai(clock.now()))


async def test_anonymous(api: GraphQL, owner: Someone) -> None:
    async with nothing_moves():
        body = await api(INVITE, variables={"input": an_input(owner)})
    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_another_enterprises_owner_and_an_officer_may_not(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    stranger, officer = await an_owner(now=clock.now()), await an_officer(now=clock.now())
    variables = {"input": an_input(owner)}

    async with nothing_moves():
        theirs = await api.data(INVITE, variables=variables, token=stranger.token)
        body = await api(INVITE, variables=variables, token=officer.token)

    assert theirs["result"]["__typename"] == "NotFound"
    assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_au_7_a_person_consents_by_a_link_to_their_own_phone(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    token = await a_link(api, owner, clock)
    page = (await api.data(OPEN, variables={"token": token}))["personalConsentInvitation"]
    assert (page["city"], page["phoneMasked"], page["state"]) == (
        "JIANGYIN",
        "140****9001",
        "SENT",
    )
    assert await consented(owner, clock) == frozenset()

    consent = await grant(api, token, clock)

    assert (consent["subject"], consent["state"]) == ("LEGAL_REPRESENTATIVE", "ACTIVE")
    assert await consented(owner, clock) == {PersonRole.LEGAL_REPRESENTATIVE}
    row = await Consent.get(subject="LEGAL_REPRESENTATIVE").prefetch_related("person")
    assert row.person.phone == "+8614000009001"
    (line,) = await fetch("SELECT what, role, person_id FROM access_ledger")
    assert (line["what"], line["role"], line["person_id"]) == (
        "CONSENT_GRANTED",
        "PERSON",
        row.person_id,
    )


async def test_used_expired_replaced_and_unknown_links_look_the_same(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    used = await a_link(api, owner, clock)
    await grant(api, used, clock)
    replaced = await a_link(api, owner, clock, subject="ACTUAL_CONTROLLER", phone="14000009002")
    expired = await a_link(api, owner, clock, subject="ACTUAL_CONTROLLER", phone="14000009003")
    clock.advance(invitations.LIFETIME)

    answers = []
    async with nothing_moves():
        for token in (used, replaced, expired, "unknown", ""):
            opened = await api.data(OPEN, variables={"token": token})
            answers.append(
                (
                    opened["personalConsentInvitation"],
                    (await run(api, SEND, token=token))["message"],
                    (await run(api, DECLINE, token=token))["message"],
                )
            )

    assert len(set(answers)) == 1
    assert answers[0][0] is None


async def test_a_wrong_person_leaves_no_consent(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    token = await a_link(api, owner, clock)

    answer = await grant(api, token, clock, name="示例别人")

    assert [one["field"] for one in answer["fieldErrors"]] == ["idNumber"]
    assert await consented(owner, clock) == frozenset()
    assert (await grant(api, token, clock))["__typename"] == "Consent"


async def test_a_wrong_code_leaves_no_consent(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    token = await a_link(api, owner, clock)

    answer = await grant(api, token, clock, code="000000")

    assert answer["__typename"] in ("CodeWrong", "Consent")
    assert answer["__typename"] == "CodeWrong"
    assert await Consent.filter(purpose="PERSONAL_CREDIT").count() == 0


async def test_a_controllers_name_must_be_the_one_the_owner_gave(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    token = await a_link(api, owner, clock, subject="ACTUAL_CONTROLLER", name="示例实控人")

    wrong = await grant(api, token, clock, name="示例别人")
    right = await grant(api, token, clock, name="示例实控人")

    assert wrong["__typename"] == "ValidationFailed"
    assert right["subject"] == "ACTUAL_CONTROLLER"


async def test_declining_ends_what_the_same_person_gave_before(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    await grant(api, await a_link(api, owner, clock), clock)
    fresh = await a_link(api, owner, clock)

    answer = await run(api, DECLINE, token=fresh)

    assert answer["state"] == "DECLINED"
    assert await consented(owner, clock) == frozenset()


async def test_the_person_finds_and_revokes_it_and_the_owner_cannot(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    consent = await grant(api, await a_link(api, owner, clock), clock)
    person = await Person.get(phone="+8614000009001")
    token = await access_token_for(person, now=clock.now())
    owners = await access_token_for(owner.person, owner.membership, now=clock.now())

    async with nothing_moves():
        theirs = await api.data(REVOKE, variables={"id": consent["id"]}, token=owners)
    (edge,) = (await api.data(OWN, token=token))["viewer"]["personalConsents"]["edges"]
    own = await api.data(REVOKE, variables={"id": edge["node"]["id"]}, token=token)

    assert theirs["result"]["__typename"] == "NotFound"
    assert own["result"]["__typename"] == "Consent"
    assert await consented(owner, clock) == frozenset()


async def test_nothing_of_the_person_is_kept_but_the_phone(
    api: GraphQL, owner: Someone, clock: FrozenClock
) -> None:
    token = await a_link(api, owner, clock)
    await grant(api, token, clock)

    for table in ("personal_invitation", "consent", "access_ledger", "idempotency_key", "person"):
        rows = await fetch(
            f'SELECT t::text AS text FROM "{table}" t'  # noqa: S608 - a table's own name
        )
        text = "".join(row["text"] for row in rows)
        assert NUMBER not in text
        assert NAME not in text
        assert token not in text


async def test_links_are_limited_by_phone(api: GraphQL, owner: Someone, clock: FrozenClock) -> None:
    for _ in range(invitations.MAX_PER_PHONE):
        assert (await invite(api, owner))["__typename"] == "PersonalConsentInvitation"

    async with nothing_moves():
        answer = await invite(api, owner)

    assert answer["__typename"] == "RateLimited"


async def the_representative_changes(owner: Someone, on: str, folder: Path) -> None:
    """The registry's next file says so."""
    assert owner.enterprise is not None
    row = empty_row("JIANGYIN", "LOCAL-REGISTRY") | {
        "统一社会信用代码": owner.enterprise.uscc,
        "行业代码": "C34",
        "成立日期": "2019-05-01",
        "经营状态": "在业",
        "法定代表人变更日期": on,
    }
    receipt = await received(
        a_csv(folder, [row]), category="LOCAL-REGISTRY", received_on=date.fromisoformat(on)
    )
    assert receipt.quarantined == 0


async def signed_in_again(someone: Someone, clock: FrozenClock) -> Someone:
    token = await access_token_for(someone.person, someone.membership, now=clock.now())
    return replace(someone, token=token)


async def test_au_7_a_replaced_representatives_consent_counts_no_more(
    api: GraphQL, owner: Someone, clock: FrozenClock, registry: MemoryRegistry, tmp_path: Path
) -> None:
    await grant(api, await a_link(api, owner, clock), clock)
    former = await Consent.get(purpose="PERSONAL_CREDIT")
    assert await consented(owner, clock) == {PersonRole.LEGAL_REPRESENTATIVE}
    clock.advance(timedelta(days=3))

    await the_representative_changes(owner, "2026-03-20", tmp_path)

    assert await consented(owner, clock) == frozenset()
    assert owner.enterprise is not None
    today = day_in_shanghai(clock.now())
    graded = await grading_consents([owner.enterprise.id], today)
    assert {role for one in graded.values() for role in one.persons} == set()

    profile = RegistryProfile(owner.enterprise.uscc, owner.enterprise.name, "1", "C34", None, True)
    registry.add(profile, "示例新法人", NUMBER)
    owner = await signed_in_again(owner, clock)
    link = await a_link(api, owner, clock, name="示例新法人", phone="14000009002")
    assert (await grant(api, link, clock, name="示例新法人"))["__typename"] == "Consent"
    assert await consented(owner, clock) == {PersonRole.LEGAL_REPRESENTATIVE}
    assert (await Consent.get(id=former.id)).superseded_at is not None


async def test_a_replaced_representative_can_neither_renew_nor_grant_anew(
    api: GraphQL, clock: FrozenClock, tmp_path: Path
) -> None:
    owner = await an_owner(now=clock.now())
    assert owner.enterprise is not None
    await a_personal_consent(
        owner.enterprise, clock.now(), person=owner.person, until=date(2026, 6, 30)
    )
    consent = await Consent.get(purpose="PERSONAL_CREDIT")
    await execute(
        "INSERT INTO verification_attempt (id, try_id, enterprise_id, person_id, at, step)"
        " VALUES ($1, $1, $2, $3, $4, 'AGREED')",
        new_id(),
        owner.enterprise.id,
        owner.person.id,
        clock.now(),
    )
    assert await is_legal_representative(owner.person.id, owner.enterprise)
    clock.advance(timedelta(days=3))
    await the_representative_changes(owner, "2026-03-20", tmp_path)
    owner = await signed_in_again(owner, clock)
    version = cities()["JIANGYIN"].consent_text("PERSONAL_CREDIT").version
    wanted = {"until": "2026-12-31", "textVersion": version, "idempotencyKey": a_key()}

    async with nothing_moves():
        renewed = await api.data(
            RENEW,
            variables={"id": encode_id("consent", consent.id), "input": wanted},
            token=owner.token,
        )

    assert owner.enterprise is not None
    assert not await is_legal_representative(owner.person.id, owner.enterprise)
    assert renewed["result"] == {
        "__typename": "NotAllowedNow",
        "message": "法定代表人已经变更，须由现任法定代表人本人授权",
    }
