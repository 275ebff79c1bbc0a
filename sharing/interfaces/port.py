"""What is asked of a source, what it answers, and how it can fail: a port with two adapters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from sharing.categories import Category

Row = Mapping[str, str]
"""One row of an answer, by the list's own field names."""


class Fault(StrEnum):
    """Why there is no answer."""

    UNREACHABLE = "UNREACHABLE"
    FAILED = "FAILED"
    BUSY = "BUSY"
    REFUSED = "REFUSED"
    UNUSABLE = "UNUSABLE"
    TURNED_AWAY = "TURNED_AWAY"
    BREAKER_OPEN = "BREAKER_OPEN"
    NOT_CONNECTED = "NOT_CONNECTED"


PASSING = frozenset({Fault.UNREACHABLE, Fault.FAILED, Fault.BUSY})
"""Faults that may be over a moment later: the same question may be asked again."""


class SourceFault(Exception):
    """A source gave no usable answer. Holds nothing of what was asked or answered."""

    def __init__(self, fault: Fault, wait_s: float = 0.0) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.wait_s = wait_s

    @property
    def may_pass(self) -> bool:
        """Whether asking again can help."""
        return self.fault in PASSING


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question about one enterprise. The same `request_id` is the same question again.

    `purpose` says what for; `consent` is the reference of the consent it rests on, None where
    the list asks for none. `as_of` asks for what was valid on an earlier day, None for now.
    """

    request_id: UUID
    category: Category
    uscc: str
    purpose: str
    consent: str | None
    as_of: date | None = None


class Source(Protocol):
    """Whoever answers questions about the categories of one provider."""

    async def ask(self, question: Question, *, seconds: float) -> tuple[Row, ...]:
        """The rows about an enterprise as the source has them, unchecked, within so many seconds.

        Raises SourceFault.
        """
        ...
