"""Facts: what happened, in the past tense, with ids only and nothing personal.

A fact is enqueued in the transaction of the rows it speaks of. Delivery is at least once.
"""

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar
from uuid import UUID

from foundation.identifiers import new_id


@dataclass(frozen=True, kw_only=True)
class Fact:
    """The base of every fact: its own id keys every effect it has."""

    KINDS: ClassVar[dict[str, type["Fact"]]] = {}
    VERSION: ClassVar[int] = 1
    # A greater one is handled first: somebody who waits for a code does not wait for a backlog.
    PRIORITY: ClassVar[int] = 0

    fact_id: UUID = field(default_factory=new_id)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        Fact.KINDS[cls.__name__] = cls

    def to_payload(self) -> dict[str, Any]:
        """The fact as JSON values: its kind, its version and its ids."""
        body = {f.name: _plain(getattr(self, f.name)) for f in fields(self)}
        return {"kind": type(self).__name__, "version": self.VERSION, "body": body}

    @staticmethod
    def from_payload(payload: dict[str, Any]) -> "Fact":
        """The fact in a payload. Raises KeyError for a kind that nobody declared."""
        kind = Fact.KINDS[payload["kind"]]
        types = {f.name: f.type for f in fields(kind)}
        body = {
            name: UUID(value) if types[name] is UUID else value
            for name, value in payload["body"].items()
        }
        return kind(**body)


def _plain(value: object) -> object:
    return str(value) if isinstance(value, UUID) else value
