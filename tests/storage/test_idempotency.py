"""One key, one actor, one mutation, one input: one object."""

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import BadUserInput, IdempotencyKeyReused
from foundation.identifiers import new_id
from storage.database import transaction
from storage.idempotency import Attempt, attempt, claim, claim_or_earlier, digest_of
from storage.models import IdempotencyKey

NOW = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)
ACTOR = UUID(int=7)


class Colour(Enum):
    RED = "red"


def a_try(
    *, key: str = "a-good-key", actor: UUID = ACTOR, mutation: str = "toyMake", **values: object
) -> Attempt:
    return attempt(actor, mutation, key, values, new_id(), NOW)


async def claimed(this: Attempt) -> UUID:
    async with transaction():
        return await claim(this)


@pytest.mark.usefixtures("database")
async def test_the_first_claim_is_its_own_and_a_repeat_is_the_firsts() -> None:
    first, second = a_try(n=1), a_try(n=1)
    assert await claimed(first) == first.object_id
    assert await claimed(second) == first.object_id
    assert await IdempotencyKey.all().count() == 1


@pytest.mark.usefixtures("database")
async def test_another_input_is_refused_and_the_first_stays() -> None:
    first = a_try(n=1)
    await claimed(first)
    with pytest.raises(IdempotencyKeyReused):
        await claimed(a_try(n=2))
    assert await claimed(a_try(n=1)) == first.object_id


@pytest.mark.usefixtures("database")
async def test_actor_mutation_and_key_are_each_part_of_the_claim() -> None:
    tries = [a_try(), a_try(key="another-key"), a_try(actor=UUID(int=8)), a_try(mutation="toyMend")]
    for this in tries:
        assert await claimed(this) == this.object_id


@pytest.mark.usefixtures("database")
async def test_a_change_is_told_whether_it_is_the_first() -> None:
    thing = new_id()
    one = attempt(ACTOR, "toyMend", "a-good-key", {"thing": thing}, thing, NOW)
    two = attempt(ACTOR, "toyMend", "a-good-key", {"thing": thing}, thing, NOW)
    async with transaction():
        assert await claim_or_earlier(one) is None
    async with transaction():
        assert await claim_or_earlier(two) == thing


@pytest.mark.usefixtures("database")
async def test_a_claim_rolls_back_with_its_transaction() -> None:
    async def claim_and_fail() -> None:
        async with transaction():
            await claim(a_try())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await claim_and_fail()
    again = a_try()
    assert await claimed(again) == again.object_id


@pytest.mark.usefixtures("database")
async def test_of_many_at_once_one_is_first_and_the_others_wait_for_it() -> None:
    done: list[UUID] = []

    async def work(this: Attempt) -> UUID:
        async with transaction():
            object_id = await claim(this)
            if object_id == this.object_id:
                await asyncio.sleep(0.05)
                done.append(object_id)
            return object_id

    found = await asyncio.gather(*(work(a_try(n=1)) for _ in range(6)))
    assert set(found) == set(done)
    assert len(done) == 1


@pytest.mark.usefixtures("database")
async def test_when_the_first_of_two_fails_the_second_is_the_first() -> None:
    started = asyncio.Event()

    async def failing() -> None:
        async with transaction():
            await claim(a_try())
            started.set()
            await asyncio.sleep(0.05)
            raise RuntimeError

    task = asyncio.create_task(failing())
    await started.wait()
    second = a_try()
    assert await claimed(second) == second.object_id
    with pytest.raises(RuntimeError):
        await task


@pytest.mark.parametrize(
    "key", ["", "1234567", "k" * 81, "有中文的凭据呀呀呀", "a b c d e", "tab\tkey12"]
)
def test_a_key_has_eight_to_eighty_visible_ascii_characters(key: str) -> None:
    with pytest.raises(BadUserInput):
        a_try(key=key)


def test_the_digest_does_not_depend_on_how_a_value_was_written() -> None:
    key = UUID(int=1)
    assert digest_of({"a": Decimal("5"), "b": None}) == digest_of({"b": None, "a": Decimal("5.00")})
    assert digest_of({"a": [key]}) == digest_of({"a": (UUID(hex=key.hex),)})
    assert digest_of({"a": Colour.RED}) == digest_of({"a": "red"})


@given(
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
)
def test_digests_agree_exactly_when_inputs_do(one: dict[str, str], two: dict[str, str]) -> None:
    assert (digest_of(one) == digest_of(two)) == (one == two)


def test_what_has_no_canonical_form_is_a_fault_of_ours() -> None:
    assert digest_of({"d": date(2026, 1, 1)}) == digest_of({"d": "2026-01-01"})
    with pytest.raises(TypeError):
        digest_of({"a": 1.5})
