"""sessionExchange: an entry app's token, checked against what its city pins, counts once."""

import asyncio
import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from accounts.registry_memory import MemoryRegistry
from foundation.city import cities
from foundation.clock import FrozenClock
from foundation.identifiers import encode_id
from storage.database import fetch, fetch_one
from storage.models import Enterprise, ExternalAccount, Person
from storage.models.membership import Role
from tests.conftest import GraphQL
from tests.factories.codes import a_code
from tests.factories.entry_apps import EntryApps, public_jwk
from tests.factories.people import a_membership, a_person, a_phone, an_enterprise, an_owner
from tests.graphql.documents import EXCHANGE, OPEN, WHO

pytestmark = pytest.mark.usefixtures("registry")


async def exchange(api: GraphQL, token: str, city: str = "JIANGYIN") -> dict:
    return await api(EXCHANGE, variables={"input": {"city": city, "token": token}})


async def session_of(api: GraphQL, token: str, city: str = "JIANGYIN") -> dict:
    body = await exchange(api, token, city)
    assert "errors" not in body, body
    return body["data"]["sessionExchange"]


async def is_refused(api: GraphQL, token: str, city: str = "JIANGYIN") -> bool:
    body = await exchange(api, token, city)
    counted = await fetch_one(
        "SELECT (SELECT count(*) FROM session) + (SELECT count(*) FROM person) AS n"
    )
    assert counted == {"n": 0}
    return body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_the_first_entry_makes_a_person_and_the_second_finds_them(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps
):
    first = await session_of(api, entry_apps.token(now=clock.now()))
    second = await session_of(api, entry_apps.token(now=clock.now()))

    [person] = await Person.all()
    assert person.phone is None
    assert first["viewer"]["id"] == second["viewer"]["id"] == encode_id("person", person.id)
    assert (await api.data(WHO, token=second["accessToken"]))["viewer"]["acting"] is None


async def test_the_same_subject_of_another_city_is_somebody_else(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps
):
    here = await session_of(api, entry_apps.token(now=clock.now()))
    token = entry_apps.token(now=clock.now(), city="CHANGZHOU")
    there = await session_of(api, token, "CHANGZHOU")

    assert here["viewer"]["id"] != there["viewer"]["id"]


async def test_a_token_counts_once_even_for_two_at_the_same_time(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps
):
    token = entry_apps.token(now=clock.now())

    bodies = await asyncio.gather(*(exchange(api, token) for _ in range(4)))

    opened = [body for body in bodies if "errors" not in body]
    assert len(opened) == 1
    assert await fetch_one("SELECT count(*) AS n FROM session") == {"n": 1}
    assert await Person.all().count() == 1


async def test_a_rewritten_signature_is_still_the_same_token(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps
):
    """ECDSA: (r, n - s) verifies wherever (r, s) does."""
    token = entry_apps.token(now=clock.now())
    await session_of(api, token)
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    front, _, signature = token.rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    mirrored = raw[:32] + (order - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    twin = f"{front}.{base64.urlsafe_b64encode(mirrored).decode().rstrip('=')}"

    body = await exchange(api, twin)

    assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert await fetch_one("SELECT count(*) AS n FROM session") == {"n": 1}


async def test_five_minutes_is_the_age_of_a_token(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps
):
    token, late = (entry_apps.token(now=clock.now()) for _ in range(2))
    clock.advance(timedelta(minutes=5, seconds=1))
    assert await is_refused(api, late)
    clock.advance(timedelta(seconds=-1))

    assert (await session_of(api, token))["__typename"] == "Session"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "somebody-else"},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 201},
        {"sub": "a\u0000b"},
        {"jti": None},
        {"iat": None},
        {"iat": "yesterday"},
        {"iat": 1e300},
        {"iat": True},
        {"exp": 1_000_000_000},
        {"nbf": 4_000_000_000},
    ],
    ids=str,
)
async def test_claims_that_the_city_does_not_pin_are_refused(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps, claims: dict[str, Any]
):
    try:
        token = entry_apps.token(now=clock.now(), **claims)
    except TypeError:
        # PyJWT signs no such claim; somebody else's library would.
        token = _signed_by_hand(entry_apps, clock, claims)
    assert await is_refused(api, token)


def _signed_by_hand(entry_apps: EntryApps, clock: FrozenClock, claims: dict[str, Any]) -> str:
    good = jwt.decode(entry_apps.token(now=clock.now()), options={"verify_signature": False})
    app = cities()["JIANGYIN"].entry_app
    body = json.dumps(good | claims).encode()
    key = entry_apps.private_keys[app.jwks_url]
    return jwt.PyJWS().encode(body, key, "ES256", headers={"kid": "one"})


async def test_a_token_of_the_future_is_refused(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps
):
    assert await is_refused(api, entry_apps.token(now=clock.now() + timedelta(minutes=2)))


async def test_another_citys_token_is_refused(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps
):
    token = entry_apps.token(now=clock.now(), city="CHANGZHOU")

    assert await is_refused(api, token, "JIANGYIN")


async def test_no_header_chooses_the_keys_address(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps
):
    """Neither jku nor x5u nor a key inside the token counts."""
    forger = ec.generate_private_key(ec.SECP256R1())
    headers = {
        "jku": "https://forger.example/jwks.json",
        "x5u": "https://forger.example/cert.pem",
        "jwk": public_jwk(forger),
    }

    assert await is_refused(api, entry_apps.token(now=clock.now(), key=forger, headers=headers))
    assert set(entry_apps.asked) == {cities()["JIANGYIN"].entry_app.jwks_url}


