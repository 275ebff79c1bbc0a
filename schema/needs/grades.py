"""Credit grades, and what is made of them: reports, whitelists and 苏信码."""

from collections.abc import Awaitable, Mapping
from typing import Protocol
from uuid import UUID

from foundation.pagination import Page
from schema.needs.shapes import ByKey, OfCode
from sharing.access.downloads import DownloadKind, Ticket
from sharing.credit_code import Shown
from sharing.declaring.figures import DeclaredFigures
from sharing.grades.receipts import Papers
from sharing.grades.whitelist_pages import Asked as WhitelistAsked
from sharing.grading import HeldGrade
from sharing.readings import GradeReading
from storage.models.credit_report import CreditReport
from storage.models.whitelist import WhitelistEntry, WhitelistRecipient


class AmountsBehind(Protocol):
    """The amounts behind a grade's ratios, while consent and records last."""

    def __call__(self, held: HeldGrade, /) -> Awaitable[Mapping[int, str]]:
        """By indicator number, the tail of its value."""
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


class GradeLoaders(Protocol):
    """Each reading of a grade is written into the access ledger."""

    @property
    def credit_grades(self) -> ByKey[GradeReading]:
        """A grade as this viewer may read it."""
        ...

    @property
    def grade_papers(self) -> ByKey[Papers | None]:
        """Outlook and receipt of a kept grade, by its id: for those who read it as their own."""
        ...

    @property
    def amounts_behind(self) -> AmountsBehind:
        """The amounts behind ① and ② of a grade: for those who read it as their own."""
        ...

    @property
    def report_ticket(self) -> ReportTicket:
        """A fresh ticket for a file of a report that the viewer was given access to."""
        ...

    @property
    def whitelist_entries(self) -> WhitelistEntries:
        """Pages of a whitelist's entries; an institution's look is noted."""
        ...

    @property
    def whitelist_recipients(self) -> WhitelistRecipients:
        """Who was sent a whitelist, as far as the viewer may know."""
        ...

    @property
    def credit_codes(self) -> OfCode[Shown | None]:
        """What a 苏信码 shows; each look is a line of the enterprise's ledger."""
        ...

    @property
    def declared_figures(self) -> ByKey[DeclaredFigures]:
        """What an enterprise's owner stated of its size."""
        ...
