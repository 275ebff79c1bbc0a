"""The inbox holds each notice once, in an order that no commit can upset."""

import asyncio
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.errors import BadUserInput, ValidationFailed
from foundation.identifiers import new_id
from foundation.pagination import encode_cursor, page_request
from notifications import inbox
from notifications.inbox import Subject, deliver, key_of
from storage.database import fetch, transaction
from storage.models import Notice
from storage.models.notice import NoticeKind
from tests.factories.notices import a_letter
from tests.factories.people import a_person
from tests.servers import Database

pytestmark = pytest.mark.usefixtures("database")


async def positions(person_id: UUID) -> list[tuple[int, str]]:
    rows = await Notice.filter(recipient_id=person_id).order_by("position")
    return [(row.position, row.title) for row in rows]


async def test_a_letter_becomes_an_unread_notice() -> None:
    person = await a_person()
    letter = a_letter(to=person.id)
    assert await deliver([letter]) == 1
    (notice,) = await Notice.filter(recipient_id=person.id)
    assert (notice.position, notice.fact_id, notice.read_at) == (1, letter.key, None)
    assert (notice.kind, notice.title, notice.body) == (NoticeKind.SYSTEM, "示例消息", "示例正文")
    assert letter.subject == Subject(notice.subject_kind, notice.subject_id)


async def test_a_repeat_writes_nothing_and_moves_no_position() -> None:
    person = await a_person()
    letter = a_letter(to=person.id)
    assert [await deliver([letter]) for _ in range(3)] == [1, 0, 0]
    await deliver([a_letter(to=person.id, title="下一条")])
    assert await positions(person.id) == [(1, "示例消息"), (2, "下一条")]


async def test_one_key_reaches_several_people_and_each_counts_alone() -> None:
    first, second = await a_person(), await a_person()
    key = new_id()
    await deliver([a_letter(to=first.id)])
    assert await deliver([a_letter(to=first.id, key=key), a_letter(to=second.id, key=key)]) == 2
    assert [place for place, _ in await positions(first.id)] == [1, 2]
    assert [place for place, _ in await positions(second.id)] == [1]


async def test_several_letters_to_one_person_keep_their_order() -> None:
    person = await a_person()
    titles = [f"第{place}条" for place in range(1, 6)]
    assert await deliver([a_letter(to=person.id, title=title) for title in titles]) == 5
    assert await positions(person.id) == list(enumerate(titles, start=1))


async def test_the_same_letter_twice_in_one_delivery_counts_once() -> None:
    person = await a_person()
    letter = a_letter(to=person.id)
    assert await deliver([letter, letter]) == 1
    assert len(await positions(person.id)) == 1


async def test_a_key_is_the_same_on_every_repeat() -> None:
    demand = new_id()
    assert key_of("products fit", demand) == key_of("products fit", demand)
    assert key_of("products fit", demand) != key_of("products fit", new_id())


async def test_a_failure_leaves_neither_notice_nor_counter() -> None:
    person, nobody = await a_person(), new_id()
    with pytest.raises(Exception, match="foreign key"):
        await deliver([a_letter(to=person.id), a_letter(to=nobody)])
    assert await positions(person.id) == []
    assert await fetch("SELECT FROM notice_counter WHERE person_id = $1", person.id) == []


async def test_a_later_transaction_cannot_be_seen_before_an_earlier_one() -> None:
    person = await a_person()
    written, may_commit = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with transaction():
            await deliver([a_letter(to=person.id, title="先写")])
            written.set()
            await may_commit.wait()

    first = asyncio.create_task(slow())
    await asyncio.wait_for(written.wait(), 30)
    second = asyncio.create_task(deliver([a_letter(to=person.id, title="后写")]))
    await asyncio.sleep(0.2)
    assert not second.done(), "the counter's row lock makes it wait"
    assert await positions(person.id) == []
    may_commit.set()
    await asyncio.gather(first, second)
    assert await positions(person.id) == [(1, "先写"), (2, "后写")]


