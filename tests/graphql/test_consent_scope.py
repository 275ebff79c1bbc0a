"""Consents with a scope: granted to one bank for one demand, narrowed, renewed, with receipts."""

import asyncio
from typing import Any

import pytest

from foundation.city import cities
from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from foundation.tokens import signing_keys
from sharing.consenting.receipts import read_receipt
from storage.database import execute, fetch
from storage.models import Consent
from tests.conftest import GraphQL
from tests.factories.credit import a_grading_consent, a_history, import_histories, peers
from tests.factories.demands import a_key
from tests.factories.people import Someone, an_owner
from tests.graphql.deals import Deal, a_deal
from tests.stillness import nothing_moves, queued

FIELDS = """
  __typename
  ... on Consent {
    id purpose state until textVersion receipt lastUsedAt
    grantee { id } demand { id } supersededBy { id }
    scope { category { code } fields }
  }
  ... on UserError { code message }
  ... on ValidationFailed { fieldErrors { field message } }
"""
GRANT = (
    f"mutation ($input: ConsentGrantInput!) {{ result: consentGrant(input: $input) {{{FIELDS}}} }}"
)
NARROW = f"""mutation ($id: ID!, $input: ConsentNarrowInput!) {{
  result: consentNarrow(id: $id, input: $input) {{{FIELDS}}} }}"""
RENEW = f"""mutation ($id: ID!, $input: ConsentRenewInput!) {{
  result: consentRenew(id: $id, input: $input) {{{FIELDS}}} }}"""
NODE = """query ($id: ID!) { node(id: $id) { ... on Consent {
  state supersededBy { id } scope { category { code } fields } } } }"""

SCOPE = [{"category": "JS-13"}, {"category": "JS-33", "fields": ["拖欠金额(元)", "是否补缴"]}]


@pytest.fixture
async def deal(api: GraphQL, clock: FrozenClock) -> Deal:
    return await a_deal(api, clock)


def an_input(deal: Deal, **changes: Any) -> dict[str, Any]:
    return {
        "enterpriseId": encode_id("enterprise", deal.demand.enterprise_id),
        "purpose": "ENTERPRISE_DATA",
        "textVersion": cities()["JIANGYIN"].consent_text("ENTERPRISE_DATA").version,
        "granteeId": encode_id("institution", deal.bank.id),
        "demandId": encode_id("demand", deal.demand.id),
        "scope": SCOPE,
        "until": "2026-06-30",
        "idempotencyKey": a_key(),
    } | changes


async def grant(deal: Deal, **changes: Any) -> dict[str, Any]:
    return await deal.run(GRANT, deal.owner, input=an_input(deal, **changes))


async def narrow(deal: Deal, who: Someone | None, consent: dict[str, Any], **values: Any) -> Any:
    wanted = {"idempotencyKey": a_key()} | values
    return await deal.run(NARROW, who, id=consent["id"], input=wanted)


async def renew(deal: Deal, who: Someone | None, consent: dict[str, Any], **values: Any) -> Any:
    wanted = {"idempotencyKey": a_key(), "textVersion": consent["textVersion"]} | values
    return await deal.run(RENEW, who, id=consent["id"], input=wanted)


def scope_of(consent: dict[str, Any]) -> dict[str, list[str]]:
    return {one["category"]["code"]: one["fields"] for one in consent["scope"]}


async def test_anonymous(deal: Deal) -> None:
    consent = await grant(deal)

    async with nothing_moves():
        for document, values in (
            (NARROW, {"scope": [{"category": "JS-13"}], "idempotencyKey": a_key()}),
            (RENEW, {"until": "2027-01-01", "textVersion": "x", "idempotencyKey": a_key()}),
        ):
            code = await deal.code(document, None, id=consent["id"], input=values)
            assert code == "UNAUTHENTICATED"


async def test_another_enterprises_owner(deal: Deal) -> None:
    stranger = await an_owner(now=deal.clock.now())
    consent = await grant(deal)

    async with nothing_moves():
        narrowed = await narrow(deal, stranger, consent, scope=[{"category": "JS-13"}])
        renewed = await renew(deal, stranger, consent, until="2027-01-01")

    assert (narrowed["__typename"], renewed["__typename"]) == ("NotFound", "NotFound")


