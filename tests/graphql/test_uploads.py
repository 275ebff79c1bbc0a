"""POST /uploads: a provider's file comes in, is imported by the worker, and is read about."""

import asyncio
import hashlib
import stat
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest

from api.app import create_app
from foundation import receipts
from foundation.clock import FrozenClock
from foundation.identifiers import encode_id, new_id
from foundation.settings import Settings
from foundation.tokens import signing_keys
from sharing.receiving import upload_files, uploads
from storage.models import CreditRecord, ImportBatch, Membership, Upload
from storage.queue import queue_depths
from tests.conftest import GraphQL
from tests.factories.credit_files import housing_fund
from tests.factories.people import Someone, a_uscc, an_operator, an_owner
from tests.factories.providers import a_data_provider
from tests.graphql.upload_scene import a_ticket, batch, csv_bytes, id_in, send
from tests.servers import Database
from tests.stillness import nothing_moves
from tests.waiting import until
from worker.drain import drain

REFUSED = "上传凭据无效、已过期或已使用，请重新获取"


@pytest.fixture
async def provider(api: GraphQL, clock: FrozenClock) -> Someone:
    return await a_data_provider(now=clock.now())


@pytest.fixture(autouse=True)
def _no_files_of_another_test() -> None:
    for path in upload_files.folder().iterdir():
        path.unlink()


def files() -> list[str]:
    return sorted(path.name for path in upload_files.folder().iterdir())


async def test_a_file_is_received_imported_receipted_and_removed(
    api: GraphQL, provider: Someone
) -> None:
    uscc = a_uscc()
    body = csv_bytes([housing_fund(uscc=uscc), housing_fund(uscc="不是代码")])

    answer = await send(api, await a_ticket(api, provider), body)

    assert answer.status_code == 201
    assert answer.json()["bytes"] == str(len(body))
    [name] = files()
    path = upload_files.folder() / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "公积金" not in name
    waiting = await batch(api, provider, id_in(answer))
    assert waiting is not None
    assert (waiting["state"], waiting["progress"], waiting["receipt"]) == ("RECEIVED", 0.0, None)
    assert waiting["provider"] == "示例公积金中心"

    assert await drain() == 2, "the file, and that it was imported"

    found = await batch(api, provider, id_in(answer))
    assert found is not None
    assert found["state"] == "FINISHED"
    assert found["progress"] == 1.0
    assert (found["accepted"], found["quarantined"], found["unchanged"]) == (1, 1, 0)
    assert found["fileDigest"] == hashlib.sha256(body).hexdigest()
    assert found["category"] == {"code": "JS-13", "name": "住房公积金缴纳情况", "mode": "COLLECTED"}
    [problem] = found["quarantinedRows"]["edges"]
    assert problem["node"]["line"] == 3
    assert problem["node"]["value"] == "不是代码"
    claims = receipts.read(signing_keys().ring().jwks(), "import", found["receipt"])
    assert claims["file_sha256"] == found["fileDigest"]
    assert (claims["accepted"], claims["quarantined"]) == (1, 1)
    assert await CreditRecord.filter(uscc=uscc).count() == 1
    assert files() == []


async def test_every_ticket_that_is_worth_nothing_gets_the_same_answer(
    api: GraphQL, provider: Someone, clock: FrozenClock
) -> None:
    body = csv_bytes([housing_fund(uscc=a_uscc())])
    used = await a_ticket(api, provider)
    await send(api, used, body)
    await drain()
    expired = await a_ticket(api, provider)
    clock.advance(timedelta(minutes=30))
    gone = await a_data_provider(now=clock.now())
    foreign = await a_ticket(api, gone)
    await Membership.filter(id=gone.membership.id).update(ended_at=clock.now())
    later = await a_data_provider(now=clock.now())
    good = await a_ticket(api, later)
    altered = good[:-1] + ("A" if good[-1] != "A" else "B")
    texts = [used, expired, foreign, altered, "", "nonsense", f"{new_id().hex}.AAAA", "é" * 200]

    async with nothing_moves():
        answers = [
            await api.client.post(
                "/uploads", content=body, headers={"authorization": f"Ticket {text}".encode()}
            )
            for text in texts
        ]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.content for answer in answers} == {answers[0].content}
    assert answers[0].json()["errors"][0]["message"] == REFUSED
    assert files() == []


