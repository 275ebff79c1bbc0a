"""Composes the application: the only place that knows every part."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Route

from api.endpoint import GraphQLEndpoint
from api.execution import Execution
from foundation.clock import Clock, SystemClock
from foundation.settings import Settings
from resolvers.root import build_schema
from storage.database import close_database, open_database


def create_app(settings: Settings, *, clock: Clock | None = None) -> Starlette:
    """The ASGI application. Its lifespan opens the database that the settings name."""
    execution = Execution(
        build_schema().graphql,
        suggestions=not settings.is_production,
        introspection=not settings.is_production,
    )
    endpoint = GraphQLEndpoint(
        execution, clock or SystemClock(), secure_cookies=settings.is_production
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if settings.database_url is not None:
            await open_database(settings.database_url)
        yield
        await close_database()

    return Starlette(routes=[Route("/graphql", endpoint=endpoint)], lifespan=lifespan)
