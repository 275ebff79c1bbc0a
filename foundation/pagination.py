"""Keyset pages: what a caller asked for, and the cursor that says where a row stands.

A cursor is the name of its list and the row's sort keys; it means nothing in another list.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, overload

from foundation.errors import BadUserInput

DEFAULT_PAGE = 20
MAX_PAGE = 100

# Made once: a page of 20 encodes 20 cursors, and json.dumps would make an encoder for each.
_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)

Keys = list[str | int | float | None]
T = TypeVar("T")


@dataclass(frozen=True)
class PageRequest:
    """A page wanted of a named list: `size` rows after or before the keys, or from an end."""

    list_name: str
    size: int
    backward: bool
    keys: Keys | None


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows in list order, each with its cursor, and whether more stand on either side."""

    rows: list[T]
    cursors: Sequence[str]
    has_next: bool
    has_previous: bool


class _Cursors(Sequence[str], Generic[T]):
    """The cursors of a page's rows, each written when somebody asks for it: few do."""

    def __init__(self, list_name: str, rows: Sequence[T], keys_of: Callable[[T], Keys]) -> None:
        self._list_name = list_name
        self._rows = rows
        self._keys_of = keys_of

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return _Cursors(self._list_name, self._rows[place], self._keys_of)
        return encode_cursor(self._list_name, self._keys_of(self._rows[place]))


def page_request(
    list_name: str,
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> PageRequest:
    """Check connection arguments.

    Raises BadUserInput for a size outside 0 to 100, for `first` with `last`, for `after` with
    `before`, and for a cursor that another list made.
    """
    if first is not None and last is not None:
        raise BadUserInput("first 与 last 不能同时使用")
    if after is not None and before is not None:
        raise BadUserInput("after 与 before 不能同时使用")
    backward = last is not None or before is not None
    if (backward and first is not None) or (last is not None and after is not None):
        raise BadUserInput("first 与 after 配对，last 与 before 配对")
    size = last if backward else first
    size = DEFAULT_PAGE if size is None else size
    if not 0 <= size <= MAX_PAGE:
        raise BadUserInput(f"每页条数须在 0 到 {MAX_PAGE} 之间")
    cursor = before if backward else after
    keys = None if cursor is None else decode_cursor(list_name, cursor)
    return PageRequest(list_name, size, backward, keys)


def encode_cursor(list_name: str, keys: Keys) -> str:
    """The opaque cursor of a row."""
    text = _COMPACT.encode([list_name, *keys])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(list_name: str, cursor: str) -> Keys:
    """The sort keys in a cursor. Raises BadUserInput for a forged one or another list's."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        name, *keys = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise BadUserInput("游标无效") from None
    if name != list_name or not all(isinstance(k, str | int | float | None) for k in keys):
        raise BadUserInput("游标不属于这个列表")
    return list(keys)


def number_key(keys: Keys | None) -> int | None:
    """The one whole number of a cursor, as a bigint holds it. Raises BadUserInput."""
    if keys is None:
        return None
    if len(keys) != 1 or type(keys[0]) is not int or not 0 <= keys[0] < 2**63:
        raise BadUserInput("游标无效")
    return keys[0]


def page_of(request: PageRequest, found: Sequence[T], keys_of: Callable[[T], Keys]) -> Page[T]:
    """Make a page of rows read with `size + 1` as limit, in reading direction.

    A backward page arrives in reverse list order and leaves in list order.
    """
    more = len(found) > request.size
    rows = list(found[: request.size])
    if request.backward:
        rows.reverse()
    moved = request.keys is not None
    return Page(
        rows=rows,
        cursors=_Cursors(request.list_name, rows, keys_of),
        has_next=moved if request.backward else more,
        has_previous=more if request.backward else moved,
    )
