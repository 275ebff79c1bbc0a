"""What happens with credit information, as facts: ids only, enqueued with their rows."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from foundation.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ConsentGranted(Fact):
    """Somebody agreed to a text for an enterprise."""

    consent_id: UUID
    enterprise_id: UUID


@dataclass(frozen=True, kw_only=True)
class ConsentRevoked(Fact):
    """A consent was taken back; nothing new is read under it."""

    consent_id: UUID
    enterprise_id: UUID


@dataclass(frozen=True, kw_only=True)
class ConsentNarrowed(Fact):
    """A consent was replaced by one that covers less, or ends earlier."""

    consent_id: UUID
    former_id: UUID
    enterprise_id: UUID


@dataclass(frozen=True, kw_only=True)
class ConsentRenewed(Fact):
    """A consent was replaced by one to the same that ends later."""

    consent_id: UUID
    former_id: UUID
    enterprise_id: UUID


@dataclass(frozen=True, kw_only=True)
class PersonInvited(Fact):
    """An owner asked a person to consent for themselves; the worker draws and sends the link."""

    PRIORITY: ClassVar[int] = 10

    invitation_id: UUID


@dataclass(frozen=True, kw_only=True)
class PersonAnswered(Fact):
    """The person granted or declined; the owner is told that there is an answer."""

    invitation_id: UUID


@dataclass(frozen=True, kw_only=True)
class ConsentUsed(Fact):
    """An institution read under a consent; at most one a day for each institution and consent."""

    consent_id: UUID
    institution_id: UUID


@dataclass(frozen=True, kw_only=True)
class GradeChanged(Fact):
    """An enterprise was graded, and its level is another one than before."""

    # A night's run over a city does not stand before what somebody waits for.
    PRIORITY: ClassVar[int] = -1

    grade_id: UUID
    enterprise_id: UUID


@dataclass(frozen=True, kw_only=True)
class FileReceived(Fact):
    """A data provider's file came in whole and waits to be imported."""

    upload_id: UUID
    batch_id: UUID


@dataclass(frozen=True, kw_only=True)
class BatchImported(Fact):
    """A batch came in whole: what is held of the enterprises that it speaks of may be another."""

    PRIORITY: ClassVar[int] = -1

    batch_id: UUID


@dataclass(frozen=True, kw_only=True)
class ObjectionFiled(Fact):
    """An owner objected to a datum; the operators hand it over in time."""

    objection_id: UUID
    enterprise_id: UUID


@dataclass(frozen=True, kw_only=True)
class ObjectionHandedOver(Fact):
    """The provincial node has an objection, and has acknowledged it."""

    objection_id: UUID
    enterprise_id: UUID
