"""Everything held about an enterprise, for its owner (FN-16)."""

from datetime import date, datetime
from typing import Annotated, TypeAlias

import strawberry

from foundation.identifiers import encode_id
from foundation.pagination import page_request
from schema.connection import After, Before, Connection, First, Last
from schema.context import Info
from schema.download import DownloadTicket
from schema.enterprise import Enterprise
from schema.failures import IdempotencyKeyReused, NotFound
from schema.held_record import CreditRecord, CreditRecordConnection
from schema.sharing_category import SharingCategory
from sharing.holdings import match_runs
from sharing.holdings.records import HeldCount


@strawberry.type(description="How much is held of one category.")
class CategoryCount:
    """A category and its records."""

    category: SharingCategory = strawberry.field(description="The category.")
    records: int = strawberry.field(description="Its rows, replaced ones included.")
    newest_received_on: date | None = strawberry.field(
        description="The day the newest of them was received."
    )

    @staticmethod
    def of(count: HeldCount) -> "CategoryCount":
        """The GraphQL count of a held one."""
        return CategoryCount(
            category=SharingCategory.of(count.city, count.category),
            records=count.records,
            newest_received_on=count.newest_received_on,
        )


@strawberry.type(
    description="What was computed about the enterprise to match one of its demands, and from what."
)
class HeldMatchRun:
    """One kept run of matches."""

    demand_id: strawberry.ID = strawberry.field(description="The demand that was matched.")
    computed_at: datetime = strawberry.field(description="When it was computed.")
    rules_version: str = strawberry.field(description="Version of the rules that gave the order.")
    facts: str = strawberry.field(
        description="Every fact about the enterprise that went in, and a salt, as JSON text."
    )
    facts_digest: str = strawberry.field(
        description="SHA-256 of that text in UTF-8, in hex; `matchReplay` shows the same."
    )

    @staticmethod
    def of(run: match_runs.HeldMatchRun) -> "HeldMatchRun":
        """The GraphQL run of a held one."""
        return HeldMatchRun(
            demand_id=strawberry.ID(encode_id("demand", run.demand_id)),
            computed_at=run.computed_at,
            rules_version=run.rules_version,
            facts=run.facts,
            facts_digest=run.facts_digest,
        )


HeldMatchRunConnection: TypeAlias = Connection[HeldMatchRun]


@strawberry.type(
    description="Everything received about an enterprise; only its owner reaches it, free and "
    "without limit. Grades, consents and who looked are fields of the enterprise."
)
class MyData:
    """What is held about the viewer's enterprise."""

    enterprise: Enterprise = strawberry.field(description="The enterprise.")

    @strawberry.field(
        description="Its records, newest received first. The reading is a line of the access "
        "ledger."
    )
    async def records(
        self,
        info: Info,
        category: Annotated[
            str | None,
            strawberry.argument(description="Code of a category, JS-13; left out: every one."),
        ] = None,
        current_only: Annotated[
            bool, strawberry.argument(description="Only what no later row replaced.")
        ] = False,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> CreditRecordConnection:
        """A page of records."""
        enterprise_id = self.enterprise.row.id
        request = page_request(
            f"records:{enterprise_id.hex}:{category}:{current_only}",
            first=first,
            after=after,
            last=last,
            before=before,
        )
        page = await info.context.loaders.own_data.page(
            enterprise_id, request, category, current_only
        )
        return CreditRecordConnection.of(page, CreditRecord.of)

    @strawberry.field(
        description="What its matches were computed from, newest first. The reading is a line of "
        "the access ledger."
    )
    async def match_runs(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> HeldMatchRunConnection:
        """A page of runs."""
        enterprise_id = self.enterprise.row.id
        name = f"match-runs:{enterprise_id.hex}"
        request = page_request(name, first=first, after=after, last=last, before=before)
        page = await info.context.loaders.own_data.match_runs(enterprise_id, request)
        return HeldMatchRunConnection.of(page, HeldMatchRun.of)

    @strawberry.field(description="How much there is of each category, by its code.")
    async def counts_by_category(self, info: Info) -> list[CategoryCount]:
        """Counts of every category that has records."""
        counts = await info.context.loaders.own_data.counts(self.enterprise.row.id)
        return [CategoryCount.of(count) for count in counts]


@strawberry.input(description="Whose data to fetch.")
class DataExportInput:
    """A wish for everything in one file."""

    enterprise_id: strawberry.ID = strawberry.field(description="The owner's enterprise.")
    idempotency_key: str = strawberry.field(
        description="8 to 80 visible ASCII characters; the same key gives a new ticket for the "
        "same file, which is kept for a day."
    )


DataExportResult: TypeAlias = Annotated[
    DownloadTicket | IdempotencyKeyReused | NotFound,
    strawberry.union("DataExportResult", description="A ticket for the file, or why not."),
]
