"""Which source answers for a category of a city: data of the city, secrets of the settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from foundation.city import DataSource, cities
from foundation.http_client import outbound
from foundation.settings import settings
from foundation.stand_ins import source_address
from sharing.interfaces.http import HttpSource
from sharing.interfaces.port import Source

_others: list[tuple[str, str, Source]] = []


def source_for(city: str, category: str) -> DataSource | None:
    """The source of a city that answers for a category; None when none is connected."""
    for source in cities()[city].sources:
        if category in source.categories:
            return source
    return None


def adapter_of(city: str, source: DataSource) -> Source:
    """What asks a source: over HTTP, or whatever stands in for it here."""
    for of_city, name, other in reversed(_others):
        if (of_city, name) == (city, source.name):
            return other
    return HttpSource(
        outbound(), source_address(city, source), _tokens().get(f"{city}/{source.name}")
    )


@contextmanager
def standing_in(city: str, name: str, other: Source) -> Iterator[None]:
    """Let another answer for a source, for as long as the block lasts."""
    entry = (city, name, other)
    _others.append(entry)
    try:
        yield
    finally:
        _others.remove(entry)


@cache
def _tokens() -> dict[str, str]:
    """Bearer tokens by city and source, from RQ_SOURCE_TOKENS: `CITY/name=token,…`."""
    given = settings().source_tokens
    pairs = given.get_secret_value().split(",") if given else []
    return {name.strip(): token.strip() for name, _, token in (p.partition("=") for p in pairs)}
