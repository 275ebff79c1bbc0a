"""A whole GraphQL request for a demand's first 20 matches over 1,000 products, against bare bytes.

The demand was matched when it was published; the request reads the session, the demand and the page
from PostgreSQL and checks who may see it. All that is kept for the next one are the products, which
the page's own query vouches for by the catalogue's revision.
"""

import asyncio
import json
import statistics
import tempfile
import urllib.request
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import asyncpg

from bench.bare import ANSWER
from bench.figures import Figure
from bench.fresh_database import a_fresh_database, opened
from bench.processes import loading, post, serving
from foundation.identifiers import encode_id
from foundation.settings import settings
from tests.factories.demands import a_demand
from tests.factories.people import an_institution, an_owner
from tests.factories.products import a_product, prices

PRODUCTS, PER_BANK, SHOWN = 1_000, 250, 20
CONNECTIONS, ROUNDS, SECONDS = 8, 5, 2.0
OF_BARE = 0.03
DATABASE = "bench_match"
DOCUMENT = """
query DemandMatches($id: ID!) {
  demand(id: $id) {
    matches(first: 20) {
      edges { node {
        id eligible rank score annualRate limit allInCost allInCostSimple
        product { id name }
      } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""


class Owner(NamedTuple):
    """Who asks, and on which database."""

    database: str
    token: str
    body: dict[str, object]


async def requests() -> list[Figure]:
    """The rate of whole requests, and of the bare route."""
    async with AsyncExitStack() as stack:
        owner = await stack.enter_async_context(_owner())
        environment = {
            "RQ_ENV": "development",
            "RQ_DATA_DIR": str(settings().data_dir),
            "DATABASE_URL": owner.database,
            "RQ_REQUESTS_PER_MINUTE": "1000000000",
            "RQ_REQUESTS_PER_MINUTE_PER_ADDRESS": "1000000000",
            "HOST": "127.0.0.1",
        }
        api = await stack.enter_async_context(serving("api", environment=environment))
        answer = await asyncio.to_thread(_answer, api, owner)
        file = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "answer.json"
        file.write_bytes(answer)
        bare = await stack.enter_async_context(
            serving("bench.bare", environment={ANSWER: str(file)})
        )
        rates = await _rates([api, bare], post("/graphql", owner.body, token=owner.token))
    return [
        Figure("match.request.answer", len(answer), "bytes"),
        Figure("match.request.bare.rate", rates[1], "requests/s"),
        Figure("match.request.rate", rates[0], "requests/s"),
        Figure("match.request", rates[0] / rates[1], "of_bare", at_least=OF_BARE),
    ]


@asynccontextmanager
async def _owner() -> AsyncIterator[Owner]:
    """A new database with 1,000 products on the shelf, and the owner of a demand there."""
    async with a_fresh_database(DATABASE) as database:
        async with opened(database.address):
            now = datetime.now(UTC)
            await _fill(now)
            owner = await an_owner(now=now)
            demand = await a_demand(owner=owner, now=now)
        await _analyse(database.keeper_address)
        variables = {"id": encode_id("demand", demand.id)}
        yield Owner(database.address, owner.token, {"query": DOCUMENT, "variables": variables})


async def _analyse(address: str) -> None:
    """Take the statistics that autovacuum takes within a minute."""
    keeper = await asyncpg.connect(address, timeout=10)
    await keeper.execute("ANALYZE")
    await keeper.close()


async def _fill(now: datetime) -> None:
    for number in range(PRODUCTS):
        if number % PER_BANK == 0:
            bank = await an_institution(now=now)
        rate = Decimal(250 + number % 400) / 100
        await a_product(
            institution=bank,
            name=f"示例贷{number}",
            prices=prices(str(rate), str(rate), str(rate)),
            tag_groups=(("高新技术企业",),) if number % 3 == 0 else (),
            min_age_months=12 if number % 2 else None,
            now=now,
        )


def _answer(port: int, owner: Owner) -> bytes:
    """What the API answers. Raises RuntimeError unless it is 20 matches."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        data=json.dumps(owner.body).encode(),
        headers={"content-type": "application/json", "authorization": f"Bearer {owner.token}"},
    )
    with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310 - loopback
        answer: bytes = reply.read()
    found = json.loads(answer)
    if "errors" in found or len(found["data"]["demand"]["matches"]["edges"]) != SHOWN:
        raise RuntimeError(f"not {SHOWN} matches: {answer[:500]!r}")
    return answer


async def _rates(ports: list[int], request: bytes) -> list[float]:
    found: list[list[float]] = [[] for _ in ports]
    async with loading() as load:
        for _ in range(ROUNDS):
            for port, rates in zip(ports, found, strict=True):
                rate = await load.rate(port, request, connections=CONNECTIONS, seconds=SECONDS)
                rates.append(rate)
    return [statistics.median(rates) for rates in found]