async def test_au_8_a_bank_is_let_in_for_one_demand_to_chosen_categories(deal: Deal) -> None:
    consent = await grant(deal)

    assert consent["state"] == "ACTIVE"
    assert consent["grantee"] == {"id": encode_id("institution", deal.bank.id)}
    assert consent["demand"] == {"id": encode_id("demand", deal.demand.id)}
    assert scope_of(consent) == {"JS-13": [], "JS-33": ["拖欠金额(元)", "是否补缴"]}
    assert consent["lastUsedAt"] is None


async def test_the_receipt_says_what_was_agreed_to_and_on_which_words(deal: Deal) -> None:
    consent = await grant(deal)

    said = read_receipt(signing_keys().ring().jwks(), consent["receipt"])

    text = cities()["JIANGYIN"].consent_text("ENTERPRISE_DATA")
    assert said["consent"] == consent["id"]
    assert said["text_sha256"] == text.digest.hex()
    assert said["grantee"] == encode_id("institution", deal.bank.id)
    assert [one["category"] for one in said["scope"]] == ["JS-13", "JS-33"]
    assert (said["until"], said["revoked_at"]) == ("2026-06-30", None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scope": []}, "scope"),
        ({"scope": [{"category": "JS-99"}]}, "scope"),
        ({"scope": [{"category": "LOCAL-PUBLIC-RECORD"}]}, "scope"),
        ({"scope": [{"category": "JS-13"}, {"category": "JS-13"}]}, "scope"),
        ({"scope": [{"category": "JS-13", "fields": ["没有这一项"]}]}, "scope"),
        ({"granteeId": None}, "granteeId"),
        ({"demandId": None}, "demandId"),
    ],
)
async def test_what_cannot_be_agreed_to_is_named(
    deal: Deal, changes: dict[str, Any], field: str
) -> None:
    async with nothing_moves():
        answer = await grant(deal, **changes)

    assert [one["field"] for one in answer["fieldErrors"]] == [field]


async def test_another_enterprises_demand_serves_no_consent(deal: Deal) -> None:
    other = await a_deal(deal.api, deal.clock)

    async with nothing_moves():
        answer = await grant(deal, demandId=encode_id("demand", other.demand.id))

    assert [one["field"] for one in answer["fieldErrors"]] == ["demandId"]


async def test_au_10_operating_information_is_never_part_of_another_consent(deal: Deal) -> None:
    """AU-10: nor can what is no 经营类信息 hide behind its opt-in."""
    version = cities()["JIANGYIN"].consent_text("OPERATING_DATA").version
    operating = [{"category": "LOCAL-DECLARED-BUSINESS"}]
    async with nothing_moves():
        hidden = await grant(deal, scope=[*SCOPE, *operating])
        other = await grant(deal, purpose="OPERATING_DATA", textVersion=version)
        wrong_text = await grant(deal, purpose="OPERATING_DATA", scope=operating)

    own = await grant(deal, purpose="OPERATING_DATA", textVersion=version, scope=operating)

    assert {one["field"] for one in hidden["fieldErrors"]} == {"scope"}
    assert {one["field"] for one in other["fieldErrors"]} == {"scope"}
    assert [one["field"] for one in wrong_text["fieldErrors"]] == ["textVersion"]
    assert (own["__typename"], scope_of(own)) == ("Consent", {"LOCAL-DECLARED-BUSINESS": []})


async def test_two_consents_to_the_same_cannot_stand(deal: Deal) -> None:
    answers = await asyncio.gather(*(grant(deal) for _ in range(3)))

    assert sorted(one["__typename"] for one in answers) == ["Consent", *["ValidationFailed"] * 2]
    async with nothing_moves():
        whole = await grant(deal, scope=[{"category": "JS-33"}])
        part = await grant(deal, scope=[{"category": "JS-13", "fields": ["缴存比例"]}])
    for answer in (whole, part):
        assert [one["field"] for one in answer["fieldErrors"]] == ["scope"]


