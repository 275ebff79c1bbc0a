"""A field of a record as somebody is shown it."""

from typing import Protocol

import strawberry


class ShownField(Protocol):
    """What a field as it is shown has."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def value(self) -> str: ...  # noqa: D102
    @property
    def masked(self) -> bool: ...  # noqa: D102


@strawberry.type(description="A field of a record, as its reader is shown it.")
class SharedField:
    """A name and a value."""

    name: str = strawberry.field(description="Verbatim name of the field in its sharing list.")
    value: str = strawberry.field(
        description="The value as text: money in yuan, days as 2026-03-18; *** where masked."
    )
    masked: bool = strawberry.field(
        description="True where the value is personal: hidden, or never kept."
    )

    @staticmethod
    def of(field: ShownField) -> "SharedField":
        """The GraphQL field of one that may be shown."""
        return SharedField(name=field.name, value=field.value, masked=field.masked)
