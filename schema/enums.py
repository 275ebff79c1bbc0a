"""Enums of the lower floors as GraphQL enums, with a description of every value.

The enum class itself stays what the lower floor made it; only its GraphQL face is added here.
"""

from collections.abc import Mapping
from enum import Enum

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition


def describe_enum(
    enum: type[Enum], description: str, values: Mapping[str, str], *, name: str | None = None
) -> None:
    """Give an enum its GraphQL description and that of each value, by the value's name.

    Raises ValueError when a value is left out or unknown, or the enum was described before: two
    places that describe one enum would drift apart.
    """
    if "__strawberry_definition__" in enum.__dict__:
        raise ValueError(f"{enum.__name__} is described twice")
    if set(values) != set(enum.__members__):
        raise ValueError(f"{enum.__name__}: describe exactly {', '.join(enum.__members__)}")
    strawberry.enum(enum, name=name, description=description)
    definition: StrawberryEnumDefinition = enum.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[value.name]
