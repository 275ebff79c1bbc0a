"""Matching in its three directions, each against a named peer in the same run, with equal results.

One demand before 5,000 products; one product before 1,500,000 enterprises; a city of 160,000
demands before 1,000 products against DuckDB and PostgreSQL; how cost grows; a province; a request;
a city's standing demands by a new product and by a night.
"""

from bench import match_city, match_growth, match_request, match_shelf, match_standing
from bench.figures import Figure
from bench.match_timing import seconds
from bench.match_world import TODAY, asks, population, sheets
from matching.engine.batch import Batch
from matching.engine.catalogue import compile_sheets


async def measure() -> list[Figure]:
    """Every figure of this benchmark."""
    return [
        compiling(),
        *match_shelf.one_demand(),
        *match_shelf.one_product(),
        *await match_city.peers(),
        *match_growth.growth(),
        *match_growth.province(),
        *await match_request.requests(),
        *await match_standing.standing(),
    ]


def compiling() -> Figure:
    """What the first batch of a process takes beyond the second: numba, or reading its cache."""
    batch = Batch.of(compile_sheets(sheets(50)), population(1_000), TODAY)
    first, second = (seconds(lambda: list(batch.blocks(asks(1_000)))) for _ in range(2))
    return Figure("match.compiling", first - second, "s")
