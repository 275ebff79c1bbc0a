"""Entry apps' keys: kept, refreshed in the background, asked for once at a time."""

import asyncio
import json

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from accounts.key_sets import FRESH_SECONDS, RETRY_SECONDS, USABLE_SECONDS, KeySets
from foundation.errors import Unavailable
from foundation.http_client import OutboundClient
from tests.factories.entry_apps import public_jwk

ADDRESS = "https://entry.example/jwks.json"
ONE, TWO = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))


class EntryApp(httpx2.AsyncBaseTransport):
    """A server of keys that can be silent, slow or silly."""

    def __init__(self) -> None:
        self.keys: object = [public_jwk(ONE)]
        self.is_silent = False
        self.status = 200
        self.asked = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked += 1
        await asyncio.sleep(0.01)
        if self.is_silent:
            raise httpx2.ReadTimeout("silent", request=request)
        body = json.dumps({"keys": self.keys}).encode()
        return httpx2.Response(self.status, stream=httpx2.ByteStream(body))


class Seconds:
    """A stopwatch that a test moves."""

    def __init__(self) -> None:
        self.value = 1000.0

    def __call__(self) -> float:
        return self.value


@pytest.fixture
def app() -> EntryApp:
    return EntryApp()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def key_sets(app: EntryApp, seconds: Seconds) -> KeySets:
    return KeySets(OutboundClient(("entry.example",), allow_http=False, transport=app), seconds)


async def kid_found(key_sets: KeySets, kid: str = "one") -> bool:
    key = await key_sets.key(ADDRESS, kid)
    return key is not None and key.key_id == kid


async def test_keys_are_fetched_once_for_many_who_wait(key_sets: KeySets, app: EntryApp):
    found = await asyncio.gather(*(kid_found(key_sets) for _ in range(20)))

    assert all(found)
    assert app.asked == 1


async def test_known_keys_are_served_without_asking(key_sets: KeySets, app: EntryApp):
    for _ in range(5):
        assert await kid_found(key_sets)
    assert app.asked == 1


async def test_old_keys_are_served_and_refreshed_in_the_background(
    key_sets: KeySets, app: EntryApp, seconds: Seconds
):
    await kid_found(key_sets)
    app.keys = [public_jwk(TWO, "two")]
    seconds.value += FRESH_SECONDS + 1

    assert await kid_found(key_sets, "one")
    await asyncio.sleep(0.1)

    assert app.asked == 2
    assert await kid_found(key_sets, "two")
    assert not await kid_found(key_sets, "one")


async def test_a_new_key_id_is_looked_for_but_not_each_time(
    key_sets: KeySets, app: EntryApp, seconds: Seconds
):
    await kid_found(key_sets)
    for _ in range(5):
        assert not await kid_found(key_sets, "two")
    assert app.asked == 1
    app.keys = [public_jwk(ONE), public_jwk(TWO, "two")]
    seconds.value += RETRY_SECONDS + 1

    assert await kid_found(key_sets, "two")
    assert app.asked == 2


async def test_while_the_app_is_silent_known_keys_serve_for_a_day(
    key_sets: KeySets, app: EntryApp, seconds: Seconds
):
    await kid_found(key_sets)
    app.is_silent = True
    seconds.value += USABLE_SECONDS - 1
    assert await kid_found(key_sets)
    await asyncio.sleep(0.1)
    seconds.value += 1

    with pytest.raises(Unavailable):
        await kid_found(key_sets)
    app.is_silent = False
    assert await kid_found(key_sets)


async def test_an_app_that_was_never_heard_is_unavailable(key_sets: KeySets, app: EntryApp):
    app.status = 503

    with pytest.raises(Unavailable):
        await kid_found(key_sets)
    app.status = 200
    assert await kid_found(key_sets)


@pytest.mark.parametrize(
    "keys",
    [
        None,
        "one",
        [],
        [None, 7, "x"],
        [{"kid": "one"}],
        [{"kty": "oct", "k": "c2VjcmV0", "kid": "one"}],
        [{"kty": "EC", "crv": "P-256", "x": "", "y": "", "kid": "one"}],
        [public_jwk(ONE) | {"kid": 1}],
    ],
    ids=["null", "text", "none", "no objects", "no kind", "a secret", "no point", "no text as id"],
)
async def test_what_is_no_public_key_is_not_taken(key_sets: KeySets, app: EntryApp, keys: object):
    app.keys = keys

    assert not await kid_found(key_sets)


async def test_a_strange_key_hides_no_other(key_sets: KeySets, app: EntryApp):
    app.keys = [{"kty": "AKP", "kid": "later"}, None, public_jwk(ONE)]

    assert await kid_found(key_sets)
