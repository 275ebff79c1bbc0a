"""What a product asks of an enterprise's figures and records, as read and as written."""

import strawberry

from marketplace import product_sheet
from schema.scalars import Yuan


@strawberry.type(
    description="Bounds of an enterprise's figures and records; null asks for nothing. Open to "
    "everyone."
)
class FigureBounds:
    """The bounds of a sheet."""

    min_annual_revenue: Yuan | None = strawberry.field(
        description="The least revenue of last year, yuan."
    )
    max_annual_revenue: Yuan | None = strawberry.field(
        description="The most revenue of last year, yuan."
    )
    min_annual_tax: Yuan | None = strawberry.field(
        description="The least tax paid last year, yuan."
    )
    min_employees: int | None = strawberry.field(description="The fewest employees.")
    max_employees: int | None = strawberry.field(description="The most employees.")
    max_public_records: int | None = strawberry.field(
        description="How many unrepaired public records of dishonesty there may be."
    )
    max_bad_loans: int | None = strawberry.field(
        description="How many bad entries the records of loans may hold."
    )

    @staticmethod
    def of(bounds: product_sheet.Figures) -> "FigureBounds":
        """The GraphQL bounds of a sheet's."""
        return FigureBounds(**dict(bounds))


@strawberry.input(
    description="Bounds of an enterprise's figures and records; what is left out asks for nothing."
)
class FigureBoundsInput:
    """The bounds as a bank writes them."""

    min_annual_revenue: Yuan | None = strawberry.field(
        default=None, description="The least revenue of last year, yuan, at least 0."
    )
    max_annual_revenue: Yuan | None = strawberry.field(
        default=None, description="The most revenue of last year, yuan, at least 0."
    )
    min_annual_tax: Yuan | None = strawberry.field(
        default=None, description="The least tax paid last year, yuan, at least 0."
    )
    min_employees: int | None = strawberry.field(
        default=None, description="The fewest employees, at least 0."
    )
    max_employees: int | None = strawberry.field(
        default=None, description="The most employees, at least 0."
    )
    max_public_records: int | None = strawberry.field(
        default=None,
        description="How many unrepaired public records of dishonesty there may be, 0 to 99.",
    )
    max_bad_loans: int | None = strawberry.field(
        default=None, description="How many bad entries the records of loans may hold, 0 to 99."
    )

    def to_figures(self) -> product_sheet.Figures:
        """The bounds of the sheet."""
        return product_sheet.Figures(**vars(self))
