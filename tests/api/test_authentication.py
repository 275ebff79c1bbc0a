"""Who may ask: a good token, none, and every kind of bad one, which refuses the whole request."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest

from foundation.tokens import ALGORITHM, ISSUER, new_key_ring, signing_keys
from storage.database import execute
from tests.api.conftest import RESPONSE, Caller, codes
from tests.factories.people import a_person, access_token_for
from tests.servers import Database

WHO = {"query": "{who hello}"}


def _signed(**claims: object) -> str:
    """A token that our own key signed, with claims that it would never sign."""
    now = int(datetime.now(UTC).timestamp())
    body: dict[str, Any] = {
        "iss": ISSUER,
        "aud": ISSUER,
        "sub": str(uuid4()),
        "sid": str(uuid4()),
        "iat": now,
        "exp": now + 600,
    }
    key = signing_keys().ring().active
    return jwt.encode(
        {name: value for name, value in (body | claims).items() if value is not None},
        key.private_key,
        ALGORITHM,
        headers={"kid": key.kid},
    )


def _raw(header: object, claims: object) -> str:
    parts = (header, claims, "signature")
    return ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
    )


async def _refused(toys: Caller, authorization: str | bytes) -> None:
    """The whole request is refused, and no field has run."""
    value = authorization.encode("latin-1") if isinstance(authorization, str) else authorization
    for media, status in ((RESPONSE, 401), ("application/json", 200)):
        answer = await toys.client.post(
            "/graphql",
            json=WHO,
            headers={"authorization": value, "accept": media.encode()},
        )
        assert answer.status_code == status
        assert codes(answer.json()) == ["UNAUTHENTICATED"]
        assert "data" not in answer.json()
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_without_a_token_one_is_nobody(database: Database, toys: Caller) -> None:
    assert await toys.ask("{who}") == {"data": {"who": None}}


async def test_a_good_token_says_who(database: Database, toys: Caller) -> None:
    person = await a_person()
    token = await access_token_for(person)

    for scheme in ("Bearer", "bearer"):
        body = await toys.ask("{who}", authorization=f"{scheme} {token}")
        assert body == {"data": {"who": person.id.hex}}


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer x",
        "Bearer x.y.z",
        "Bearer a b",
        "Bearer " + "x" * 5000,
        "Bearer é.é.é",
        b"Bearer \xff\xfe",
    ],
    ids=lambda value: str(value)[:20],
)
async def test_what_is_no_token_refuses_the_request(
    database: Database, toys: Caller, authorization: str | bytes
) -> None:
    await _refused(toys, authorization)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"iat": 4_000_000_000, "exp": 4_000_000_600},
        {"exp": 4_000_000_000},
        {"iss": "somebody"},
        {"aud": "somebody"},
        {"sub": "nobody"},
        {"sub": "\ud800"},
        {"sub": None},
        {"sid": None},
        {"sid": "\udfff" * 36},
        {"exp": None},
        {"exp": "soon"},
        {"exp": 10**30},
        {"iat": True},
    ],
    ids=str,
)
async def test_claims_that_do_not_hold_refuse_the_request(
    database: Database, toys: Caller, claims: dict[str, object]
) -> None:
    await _refused(toys, f"Bearer {_signed(**claims)}")


async def test_forged_tokens_refuse_the_request(database: Database, toys: Caller) -> None:
    person = await a_person()
    good = await access_token_for(person)
    head, body, signature = good.split(".")
    strangers = new_key_ring(datetime.now(UTC))
    strange, _ = strangers.sign_access(
        person_id=person.id, session_id=uuid4(), now=datetime.now(UTC)
    )
    kid = signing_keys().ring().active.kid
    forged = [
        strange,
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{body}.",
        _raw({"alg": "none", "kid": kid}, {"sub": str(person.id)}),
        _raw({"alg": "HS256", "kid": kid}, {"sub": str(person.id)}),
        _raw({"alg": ALGORITHM, "kid": ["x"]}, {}),
        _raw([], []),
    ]

    for token in forged:
        await _refused(toys, f"Bearer {token}")


async def test_a_token_of_a_closed_session_refuses_the_request(
    database: Database, toys: Caller
) -> None:
    person = await a_person()
    token = await access_token_for(person)
    await execute("UPDATE session SET closed_at = now() WHERE person_id = $1", person.id)

    await _refused(toys, f"Bearer {token}")


async def test_an_expired_token_refuses_the_request(database: Database, toys: Caller) -> None:
    token = await access_token_for(await a_person(), now=datetime.now(UTC) - timedelta(minutes=16))

    await _refused(toys, f"Bearer {token}")


async def test_two_authorization_headers_refuse_the_request(
    database: Database, toys: Caller
) -> None:
    token = await access_token_for(await a_person())

    await _refused(toys, f"Bearer {token}, Bearer {token}")