async def test_people_do_not_wait_for_each_other() -> None:
    slow_one, quick_one = await a_person(), await a_person()
    written, may_commit = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with transaction():
            await deliver([a_letter(to=slow_one.id)])
            written.set()
            await may_commit.wait()

    task = asyncio.create_task(slow())
    await asyncio.wait_for(written.wait(), 30)
    assert await asyncio.wait_for(deliver([a_letter(to=quick_one.id)]), timeout=30) == 1
    may_commit.set()
    await task


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    runs=st.lists(
        st.lists(
            st.tuples(
                st.integers(0, 4),  # which fact
                st.sets(st.integers(0, 2), min_size=1),  # whom it tells
                st.integers(0, 3),  # after how many ms
            ),
            min_size=1,
            max_size=4,
        ),
        min_size=1,
        max_size=5,
    )
)
async def test_however_often_and_however_mixed_each_is_told_once(
    runs: list[list[tuple[int, set[int], int]]],
) -> None:
    people = [(await a_person()).id for _ in range(3)]
    facts = [new_id() for _ in range(5)]

    async def handler(steps: list[tuple[int, set[int], int]]) -> int:
        written = 0
        for fact, told, pause in steps:
            await asyncio.sleep(pause / 1000)
            written += await deliver([a_letter(to=people[who], key=facts[fact]) for who in told])
        return written

    written = sum(await asyncio.gather(*(handler(steps) for steps in runs)))

    expected = {(facts[f], people[who]) for steps in runs for f, told, _ in steps for who in told}
    notices = await Notice.filter(recipient_id__in=people)
    assert written == len(notices)
    assert len(notices) == len(expected)
    assert {(n.fact_id, n.recipient_id) for n in notices} == expected
    for person in people:
        places = [place for place, _ in await positions(person)]
        assert len(set(places)) == len(places)


async def test_marking_counts_what_is_still_unread() -> None:
    person = await a_person()
    await deliver([a_letter(to=person.id) for _ in range(3)])
    ids = [row.id for row in await Notice.filter(recipient_id=person.id).order_by("position")]
    assert await inbox.unread_count(person.id) == 3
    assert await inbox.mark_read(person.id, ids[:2]) == 1
    first = await Notice.get(id=ids[0])
    assert await inbox.mark_read(person.id, ids[:1]) == 1
    assert (await Notice.get(id=ids[0])).read_at == first.read_at


async def test_another_persons_notices_stay_unread() -> None:
    person, other = await a_person(), await a_person()
    await deliver([a_letter(to=person.id), a_letter(to=other.id)])
    theirs = await Notice.get(recipient_id=other.id)
    assert await inbox.mark_read(person.id, [theirs.id, new_id(), None]) == 1
    assert await inbox.unread_count(other.id) == 1


async def test_more_than_a_hundred_ids_are_refused_and_none_is_marked() -> None:
    person = await a_person()
    await deliver([a_letter(to=person.id)])
    mine = await Notice.get(recipient_id=person.id)
    with pytest.raises(ValidationFailed) as failure:
        await inbox.mark_read(person.id, [mine.id, *(new_id() for _ in range(100))])
    assert failure.value.problems[0].field == "ids"
    assert await inbox.unread_count(person.id) == 1


async def test_pages_go_from_the_newest_both_ways() -> None:
    person = await a_person()
    await deliver([a_letter(to=person.id, title=f"{place}") for place in range(1, 6)])
    newest = await inbox.page(person.id, page_request("notices", first=2), unread_only=False)
    assert [row.title for row in newest.rows] == ["5", "4"]
    assert (newest.has_next, newest.has_previous) == (True, False)
    older = await inbox.page(
        person.id, page_request("notices", first=2, after=newest.cursors[-1]), unread_only=False
    )
    assert [row.title for row in older.rows] == ["3", "2"]
    back = await inbox.page(
        person.id, page_request("notices", last=5, before=older.cursors[0]), unread_only=False
    )
    assert [row.title for row in back.rows] == ["5", "4"]
    oldest = await inbox.page(person.id, page_request("notices", last=2), unread_only=False)
    assert [row.title for row in oldest.rows] == ["2", "1"]


async def test_read_ones_can_be_left_out() -> None:
    person = await a_person()
    await deliver([a_letter(to=person.id, title=f"{place}") for place in range(1, 4)])
    second = await Notice.get(recipient_id=person.id, position=2)
    await inbox.mark_read(person.id, [second.id])
    page = await inbox.page(person.id, page_request("notices", first=9), unread_only=True)
    assert [row.title for row in page.rows] == ["3", "1"]


@pytest.mark.parametrize("keys", [[], ["1"], [1, 2], [None], [-1], [2**70], [1.5]])
async def test_a_forged_cursor_is_refused(keys: list[str | int | float | None]) -> None:
    request = page_request("notices", first=2, after=encode_cursor("notices", keys))
    with pytest.raises(BadUserInput):
        await inbox.page(new_id(), request, unread_only=False)


async def test_nobody_reads_notices_without_the_right(database: Database) -> None:
    person, other = await a_person(), await a_person()
    await deliver([a_letter(to=other.id)])
    theirs = await Notice.get(recipient_id=other.id)
    assert await inbox.notice_of(person.id, theirs.id) is None
    page = await inbox.page(person.id, page_request("notices"), unread_only=False)
    assert page.rows == []
