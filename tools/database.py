"""The database that a command works on: the configured one, or the embedded one."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from foundation.settings import settings
from storage.database import close_database, open_database
from storage.embedded import EmbeddedPostgres


@dataclass(frozen=True)
class DatabaseUrls:
    """Addresses of one database: the application's role, and the owner of its tables."""

    app: str
    owner: str


@contextmanager
def database_urls() -> Iterator[DatabaseUrls]:
    """The database's addresses, good for as long as the block lasts.

    Without DATABASE_URL the embedded server is joined, and started when nobody else uses it.
    Raises EmbeddedError when it cannot be.
    """
    configured = settings()
    if configured.database_url:
        owner = configured.migration_database_url or configured.database_url
        yield DatabaseUrls(configured.database_url, owner)
        return
    with EmbeddedPostgres(configured.data_dir, durable=not configured.is_test) as server:
        yield DatabaseUrls(server.url("rq_app"), server.url("rq_owner"))


@asynccontextmanager
async def application_database() -> AsyncIterator[None]:
    """The database, open in this process as the application's role: models and services work."""
    with database_urls() as urls:
        await open_database(urls.app)
        try:
            yield
        finally:
            await close_database()
