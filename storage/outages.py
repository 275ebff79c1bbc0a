"""Tells a database that cannot serve now from a mistake of ours."""

import asyncio
from collections.abc import Iterator

import asyncpg
from tortoise.exceptions import DBConnectionError

_UNREACHABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.InterfaceError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    DBConnectionError,
    ConnectionError,
    TimeoutError,
    asyncio.TimeoutError,
)
_FULL = (asyncpg.DiskFullError, asyncpg.OutOfMemoryError, asyncpg.InsufficientResourcesError)
_SLOW = (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)


def is_outage(error: BaseException) -> bool:
    """Whether an error comes from a database that is stopped, full or too slow.

    The transaction that met it has been rolled back; the same request may succeed later.
    """
    return any(isinstance(cause, (*_UNREACHABLE, *_FULL, *_SLOW)) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__
