"""What a GraphQL operation may rely on: the viewer, the clock, and loaders declared by need.

Each Protocol is a need of a nested field; resolvers/loaders implements it; api/context.py joins
both for one request. So `schema` opens no connection and calls no service.
"""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias, TypeVar
from uuid import UUID

import strawberry

from accounts.viewers import Viewer
from credit.levels import GradeLevel
from foundation.clock import Clock
from foundation.pagination import Page, PageRequest
from marketplace.demand_readings import Contact
from marketplace.demand_views import DemandAction
from marketplace.match_row import MatchRow
from marketplace.nested_pages import Asked
from marketplace.product_rows import ProductRow
from matching.rank import Judgement
from sharing.access.downloads import DownloadKind, Ticket
from sharing.access.entries import Entry
from sharing.consenting.rules import Scope
from sharing.credit_code import Shown
from sharing.declaring.figures import DeclaredFigures
from sharing.disclosure.shown import Shared
from sharing.grades.receipts import Papers
from sharing.grades.whitelist_pages import Asked as WhitelistAsked
from sharing.grading import HeldGrade
from sharing.holdings.match_runs import HeldMatchRun
from sharing.holdings.records import HeldCount, HeldRecord
from sharing.quality import Quality
from sharing.readings import GradeReading
from storage.models.consent import Consent
from storage.models.credit_record import QuarantinedRow
from storage.models.credit_report import CreditReport
from storage.models.demand import Demand
from storage.models.enterprise import Enterprise, RegistrationState
from storage.models.institution import Institution
from storage.models.membership import Membership
from storage.models.notice import Notice
from storage.models.objection import Objection
from storage.models.offer import Offer
from storage.models.person import Person
from storage.models.product import ProductStatus
from storage.models.whitelist import WhitelistEntry, WhitelistRecipient

Found = TypeVar("Found", covariant=True)
Row = TypeVar("Row")


class ByKey(Protocol[Found]):
    """What stands under a key; keys asked for at the same time are read in one query."""

    def load(self, key: UUID) -> Awaitable[Found]:
        """What stands under one key."""
        ...


class ProductPages(Protocol):
    """Pages of an institution's products, perhaps of one city and some states only."""

    def __call__(
        self,
        institution_id: UUID,
        city: str | None,
        statuses: tuple[ProductStatus, ...],
        request: PageRequest,
        /,
    ) -> Awaitable[Page[ProductRow]]:
        """One page."""
        ...


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


class JudgedProduct(Protocol):
    """Judgements of products for the viewer's enterprise, with one of its demands or without."""

    def __call__(
        self, product_id: UUID, city: str, demand_id: UUID | None, /
    ) -> Awaitable[Judgement | None]:
        """One judgement; None where there is no enterprise, demand or product on show."""
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


class ViewersNotices(Protocol):
    """The viewer's inbox."""

    async def page(self, request: PageRequest, *, unread_only: bool) -> Page[Notice]:
        """A page, the newest first."""
        ...

    async def unread_count(self) -> int:
        """How many are unread."""
        ...

    async def subject(self, kind: str, key: UUID) -> object | None:
        """The node that a notice speaks of; None when the viewer may not see it."""
        ...


class AmountsBehind(Protocol):
    """The amounts behind a grade's ratios, while consent and records last."""

    def __call__(self, held: HeldGrade, /) -> Awaitable[Mapping[int, str]]:
        """By indicator number, the tail of its value."""
        ...


class ObjectedAmong(Protocol):
    """Which of some credit records are under an open objection."""

    def __call__(self, record_ids: Sequence[UUID], /) -> Awaitable[Mapping[UUID, frozenset[str]]]:
        """By record, the fields that were objected to."""
        ...


class ReportTicket(Protocol):
    """Tickets for the files of a credit report."""

    def __call__(self, report: CreditReport, kind: DownloadKind, /) -> Awaitable[Ticket]:
        """A fresh one."""
        ...


class WhitelistEntries(Protocol):
    """Pages of a whitelist's entries."""

    def __call__(self, asked: WhitelistAsked, /) -> Awaitable[Page[WhitelistEntry]]:
        """One page."""
        ...


class WhitelistRecipients(Protocol):
    """Who was sent a whitelist."""

    def __call__(self, whitelist_id: UUID, /) -> Awaitable[list[WhitelistRecipient]]:
        """Oldest first."""
        ...


class Pages(Protocol[Row]):
    """Pages of a parent's list; those asked for alike at the same time are read in one query."""

    def load(self, key: Asked) -> Awaitable[Page[Row]]:
        """One page."""
        ...


class OfCode(Protocol[Found]):
    """What stands under a code that somebody holds."""

    def load(self, key: str) -> Awaitable[Found]:
        """What stands under one code."""
        ...


class OfCategory(Protocol[Found]):
    """What stands under a city and the code of one of its categories."""

    def load(self, key: tuple[str, str]) -> Awaitable[Found]:
        """What stands under one category."""
        ...


class QuarantinedPages(Protocol):
    """Pages of what was refused of a batch."""

    def __call__(self, batch_id: UUID, request: PageRequest, /) -> Awaitable[Page[QuarantinedRow]]:
        """One page."""
        ...


