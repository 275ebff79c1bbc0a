"""Loan products as everybody sees them on the shelf, and their bank before that."""

from typing import Annotated, TypeAlias

import strawberry

from credit.levels import EnterpriseSize
from foundation.city import cities
from foundation.identifiers import decode_id, encode_id
from marketplace import product_sheet
from marketplace.product_rows import ProductRow
from matching.requirements import requirements
from matching.terms import GuaranteeKind, RepaymentMethod, RequiredGrade
from schema import terms  # noqa: F401 - describes the enums that are used here
from schema.city import CityCode, District, Industry
from schema.connection import Connection
from schema.context import Info
from schema.eligibility import ConditionResult, Eligibility
from schema.enums import describe_enum
from schema.figure_bounds import FigureBounds
from schema.institution import Institution
from schema.node import Node
from schema.scalars import Percent, Yuan
from storage.models.product import ProductStatus

describe_enum(
    product_sheet.Provenance,
    "Where a figure comes from.",
    {
        "POLICY": "A policy text.",
        "SOURCE": "A public source that is named, or the bank itself.",
        "ILLUSTRATIVE": "An example in a plausible range: shown as 示例, never as a real offer.",
    },
)


_CITY_CODES = {code.value: code for code in CityCode}


@strawberry.type(description="A fee beside the interest, paid up front. Open to everyone.")
class Fee:
    """A fee."""

    name: str = strawberry.field(description="What it is for, in Chinese.")
    payee: str = strawberry.field(description="Who gets it, in Chinese.")
    amount: Yuan | None = strawberry.field(description="Yuan; null for a percentage.")
    percent_of_principal: Percent | None = strawberry.field(
        description="Percent of the principal; null for a fixed sum."
    )
    per_year: bool = strawberry.field(
        description="The percentage is for each year of the term, all of it paid up front."
    )
    paid_when: str = strawberry.field(description="When it is paid, in Chinese.")


@strawberry.type(description="What a product asks for, in words. Open to everyone.")
class Condition:
    """One requirement."""

    code: str = strawberry.field(
        description="grade, region, industry, size, tags, age, revenue, tax, employees, records, "
        "loans, amount, term or guarantee."
    )
    text: str = strawberry.field(description="A Chinese sentence; an example's figure says 示例.")


@strawberry.type(description="Where one field of a product comes from. Open to everyone.")
class FactProvenance:
    """The origin of a field."""

    field: str = strawberry.field(description="The field's name in this API.")
    provenance: product_sheet.Provenance = strawberry.field(description="What kind of origin.")
    source: str | None = strawberry.field(
        description="The text, source or note behind it, in Chinese; null when there is none."
    )


@strawberry.type(description="What a grade pays and may have. Open to everyone.")
class GradePrice:
    """A price."""

    grade: RequiredGrade = strawberry.field(description="The grade; ungraded counts as 备选.")
    annual_rate: Percent = strawberry.field(description="Nominal, percent per year.")
    limit_percent: Percent = strawberry.field(description="Percent of the product's maximum.")


