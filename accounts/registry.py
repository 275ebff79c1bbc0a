"""The registry (登记机关): what it knows of an enterprise, and whether a name and ID number agree.

A port with two implementations: HTTP, and one in memory for tests.
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from foundation.errors import Unavailable

ANSWER_SECONDS = 3.0


@dataclass(frozen=True)
class RegistryProfile:
    """An enterprise as registered. `industry` is a section, or a section and division."""

    uscc: str
    name: str
    district: str
    industry: str
    established_on: date | None
    in_business: bool


class Registry(Protocol):
    """What registration asks of the registry; every answer within three seconds."""

    async def profile(self, uscc: str) -> RegistryProfile | None:
        """The enterprise with a USCC; None when there is none. Raises Unavailable."""
        ...

    async def agrees(self, uscc: str, legal_representative: str, id_number: str) -> bool:
        """Whether this is the name and ID number of its legal representative.

        Neither is kept or logged. Raises Unavailable.
        """
        ...


def silent() -> Unavailable:
    """The registry did not give a usable answer in time."""
    return Unavailable("登记机关暂时没有应答，没有做任何改动，请稍后再试")
