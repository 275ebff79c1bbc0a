"""The scalars with meaning: Yuan, Percent, Date, DateTime, ID. Strings only, and strict ones.

A number literal, NaN, an exponent or a day that no calendar has is refused here, and the caller
is told which variable or argument held it.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NewType

import strawberry
from graphql import (
    GraphQLError,
    GraphQLNamedType,
    GraphQLScalarType,
    StringValueNode,
    ValueNode,
)
from strawberry.types.scalar import ScalarDefinition

from foundation.errors import BadUserInput
from foundation.identifiers import split_id
from foundation.money import format_yuan, parse_yuan
from foundation.rates import format_percent, parse_percent

Yuan = NewType("Yuan", Decimal)
Percent = NewType("Percent", Decimal)

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)


class BadValue(GraphQLError):
    """A value that its scalar refuses; `message` is the sentence for the person."""


def parse_date(text: str) -> date:
    """Read a calendar day as YYYY-MM-DD. Raises ValueError for anything else."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError('日期须为 "2026-01-31" 这样的字符串，且确有这一天')


def parse_instant(text: str) -> datetime:
    """Read an RFC 3339 instant with its offset, as UTC. Raises ValueError for anything else."""
    try:
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError('时间须为 RFC 3339 字符串，例如 "2026-01-31T08:00:00Z"')


def format_instant(instant: datetime) -> str:
    """Write an instant as RFC 3339 in UTC."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_id(text: str) -> str:
    """Check that a text has the form of an id. Raises ValueError for anything else."""
    try:
        split_id(text)
    except BadUserInput as error:
        raise ValueError(error.message) from None
    return text


def _value_parser(wanted: str, parse: Callable[[str], object]) -> Callable[[object], object]:
    def parse_value(value: object) -> object:
        if not isinstance(value, str):
            raise BadValue(f"{wanted}须写成字符串，不能是数字或其他类型")
        try:
            return parse(value)
        except ValueError as error:
            raise BadValue(str(error)) from None

    return parse_value


def _literal_parser(parse_value: Callable[[object], object]) -> Callable[..., object]:
    def parse_literal(node: ValueNode, _variables: object = None) -> object:
        try:
            return parse_value(node.value if isinstance(node, StringValueNode) else None)
        except BadValue as error:
            raise BadValue(error.message, node) from None

    return parse_literal


def _string_scalar(
    name: str,
    description: str,
    wanted: str,
    parse: Callable[[str], object],
    serialize: Callable[[Any], object],
) -> ScalarDefinition:
    parse_value = _value_parser(wanted, parse)
    return strawberry.scalar(
        name=name,
        description=description,
        serialize=serialize,
        parse_value=parse_value,
        parse_literal=_literal_parser(parse_value),
    )


class _StrictId(GraphQLScalarType):
    """GraphQL's own ID, but a string in our ids' form: the stock one takes any number or text."""

    reserved_types: Mapping[str, GraphQLNamedType] = {}


def _id_scalar() -> ScalarDefinition:
    parse_value = _value_parser("ID ", parse_id)
    implementation = _StrictId(
        name="ID",
        description="Opaque and stable id of a record, for example demand_0199…",
        serialize=str,
        parse_value=parse_value,
        parse_literal=_literal_parser(parse_value),
    )
    return ScalarDefinition(
        name="ID",
        description=implementation.description,
        specified_by_url=None,
        serialize=None,
        parse_value=None,
        parse_literal=None,
        implementation=implementation,
    )


SCALARS: Mapping[object, ScalarDefinition] = {
    Yuan: _string_scalar(
        "Yuan",
        "Chinese yuan, a decimal string with at most two places, 0 to 999999999999.99, for "
        'example "500000" or "1234.50". Never a number literal.',
        "金额",
        parse_yuan,
        format_yuan,
    ),
    Percent: _string_scalar(
        "Percent",
        "Percent per year, a decimal string with at most four places, 0 to 9999.9999, for "
        'example "4.35".',
        "利率",
        parse_percent,
        format_percent,
    ),
    date: _string_scalar(
        "Date",
        'A calendar day in Asia/Shanghai, for example "2026-01-31".',
        "日期",
        parse_date,
        date.isoformat,
    ),
    datetime: _string_scalar(
        "DateTime",
        'An instant, RFC 3339 in UTC, for example "2026-01-31T08:00:00Z".',
        "时间",
        parse_instant,
        format_instant,
    ),
    strawberry.ID: _id_scalar(),
}
