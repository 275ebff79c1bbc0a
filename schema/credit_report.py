"""Standard credit reports: what was issued, and the tickets for its two files."""

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from foundation.identifiers import encode_id
from schema.context import Info
from schema.download import DownloadTicket
from schema.failures import IdempotencyKeyReused, NotFound, ValidationFailed
from schema.node import Node
from sharing.access.downloads import DownloadKind
from storage.models import credit_report as rows


@strawberry.type(
    description="A standard credit report of an enterprise (标准化信用信息报告): public records, "
    "and the certified level, as it was issued. Whom it was issued to sees it, and nobody else."
)
class CreditReport(Node):
    """One report."""

    issued_at: datetime = strawberry.field(description="When it was issued.")
    layout: str = strawberry.field(description="Version of its layout.")
    shows_level: bool = strawberry.field(
        description="Whether it holds a level; none is given where nothing was graded."
    )
    digest: str = strawberry.field(
        description="SHA-256 of its JSON file, 64 hexadecimal digits; the PDF prints it."
    )
    row: strawberry.Private[rows.CreditReport]

    @strawberry.field(description="A fresh ticket for the JSON file.")
    async def json(self, info: Info) -> DownloadTicket:
        """Opens the JSON once."""
        ticket = await info.context.loaders.report_ticket(self.row, DownloadKind.REPORT_JSON)
        return DownloadTicket.of(ticket)

    @strawberry.field(description="A fresh ticket for the PDF file.")
    async def pdf(self, info: Info) -> DownloadTicket:
        """Opens the PDF once."""
        ticket = await info.context.loaders.report_ticket(self.row, DownloadKind.REPORT_PDF)
        return DownloadTicket.of(ticket)

    @staticmethod
    def of(row: rows.CreditReport) -> "CreditReport":
        """The GraphQL report of a row."""
        return CreditReport(
            id=strawberry.ID(encode_id("credit_report", row.id)),
            issued_at=row.issued_at,
            layout=row.layout,
            shows_level=row.shows_level,
            digest=bytes(row.digest).hex(),
            row=row,
        )


@strawberry.input(description="About whom a report is wanted, and for which demand.")
class CreditReportIssueInput:
    """A report to be issued."""

    enterprise_id: strawberry.ID = strawberry.field(description="The enterprise.")
    demand_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="Officers: the demand on which the enterprise accepted the bank's offer. "
        "Owners leave it out.",
    )
    idempotency_key: str = strawberry.field(
        description="8 to 80 visible ASCII characters; the same key and input give the same report."
    )


CreditReportIssueResult: TypeAlias = Annotated[
    CreditReport | ValidationFailed | IdempotencyKeyReused | NotFound,
    strawberry.union("CreditReportIssueResult", description="The report, or why there is none."),
]
