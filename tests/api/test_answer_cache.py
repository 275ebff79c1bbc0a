"""Ready answers: for whom they are, what they are kept under, and when they are forgotten."""

from typing import Any

import pytest
from graphql import FragmentDefinitionNode, OperationDefinitionNode, parse

from api import answer_cache
from api.answer_cache import AnswerCache, is_open
from api.payload import Payload


class Catalogue:
    """A catalogue whose version the test sets."""

    def __init__(self) -> None:
        self.now: object = 1

    async def version(self) -> object:
        if isinstance(self.now, Exception):
            raise self.now
        return self.now


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue()


@pytest.fixture
def cache(catalogue: Catalogue) -> AnswerCache:
    return AnswerCache(catalogue.version)


async def _kept(cache: AnswerCache, request: bytes, answer: bytes) -> None:
    assert await cache.find(request) is None
    cache.keep(request, Payload(answer), cache.version)


async def test_an_answer_is_found_under_its_request_alone(cache: AnswerCache) -> None:
    await _kept(cache, b"one", b"1")

    found = await cache.find(b"one")
    assert found is not None
    assert found.plain == b"1"
    assert await cache.find(b"two") is None


async def test_a_new_version_forgets_everything(cache: AnswerCache, catalogue: Catalogue) -> None:
    await _kept(cache, b"one", b"1")

    catalogue.now = 2
    assert await cache.find(b"one") is None
    catalogue.now = 1
    assert await cache.find(b"one") is None


async def test_an_answer_worked_out_across_a_change_is_not_kept(
    cache: AnswerCache, catalogue: Catalogue
) -> None:
    await cache.find(b"one")
    version = cache.version
    catalogue.now = 2
    await cache.find(b"two")

    cache.keep(b"one", Payload(b"old"), version)

    assert await cache.find(b"one") is None


async def test_nothing_is_kept_while_the_version_is_unknown(
    cache: AnswerCache, catalogue: Catalogue
) -> None:
    catalogue.now = ConnectionRefusedError()
    with pytest.raises(ConnectionRefusedError):
        await cache.find(b"one")
    cache.keep(b"one", Payload(b"1"), None)
    catalogue.now = 1

    assert await cache.find(b"one") is None


async def test_size_is_bounded(cache: AnswerCache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_cache, "MAX_TOTAL", 50)
    await _kept(cache, b"x" * (answer_cache.MAX_REQUEST + 1), b"1")
    assert await cache.find(b"x" * (answer_cache.MAX_REQUEST + 1)) is None

    for n in range(20):
        await _kept(cache, b"%d" % n, b"0123456789")

    kept = [n for n in range(20) if await cache.find(b"%d" % n)]
    assert 0 < len(kept) <= 5


def _is_open(document: str) -> bool:
    definitions: Any = parse(document).definitions
    operation = next(d for d in definitions if isinstance(d, OperationDefinitionNode))
    fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
    return is_open(operation, fragments)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{products(city:JIANGYIN){edges{node{name}}}}", True),
        ("{__typename cities{name} city(code:JIANGYIN){name}}", True),
        ("{a:products{edges{cursor}} ...F} fragment F on Query{...{cities{name}}}", True),
        ("{viewer{id}}", False),
        ("{products(city:JIANGYIN){edges{cursor}} node(id:\"x\"){id}}", False),
        ("{products{edges{cursor}} ...{...F}} fragment F on Query{viewer{id}}", False),
        ("{products:viewer{id}}", False),
        ("mutation{products}", False),
        ("subscription{products}", False),
    ],
)  # fmt: skip
def test_only_what_is_open_to_everyone_is_kept(document: str, expected: bool) -> None:
    assert _is_open(document) is expected
