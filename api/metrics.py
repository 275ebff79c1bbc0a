"""Numbers for Prometheus: requests, sockets, the answer cache, the queue. Nothing about people."""

import hmac
import ipaddress
from bisect import bisect_left
from collections import Counter as TallyCounter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from storage.queue import oldest_queued_seconds, parked_facts, queue_depths

_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class Metrics(Collector):
    """The numbers of one application.

    Plain integers, made into Prometheus' own objects when somebody asks: a request is counted
    far more often than the counts are read.
    """

    def __init__(self, open_sockets: Callable[[], int]) -> None:
        self._open_sockets = open_sockets
        self._by_status: TallyCounter[int] = TallyCounter()
        self._by_code: TallyCounter[str] = TallyCounter()
        self._in_bucket = [0] * (len(_BUCKETS) + 1)
        self._seconds = 0.0
        self._cached = 0

    def answered(self, status: int, seconds: float) -> None:
        """Count a request over HTTP."""
        self._by_status[status] += 1
        self._in_bucket[bisect_left(_BUCKETS, seconds)] += 1
        self._seconds += seconds

    def from_cache(self) -> None:
        """Count an answer that was ready."""
        self._cached += 1

    def failed(self, errors: Iterable[Mapping[str, Any]]) -> None:
        """Count entries of `errors` by their code."""
        for error in errors:
            self._by_code[error["extensions"]["code"]] += 1

    def collect(self) -> Iterator[Metric]:
        """Every number of this process as Prometheus has it."""
        requests = CounterMetricFamily(
            "rq_requests", "GraphQL requests over HTTP, by status.", labels=["status"]
        )
        for status, count in sorted(self._by_status.items()):
            requests.add_metric([str(status)], count)
        yield requests
        errors = CounterMetricFamily("rq_errors", "Entries of `errors`, by code.", labels=["code"])
        for code, count in sorted(self._by_code.items()):
            errors.add_metric([code], count)
        yield errors
        yield HistogramMetricFamily(
            "rq_request_seconds",
            "Time to answer a GraphQL request over HTTP.",
            buckets=list(
                zip([*map(str, _BUCKETS), "+Inf"], accumulate(self._in_bucket), strict=True)
            ),
            sum_value=self._seconds,
        )
        yield CounterMetricFamily(
            "rq_cached_answers", "Requests answered from the answer cache.", self._cached
        )
        yield GaugeMetricFamily("rq_open_sockets", "Open WebSockets.", self._open_sockets())


async def _of_the_queue() -> list[Metric]:
    """The queue's numbers; none while it cannot be read."""
    try:
        depths, oldest = await queue_depths(), await oldest_queued_seconds()
        parked = len(await parked_facts())
    except Exception:
        return []
    queued = GaugeMetricFamily(
        "rq_queued_facts",
        "Facts on the queue, by handler and status.",
        labels=["entrypoint", "status"],
    )
    for (entrypoint, status), count in depths.items():
        queued.add_metric([entrypoint, status], count)
    return [
        queued,
        GaugeMetricFamily("rq_oldest_queued_seconds", "Age of the oldest waiting fact.", oldest),
        GaugeMetricFamily("rq_parked_facts", "Facts whose handlers gave up, up to 100.", parked),
    ]


class _Now(Collector):
    """Metrics that were read just now."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> list[Metric]:
        return self._metrics


async def render(metrics: Metrics) -> bytes:
    """Every number now, in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(metrics)
    registry.register(_Now(await _of_the_queue()))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class MetricsEndpoint:
    """GET /metrics, for this machine or for who knows the token."""

    def __init__(self, metrics: Metrics, token: SecretStr | None) -> None:
        self._metrics = metrics
        self._token = token.get_secret_value() if token is not None else ""

    async def show(self, request: Request) -> Response:
        """The numbers, or 404 for anybody else: there is nothing to see."""
        if not self._may_see(request):
            return PlainTextResponse("", status_code=404)
        return Response(await render(self._metrics), media_type=CONTENT_TYPE_LATEST)

    def _may_see(self, request: Request) -> bool:
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._token and hmac.compare_digest(shown.encode(), self._token.encode()):
            return True
        forwarded = "x-forwarded-for" in request.headers or "forwarded" in request.headers
        return not forwarded and request.client is not None and _is_loopback(request.client.host)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
