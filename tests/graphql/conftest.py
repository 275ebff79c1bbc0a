"""The application at the hour of the test's clock, and the services outside it."""

from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest

from accounts.key_sets import KeySets
from accounts.outside import Outside, standing_in
from accounts.registry_memory import MemoryRegistry
from api.app import create_app
from foundation.clock import FrozenClock
from foundation.settings import Settings
from marketplace import catalogue
from tests.conftest import GraphQL
from tests.factories.entry_apps import EntryApps
from tests.servers import Database


@pytest.fixture(autouse=True)
def _no_catalogue_of_another_test() -> None:
    """The version that this process remembers is of the test before."""
    catalogue.forget_version()


@pytest.fixture
async def api(database: Database, clock: FrozenClock) -> AsyncIterator[GraphQL]:
    """A caller of the application whose clock is the test's."""
    app = create_app(Settings(DATABASE_URL=database.url), clock=clock)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        yield GraphQL(client)


@pytest.fixture
def entry_apps() -> EntryApps:
    """The entry apps of every city, with keys of this test's making."""
    return EntryApps()


@pytest.fixture
def registry(entry_apps: EntryApps) -> Iterator[MemoryRegistry]:
    """A registry that knows nothing yet; the entry apps stand beside it."""
    registry = MemoryRegistry()
    with standing_in(Outside(registry, KeySets(entry_apps.client))):
        yield registry
