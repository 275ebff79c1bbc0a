"""Composes the application: the only place that knows every part of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from graphql import GraphQLSchema
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from api.answer_cache import AnswerCache
from api.client import ClientFiles
from api.downloads import PATH as DOWNLOADS_PATH
from api.downloads import Downloads
from api.endpoint import GraphQLEndpoint
from api.execution import Execution
from api.explorer import PATH as EXPLORER_PATH
from api.explorer import explorer_routes
from api.health import Readiness, healthz
from api.metrics import Metrics, MetricsEndpoint
from api.rate_limits import RateLimits
from api.receipt_keys import RECEIPT_KEYS_PATH, receipt_keys
from api.sockets import SocketEndpoint
from api.uploads import PATH as UPLOADS_PATH
from api.uploads import Uploads
from api.watch import SessionWatch
from foundation.clock import Clock, SystemClock
from foundation.http_client import outbound
from foundation.settings import Settings
from marketplace import catalogue
from resolvers.root import build_schema
from sharing.disclosure.live import finish_asking
from storage.database import close_database, open_database
from storage.live import close_live_bus

GRAPHQL_PATH = "/graphql"


class Application(Starlette):
    """Starlette, with GraphQL over HTTP in front of its layers.

    The endpoint has a last net of its own, and half of a ready answer's time would be theirs.
    """

    graphql: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, connection or lifespan."""
        if scope["type"] == "http" and scope["path"] == GRAPHQL_PATH:
            await self.graphql(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(
    settings: Settings, *, clock: Clock | None = None, schema: GraphQLSchema | None = None
) -> Starlette:
    """The ASGI application on our schema, or on another one.

    Its lifespan opens the database that the settings name.
    """
    clock = clock or SystemClock()
    development = not settings.is_production
    execution = Execution(
        schema or build_schema().graphql,
        suggestions=development,
        introspection=development or settings.introspection,
    )
    limits = RateLimits(
        per_person=settings.requests_per_minute,
        per_address=settings.requests_per_minute_per_address,
        redis_url=settings.redis_url,
    )
    watch = SessionWatch(clock)
    sockets = SocketEndpoint(
        execution,
        clock,
        watch,
        limits,
        allowed_origins=settings.allowed_origins,
        any_local_origin=development,
    )
    metrics = Metrics(lambda: sockets.open_count)
    endpoint = GraphQLEndpoint(
        execution,
        clock,
        limits=limits,
        cache=AnswerCache(catalogue.version) if settings.answer_cache else None,
        metrics=metrics,
        secure_cookies=settings.is_production,
        explorer=EXPLORER_PATH if development else None,
    )
    uploads = Uploads(clock, limits, settings.upload_max_bytes)
    readiness = Readiness(settings.redis_url)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if settings.database_url is not None:
            await open_database(settings.database_url)
        yield
        await watch.close()
        await close_live_bus()
        await finish_asking()
        await outbound().close()
        await limits.close()
        await readiness.close()
        await close_database()

    routes: list[BaseRoute] = [
        WebSocketRoute(GRAPHQL_PATH, sockets),
        Route("/healthz", healthz),
        Route(RECEIPT_KEYS_PATH, receipt_keys),
        Route("/readyz", readiness.readyz),
        Route("/metrics", MetricsEndpoint(metrics, settings.metrics_token).show),
        Route(DOWNLOADS_PATH, Downloads(clock, limits).serve, methods=["GET"]),
        Route(UPLOADS_PATH, uploads.receive, methods=["POST"]),
        *(explorer_routes() if development else []),
        Route("/{path:path}", ClientFiles(settings.client_dir).serve),
    ]
    app = Application(routes=routes, lifespan=lifespan)
    app.graphql = endpoint
    return app
