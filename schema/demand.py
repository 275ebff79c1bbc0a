"""Financing demands as their owners and the institutions they reach see them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from credit.levels import EnterpriseSize, GradeLevel
from credit.size import size_of
from foundation.clock import day_in_shanghai
from foundation.identifiers import encode_id, is_sole_trader
from foundation.pagination import page_request
from marketplace import demand_readings
from marketplace.demand_views import DemandAction, age_band
from marketplace.nested_pages import Asked
from matching.terms import GuaranteeKind
from schema import credit_grade, terms  # noqa: F401 - describe the enums that are used here
from schema.city import District, Industry
from schema.connection import After, Before, Connection, First, Last
from schema.context import Info
from schema.enums import describe_enum
from schema.match import MatchConnection, match_connection
from schema.node import Node
from schema.offer import Offer, OfferConnection
from schema.scalars import Percent, Yuan
from schema.selections import is_asked
from storage.models import demand as rows
from storage.models.demand import DemandStatus, MatchingState
from storage.models.enterprise import Enterprise as EnterpriseRow

if TYPE_CHECKING:
    from schema.enterprise import Enterprise

describe_enum(
    DemandStatus,
    "Where a demand stands. OPEN → MATCHED → CONTRACTED; OPEN → WITHDRAWN or EXPIRED; MATCHED → "
    "OPEN when the bank takes its offer back.",
    {
        "OPEN": "Offers may be made and one accepted.",
        "MATCHED": "An offer was accepted.",
        "CONTRACTED": "A contract was made.",
        "WITHDRAWN": "The owner took it back.",
        "EXPIRED": "Its time ran out.",
    },
)
describe_enum(
    MatchingState,
    "Whether a demand's matches have been computed.",
    {
        "PENDING": "They are being computed.",
        "READY": "They are kept, and kept up to date.",
        "FAILED": "Something broke; it is tried again by itself.",
    },
)
describe_enum(
    DemandAction,
    "What the viewer may do with a demand now.",
    {
        "WITHDRAW": "Its owner may take it back: demandWithdraw.",
        "OFFER": "The viewer's institution may make an offer: offerMake.",
        "ACCEPT_OFFER": "Its owner has an offer to accept: offerAccept.",
    },
)


@strawberry.type(
    description="What an institution sees of who asks before it is let in; also the owner's."
)
class ApplicantProfile:
    """An enterprise without its name."""

    district: District = strawberry.field(description="District of its registered address.")
    industry: Industry = strawberry.field(description="Main business.")
    size: EnterpriseSize = strawberry.field(description="Size by 工信部联企业〔2011〕300号.")
    age_band: str = strawberry.field(
        description="How long it has existed, in Chinese: 不满1年, 1至3年, 3至5年, 5至10年, "
        "10年以上, 成立时间未知."
    )
    demand: strawberry.Private[rows.Demand]

    @strawberry.field(
        description="Its credit grade as of today, shown under the owner's publishing consent; "
        "each reading stands in the access ledger."
    )
    async def grade_level(self, info: Info) -> GradeLevel:
        """The level."""
        return await info.context.loaders.grade_levels_of_demands.load(self.demand.id)

    @staticmethod
    def of(demand: rows.Demand, row: EnterpriseRow, now: datetime) -> "ApplicantProfile":
        """The profile of the enterprise behind a demand."""
        size = size_of(
            row.industry,
            employees=row.employees,
            annual_revenue=row.annual_revenue,
            total_assets=row.total_assets,
            sole_trader=is_sole_trader(row.uscc),
        )
        return ApplicantProfile(
            district=District.of(row.city, row.district),
            industry=Industry.of(row.industry),
            size=size.size,
            age_band=age_band(row.established_on, day_in_shanghai(now)),
            demand=demand,
        )


@strawberry.type(
    description="Whom to call. The owner's own, and that of the institution whose offer the owner "
    "accepted; each reading stands in the access ledger."
)
class Contact:
    """A person to call."""

    name: str = strawberry.field(description="The name that was given, or 企业联系人.")
    phone: str = strawberry.field(description="Mainland mobile number, +86 and eleven digits.")

    @staticmethod
    def of(contact: demand_readings.Contact) -> "Contact":
        """The GraphQL contact."""
        return Contact(name=contact.name, phone=contact.phone)


EligibleOnly: TypeAlias = Annotated[
    bool,
    strawberry.argument(
        description="Only products that may be had; false adds near misses, then what fails, each "
        "with its reasons. For a demand the twenty nearest of both are kept."
    ),
]


@strawberry.type(
    description="A financing demand. Seen by its owner; while it is open, by officers of ACTIVE "
    "institutions in its audience with a product on show that fits; afterwards only by those "
    "whose own offer stands."
)
class Demand(Node):
    """A demand; whoever holds its row has been given access to it."""

    status: DemandStatus = strawberry.field(description="Where it stands.")
    amount: Yuan = strawberry.field(description="Yuan wanted.")
    term_months: int = strawberry.field(description="Months wanted.")
    purpose: str = strawberry.field(
        description="What the money is for, in the owner's words, at most 200 characters; phone "
        "numbers, page addresses, ids and the enterprise's name are taken out (***)."
    )
    guarantee_kinds: list[GuaranteeKind] = strawberry.field(
        description="How the owner would secure it; they order matches and exclude none. Empty: "
        "no preference."
    )
    max_annual_rate: Percent | None = strawberry.field(
        description="The highest nominal rate wished, percent per year; it orders, never excludes."
    )
    published_at: datetime = strawberry.field(description="When it was published.")
    expires_at: datetime = strawberry.field(description="Until when it is open.")
    matching: MatchingState = strawberry.field(description="Whether its matches are computed.")
    row: strawberry.Private[rows.Demand]

    @strawberry.field(
        description="A Chinese sentence for the owner where matching failed, found nothing, or is "
        "barred by a record: which one, and how it is lifted. Null to institutions."
    )
    def matching_note(self, info: Info) -> str | None:
        """What the owner should know about the matching."""
        viewer = info.context.viewer
        is_own = viewer is not None and viewer.enterprise_id == self.row.enterprise_id
        return self.row.matching_note if is_own else None

    @strawberry.field(description="What an institution sees of who asks before it is let in.")
    async def applicant(self, info: Info) -> ApplicantProfile:
        """Who asks, without a name."""
        row = await info.context.loaders.enterprises.load(self.row.enterprise_id)
        if row is None:
            raise LookupError("a demand is an enterprise's")
        return ApplicantProfile.of(self.row, row, info.context.clock.now())

    @strawberry.field(
        description="Who asks. Null to an institution until the owner accepts its offer."
    )
    async def enterprise(
        self, info: Info
    ) -> Annotated["Enterprise", strawberry.lazy("schema.enterprise")] | None:
        """Who asks, with the name."""
        from schema.enterprise import Enterprise

        row = await info.context.loaders.enterprises_of_demands.load(self.row.id)
        return Enterprise.of(row) if row else None

    @strawberry.field(
        description="Whom to call. Null to an institution until the owner accepts its offer."
    )
    async def contact(self, info: Info) -> Contact | None:
        """Whom to call about it."""
        contact = await info.context.loaders.contacts_of_demands.load(self.row.id)
        return Contact.of(contact) if contact else None

    @strawberry.field(
        description="Products on show ranked for it; an institution sees its own products only."
    )
    async def matches(
        self,
        info: Info,
        eligible_only: EligibleOnly = True,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> MatchConnection:
        """A page of its matches, best first."""
        request = page_request(
            f"matches:{self.row.id.hex}:{eligible_only}",
            first=first,
            after=after,
            last=last,
            before=before,
        )
        asked = Asked.of(
            self.row.id,
            request,
            eligible_only=eligible_only,
            with_reasons=is_asked(info, "reasons"),
        )
        return match_connection(info, await info.context.loaders.match_pages.load(asked))

    @strawberry.field(
        description="Offers made on it, newest first; an institution sees its own only."
    )
    async def offers(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> OfferConnection:
        """A page of its offers."""
        request = page_request(
            f"offers:{self.row.id.hex}", first=first, after=after, last=last, before=before
        )
        asked = Asked.of(self.row.id, request)
        return OfferConnection.of(await info.context.loaders.offer_pages.load(asked), Offer.of)

    @strawberry.field(description="What the viewer may do with it as it stands now.")
    async def available_actions(self, info: Info) -> list[DemandAction]:
        """The viewer's next steps."""
        return await info.context.loaders.actions_on_demands.load(self.row.id)

    @staticmethod
    def of(row: rows.Demand) -> "Demand":
        """The GraphQL demand of a row."""
        return Demand(
            id=strawberry.ID(encode_id("demand", row.id)),
            status=row.status,
            amount=Yuan(row.amount),
            term_months=row.term_months,
            purpose=row.purpose,
            guarantee_kinds=[GuaranteeKind(kind) for kind in row.guarantee_kinds],
            max_annual_rate=(None if row.max_annual_rate is None else Percent(row.max_annual_rate)),
            published_at=row.published_at,
            expires_at=row.expires_at,
            matching=row.matching,
            row=row,
        )


DemandConnection: TypeAlias = Connection[Demand]
