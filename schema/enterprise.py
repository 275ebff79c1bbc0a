"""Enterprises as their own people, and the officers they let in, see them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from credit.levels import EnterpriseSize
from credit.size import SizeResult, size_of
from foundation.identifiers import decode_id, encode_id, is_sole_trader
from foundation.pagination import page_request
from marketplace.nested_pages import Asked
from schema import terms  # noqa: F401 - describes the enums that are used here
from schema.access_entry import AccessEntry, AccessEntryConnection
from schema.city import CityCode, District, Industry
from schema.connection import After, Before, First, Last
from schema.consent import Consent, ConsentConnection
from schema.context import Info
from schema.credit_grade import CreditGrade
from schema.demand import Demand, DemandConnection, EligibleOnly
from schema.failures import Locked, NotFound, Unavailable, ValidationFailed
from schema.match import MatchConnection, match_connection
from schema.node import Node
from schema.objection import Objection, ObjectionConnection
from schema.registration import RegistrationState
from schema.selections import is_asked
from schema.size_detail import SizeDetail
from sharing.disclosure.portrait import SCHEME, traits_of
from sharing.disclosure.shown import Shared
from storage.models import enterprise as rows
from storage.models.demand import Demand as DemandRow

if TYPE_CHECKING:
    from schema.portrait import ScenarioPortrait
    from schema.shared_data import SharedCategory


@strawberry.type(
    description="An SME or 个体工商户. Its own people reach it, and officers whose offer its owner "
    "accepted; to everybody else its id is null."
)
class Enterprise(Node):
    """An enterprise; whoever holds its row has been given access to it."""

    name: str = strawberry.field(description="Name in the registry.")
    uscc: str = strawberry.field(description="统一社会信用代码, 18 characters (GB 32100).")
    city: CityCode = strawberry.field(description="The city it is registered in here.")
    district: District = strawberry.field(description="District of its registered address.")
    industry: Industry = strawberry.field(
        description="Main business on its licence: section, or section and division."
    )
    row: strawberry.Private[rows.Enterprise]

    @strawberry.field(description="How far it has come: 注册, 实名认证, 授权.")
    async def registration(self, info: Info) -> RegistrationState:
        """The state as of today."""
        return await info.context.loaders.registration_states.load(self.row.id)

    @strawberry.field(
        description="Its credit grade as of the latest grading. Each reading stands in the access "
        "ledger."
    )
    async def grade(self, info: Info) -> CreditGrade:
        """The grade that stands."""
        return CreditGrade.of(await info.context.loaders.credit_grades.load(self.row.id))

    @strawberry.field(
        description="Size by 工信部联企业〔2011〕300号 from last year's figures; UNKNOWN while a "
        "figure that decides is missing."
    )
    def size(self) -> EnterpriseSize:
        """The size by its industry's criteria."""
        return self._size().size

    @strawberry.field(
        description="The same with its possible range, and the figures that would decide it."
    )
    def size_detail(self) -> SizeDetail:
        """The size, or what is missing for it."""
        return SizeDetail.of(self._size(), self.row)

    def _size(self) -> SizeResult:
        return size_of(
            self.row.industry,
            employees=self.row.employees,
            annual_revenue=self.row.annual_revenue,
            total_assets=self.row.total_assets,
            sole_trader=is_sole_trader(self.row.uscc),
        )

    @strawberry.field(
        description="Products of its city ranked for one of its demands, or without one for 100万 "
        "over 12 months, each at the nearest amount and term it offers: then computed on the "
        "spot. Empty for a demand that is not its own. An institution sees its own products only."
    )
    async def matches(
        self,
        info: Info,
        demand_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="One of its demands.")
        ] = None,
        eligible_only: EligibleOnly = True,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> MatchConnection:
        """A page of its matches, best first."""
        demand = await self._demand(info, demand_id)
        parent, about = (demand.id, "matches") if demand else (self.row.id, "computed")
        request = page_request(
            f"{about}:{parent.hex}:{eligible_only}",
            first=first,
            after=after,
            last=last,
            before=before,
        )
        asked = Asked.of(
            parent, request, eligible_only=eligible_only, with_reasons=is_asked(info, "reasons")
        )
        if demand is not None:
            page = await info.context.loaders.match_pages.load(asked)
        elif demand_id is not None:
            page = asked.page([], lambda _: [])
        else:
            page = await info.context.loaders.computed_match_pages.load(asked)
        return match_connection(info, page)

    async def _demand(self, info: Info, demand_id: strawberry.ID | None) -> DemandRow | None:
        key = None if demand_id is None else decode_id("demand", demand_id)
        demand = None if key is None else await info.context.loaders.visible_demands.load(key)
        return demand if demand and demand.enterprise_id == self.row.id else None

    @strawberry.field(
        description="Its demands, newest first: all of them to its owner, to an institution those "
        "it may see."
    )
    async def demands(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> DemandConnection:
        """A page of its demands."""
        request = page_request(
            f"demands:{self.row.id.hex}", first=first, after=after, last=last, before=before
        )
        asked = Asked.of(self.row.id, request)
        return DemandConnection.of(await info.context.loaders.demand_pages.load(asked), Demand.of)

    @strawberry.field(
        description="What was agreed to for it, newest first, ended ones included: to its owner, "
        "who finds here what `consentRevoke` takes back; empty to everybody else."
    )
    async def consents(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ConsentConnection:
        """A page of its consents."""
        request = page_request(
            f"consents:{self.row.id.hex}", first=first, after=after, last=last, before=before
        )
        asked = Asked.of(self.row.id, request)
        page = await info.context.loaders.consent_pages.load(asked)
        return ConsentConnection.of(page, Consent.of)

    @strawberry.field(
        description="Who looked at what of it, why, and under which consent, newest first; "
        "refusals are lines too, and a reading is here with the next query. To its owner; empty "
        "to everybody else."
    )
    async def access_entries(
        self,
        info: Info,
        refused_only: Annotated[
            bool, strawberry.argument(description="Only what was refused by somebody.")
        ] = False,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> AccessEntryConnection:
        """A page of the access ledger."""
        request = page_request(
            f"access:{self.row.id.hex}:{refused_only}",
            first=first,
            after=after,
            last=last,
            before=before,
        )
        page = await info.context.loaders.access_pages(self.row.id, refused_only, request)
        return AccessEntryConnection.of(page, AccessEntry.of)

    @strawberry.field(
        description="Objections to data held about it, newest first: to its owner; empty to "
        "everybody else."
    )
    async def objections(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ObjectionConnection:
        """A page of its objections."""
        request = page_request(
            f"objections:{self.row.id.hex}", first=first, after=after, last=last, before=before
        )
        page = await info.context.loaders.own_data.objections(self.row.id, request)
        return ObjectionConnection.of(page, Objection.of)

    @strawberry.field(
        description="Its data as the viewer may read it for a demand: an officer whose offer on it "
        "the owner accepted, under the owner's consent; the owner, as a preview. Each reading and "
        "each refusal stands in the access ledger. Empty for a demand that does not let the "
        "viewer in."
    )
    async def shared_data(
        self,
        info: Info,
        demand_id: Annotated[
            strawberry.ID, strawberry.argument(description="The demand that it serves.")
        ],
    ) -> list[Annotated["SharedCategory", strawberry.lazy("schema.shared_data")]]:
        """Every category, shown or withheld."""
        from schema.shared_data import SharedCategory

        key = decode_id("demand", demand_id)
        found = await info.context.loaders.shared_data(self.row.id, key)
        return [SharedCategory.of(one) for one in found]

    @strawberry.field(
        description="A portrait for a demand's scenario, beside the grade and no part of it: from "
        "what the viewer may read for the demand; that reading stands in the access ledger. "
        "Without a demand that lets the viewer in, size and industry alone."
    )
    async def portrait(
        self,
        info: Info,
        demand_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="The demand that it serves.")
        ] = None,
    ) -> Annotated["ScenarioPortrait", strawberry.lazy("schema.portrait")]:
        """The portrait."""
        from schema.portrait import PortraitTrait, ScenarioPortrait

        demand = await self._demand(info, demand_id)
        readable: Sequence[Shared] = ()
        if demand_id is not None:
            # Also where it lets the viewer in nowhere: the refusal is a line of the ledger.
            key = demand.id if demand else decode_id("demand", demand_id)
            readable = await info.context.loaders.shared_data(self.row.id, key)
        purpose = demand.purpose if demand else None
        size = self._size()
        traits = traits_of(self.row.city, self.row.industry, purpose, readable)
        return ScenarioPortrait(
            scheme=SCHEME,
            size=size.size,
            possible_sizes=list(size.possible),
            industry=Industry.of(self.row.industry),
            purpose=purpose,
            traits=[PortraitTrait.of(one) for one in traits],
        )

    @staticmethod
    def of(row: rows.Enterprise) -> "Enterprise":
        """The GraphQL enterprise of a row."""
        return Enterprise(
            id=strawberry.ID(encode_id("enterprise", row.id)),
            name=row.name,
            uscc=row.uscc,
            city=CityCode(row.city),
            district=District.of(row.city, row.district),
            industry=Industry.of(row.industry),
            row=row,
        )


@strawberry.input(description="Which enterprise to register, as its business licence has it.")
class EnterpriseRegisterInput:
    """Registers an enterprise."""

    uscc: str = strawberry.field(
        description="统一社会信用代码, 18 characters. The registry must know it."
    )
    name: str = strawberry.field(
        description="Name on the licence, at most 120 characters; must be the registry's."
    )
    city: CityCode = strawberry.field(description="The city of its registered address.")


@strawberry.input(description="Who stands behind an enterprise. Neither value is kept.")
class EnterpriseVerifyInput:
    """Verifies a real name."""

    legal_representative: str = strawberry.field(
        description="Name of the legal representative, at most 60 characters."
    )
    id_number: str = strawberry.field(
        description="The legal representative's 18-digit ID number; handed to the registry only, "
        "neither kept nor logged."
    )
    consent_text_version: str = strawberry.field(
        description="Version of the REAL_NAME text that was shown; it must be the one in force."
    )


EnterpriseRegisterResult: TypeAlias = Annotated[
    Enterprise | ValidationFailed | Unavailable,
    strawberry.union("EnterpriseRegisterResult", description="The enterprise, or why not."),
]
EnterpriseVerifyResult: TypeAlias = Annotated[
    Enterprise | ValidationFailed | NotFound | Locked | Unavailable,
    strawberry.union("EnterpriseVerifyResult", description="The enterprise, or why not."),
]
