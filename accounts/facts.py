"""What happens to accounts: facts with ids only."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from foundation.facts import Fact


@dataclass(frozen=True, kw_only=True)
class CodeRequested(Fact):
    """Somebody asked for a one-time code; it is drawn and sent by the worker."""

    PRIORITY: ClassVar[int] = 10

    challenge_id: UUID


@dataclass(frozen=True, kw_only=True)
class OwnershipClaimed(Fact):
    """Somebody claimed an enterprise that another person owns; the operator decides."""

    claim_id: UUID