async def test_of_a_whole_category_and_its_fields_at_once_one_wins(deal: Deal) -> None:
    """In either order of the scope, so that neither waits for the other for ever."""
    whole = [{"category": "JS-33"}, {"category": "JS-13"}]
    parts = [
        {"category": "JS-13", "fields": ["缴存比例"]},
        {"category": "JS-33", "fields": ["是否补缴"]},
    ]

    answers = await asyncio.gather(
        *(grant(deal, scope=scope) for scope in (whole, parts, whole, parts))
    )

    assert sorted(one["__typename"] for one in answers) == ["Consent", *["ValidationFailed"] * 3]
    refused = [one["fieldErrors"] for one in answers if one["__typename"] != "Consent"]
    text = "其中有的信息已经授权给这家机构，请先缩小或撤回那一项"
    assert refused == [[{"field": "scope", "message": text}]] * 3
    assert await Consent.filter(purpose="ENTERPRISE_DATA").count() == 1
    rows = await fetch("SELECT category, field FROM consent_scope WHERE active ORDER BY category")
    assert len(rows) == 2


async def test_of_a_narrowing_and_a_renewal_at_once_one_wins(deal: Deal) -> None:
    consent = await grant(deal)

    answers = await asyncio.gather(
        narrow(deal, deal.owner, consent, scope=[{"category": "JS-13"}]),
        renew(deal, deal.owner, consent, until="2027-01-01"),
    )

    assert sorted(one["__typename"] for one in answers) == ["Consent", "NotAllowedNow"]
    standing = Consent.filter(purpose="ENTERPRISE_DATA", superseded_at=None)
    assert await standing.count() == 1


async def test_the_database_itself_refuses_a_whole_category_beside_its_fields(deal: Deal) -> None:
    await grant(deal)
    await grant(deal, scope=[{"category": "JS-10"}])
    (scope,) = await fetch("SELECT consent_id FROM consent_scope WHERE category = 'JS-10'")

    for category, name in (("JS-13", "缴存比例"), ("JS-33", None)):
        with pytest.raises(Exception, match="consent_scope_active_key"):
            await execute(
                "INSERT INTO consent_scope (id, consent_id, category, field)"
                " VALUES (gen_random_uuid(), $1, $2, $3)",
                scope["consent_id"],
                category,
                name,
            )


async def test_what_was_agreed_to_can_neither_be_changed_nor_deleted(deal: Deal) -> None:
    await grant(deal)

    for statement in (
        "UPDATE consent SET until = NULL",
        "UPDATE consent SET text_version = 'x'",
        "DELETE FROM consent",
        "UPDATE consent_scope SET category = 'JS-1'",
        "UPDATE consent_scope SET active = true",
        "DELETE FROM consent_scope",
    ):
        with pytest.raises(Exception, match="kept as it was given"):
            await execute(statement)


async def test_narrowing_supersedes_and_leaves_the_old_one_as_it_was(deal: Deal) -> None:
    before = await grant(deal)

    after = await narrow(deal, deal.owner, before, scope=[{"category": "JS-13"}])

    assert (after["state"], scope_of(after)) == ("ACTIVE", {"JS-13": []})
    data = await deal.api.data(NODE, variables={"id": before["id"]}, token=deal.owner.token)
    assert data["node"]["state"] == "SUPERSEDED"
    assert data["node"]["supersededBy"] == {"id": after["id"]}
    assert scope_of(data["node"]) == scope_of(before)
    active = await fetch("SELECT category FROM consent_scope WHERE active")
    assert [row["category"] for row in active] == ["JS-13"]
    assert (await queued())["ConsentNarrowed"] == 1
    lines = await fetch("SELECT what FROM access_ledger WHERE what LIKE 'CONSENT_%' ORDER BY id")
    assert [line["what"] for line in lines] == ["CONSENT_GRANTED", "CONSENT_NARROWED"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"scope": [{"category": "JS-13"}, {"category": "JS-10"}]}, "scope"),
        ({"scope": [{"category": "JS-33"}]}, "scope"),
        ({"scope": []}, "scope"),
        ({"scope": SCOPE}, "scope"),
        ({"until": "2026-07-01"}, "until"),
    ],
)
async def test_only_less_is_a_narrowing(deal: Deal, values: dict[str, Any], field: str) -> None:
    consent = await grant(deal)

    async with nothing_moves():
        answer = await narrow(deal, deal.owner, consent, **values)

    assert field in {one["field"] for one in answer["fieldErrors"]}


