"""The catalogue, signed out: 20 products of 12 fields with their bank, on 8 connections.

Seven alternated rounds of two seconds each: a Starlette route that returns the same bytes, the
API with its answer cache, the API without it. Each server is a process of its own, and so is the
load; the figures are medians.
"""

import asyncio
import json
import statistics
import tempfile
import urllib.request
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.bare import ANSWER
from bench.figures import Figure
from bench.processes import loading, post, serving
from foundation.settings import ROOT
from marketplace.product_import import import_products
from storage.database import close_database, open_database
from storage.embedded import EmbeddedPostgres
from storage.migrations.apply import migrate

CONNECTIONS = 8
ROUNDS = 7
SECONDS = 2.0
WARM_UP_SECONDS = 0.5
CACHED_AT_LEAST = 0.5
UNCACHED_AT_LEAST = 0.06

DOCUMENT = """
query Catalogue($city: CityCode!) {
  products(city: $city, first: 20) {
    edges {
      node {
        id
        name
        status
        guaranteeKinds
        minAmount
        maxAmount
        minAnnualRate
        maxAnnualRate
        minTermMonths
        maxTermMonths
        repaymentMethods
        requiredGrade
        institution {
          id
          name
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
"""
BODY = {"query": DOCUMENT, "variables": {"city": "JIANGYIN"}}
REQUEST = post("/graphql", BODY)


@asynccontextmanager
async def _database() -> AsyncIterator[str]:
    """A cluster of this benchmark's own with the shipped products; the application's address."""
    folder = ROOT / ".data" / "bench"
    with EmbeddedPostgres(folder, "bench-postgres") as server:
        await migrate(server.url("rq_owner"))
        address = server.url("rq_app")
        await open_database(address)
        try:
            await import_products(datetime.now(UTC))
        finally:
            await close_database()
        yield address


def _environment(database_url: str, *, cache: bool) -> dict[str, str]:
    return {
        "RQ_ENV": "development",
        "RQ_DATA_DIR": str(ROOT / ".data" / "bench"),
        "DATABASE_URL": database_url,
        "RQ_ANSWER_CACHE": str(cache).lower(),
        "RQ_REQUESTS_PER_MINUTE_PER_ADDRESS": "1000000000",
        "HOST": "127.0.0.1",
    }


def _answer(port: int) -> bytes:
    """What the API answers. Raises RuntimeError unless it is 20 products."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        data=json.dumps(BODY).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310 - the same
        answer: bytes = reply.read()
    found = json.loads(answer)
    if "errors" in found or len(found["data"]["products"]["edges"]) != 20:
        raise RuntimeError(f"not 20 products: {answer[:500]!r}")
    return answer


async def measure() -> list[Figure]:
    """Every figure of this benchmark."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(_database())
        ports = {}
        for kind, cache in (("cached", True), ("uncached", False)):
            environment = _environment(database, cache=cache)
            ports[kind] = await stack.enter_async_context(serving("api", environment=environment))
        answer = await asyncio.to_thread(_answer, ports["uncached"])
        file = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "answer.json"
        file.write_bytes(answer)
        ports["bare"] = await stack.enter_async_context(
            serving("bench.bare", environment={ANSWER: str(file)})
        )
        rates = await _rates(ports)
    return _figures(rates, len(answer))


async def _rates(ports: dict[str, int]) -> dict[str, float]:
    """The median rate of each server, over alternated rounds."""
    found: dict[str, list[float]] = {kind: [] for kind in ports}
    async with loading() as load:
        for port in ports.values():
            await load.rate(port, REQUEST, connections=CONNECTIONS, seconds=WARM_UP_SECONDS)
        for _ in range(ROUNDS):
            for kind, port in ports.items():
                rate = await load.rate(port, REQUEST, connections=CONNECTIONS, seconds=SECONDS)
                found[kind].append(rate)
    return {kind: statistics.median(rates) for kind, rates in found.items()}


def _figures(rates: dict[str, float], size: int) -> list[Figure]:
    return [
        Figure("catalogue.answer", size, "bytes"),
        Figure("catalogue.bare.rate", rates["bare"], "requests/s"),
        Figure("catalogue.cached.rate", rates["cached"], "requests/s"),
        Figure("catalogue.uncached.rate", rates["uncached"], "requests/s"),
        Figure(
            "catalogue.cached",
            rates["cached"] / rates["bare"],
            "of_bare",
            at_least=CACHED_AT_LEAST,
        ),
        Figure(
            "catalogue.uncached",
            rates["uncached"] / rates["bare"],
            "of_bare",
            at_least=UNCACHED_AT_LEAST,
        ),
    ]
