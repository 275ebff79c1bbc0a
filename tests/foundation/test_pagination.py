"""Keyset pages: sizes are checked, cursors belong to one list, both directions agree."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import BadUserInput
from foundation.pagination import decode_cursor, encode_cursor, page_of, page_request

KEYS = st.lists(
    st.none() | st.integers(-(2**53), 2**53) | st.text(max_size=20), min_size=1, max_size=4
)


@given(KEYS)
def test_a_cursor_says_where_its_row_stands(keys: list[str | int | None]) -> None:
    assert decode_cursor("products", encode_cursor("products", [*keys])) == keys


@pytest.mark.parametrize(
    "arguments",
    [
        {"first": 101},
        {"first": -1},
        {"last": 101},
        {"last": -1},
        {"first": 1, "last": 1},
        {"first": 1, "before": "x"},
        {"last": 1, "after": "x"},
        {"after": "x", "before": "x"},
        {"after": "not a cursor"},
        {"after": "é"},
        {"after": ""},
        {"after": encode_cursor("offers", [1])},
        {"after": base64.urlsafe_b64encode(b'["products",{"a":1}]').decode()},
        {"after": base64.urlsafe_b64encode(b"[" * 100_000).decode()},
    ],
)
def test_what_is_no_page_is_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(BadUserInput):
        page_request("products", **arguments)  # type: ignore[arg-type]


def test_nothing_asked_is_twenty_from_the_start() -> None:
    request = page_request("products")

    assert (request.size, request.backward, request.keys) == (20, False, None)


@given(st.integers(0, 30), st.integers(0, 12))
def test_forward_and_backward_pages_show_the_same_list(total: int, size: int) -> None:
    rows = list(range(total))

    first = page_of(page_request("n", first=size), rows[: size + 1], lambda row: [row])
    last = page_of(page_request("n", last=size), rows[::-1][: size + 1], lambda row: [row])

    assert first.rows == rows[:size]
    assert last.rows == (rows[-size:] if size else [])
    assert (first.has_next, first.has_previous) == (total > size, False)
    assert (last.has_next, last.has_previous) == (False, total > size)
