"""Numbers for Prometheus: requests, sockets, the answer cache, the queue. Nothing about people."""

import hmac
import ipaddress
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from storage.queue import oldest_queued_seconds, parked_facts, queue_depths

_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Metrics:
    """The numbers of one application."""

    def __init__(self, open_sockets: Callable[[], int]) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "rq_requests",
            "GraphQL requests over HTTP, by status.",
            ["status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "rq_request_seconds",
            "Time to answer a GraphQL request over HTTP.",
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.cached = Counter(
            "rq_cached_answers",
            "Requests answered from the answer cache.",
            registry=self.registry,
        )
        self.errors = Counter(
            "rq_errors", "Entries of `errors`, by code.", ["code"], registry=self.registry
        )
        sockets = Gauge("rq_open_sockets", "Open WebSockets.", registry=self.registry)
        sockets.set_function(open_sockets)
        self._queued = Gauge(
            "rq_queued_facts",
            "Facts on the queue, by handler and status.",
            ["entrypoint", "status"],
            registry=self.registry,
        )
        self._oldest = Gauge(
            "rq_oldest_queued_seconds",
            "Age of the oldest fact that waits.",
            registry=self.registry,
        )
        self._parked = Gauge(
            "rq_parked_facts",
            "Facts whose handlers gave up, at most 100 counted.",
            registry=self.registry,
        )

    async def render(self) -> bytes:
        """Every number now, in Prometheus' text format; the queue's only if it can be read."""
        try:
            depths = await queue_depths()
            self._oldest.set(await oldest_queued_seconds())
            self._parked.set(len(await parked_facts()))
        except Exception:
            self._queued.clear()
        else:
            self._queued.clear()
            for (entrypoint, status), count in depths.items():
                self._queued.labels(entrypoint, status).set(count)
        return generate_latest(self.registry)


class MetricsEndpoint:
    """GET /metrics, for this machine or for who knows the token."""

    def __init__(self, metrics: Metrics, token: SecretStr | None) -> None:
        self._metrics = metrics
        self._token = token.get_secret_value() if token is not None else ""

    async def show(self, request: Request) -> Response:
        """The numbers, or 404 for anybody else: there is nothing to see."""
        if not self._may_see(request):
            return PlainTextResponse("", status_code=404)
        return Response(await self._metrics.render(), media_type=CONTENT_TYPE_LATEST)

    def _may_see(self, request: Request) -> bool:
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._token:
            return hmac.compare_digest(shown.encode(), self._token.encode())
        forwarded = "x-forwarded-for" in request.headers or "forwarded" in request.headers
        return not forwarded and request.client is not None and _is_loopback(request.client.host)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
