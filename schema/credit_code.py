"""What an enterprise's 苏信码 shows."""

from datetime import date

import strawberry

from credit.levels import GradeLevel
from schema.city import CityCode
from sharing.credit_code import Shown


@strawberry.type(
    description="What a 苏信码 shows while the enterprise's owner agrees: the level and nothing "
    "behind it. Each look is a line of the enterprise's access ledger."
)
class CreditCodeCard:
    """A grade as it is shown to whoever scans the code."""

    enterprise_name: str = strawberry.field(description="Name in the registry.")
    uscc: str = strawberry.field(description="统一社会信用代码, 18 characters (GB 32100).")
    city: CityCode = strawberry.field(description="The city whose platform graded it.")
    level: GradeLevel = strawberry.field(description="Its level of today.")
    as_of: date | None = strawberry.field(
        description="The day as of which it was graded; null for one that was not."
    )

    @staticmethod
    def of(shown: Shown) -> "CreditCodeCard":
        """The card of what a code shows."""
        return CreditCodeCard(
            enterprise_name=shown.enterprise.name,
            uscc=shown.enterprise.uscc,
            city=CityCode[shown.enterprise.city],
            level=shown.grade.level,
            as_of=shown.grade.as_of,
        )
