"""Cities as the folders of cities/ describe them: open to everyone."""

from typing import Annotated

import strawberry

from foundation import city as cities
from schema.city import City, CityCode


@strawberry.type
class CityQueries:
    """Root fields about cities."""

    @strawberry.field(description="One city. Open to everyone.")
    def city(
        self, code: Annotated[CityCode, strawberry.argument(description="Which city.")]
    ) -> City:
        """The city with a code."""
        return City.of(cities.cities()[code.value])

    @strawberry.field(description="Every city that RongQiao serves. Open to everyone.")
    def cities(self) -> list[City]:
        """Every city, in the order of their codes."""
        return [City.of(city) for city in cities.cities().values()]
