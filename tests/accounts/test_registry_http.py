"""The registry over HTTP, against the stand-in that a local set-up runs."""

import json
from datetime import date
from typing import Any

import httpx2
import pytest

from accounts.registry import RegistryProfile
from accounts.registry_http import HttpRegistry, NoRegistry
from foundation.errors import Unavailable
from foundation.http_client import OutboundClient
from tools.dev_services import create_app

USCC = "91320281MA0RQ0101T"
NAME, ID_NUMBER = "示例法人91", "110101190001010911"


def over(transport: httpx2.AsyncBaseTransport) -> HttpRegistry:
    client = OutboundClient(("registry.example",), allow_http=False, transport=transport)
    return HttpRegistry(client, "https://registry.example/registry/", "示例令牌".encode().hex())


@pytest.fixture
def registry() -> HttpRegistry:
    return over(httpx2.ASGITransport(app=create_app()))


class Fixed(httpx2.AsyncBaseTransport):
    """One answer to everything."""

    def __init__(self, status: int, body: Any) -> None:
        self._status = status
        self._content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.asked: list[httpx2.Request] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        return httpx2.Response(self._status, stream=httpx2.ByteStream(self._content))


async def test_a_registered_enterprise_has_a_profile(registry: HttpRegistry):
    assert await registry.profile(USCC) == RegistryProfile(
        uscc=USCC,
        name="示例模具有限公司",
        district="320281109",
        industry="C35",
        established_on=date(2018, 4, 9),
        in_business=True,
    )


async def test_an_unknown_uscc_has_none(registry: HttpRegistry):
    assert await registry.profile("91320281MA0RQ0999X") is None


@pytest.mark.parametrize(
    ("name", "number", "agrees"),
    [
        (NAME, ID_NUMBER, True),
        ("示例法人92", ID_NUMBER, False),
        (NAME, "11010119000101092X", False),
        ("", "", False),
    ],
)
async def test_name_and_number_must_both_agree(
    registry: HttpRegistry, name: str, number: str, agrees: bool
):
    assert await registry.agrees(USCC, name, number) is agrees


async def test_nobody_represents_an_unknown_enterprise(registry: HttpRegistry):
    assert await registry.agrees("91320281MA0RQ0999X", NAME, ID_NUMBER) is False


async def test_the_id_number_travels_in_the_body_and_the_token_in_a_header():
    outside = Fixed(200, {"agrees": True})

    await over(outside).agrees(USCC, NAME, ID_NUMBER)

    [request] = outside.asked
    assert ID_NUMBER not in str(request.url)
    assert request.headers["authorization"].startswith("Bearer ")


GOOD = {
    "uscc": USCC,
    "name": "示例模具有限公司",
    "district": "320281109",
    "industry": "C35",
    "established_on": None,
    "in_business": True,
}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, GOOD),
        (302, {}),
        (200, None),
        (200, []),
        (200, {}),
        (200, b"<html>"),
        (200, GOOD | {"uscc": "91320281MA0RQ0102T"}),
        (200, GOOD | {"name": ""}),
        (200, GOOD | {"name": "名" * 121}),
        (200, GOOD | {"industry": "C99"}),
        (200, GOOD | {"established_on": "last year"}),
        (200, GOOD | {"established_on": 2018}),
    ],
    ids=str,
)
async def test_anything_but_a_clear_profile_counts_as_silence(status: int, body: Any):
    with pytest.raises(Unavailable):
        await over(Fixed(status, body)).profile(USCC)


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, {"agrees": True}), (404, {}), (200, {"agrees": "yes"}), (200, {}), (200, [True])],
    ids=str,
)
async def test_anything_but_yes_or_no_counts_as_silence(status: int, body: Any):
    with pytest.raises(Unavailable):
        await over(Fixed(status, body)).agrees(USCC, NAME, ID_NUMBER)


async def test_without_a_registry_nothing_is_answered():
    with pytest.raises(Unavailable):
        await NoRegistry().profile(USCC)
    with pytest.raises(Unavailable):
        await NoRegistry().agrees(USCC, NAME, ID_NUMBER)
