"""Standard credit reports, issued to owners and to officers that were let in."""

from typing import Annotated
from uuid import UUID

import strawberry

from foundation.identifiers import decode_id
from schema.context import Info
from schema.credit_report import CreditReport, CreditReportIssueInput, CreditReportIssueResult
from schema.node import NodeFetchers
from sharing.grades import report


@strawberry.type
class CreditReportMutations:
    """Mutations of credit reports."""

    @strawberry.mutation(
        description="Issues a standard credit report: to the owner, or to an officer for a demand "
        "on which the owner accepted the bank's offer. It is a line of the access ledger."
    )
    async def credit_report_issue(
        self,
        info: Info,
        input: Annotated[
            CreditReportIssueInput, strawberry.argument(description="About whom, and what for.")
        ],
    ) -> CreditReportIssueResult:
        """Issue a report."""
        demand_id = input.demand_id
        wanted = report.Wanted(
            enterprise_id=decode_id("enterprise", input.enterprise_id),
            demand_id=decode_id("demand", demand_id) if demand_id else None,
        )
        row = await report.issue(
            info.context.viewer, wanted, input.idempotency_key, info.context.clock.now()
        )
        return CreditReport.of(row)


async def fetch_credit_report(info: Info, key: UUID) -> CreditReport | None:
    """A report, for the membership that it was issued to; the look is a line of the ledger."""
    row = await report.report_for(info.context.viewer, key, info.context.clock.now())
    return CreditReport.of(row) if row else None


NODES: NodeFetchers = {"credit_report": fetch_credit_report}