async def test_a_public_key_is_no_shared_secret(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps
):
    """HS256 signed with the public key that everybody can read."""
    app = cities()["JIANGYIN"].entry_app
    pem = (
        entry_apps.private_keys[app.jwks_url]
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    good = entry_apps.token(now=clock.now())
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT","kid":"one"}').rstrip(b"=")
    signed = header + b"." + good.split(".")[1].encode()
    mac = base64.urlsafe_b64encode(hmac.digest(pem, signed, hashlib.sha256)).rstrip(b"=")

    assert await is_refused(api, (signed + b"." + mac).decode())
    unsigned = jwt.encode({"sub": "x"}, None, "none", headers={"kid": "one"})
    assert await is_refused(api, unsigned)


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 9000, "..", "[" * 3000])
async def test_what_is_no_token_is_refused(api: GraphQL, token: str):
    assert await is_refused(api, token)


async def test_a_silent_entry_app_says_so_and_changes_nothing(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps
):
    token = entry_apps.token(now=clock.now())
    entry_apps.is_silent = True

    answer = await session_of(api, token)

    assert answer["__typename"] == "Unavailable"
    assert await fetch("SELECT id FROM person UNION ALL SELECT id FROM entry_token_use") == []
    entry_apps.is_silent = False
    assert (await session_of(api, token))["__typename"] == "Session"


async def test_known_keys_go_on_serving_while_the_app_is_silent(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps
):
    await session_of(api, entry_apps.token(now=clock.now()))
    entry_apps.is_silent = True

    assert (await session_of(api, entry_apps.token(now=clock.now())))["__typename"] == "Session"


async def test_the_phone_that_the_app_names_joins_nothing_by_itself(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps
):
    owner = await an_owner(now=clock.now())

    session = await session_of(
        api, entry_apps.token(now=clock.now(), phone_number=owner.person.phone)
    )

    assert session["viewer"]["id"] != encode_id("person", owner.person.id)
    assert session["viewer"]["enterprise"] is None


async def link(api: GraphQL, entry: dict, phone: str, now: Any, *, asked: bool = True) -> dict:
    code = await a_code(phone=phone, now=now)
    variables = {
        "input": {"phone": phone, "code": code, "city": "JIANGYIN", "linkEntryAccount": asked}
    }
    return (await api.data(OPEN, variables=variables, token=entry["accessToken"]))["sessionOpen"]


async def test_after_our_own_code_the_entry_leads_to_the_phones_account(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps
):
    owner = await an_owner(now=clock.now())
    phone = owner.person.phone
    entry = await session_of(api, entry_apps.token(now=clock.now(), phone_number=phone))

    joined = await link(api, entry, phone, clock.now())

    assert joined["viewer"]["id"] == encode_id("person", owner.person.id)
    assert (await api(WHO, token=entry["accessToken"]))["errors"]
    again = await session_of(api, entry_apps.token(now=clock.now(), phone_number=phone))
    assert again["viewer"]["enterprise"] == {"id": encode_id("enterprise", owner.enterprise.id)}


async def test_a_phone_that_nobody_has_becomes_the_entry_accounts_own(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps
):
    entry = await session_of(api, entry_apps.token(now=clock.now()))
    phone = a_phone()

    joined = await link(api, entry, phone, clock.now())

    [person] = await Person.all()
    assert person.phone == phone
    assert joined["viewer"]["id"] == entry["viewer"]["id"] == encode_id("person", person.id)


async def test_without_asking_nothing_is_joined(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps
):
    """Somebody who was led into a stranger's entry session keeps an account of their own."""
    entry = await session_of(api, entry_apps.token(now=clock.now()))

    own = await link(api, entry, a_phone(), clock.now(), asked=False)

    assert own["viewer"]["id"] != entry["viewer"]["id"]
    [account] = await ExternalAccount.all()
    assert encode_id("person", account.person_id) == entry["viewer"]["id"]


async def test_another_phone_than_the_app_names_is_never_joined(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps
):
    entry = await session_of(api, entry_apps.token(now=clock.now(), phone_number=a_phone()))
    victim = await an_owner(now=clock.now())

    own = await link(api, entry, victim.person.phone, clock.now())

    assert own["viewer"]["id"] == encode_id("person", victim.person.id)
    [account] = await ExternalAccount.all()
    assert encode_id("person", account.person_id) == entry["viewer"]["id"]


async def test_a_verified_person_claim_counts_as_real_name(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps
):
    owner = await an_owner(real_name=False, now=clock.now())
    other = await an_enterprise(real_name=False)
    stranger = await a_person()
    await a_membership(person=stranger, role=Role.OWNER, enterprise=other)
    claim = {"legal_representative_of": [owner.enterprise.uscc, other.uscc, 7]}
    entry = await session_of(api, entry_apps.token(now=clock.now(), verified_person=claim))
    await link(api, entry, owner.person.phone, clock.now())

    await session_of(api, entry_apps.token(now=clock.now(), verified_person=claim))

    assert (await Enterprise.get(id=owner.enterprise.id)).real_name_verified_at == clock.now()
    assert (await Enterprise.get(id=other.id)).real_name_verified_at is None


@pytest.mark.parametrize("claim", [None, "yes", [], {"legal_representative_of": "all"}])
async def test_a_malformed_verified_person_claim_counts_for_nothing(
    api: GraphQL, clock: FrozenClock, entry_apps: EntryApps, registry: MemoryRegistry, claim: Any
):
    session = await session_of(api, entry_apps.token(now=clock.now(), verified_person=claim))

    assert session["__typename"] == "Session"
    assert await fetch("SELECT represents FROM external_account") == [{"represents": "[]"}]
