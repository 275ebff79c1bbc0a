"""The outside services that a request may ask: the registry, and entry apps for their keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from accounts.key_sets import KeySets, key_sets
from accounts.registry import Registry
from accounts.registry_http import configured_registry


@dataclass(frozen=True)
class Outside:
    """Both of them."""

    registry: Registry
    key_sets: KeySets


_others: list[Outside] = []


def outside() -> Outside:
    """The services that the settings name, or those that stand in for them."""
    return _others[-1] if _others else Outside(configured_registry(), key_sets())


@contextmanager
def standing_in(others: Outside) -> Iterator[None]:
    """Let others answer instead, for as long as the block lasts."""
    _others.append(others)
    try:
        yield
    finally:
        _others.remove(others)
