"""The scenario portrait of an enterprise: beside the grade, never part of it (FN-08)."""

import strawberry

from credit.levels import EnterpriseSize
from schema.city import Industry
from sharing.disclosure.portrait import Trait


@strawberry.type(description="One trait of a portrait, with its source.")
class PortraitTrait:
    """A trait."""

    name: str = strawberry.field(description="Chinese name.")
    value: str = strawberry.field(description="Its value with its unit.")
    source: str | None = strawberry.field(description="Code and name of the category it is from.")
    explanation: str = strawberry.field(description="A Chinese sentence: what it says.")

    @staticmethod
    def of(found: Trait) -> "PortraitTrait":
        """The GraphQL trait."""
        return PortraitTrait(
            name=found.name,
            value=found.value,
            source=found.source,
            explanation=found.explanation,
        )


@strawberry.type(
    description="Traits that say something in a scenario of size, industry and purpose. Nothing in "
    "it is weighed or scored; it is no grade."
)
class ScenarioPortrait:
    """A portrait."""

    scheme: str = strawberry.field(description="What it is, and that it is no grade, in Chinese.")
    size: EnterpriseSize = strawberry.field(description="Its size; UNKNOWN while undecided.")
    possible_sizes: list[EnterpriseSize] = strawberry.field(
        description="Every size that the known figures allow."
    )
    industry: Industry = strawberry.field(description="Its main business.")
    purpose: str | None = strawberry.field(
        description="What the demand's money is for; null without a demand."
    )
    traits: list[PortraitTrait] = strawberry.field(
        description="From public records and from what a consent covers for the viewer."
    )