class Loaders(Protocol):
    """Every loader of one request: batched by key, or paged."""

    def for_viewer(self, viewer: Viewer | None) -> "Loaders":
        """Fresh loaders, for the rest of an operation that signs somebody in or out."""
        ...

    # People, and what they act for. No access is checked here: who names the key has it.
    @property
    def people(self) -> ByKey[Person | None]:
        """A person."""
        ...

    @property
    def memberships_of_person(self) -> ByKey[list[Membership]]:
        """The memberships of a person that have not ended, oldest first."""
        ...

    @property
    def enterprises(self) -> ByKey[Enterprise | None]:
        """An enterprise."""
        ...

    @property
    def registration_states(self) -> ByKey[RegistrationState]:
        """How far an enterprise has come."""
        ...

    @property
    def institutions(self) -> ByKey[Institution | None]:
        """An institution."""
        ...

    # Credit grades, by enterprise; each reading is written into the access ledger.
    @property
    def credit_grades(self) -> ByKey[GradeReading]:
        """A grade as this viewer may read it."""
        ...

    @property
    def grade_papers(self) -> ByKey[Papers | None]:
        """Outlook and receipt of a kept grade, by its id: for those who read it as their own."""
        ...

    @property
    def amounts_behind(self) -> "AmountsBehind":
        """The amounts behind ① and ② of a grade: for those who read it as their own."""
        ...

    @property
    def objected_among(self) -> "ObjectedAmong":
        """Records under an open objection, among those that a grade rests on."""
        ...

    @property
    def report_ticket(self) -> "ReportTicket":
        """A fresh ticket for a file of a report that the viewer was given access to."""
        ...

    @property
    def whitelist_entries(self) -> "WhitelistEntries":
        """Pages of a whitelist's entries; an institution's look is noted."""
        ...

    @property
    def whitelist_recipients(self) -> "WhitelistRecipients":
        """Who was sent a whitelist, as far as the viewer may know."""
        ...

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
    def access_pages(self) -> "AccessPages":
        """Pages of the access ledger; empty for everybody but the enterprise's owner."""
        ...

    @property
    def own_data(self) -> "OwnData":
        """Everything held about the viewer's own enterprise."""
        ...

    @property
    def objections_of_records(self) -> ByKey[Objection | None]:
        """The newest objection to a record, for the owner who filed it."""
        ...

    # Products, with their sheets. Who names the key has been given access to the product.
    @property
    def credit_codes(self) -> "OfCode[Shown | None]":
        """What a 苏信码 shows; each look is a line of the enterprise's ledger."""
        ...

    @property
    def products(self) -> ByKey[ProductRow | None]:
        """A product with its bank and sheet; to strangers the last sheet that was on show."""
        ...

    @property
    def products_of_institution(self) -> "ProductPages":
        """A page of an institution's products that the viewer may see."""
        ...

    @property
    def judgement(self) -> "JudgedProduct":
        """What the rules say of a product for the viewer's enterprise."""
        ...

    # Demands, matches, offers. Who names a demand has been given access to it.
    @property
    def demands(self) -> ByKey[Demand | None]:
        """A demand."""
        ...

    @property
    def visible_demands(self) -> ByKey[Demand | None]:
        """A demand, if the viewer may see it."""
        ...

    @property
    def enterprises_of_demands(self) -> ByKey[Enterprise | None]:
        """The enterprise behind a demand, where the viewer was let in."""
        ...

    @property
    def contacts_of_demands(self) -> ByKey[Contact | None]:
        """Whom to call about a demand, where the viewer was let in; the reading is logged."""
        ...

    @property
    def grade_levels_of_demands(self) -> ByKey[GradeLevel]:
        """The credit grade of the enterprise behind a demand; the reading is logged."""
        ...

    @property
    def actions_on_demands(self) -> ByKey[list[DemandAction]]:
        """What the viewer may do with a demand now."""
        ...

    @property
    def demand_pages(self) -> Pages[Demand]:
        """Pages of an enterprise's demands that the viewer may see."""
        ...

    @property
    def match_pages(self) -> Pages[MatchRow]:
        """Pages of a demand's matches."""
        ...

    @property
    def computed_match_pages(self) -> Pages[MatchRow]:
        """Pages of the matches of an enterprise without a demand."""
        ...

    @property
    def offer_pages(self) -> Pages[Offer]:
        """Pages of a demand's offers."""
        ...

    @property
    def declared_figures(self) -> ByKey[DeclaredFigures]:
        """What an enterprise's owner stated of its size."""
        ...

    # How well categories are delivered.
    @property
    def source_quality(self) -> OfCategory[Quality | None]:
        """What was measured of a category, where the viewer may see it."""
        ...

    @property
    def source_notices(self) -> OfCategory[str | None]:
        """What every reader of a category must know now."""
        ...

    # Files of credit records. Who names a batch has been given access to it.
    @property
    def quarantined_rows(self) -> QuarantinedPages:
        """A page of what was refused of a batch."""
        ...

    @property
    def notices(self) -> "ViewersNotices":
        """The notices of the viewer, who is signed in wherever they are asked for."""
        ...


@dataclass
class RefreshCookie:
    """The web client's refresh token, which its scripts never see: what came, what goes back.

    `wanted` is true when the request says that it comes from the web client. A cookie without
    that header counts for nothing: another site's page cannot send the header.
    """

    wanted: bool = False
    value: str | None = None
    kept: tuple[str, datetime] | None = None
    dropped: bool = False

    def keep(self, token: str, expires_at: datetime) -> None:
        """Send the token back as a cookie that lasts until then."""
        self.kept = (token, expires_at)

    def drop(self) -> None:
        """Make the browser forget it."""
        self.dropped = True


@dataclass
class Context:
    """One operation's surroundings; `address` is the caller's, for limits only, never logged."""

    viewer: Viewer | None
    clock: Clock
    loaders: Loaders
    address: str
    refresh_cookie: RefreshCookie = field(default_factory=RefreshCookie)

    def continue_as(self, viewer: Viewer | None) -> None:
        """Let the rest of this operation run as a viewer who has just signed in, or out."""
        self.viewer = viewer
        self.loaders = self.loaders.for_viewer(viewer)


Info: TypeAlias = strawberry.Info[Context, None]
