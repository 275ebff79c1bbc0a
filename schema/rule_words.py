"""The words that a bank's rules are written with, so that they are picked and not spelled."""

import strawberry

from foundation.industry import industries
from marketplace.applicants import answerable_tags
from schema.city import Industry


@strawberry.type(
    description="What a product's conditions can name in a city. Open to everyone, as the "
    "conditions of products are."
)
class RuleWords:
    """Industries and qualifications to pick from."""

    industries: list[Industry] = strawberry.field(
        description="Every section and division of GB/T 4754-2017, in the standard's order. A "
        "group or class within one can be named as well, by its code."
    )
    qualifications: list[str] = strawberry.field(
        description="The qualifications that records or the registration can prove in the city. "
        "Any other name is a matter for the bank, which verifies it itself."
    )

    @staticmethod
    def of(city: str) -> "RuleWords":
        """The words of a city."""
        return RuleWords(
            industries=[Industry.of(code) for code in industries()],
            qualifications=list(answerable_tags(city)),
        )
