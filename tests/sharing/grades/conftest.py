"""A pace that does not wait, and sources that stand in for those of 江阴."""

from collections.abc import Iterator

import pytest

from foundation.clock import FrozenClock
from sharing.interfaces.memory import MemorySource
from sharing.interfaces.sources import standing_in
from tests.sharing.interfaces.local_source import Slept


@pytest.fixture
def slept(clock: FrozenClock) -> Slept:
    return Slept(clock)


@pytest.fixture
def tax() -> Iterator[MemorySource]:
    source = MemorySource()
    with standing_in("JIANGYIN", "tax", source):
        yield source


@pytest.fixture
def power() -> Iterator[MemorySource]:
    source = MemorySource()
    with standing_in("JIANGYIN", "power", source):
        yield source
