"""Consents, what is read under them, and what the owner sees of both."""

from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from foundation.pagination import Page, PageRequest
from schema.needs.shapes import ByKey, Pages
from sharing.access.entries import Entry
from sharing.consenting.rules import Scope
from sharing.disclosure.shown import Shared
from sharing.holdings.match_runs import HeldMatchRun
from sharing.holdings.records import HeldCount, HeldRecord
from storage.models.consent import Consent
from storage.models.objection import Objection


class AccessPages(Protocol):
    """Pages of the access ledger about an enterprise, newest first."""

    def __call__(
        self, enterprise_id: UUID, refused_only: bool, request: PageRequest, /
    ) -> Awaitable[Page[Entry]]:
        """One page."""
        ...


class OwnData(Protocol):
    """What is held about the viewer's own enterprise; of another one nothing."""

    async def page(
        self, enterprise_id: UUID, request: PageRequest, category: str | None, current_only: bool, /
    ) -> Page[HeldRecord]:
        """A page of records, newest received first; the reading is logged."""
        ...

    async def counts(self, enterprise_id: UUID, /) -> list[HeldCount]:
        """How much there is of each category."""
        ...

    async def record(self, record_id: UUID, /) -> HeldRecord | None:
        """One record."""
        ...

    async def match_runs(self, enterprise_id: UUID, request: PageRequest, /) -> Page[HeldMatchRun]:
        """A page of what its matches were computed from, newest first; the reading is logged."""
        ...

    async def objections(self, enterprise_id: UUID, request: PageRequest, /) -> Page[Objection]:
        """A page of objections, newest first."""
        ...


class SharedData(Protocol):
    """An enterprise's data for a demand, as the viewer may read it."""

    def __call__(
        self, enterprise_id: UUID, demand_id: UUID | None, /
    ) -> Awaitable[Sequence[Shared]]:
        """Every category, shown or withheld."""
        ...


class PersonalConsents(Protocol):
    """The viewer's own consents as a person."""

    def __call__(self, request: PageRequest, /) -> Awaitable[Page[Consent]]:
        """A page, the newest first."""
        ...


class ObjectedAmong(Protocol):
    """Which of some credit records are under an open objection."""

    def __call__(self, record_ids: Sequence[UUID], /) -> Awaitable[Mapping[UUID, frozenset[str]]]:
        """By record, the fields that were objected to."""
        ...


class ConsentLoaders(Protocol):
    """Who names a consent has been given it."""

    @property
    def consent_scopes(self) -> ByKey[Scope]:
        """What a consent covers. Who names the key has been given the consent."""
        ...

    @property
    def consent_uses(self) -> ByKey[datetime | None]:
        """When somebody last read under a consent."""
        ...

    @property
    def personal_consents(self) -> PersonalConsents:
        """What the viewer consented to for themselves."""
        ...

    @property
    def shared_data(self) -> SharedData:
        """An enterprise's data as the viewer may read it; the reading is logged."""
        ...

    @property
    def consent_pages(self) -> Pages[Consent]:
        """Pages of an enterprise's consents; empty for everybody but its owner."""
        ...

    @property
    def own_consents(self) -> ByKey[Consent | None]:
        """A consent of the viewer's own enterprise."""
        ...

    @property
    def access_pages(self) -> AccessPages:
        """Pages of the access ledger; empty for everybody but the enterprise's owner."""
        ...

    @property
    def own_data(self) -> OwnData:
        """Everything held about the viewer's own enterprise."""
        ...

    @property
    def objected_among(self) -> ObjectedAmong:
        """Records under an open objection, among those that a grade rests on."""
        ...

    @property
    def objections_of_records(self) -> ByKey[Objection | None]:
        """The newest objection to a record, for the owner who filed it."""
        ...
