"""GET /downloads: a ticket opens one file once, for whom it was issued, and nothing else does."""

import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest

from api.app import create_app
from foundation.clock import FrozenClock
from foundation.identifiers import new_id
from foundation.settings import Settings
from sharing.access.downloads import LIFETIME, DownloadKind, Ticket, issue
from sharing.access.exports import PART_BYTES, keep_export
from storage.database import execute, fetch, transaction
from tests.factories.demands import viewer_of
from tests.factories.people import Someone, an_owner
from tests.servers import Database

CONTENT = "示例".encode() * PART_BYTES


@pytest.fixture
async def caller(database: Database, clock: FrozenClock) -> AsyncIterator[httpx2.AsyncClient]:
    app = create_app(Settings(DATABASE_URL=database.url), clock=clock)
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url="http://test"
    ) as client:
        yield client


@pytest.fixture
async def owner(database: Database, clock: FrozenClock) -> Someone:
    return await an_owner(now=clock.now())


@pytest.fixture
async def ticket(owner: Someone, clock: FrozenClock) -> Ticket:
    """For a file of several parts, none of which ends where a character does."""

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(CONTENT), 100_001):
            yield CONTENT[start : start + 100_001]

    assert owner.enterprise is not None
    async with transaction():
        export = await keep_export(new_id(), owner.enterprise.id, chunks(), clock.now())
        return await issue(
            viewer_of(owner),
            DownloadKind.OWN_DATA,
            export.id,
            clock.now(),
            file_name="示例.json",
            digest=bytes(export.digest),
        )


async def fetched(
    caller: httpx2.AsyncClient, ticket: Ticket, *, authorization: str | None = None
) -> httpx2.Response:
    return await caller.get(
        f"/downloads/{ticket.id.hex}",
        headers={"authorization": authorization or f"Ticket {ticket.secret}"},
    )


async def test_without_a_ticket(caller: httpx2.AsyncClient, ticket: Ticket) -> None:
    answer = await caller.get(f"/downloads/{ticket.id.hex}")

    assert answer.status_code == 404
    assert "重新获取" in answer.json()["message"]
    assert (await fetched(caller, ticket)).status_code == 200, "it was not used up"


async def test_another_owners_ticket_opens_nothing(
    caller: httpx2.AsyncClient, ticket: Ticket, clock: FrozenClock
) -> None:
    theirs = await issue(
        viewer_of(await an_owner(now=clock.now())),
        DownloadKind.OWN_DATA,
        new_id(),
        clock.now(),
        file_name="示例.json",
        digest=bytes(32),
    )

    crossed = await fetched(caller, ticket, authorization=f"Ticket {theirs.secret}")

    assert crossed.status_code == 404
    assert (await fetched(caller, ticket)).status_code == 200


async def test_a_ticket_opens_its_file_once(caller: httpx2.AsyncClient, ticket: Ticket) -> None:
    first = await fetched(caller, ticket)
    second = await fetched(caller, ticket)

    assert first.status_code == 200
    assert first.content == CONTENT
    assert hashlib.sha256(first.content).hexdigest() == ticket.digest
    assert first.headers["content-length"] == str(len(CONTENT))
    assert first.headers["cache-control"] == "no-store"
    assert "filename*=UTF-8''" in first.headers["content-disposition"]
    assert second.status_code == 404


async def test_a_look_at_the_head_uses_nothing_up(
    caller: httpx2.AsyncClient, ticket: Ticket
) -> None:
    answer = await caller.head(
        f"/downloads/{ticket.id.hex}", headers={"authorization": f"Ticket {ticket.secret}"}
    )

    assert answer.status_code == 405
    assert (await fetched(caller, ticket)).status_code == 200


async def test_a_ticket_expires(
    caller: httpx2.AsyncClient, ticket: Ticket, clock: FrozenClock
) -> None:
    clock.advance(LIFETIME - timedelta(seconds=1))
    clock.advance(timedelta(seconds=1))

    assert (await fetched(caller, ticket)).status_code == 404


async def test_who_lost_the_membership_fetches_nothing(
    caller: httpx2.AsyncClient, ticket: Ticket, owner: Someone, clock: FrozenClock
) -> None:
    await execute(
        "UPDATE membership SET ended_at = $2 WHERE id = $1", owner.membership.id, clock.now()
    )

    assert (await fetched(caller, ticket)).status_code == 404


@pytest.mark.parametrize(
    "authorization", ["Bearer {}", "Ticket", "Ticket {}x", "ticket  {}", "Ticket {}, Ticket {}"]
)
async def test_a_malformed_ticket(
    caller: httpx2.AsyncClient, ticket: Ticket, authorization: str
) -> None:
    value = authorization.replace("{}", ticket.secret)

    assert (await fetched(caller, ticket, authorization=value)).status_code == 404


@pytest.mark.parametrize("path", ["", "/", "/x", "/../healthz", f"/{'0' * 32}", f"/{'A' * 32}"])
async def test_an_address_that_is_none(
    caller: httpx2.AsyncClient, ticket: Ticket, path: str
) -> None:
    answer = await caller.get(
        f"/downloads{path}", headers={"authorization": f"Ticket {ticket.secret}"}
    )

    assert answer.status_code == 404 or "json" not in answer.headers["content-type"]


async def test_neither_secret_nor_content_is_kept_as_it_is(ticket: Ticket) -> None:
    rows = await fetch(
        "SELECT (SELECT string_agg(t::text, '') FROM download_ticket t) AS tickets, "
        "(SELECT string_agg(encode(sealed, 'hex'), '') FROM data_export_part) AS parts"
    )

    assert ticket.secret not in rows[0]["tickets"]
    assert "示例".encode().hex() not in rows[0]["parts"]
