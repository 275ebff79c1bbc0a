"""A file's header against a category: which columns are which field, and what is missing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sharing.categories import Category, FieldRule
from sharing.lists import plain_header
from sharing.receiving.problems import RefusedFile, printable

_SHOWN_NAMES = 10
_SHOWN_CHARACTERS = 40


@dataclass(frozen=True)
class Columns:
    """Each field that a file has with its columns; a name that stands twice has two."""

    found: tuple[tuple[FieldRule, tuple[int, ...]], ...]
    width: int
    missing: tuple[str, ...]


def columns_of(category: Category, header: Sequence[str]) -> Columns:
    """Raises RefusedFile for columns that the list does not have, and for needed ones missing."""
    fields = [rule for rule in category.fields if not rule.repeats]
    places = _places(fields, header)
    unknown = [header[i][:_SHOWN_CHARACTERS] for i in places.pop(None, [])]
    if unknown:
        names = "、".join(sorted(unknown)[:_SHOWN_NAMES])
        raise RefusedFile(f"有清单以外的列：{printable(names)}")
    needed = [rule.name for rule in fields if rule.required and rule.name not in places]
    if needed:
        raise RefusedFile(f"缺少必需的列：{'、'.join(needed)}")
    return Columns(
        found=tuple((rule, tuple(places[rule.name])) for rule in fields if rule.name in places),
        width=len(header),
        missing=tuple(rule.name for rule in fields if rule.name not in places),
    )


def spellings(fields: Sequence[FieldRule]) -> dict[str, str]:
    """Every way to write a field in a header, made plain, with the field's own name."""
    return {
        plain_header(spelling): rule.name for rule in fields for spelling in (rule.name, *rule.also)
    }


def _places(fields: Sequence[FieldRule], header: Sequence[str]) -> dict[str | None, list[int]]:
    """The columns of each field by its name; those that are no field's under None."""
    spelled = spellings(fields)
    places: dict[str | None, list[int]] = defaultdict(list)
    for position, name in enumerate(header):
        places[spelled.get(plain_header(name))].append(position)
    for rule in fields:
        slip = places.get(rule.written_as, []) if rule.written_as else []
        if rule.name not in places and len(slip) > 1:
            # The list's own slip: the first column of that name is this field.
            places[rule.name] = [slip.pop(0)]
    return places