async def test_a_superseded_consent_cannot_be_narrowed_again(deal: Deal) -> None:
    consent = await grant(deal)
    await narrow(deal, deal.owner, consent, scope=[{"category": "JS-13"}])

    async with nothing_moves():
        again = await narrow(deal, deal.owner, consent, scope=[{"category": "JS-13"}])

    assert again["message"] == "这项授权已由新的授权取代，请处理新的那一项"


async def test_renewing_gives_the_same_scope_a_later_end(deal: Deal) -> None:
    before = await grant(deal)

    after = await renew(deal, deal.owner, before, until="2026-12-31")

    assert (after["state"], after["until"]) == ("ACTIVE", "2026-12-31")
    assert scope_of(after) == scope_of(before)
    assert (await queued())["ConsentRenewed"] == 1


async def test_an_earlier_end_or_another_text_is_no_renewal(deal: Deal) -> None:
    consent = await grant(deal)

    async with nothing_moves():
        earlier = await renew(deal, deal.owner, consent, until="2026-06-30")
        other = await renew(deal, deal.owner, consent, until="2027-01-01", textVersion="old")

    assert [one["field"] for one in earlier["fieldErrors"]] == ["until"]
    assert [one["field"] for one in other["fieldErrors"]] == ["textVersion"]


async def test_the_same_key_narrows_once(deal: Deal) -> None:
    consent, key = await grant(deal), a_key()
    first = await narrow(
        deal, deal.owner, consent, scope=[{"category": "JS-13"}], idempotencyKey=key
    )

    async with nothing_moves():
        again = await narrow(
            deal, deal.owner, consent, scope=[{"category": "JS-13"}], idempotencyKey=key
        )

    assert again["id"] == first["id"]
    assert await Consent.filter(purpose="ENTERPRISE_DATA").count() == 2


async def test_a_revoked_consent_makes_room_for_the_next(deal: Deal) -> None:
    first = await grant(deal)
    document = "mutation ($id: ID!) { result: consentRevoke(id: $id) { __typename } }"
    await deal.run(document, deal.owner, id=first["id"])

    again = await grant(deal)

    assert again["__typename"] == "Consent"
    assert again["id"] != first["id"]


async def test_au_9_every_change_of_a_consent_is_a_fact_for_the_provincial_node(
    deal: Deal,
) -> None:
    granted = await grant(deal)
    narrowed = await narrow(deal, deal.owner, granted, scope=[{"category": "JS-13"}])
    renewed = await renew(deal, deal.owner, narrowed, until="2026-12-31")
    document = "mutation ($id: ID!) { result: consentRevoke(id: $id) { __typename } }"
    await deal.run(document, deal.owner, id=renewed["id"])

    facts = await queued()
    assert {name: n for name, n in facts.items() if name.startswith("Consent")} == {
        "ConsentGranted": 1,
        "ConsentNarrowed": 1,
        "ConsentRenewed": 1,
        "ConsentRevoked": 1,
    }


async def test_narrowing_the_grading_consent_withholds_and_turns_no_letter_into_c(
    deal: Deal, clock: FrozenClock
) -> None:
    """A2-18, A2-43: what is left out is not classified, and named as withheld."""
    document = """{ viewer { enterprise { grade { indicators { number letter withheld } } } } }"""

    async def letters() -> dict[int, tuple[str, bool]]:
        data = await deal.api.data(document, token=deal.owner.token)
        found = data["viewer"]["enterprise"]["grade"]["indicators"]
        return {one["number"]: (one["letter"], one["withheld"]) for one in found}

    await peers(clock.now())
    await import_histories([a_history(deal.owner.enterprise)], clock.now())
    consent = await a_grading_consent(deal.owner, clock.now())
    before = await letters()
    narrowed = await narrow(
        deal,
        deal.owner,
        {"id": encode_id("consent", consent.id)},
        scope=[{"category": "JS-13"}, {"category": "LOCAL-PREMISES"}],
    )
    after = await letters()

    assert narrowed["state"] == "ACTIVE"
    assert (before[1][0], before[3][0], before[4][0]) == ("A", "A", "A")
    assert after[4] == ("A", False)
    assert after[1] == after[3] == ("NOT_CLASSIFIED", True)
    assert not [n for n, (letter, _) in after.items() if letter == "C" and before[n][0] != "C"]
