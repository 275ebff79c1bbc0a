"""What each category's records are used for, in the words of whoever must consent to it."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sharing.lists import Category

_FILE = Path(__file__).parent / "uses.toml"


@cache
def _uses() -> Mapping[str, tuple[str, ...]]:
    return {feed: tuple(uses) for feed, uses in tomllib.loads(_FILE.read_text("utf-8")).items()}


def uses_of(category: Category) -> tuple[str, ...]:
    """The uses of a category; none where it is received and shown, but read by no rule."""
    return _uses().get(category.feeds, ())
