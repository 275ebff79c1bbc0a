"""An answer against its category: every row typed and checked, personal cells left out.

A row about somebody else, one with a field that the list does not have, or a record that a rule
reads and that stands twice makes the whole answer unusable: a source that errs there cannot be
believed elsewhere.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import date

from sharing.categories import Category, Subject
from sharing.interfaces.port import Fault, Row, SourceFault
from sharing.lists import plain_header
from sharing.receiving.cells import read_cell
from sharing.receiving.problems import BadCell


def checked(
    category: Category, uscc: str, rows: Sequence[Row], today: date
) -> tuple[dict[str, str], ...]:
    """The rows as they may be used, by the list's own field names. Raises SourceFault."""
    found = tuple(_row(category, uscc, row, today) for row in rows)
    if category.snapshot or category.feeds:
        _refuse_twice(category, found)
    return found


def _refuse_twice(category: Category, rows: Sequence[Row]) -> None:
    """A state has one row, 是 or 否 and never both; the same bill twice is another sum. In a file
    the second row is quarantined; here nobody could say which of them is true.
    """
    keys = [tuple(category.by_role(row).get(role) for role in category.key) for row in rows]
    if len(set(keys)) < len(keys):
        raise SourceFault(Fault.UNUSABLE)


def digest_of(category: Category, uscc: str, rows: Sequence[Row]) -> bytes:
    """SHA-256 of an answer: its category, its subject and its checked rows in their order."""
    body = [category.code, category.list_version, uscc, [dict(row) for row in rows]]
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def _row(category: Category, uscc: str, row: Row, today: date) -> dict[str, str]:
    given = {plain_header(name): value for name, value in row.items()}
    if len(given) != len(row):
        raise SourceFault(Fault.UNUSABLE)
    values: dict[str, str] = {}
    for rule in category.fields:
        raw = given.pop(plain_header(rule.name), "")
        try:
            value = read_cell(rule, raw, today)
        except BadCell:
            raise SourceFault(Fault.UNUSABLE) from None
        if value is not None and rule.is_kept:
            values[rule.name] = value
    about_another = (
        category.subject is Subject.ENTERPRISE and values.get(category.subject_field) != uscc
    )
    if given or about_another:
        raise SourceFault(Fault.UNUSABLE)
    return values
