"""A file's header against a category: which columns are which field, and what is missing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sharing.categories import Category, FieldRule
from sharing.lists import plain_header
from sharing.receiving.problems import OddCell, RefusedFile, printable

_SHOWN_NAMES = 10
_SHOWN_CHARACTERS = 40
_SEPARATORS = {";": "分号", "；": "分号", "\t": "制表符", "|": "竖线", "，": "中文逗号"}


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
    _check_shape(fields, header)
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


def _check_shape(fields: Sequence[FieldRule], header: Sequence[str]) -> None:
    """What is wrong with every column at once is said as that, and how it is mended."""
    known = spellings(fields)
    for cell in header:
        if isinstance(cell, OddCell):
            raise RefusedFile(f"表头有误：{cell.reason}；CSV 的列之间须用英文逗号（,）")
    for separator, its_name in _SEPARATORS.items():
        for cell in header:
            names = [plain_header(name.strip('"')) for name in cell.split(separator)]
            if len(names) > 1 and any(name in known for name in names):
                raise RefusedFile(f"列与列之间是{its_name}，CSV 须用英文逗号（,）分隔，请另存")
    nameless = [str(place) for place, cell in enumerate(header, 1) if not plain_header(cell)]
    if nameless:
        places = "、".join(nameless[:_SHOWN_NAMES])
        raise RefusedFile(f"第 {places} 列没有列名，请填写列名，或删去多余的列（行尾多余的逗号）")


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
