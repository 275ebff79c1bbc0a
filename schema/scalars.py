"""The scalars with meaning: Yuan, Percent, Date, DateTime. Strings only, and strict ones.

A number literal, NaN, an exponent or a day that no calendar has is refused here, and the caller
is told which variable or argument held it.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

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


def _from_string(parse: Callable[[str], object], wanted: str) -> Callable[[object], object]:
    def parse_value(value: object) -> object:
        if not isinstance(value, str):
            raise BadValue(f"{wanted}须写成字符串，不能是数字或其他类型")
        try:
            return parse(value)
        except ValueError as error:
            raise BadValue(str(error)) from None

    return parse_value


SCALARS: Mapping[object, ScalarDefinition] = {
    Yuan: strawberry.scalar(
        name="Yuan",
        description=(
            "Chinese yuan, a decimal string with at most two places, 0 to 999999999999.99, for "
            'example "500000" or "1234.50". Never a number literal.'
        ),
        serialize=format_yuan,
        parse_value=_from_string(parse_yuan, "金额"),
    ),
    Percent: strawberry.scalar(
        name="Percent",
        description=(
            "Percent per year, a decimal string with at most four places, 0 to 9999.9999, for "
            'example "4.35".'
        ),
        serialize=format_percent,
        parse_value=_from_string(parse_percent, "利率"),
    ),
    date: strawberry.scalar(
        name="Date",
        description='A calendar day in Asia/Shanghai, for example "2026-01-31".',
        serialize=date.isoformat,
        parse_value=_from_string(parse_date, "日期"),
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description='An instant, RFC 3339 in UTC, for example "2026-01-31T08:00:00Z".',
        serialize=format_instant,
        parse_value=_from_string(parse_instant, "时间"),
    ),
}
