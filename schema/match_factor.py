"""What decides the order of matches, published."""

import strawberry

from matching.factors import Factor


@strawberry.type(
    description="One factor of the order of matches. The order is lexicographic: an earlier factor "
    "outweighs every later one, and nothing else has any part in it. Open to everyone."
)
class MatchFactor:
    """A factor and its weight."""

    code: str = strawberry.field(description="For programs.")
    place: int = strawberry.field(description="1 for the first that is compared.")
    name: str = strawberry.field(description="Chinese name.")
    first: str = strawberry.field(description="Which of two values comes first, in Chinese.")
    points: int = strawberry.field(description="The most it gives to the score of 0 to 100.")

    @staticmethod
    def of(factor: Factor) -> "MatchFactor":
        """The GraphQL factor."""
        return MatchFactor(
            code=factor.code,
            place=factor.place,
            name=factor.name,
            first=factor.first,
            points=factor.points,
        )
