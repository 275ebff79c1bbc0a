"""Tickets for the files of a credit report that the viewer was given access to."""

from accounts.access import signed_in
from accounts.viewers import Viewer
from foundation.clock import Clock
from sharing.access.downloads import DownloadKind, Ticket
from sharing.grades.report import ticket_for
from storage.models.credit_report import CreditReport


class ReportTickets:
    """A fresh ticket each time that one is asked for."""

    def __init__(self, viewer: Viewer | None, clock: Clock) -> None:
        self._viewer, self._clock = viewer, clock

    async def issue(self, report: CreditReport, kind: DownloadKind) -> Ticket:
        """A ticket for one of the report's files."""
        return await ticket_for(signed_in(self._viewer), report, kind, self._clock.now())
