"""How a demand stands before the shelf while it is written, and what one change opens most."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, TypeAlias
from uuid import UUID

import strawberry

from credit.levels import GradeLevel
from marketplace import demand_health
from matching import changes
from matching.advice_words import advice_said
from matching.applicant import Wish
from matching.changes import ChangeKind
from matching.terms import GuaranteeKind
from schema.context import Info
from schema.enums import describe_enum
from schema.failures import ValidationFailed
from schema.product import Product
from schema.scalars import Percent, Yuan

if TYPE_CHECKING:
    from matching.health import Count

MOST_PRODUCTS = 5

describe_enum(
    ChangeKind,
    "What an advice would change.",
    {
        "AMOUNT": "The amount asked for.",
        "TERM": "The term asked for.",
        "CERTIFICATE": "A qualification, got or proven.",
        "GRADE": "The credit grade.",
        "WAIT": "Nothing but the day: until the enterprise is old enough.",
    },
)


@strawberry.type(description="How many products a demand fits. Its owner only.")
class ProductCount:
    """Counts of products."""

    fitting: int = strawberry.field(
        description="Products whose every condition is met; some may lend a part only."
    )
    full: int = strawberry.field(description="Those among them that lend the whole amount.")
    near: int = strawberry.field(description="Near misses: nothing fails, something is open.")

    @staticmethod
    def of(count: "Count") -> "ProductCount":
        """The GraphQL counts."""
        return ProductCount(fitting=count.fitting, full=count.full, near=count.near)


@strawberry.type(description="The count at another amount.")
class AmountPoint:
    """One amount."""

    amount: Yuan = strawberry.field(description="Yuan.")
    count: ProductCount = strawberry.field(description="How many products fit at it.")


@strawberry.type(description="The count at another term.")
class TermPoint:
    """One term."""

    term_months: int = strawberry.field(description="Months.")
    count: ProductCount = strawberry.field(description="How many products fit at it.")


@strawberry.type(
    description="One change, tried as if it had been made, everything else as it is. Exactly one "
    "of amount, termMonths, certificate, grade and on is given."
)
class Advice:
    """What a change leads to."""

    kind: ChangeKind = strawberry.field(description="What would be changed.")
    text: str = strawberry.field(description="The change and what comes of it, in Chinese.")
    amount: Yuan | None = strawberry.field(description="The amount to ask for, yuan.")
    term_months: int | None = strawberry.field(description="The term to ask for, months.")
    certificate: str | None = strawberry.field(description="The qualification, by its name.")
    known_missing: bool = strawberry.field(
        description="Whether records say that the qualification is not held, rather than nothing."
    )
    grade: GradeLevel | None = strawberry.field(description="The grade to reach.")
    on: date | None = strawberry.field(description="The day to wait for.")
    opens: int = strawberry.field(description="Products that would fit and do not now.")
    fills: int = strawberry.field(
        description="Products that would lend the whole amount and lend a part now."
    )
    closes: int = strawberry.field(description="Products that would no longer fit.")
    fitting: int = strawberry.field(description="Products that would fit.")
    saves_a_year: Yuan | None = strawberry.field(
        description="All-in cost saved a year, whole yuan: the first product then against the "
        "first one now, at the principal of then. Null where it is not cheaper."
    )
    found: strawberry.Private[changes.Advice]

    @strawberry.field(description="The best of the products that it opens, at most five.")
    async def products(self, info: Info) -> list[Product]:
        """What it opens."""
        loaded = [
            await info.context.loaders.products.load(UUID(hex=key))
            for key in self.found.opened[:MOST_PRODUCTS]
        ]
        return [Product.of(row) for row in loaded if row is not None]

    @staticmethod
    def of(found: changes.Advice, wish: Wish) -> "Advice":
        """The GraphQL advice."""
        change = found.change
        return Advice(
            kind=change.kind,
            text=advice_said(found, wish),
            amount=None if change.amount is None else Yuan(change.amount),
            term_months=change.term_months,
            certificate=change.certificate,
            known_missing=change.known_missing,
            grade=change.grade,
            on=change.on,
            opens=found.opens,
            fills=found.fills,
            closes=found.closes,
            fitting=found.fitting,
            saves_a_year=None if found.saves_a_year is None else Yuan(found.saves_a_year),
            found=found,
        )


@strawberry.type(
    description="A demand before the shelf of the enterprise's city. Its owner only; nothing is "
    "kept but the line of the access ledger that the own grade was read."
)
class DemandHealth:
    """Counts, how they move, and advice."""

    now: ProductCount = strawberry.field(description="How many products fit as it is asked.")
    by_amount: list[AmountPoint] = strawberry.field(
        description="The nearest amounts at which the count is another one, ascending, at most 12."
    )
    by_term: list[TermPoint] = strawberry.field(
        description="The nearest terms at which the count is another one, ascending, at most 12."
    )
    advice: list[Advice] = strawberry.field(
        description="The changes that open most, best first, at most five."
    )

    @staticmethod
    def of(found: demand_health.DemandHealth) -> "DemandHealth":
        """The GraphQL health."""
        health = found.health
        return DemandHealth(
            now=ProductCount.of(health.now),
            by_amount=[
                AmountPoint(amount=Yuan(one.amount), count=ProductCount.of(one.count))
                for one in health.by_amount
            ],
            by_term=[
                TermPoint(term_months=one.term_months, count=ProductCount.of(one.count))
                for one in health.by_term
            ],
            advice=[Advice.of(one, found.wish) for one in found.advice],
        )


@strawberry.input(description="A demand that is being written.")
class DemandHealthInput:
    """What an owner has typed so far."""

    amount: Yuan = strawberry.field(description="Yuan wanted, within the city's limits.")
    term_months: int = strawberry.field(description="Months wanted, within the city's limits.")
    guarantee_kinds: list[GuaranteeKind] | None = strawberry.field(
        default=None, description="How the owner would secure it; left out: no preference."
    )
    max_annual_rate: Percent | None = strawberry.field(
        default=None, description="The highest nominal rate wished, percent per year, 0 to 100."
    )

    def to_sketch(self) -> demand_health.Sketch:
        """The same as the service takes it."""
        return demand_health.Sketch(
            amount=self.amount,
            term_months=self.term_months,
            guarantee_kinds=tuple(self.guarantee_kinds or ()),
            max_annual_rate=self.max_annual_rate,
        )


DemandHealthResult: TypeAlias = Annotated[
    DemandHealth | ValidationFailed,
    strawberry.union(
        "DemandHealthResult",
        description="The health. ValidationFailed: a figure outside the city's limits.",
    ),
]