async def test_a_ticket_in_the_address_counts_for_nothing(api: GraphQL, provider: Someone) -> None:
    ticket = await a_ticket(api, provider)

    async with nothing_moves():
        answer = await api.client.post("/uploads", params={"ticket": ticket}, content=b"x")

    assert answer.status_code == 401


async def test_two_uploads_with_one_ticket_at_once_give_one_batch(
    api: GraphQL, provider: Someone
) -> None:
    ticket = await a_ticket(api, provider)
    bodies = [csv_bytes([housing_fund(uscc=a_uscc())]) for _ in range(4)]

    answers = await asyncio.gather(*(send(api, ticket, body) for body in bodies))

    assert sorted(answer.status_code for answer in answers) == [201, 401, 401, 401]
    assert await ImportBatch.all().count() == 1


async def small(database: Database, clock: FrozenClock) -> AsyncIterator[GraphQL]:
    app = create_app(
        Settings(DATABASE_URL=database.url, RQ_UPLOAD_MAX_BYTES=2_000_000), clock=clock
    )
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        yield GraphQL(client)


capped = pytest.fixture(small)


async def test_a_file_that_goes_on_for_ever_is_cut_off_at_the_cap(
    capped: GraphQL, provider: Someone
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 10 * 1024**3:
            sent += 65_536
            yield b"x" * 65_536

    ticket = await a_ticket(capped, provider)
    answer = await send(capped, ticket, endless())

    assert answer.status_code == 413
    assert sent < 4_000_000, "it was not read on"
    assert files() == []
    assert await ImportBatch.all().count() == 0


async def test_a_length_above_the_cap_is_refused_before_the_ticket_is_used(
    capped: GraphQL, provider: Someone
) -> None:
    ticket = await a_ticket(capped, provider)

    async with nothing_moves():
        declared = await send(capped, ticket, b"x" * 2_000_001)
        nonsense = await capped.client.post(
            "/uploads", content=b"x", headers={"content-length": "9" * 20}
        )
    good = await send(capped, ticket, csv_bytes([housing_fund(uscc=a_uscc())]))

    assert (declared.status_code, nonsense.status_code) == (413, 413)
    assert good.status_code == 201


@pytest.mark.parametrize("kind", ["text/csv", "application/octet-stream", "nonsense"])
async def test_the_content_type_does_not_matter(api: GraphQL, provider: Someone, kind: str) -> None:
    body = csv_bytes([housing_fund(uscc=a_uscc())])

    answer = await send(api, await a_ticket(api, provider), body, **{"content-type": kind})

    assert answer.status_code == 201


async def test_forms_and_compressed_files_are_refused(api: GraphQL, provider: Someone) -> None:
    ticket = await a_ticket(api, provider)

    async with nothing_moves():
        form = await api.client.post(
            "/uploads", files={"file": b"x"}, headers={"authorization": f"Ticket {ticket}"}
        )
        zipped = await send(api, ticket, b"x", **{"content-encoding": "gzip"})

    assert (form.status_code, zipped.status_code) == (415, 415)
    assert files() == []


async def test_an_empty_file_is_refused(api: GraphQL, provider: Someone) -> None:
    answer = await send(api, await a_ticket(api, provider), b"")

    assert answer.status_code == 400
    assert (await Upload.all().count(), files()) == (0, [])


async def test_the_same_file_twice_is_the_same_batch_and_changes_nothing(
    api: GraphQL, provider: Someone
) -> None:
    body = csv_bytes([housing_fund(uscc=a_uscc())])
    first = await send(api, await a_ticket(api, provider), body)
    await drain()
    before = await batch(api, provider, id_in(first))

    again = await send(api, await a_ticket(api, provider), body)
    await drain()

    assert (again.status_code, again.json()["repeated"]) == (200, True)
    assert id_in(again) == id_in(first)
    after = await batch(api, provider, id_in(again))
    assert after is not None
    assert before is not None
    assert {k: v for k, v in after.items() if k != "receipt"} == {
        k: v for k, v in before.items() if k != "receipt"
    }
    assert await CreditRecord.all().count() == 1
    assert files() == []


async def test_a_file_that_cannot_be_read_says_why(api: GraphQL, provider: Someone) -> None:
    answer = await send(api, await a_ticket(api, provider), "别的列\n1\n".encode())
    await drain()

    found = await batch(api, provider, id_in(answer))

    assert found is not None
    assert (found["state"], found["receipt"]) == ("REFUSED", None)
    assert "清单以外的列" in found["refusal"]
    assert files() == []


async def test_only_its_provider_and_the_citys_operators_read_a_batch(
    api: GraphQL, provider: Someone, clock: FrozenClock
) -> None:
    now = clock.now()
    answer = await send(
        api, await a_ticket(api, provider), csv_bytes([housing_fund(uscc=a_uscc())])
    )
    batch_id = id_in(answer)
    colleague = await a_data_provider(now=now)
    operator = await an_operator(now=now)
    strangers = [
        await an_owner(now=now),
        await an_operator(city="CHANGZHOU", now=now),
        await a_data_provider(name="示例水务公司", now=now),
        await a_data_provider(city="CHANGZHOU", now=now),
    ]

    assert await batch(api, colleague, batch_id) is not None
    assert await batch(api, operator, batch_id) is not None
    for who in strangers:
        assert await batch(api, who, batch_id) is None
    nobody = await api.data(
        "query ($id: ID!) { importBatch(id: $id) { id } node(id: $id) { id } }",
        variables={"id": batch_id},
    )
    assert nobody == {"importBatch": None, "node": None}
    assert await batch(api, operator, encode_id("import_batch", new_id())) is None


async def test_an_import_that_a_dead_worker_left_goes_on(
    api: GraphQL, provider: Someone, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = csv_bytes([housing_fund(uscc=a_uscc()) for _ in range(30)])
    answer = await send(api, await a_ticket(api, provider), body)
    upload = await Upload.get()
    monkeypatch.setattr("sharing.imports.CHUNK_ROWS", 10)
    reading = asyncio.create_task(uploads.import_upload(upload.id, clock.now()))

    async def some_are_kept() -> bool:
        return await CreditRecord.exists()

    await until(some_are_kept, 10.0)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    half = await CreditRecord.all().count()
    assert len(files()) == 1

    await uploads.import_upload(upload.id, clock.now())
    await uploads.import_upload(upload.id, clock.now())

    assert 0 < half <= 30
    assert await CreditRecord.all().count() == 30
    found = await batch(api, provider, id_in(answer))
    assert found is not None
    assert (found["state"], found["accepted"]) == ("FINISHED", 30)
    assert files() == []


async def test_a_file_that_is_not_there_yet_is_waited_for(
    api: GraphQL, provider: Someone, clock: FrozenClock
) -> None:
    await send(api, await a_ticket(api, provider), csv_bytes([housing_fund(uscc=a_uscc())]))
    upload = await Upload.get()
    [name] = files()
    (upload_files.folder() / name).unlink()

    with pytest.raises(FileNotFoundError):
        await uploads.import_upload(upload.id, clock.now())

    assert (await Upload.get()).ended_at is None
    assert [kind for kind, _ in await queue_depths()] == ["FileReceived"]


async def test_files_that_nobody_waits_for_are_swept(
    api: GraphQL, provider: Someone, clock: FrozenClock
) -> None:
    await send(api, await a_ticket(api, provider), csv_bytes([housing_fund(uscc=a_uscc())]))
    [kept] = files()
    (upload_files.folder() / f"{new_id().hex}.csv.draft").write_bytes(b"x")
    (upload_files.folder() / f"{new_id().hex}.csv").write_bytes(b"x")
    newest = max(path.stat().st_mtime for path in upload_files.folder().iterdir())
    clock.instant = clock.instant.fromtimestamp(newest, clock.instant.tzinfo)

    assert await uploads.sweep(clock.now()) == 0
    clock.advance(timedelta(days=1, seconds=5))
    assert await uploads.sweep(clock.now()) == 2
    assert files() == [kept]