@strawberry.type(
    description="A loan product. Open to everyone while it is on the shelf; before and after that "
    "to its institution's people and, from review on, to the operator of its city."
)
class Product(Node):
    """A product; whoever holds its row has been given access to it."""

    name: str = strawberry.field(description="Its name.")
    city: CityCode = strawberry.field(description="The city it is offered in.")
    status: ProductStatus = strawberry.field(description="Where it stands.")
    version: int = strawberry.field(
        description="Version of its sheet; the next one begins when one on the shelf is revised."
    )
    is_example: bool = strawberry.field(
        description="Its bank stands there as an example: it is shown as 示例产品 everywhere."
    )
    guarantee_kinds: list[GuaranteeKind] = strawberry.field(description="How it may be secured.")
    min_amount: Yuan = strawberry.field(description="Smallest loan, yuan.")
    max_amount: Yuan = strawberry.field(description="Largest loan, yuan; a grade may limit it.")
    min_annual_rate: Percent = strawberry.field(
        description="Nominal rate of the best grade, percent per year, before fees."
    )
    max_annual_rate: Percent = strawberry.field(
        description="Nominal rate of the lowest grade, percent per year, before fees."
    )
    reference_cost: Percent | None = strawberry.field(
        description="All-in cost of 100万 over 12 months, or of the nearest it offers, at the best "
        "grade's price, compounded; null when none exists."
    )
    min_term_months: int = strawberry.field(description="Shortest term, months.")
    max_term_months: int = strawberry.field(description="Longest term, months.")
    repayment_methods: list[RepaymentMethod] = strawberry.field(
        description="Ways to repay; the first prices it."
    )
    required_grade: RequiredGrade = strawberry.field(description="The lowest grade it is open to.")
    refusal_reason: str | None = strawberry.field(
        description="Why the operator sent it back, for its own people; otherwise null."
    )
    row: strawberry.Private[ProductRow]

    @strawberry.field(description="The bank that lends.")
    def institution(self) -> Institution:
        """The bank, which is read with the product."""
        return Institution.of(self.row.institution)

    @strawberry.field(description="What the bank says about it, in Chinese, at most 1,000 signs.")
    async def description(self, info: Info) -> str | None:
        """The bank's words."""
        return (await self._sheet(info)).description

    @strawberry.field(description="How the limit is worked out in a single case, in Chinese.")
    async def limit_formula(self, info: Info) -> str | None:
        """The formula as the bank states it."""
        return (await self._sheet(info)).limit_formula

    @strawberry.field(description="How the rate is quoted, in Chinese: fixed, or LPR plus points.")
    async def rate_basis(self, info: Info) -> str:
        """The basis as the bank states it."""
        return (await self._sheet(info)).rate_basis

    @strawberry.field(description="Price and limit by grade, best grade first.")
    async def prices(self, info: Info) -> list[GradePrice]:
        """What each grade gets."""
        prices = (await self._sheet(info)).prices
        return [
            GradePrice(
                grade=grade,
                annual_rate=Percent(prices[grade].annual_rate),
                limit_percent=Percent(prices[grade].limit_percent),
            )
            for grade in RequiredGrade
            if grade in prices
        ]

    @strawberry.field(description="Every fee beside the interest, at most 20.")
    async def fees(self, info: Info) -> list[Fee]:
        """The fees."""
        return [
            Fee(
                name=fee.name,
                payee=fee.payee,
                amount=None if fee.amount is None else Yuan(fee.amount),
                percent_of_principal=(
                    None if fee.percent_of_principal is None else Percent(fee.percent_of_principal)
                ),
                per_year=fee.per_year,
                paid_when=fee.paid_when,
            )
            for fee in (await self._sheet(info)).fees
        ]

    @strawberry.field(description="Everything it asks for, in words, in the order it is judged.")
    async def conditions(self, info: Info) -> list[Condition]:
        """The requirements."""
        rules = product_sheet.matching_sheet(
            await self._sheet(info),
            product_id=self.row.id,
            version=self.row.version,
            institution_id=self.row.institution.id,
            city=cities()[self.row.city],
        )
        return [Condition(code=code, text=text) for code, text in requirements(rules)]

    @strawberry.field(
        description="Districts or towns it is open to, at most 200; empty: the whole city."
    )
    async def districts(self, info: Info) -> list[District]:
        """Where it is open."""
        return [District.of(self.row.city, code) for code in (await self._sheet(info)).districts]

    @strawberry.field(description="Industries it is open to, at most 100; empty: all of them.")
    async def industries(self, info: Info) -> list[Industry]:
        """Which industries."""
        return [Industry.of(code) for code in (await self._sheet(info)).industries]

    @strawberry.field(description="Sizes it is open to; empty: all of them.")
    async def sizes(self, info: Info) -> list[EnterpriseSize]:
        """Which sizes."""
        return list((await self._sheet(info)).sizes)

    @strawberry.field(description="Whether 个体工商户 are let in whatever their size.")
    async def sole_traders(self, info: Info) -> bool:
        """Whether sole traders are named."""
        return (await self._sheet(info)).sole_traders

    @strawberry.field(
        description="Qualifications, in Chinese: every group must be met, a group by any one of "
        "its tags. At most 20 groups of 20."
    )
    async def tag_groups(self, info: Info) -> list[list[str]]:
        """The tag groups that bind."""
        return [list(group) for group in (await self._sheet(info)).tag_groups]

    @strawberry.field(
        description="How long an enterprise must have existed, months; null: no rule."
    )
    async def min_age_months(self, info: Info) -> int | None:
        """The waiting period."""
        return (await self._sheet(info)).min_age_months

    @strawberry.field(description="Who carries which part of the risk, in Chinese.")
    async def risk_sharing(self, info: Info) -> str | None:
        """Funds and pools behind it."""
        return (await self._sheet(info)).risk_sharing

    @strawberry.field(description="What it asks of an enterprise's figures and records.")
    async def figures(self, info: Info) -> FigureBounds:
        """The bounds."""
        return FigureBounds.of((await self._sheet(info)).figures)

    @strawberry.field(description="Papers to hand in, in Chinese, at most 50.")
    async def materials(self, info: Info) -> list[str]:
        """The papers."""
        return list((await self._sheet(info)).materials)

    @strawberry.field(
        description="Risk-sharing and subsidy schemes behind it, in Chinese, at most 20."
    )
    async def schemes(self, info: Info) -> list[str]:
        """The schemes."""
        return list((await self._sheet(info)).schemes)

    @strawberry.field(description="How it is applied for, in Chinese.")
    async def channel(self, info: Info) -> str | None:
        """Online, at a branch, or both."""
        return (await self._sheet(info)).channel

    @strawberry.field(description="The policy text that it follows, in Chinese.")
    async def policy_reference(self, info: Info) -> str | None:
        """Where it stands in the policy texts."""
        return (await self._sheet(info)).policy_reference

    @strawberry.field(
        description="Where each figure comes from; an ILLUSTRATIVE one is shown as 示例, a product "
        "whose institution is ILLUSTRATIVE as 示例产品."
    )
    async def provenance(self, info: Info) -> list[FactProvenance]:
        """The origin of each field."""
        return [
            FactProvenance(field=one.field, provenance=one.provenance, source=one.source)
            for one in (await self._sheet(info)).provenance
        ]

    @strawberry.field(
        description="Condition by condition for the viewer's enterprise, with one of its demands "
        "or without; null when signed out, for who owns no enterprise, for another's demand, and "
        "off the shelf."
    )
    async def eligibility(
        self,
        info: Info,
        demand_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="A demand of the viewer's enterprise."),
        ] = None,
    ) -> Eligibility | None:
        """What the rules say of the viewer's enterprise."""
        key = decode_id("demand", demand_id) if demand_id is not None else None
        if demand_id is not None and key is None:
            return None
        judged = await info.context.loaders.judgement(self.row.id, self.row.city, key)
        if judged is None:
            return None
        return Eligibility(
            verdict=judged.verdict,
            conditions=[ConditionResult.of(reason) for reason in judged.reasons],
        )

    async def _sheet(self, info: Info) -> product_sheet.Sheet:
        if self.row.sheet is not None:
            return self.row.sheet
        row = await info.context.loaders.products.load(self.row.id)
        if row is None or row.sheet is None:
            raise LookupError("a product that is shown has a sheet")
        return row.sheet

    @staticmethod
    def of(row: ProductRow) -> "Product":
        """The GraphQL product of a row."""
        return Product(
            id=strawberry.ID(encode_id("product", row.id)),
            name=row.name,
            city=_CITY_CODES[row.city],
            status=row.status,
            version=row.version,
            is_example=row.is_example,
            guarantee_kinds=list(row.guarantee_kinds),
            min_amount=Yuan(row.min_amount),
            max_amount=Yuan(row.max_amount),
            min_annual_rate=Percent(row.min_annual_rate),
            max_annual_rate=Percent(row.max_annual_rate),
            reference_cost=None if row.reference_cost is None else Percent(row.reference_cost),
            min_term_months=row.min_term_months,
            max_term_months=row.max_term_months,
            repayment_methods=list(row.repayment_methods),
            required_grade=row.required_grade,
            refusal_reason=row.refusal_reason,
            row=row,
        )


ProductConnection: TypeAlias = Connection[Product]
