"""What was missed and what comes: one reading, nothing lost and nothing twice."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import aclosing
from uuid import UUID

import pytest

from foundation.errors import BadUserInput
from foundation.identifiers import new_id
from notifications.arrivals import arrivals
from notifications.inbox import deliver
from storage.database import transaction
from storage.models import Notice
from storage.models.notice import NoticeKind
from tests.factories.notices import a_letter
from tests.factories.people import a_person

pytestmark = pytest.mark.usefixtures("database")

SOON_S = 30.0
QUIET_S = 0.2
# A stream says nothing when it begins to listen; a busy machine takes its time.
BEGINS_S = 0.5


async def take(stream: AsyncIterator[Notice], count: int) -> list[Notice]:
    return [await asyncio.wait_for(anext(stream), SOON_S) for _ in range(count)]


async def titles(person_id: UUID) -> list[str]:
    return [n.title for n in await Notice.filter(recipient_id=person_id).order_by("position")]


async def test_from_now_on_only_what_comes_arrives() -> None:
    person = await a_person()
    await deliver([a_letter(to=person.id, title="旧")])
    async with aclosing(arrivals(person.id, None)) as stream:
        waiting = asyncio.create_task(anext(stream))
        await asyncio.sleep(BEGINS_S)
        await deliver([a_letter(to=person.id, title="新")])
        assert (await asyncio.wait_for(waiting, SOON_S)).title == "新"


async def test_what_was_missed_comes_first_without_the_one_named() -> None:
    person = await a_person()
    await deliver([a_letter(to=person.id, title=f"{place}") for place in range(1, 5)])
    seen = await Notice.get(recipient_id=person.id, position=2)
    async with aclosing(arrivals(person.id, seen.id)) as stream:
        assert [n.title for n in await take(stream, 2)] == ["3", "4"]
        await deliver([a_letter(to=person.id, title="5")])
        assert [n.title for n in await take(stream, 1)] == ["5"]


async def test_another_persons_or_an_unknown_notice_is_refused() -> None:
    person, other = await a_person(), await a_person()
    await deliver([a_letter(to=other.id)])
    theirs = await Notice.get(recipient_id=other.id)
    for after in (theirs.id, new_id()):
        async with aclosing(arrivals(person.id, after)) as stream:
            with pytest.raises(BadUserInput):
                await anext(stream)


async def test_another_persons_news_does_not_arrive() -> None:
    person, other = await a_person(), await a_person()
    async with aclosing(arrivals(person.id, None)) as stream:
        waiting = asyncio.create_task(anext(stream))
        await asyncio.sleep(BEGINS_S)
        await deliver([a_letter(to=other.id)])
        done, _ = await asyncio.wait([waiting], timeout=QUIET_S)
        assert not done
        await deliver([a_letter(to=person.id, title="我的")])
        assert (await asyncio.wait_for(waiting, SOON_S)).title == "我的"


async def test_a_thousand_missed_are_all_replayed() -> None:
    person = await a_person()
    await deliver([a_letter(to=person.id, title=f"{place}") for place in range(1_001)])
    first = await Notice.get(recipient_id=person.id, position=1)
    async with aclosing(arrivals(person.id, first.id)) as stream:
        assert [n.title for n in await take(stream, 1_000)] == [f"{n}" for n in range(1, 1_001)]


async def test_more_than_a_thousand_missed_become_one_request_to_reload() -> None:
    person = await a_person()
    await deliver([a_letter(to=person.id, title=f"{place}") for place in range(1_002)])
    first = await Notice.get(recipient_id=person.id, position=1)
    async with aclosing(arrivals(person.id, first.id)) as stream:
        (reminder,) = await take(stream, 1)
        assert reminder.kind is NoticeKind.SYSTEM
        assert "刷新" in reminder.title
        await deliver([a_letter(to=person.id, title="之后")])
        assert [n.title for n in await take(stream, 1)] == ["之后"]
    async with aclosing(arrivals(person.id, reminder.id)) as stream:
        assert [n.title for n in await take(stream, 1)] == ["之后"]
    async with aclosing(arrivals(person.id, first.id)) as stream:
        (again,) = await take(stream, 1)
    assert again.id == reminder.id, "asking again makes no second reminder"


async def test_a_transaction_that_commits_late_is_not_skipped() -> None:
    person = await a_person()
    may_commit = asyncio.Event()

    async def slow() -> None:
        async with transaction():
            await deliver([a_letter(to=person.id, title="慢")])
            await may_commit.wait()

    async with aclosing(arrivals(person.id, None, look_again_s=0.05)) as stream:
        waiting = asyncio.create_task(anext(stream))
        await asyncio.sleep(BEGINS_S)
        slow_one = asyncio.create_task(slow())
        await asyncio.sleep(BEGINS_S)
        quick_one = asyncio.create_task(deliver([a_letter(to=person.id, title="快")]))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        may_commit.set()
        await asyncio.gather(slow_one, quick_one)
        got = [await asyncio.wait_for(waiting, SOON_S), *await take(stream, 1)]
    assert [n.title for n in got] == ["慢", "快"]


@pytest.mark.parametrize("seed", range(5))
async def test_reconnecting_at_any_moment_loses_and_doubles_nothing(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - reproducible pauses, no secret
    person = await a_person()
    await deliver([a_letter(to=person.id, title="0")])
    last = await Notice.get(recipient_id=person.id)

    async def write(writer: int) -> None:
        for place in range(10):
            await asyncio.sleep(chance.random() / 100)
            await deliver([a_letter(to=person.id, title=f"{writer}-{place}")])

    writers = [asyncio.create_task(write(writer)) for writer in range(4)]
    got: list[Notice] = []
    while len(got) < 40:
        async with aclosing(arrivals(person.id, last.id)) as stream:
            for notice in await take(stream, min(chance.randint(1, 6), 40 - len(got))):
                got.append(notice)
                last = notice
    await asyncio.gather(*writers)
    assert [n.title for n in got] == (await titles(person.id))[1:]
