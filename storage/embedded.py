"""Real PostgreSQL without installing one: the server of a wheel, kept for as long as it is used.

Any number of processes join the same cluster: the first starts it, the last to leave stops it, and
whoever dies without leaving is noticed by its lock. It listens on a socket in a private folder and
on no port. It is for development and tests; production gives DATABASE_URL.
"""

import fcntl
import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import quote, urlencode

import psutil

from storage.embedded_home import (
    MAJOR,
    ROLES,
    SOCKET_NAME,
    Account,
    EmbeddedError,
    home_for,
    passwords_for,
    programs_for,
    server_account,
    socket_folder_for,
)

DATABASE = "rongqiao"
DOOR_TIMEOUT_S = 120.0
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 30
ORPHANS_TIMEOUT_S = 10.0
COMMAND_TIMEOUT_S = 120

# Key values of a refused row and the text of a refused statement may be personal: keep both out
# of the log.
QUIET_LOG = {"log_error_verbosity": "terse", "log_min_error_statement": "panic"}
WEEK_OF_LOGS = {
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_timezone": "UTC",
}
FAST_AND_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

ROLES_AND_DATABASE = """
SELECT format('CREATE ROLE %I LOGIN', name) FROM unnest(ARRAY['rq_owner','rq_app','rq_read']) name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \\gexec
ALTER ROLE rq_owner PASSWORD :'rq_owner';
ALTER ROLE rq_app PASSWORD :'rq_app';
ALTER ROLE rq_read PASSWORD :'rq_read';
SELECT 'CREATE DATABASE rongqiao OWNER rq_owner'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'rongqiao') \\gexec
REVOKE ALL ON DATABASE rongqiao FROM PUBLIC;
GRANT CONNECT ON DATABASE rongqiao TO rq_app, rq_read;
"""


class EmbeddedPostgres:
    """One cluster in a folder of its own; join it, use its URLs, leave it."""

    def __init__(self, data_dir: Path, name: str = "postgres", *, durable: bool = True) -> None:
        self._account = server_account()
        self.home = home_for(data_dir, name, self._account)
        self.data = self.home / "data"
        self.socket_folder = socket_folder_for(self.home, self._account)
        self.durable = durable
        self._programs = programs_for(self.home, self._account)
        self._passwords = passwords_for(self.home)
        self._use: IO[str] | None = None

    def __enter__(self) -> Self:
        self.join()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def join(self) -> None:
        """Use the server, starting it when it is not running. Raises EmbeddedError."""
        if self._use is not None:
            return
        with self._door():
            if self.pid() is None:
                self._start_or_undo()
            self._use = _open_lock(self.home / "users.lock")
            fcntl.flock(self._use, fcntl.LOCK_SH)

    def leave(self) -> None:
        """Stop using the server; the last user's leaving stops it. Raises EmbeddedError."""
        if self._use is None:
            return
        with self._door():
            self._use.close()
            self._use = None
            if not self.in_use():
                self._stop()

    def in_use(self) -> bool:
        """Whether any living process has joined."""
        with _open_lock(self.home / "users.lock") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            return False

    def pid(self) -> int | None:
        """The running server's process id; None when a pid file is missing or stale."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            ours = process.name() == "postgres" and Path(process.cwd()) == self.data.resolve()
        except (OSError, ValueError, psutil.Error):
            return None
        return pid if ours and process.status() != psutil.STATUS_ZOMBIE else None

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address of a database for one of the four roles."""
        query = urlencode({"host": str(self.socket_folder), "port": "5432"}, quote_via=quote)
        return f"postgresql://{role}:{quote(self._passwords[role])}@/{database}?{query}"

    def client(self, program: str) -> tuple[str, dict[str, str]]:
        """One of the wheel's client programs, and the environment that signs it in as superuser."""
        return str(self._programs / program), {
            "PGHOST": str(self.socket_folder),
            "PGUSER": "postgres",
            "PGPASSWORD": self._passwords["postgres"],
            "PGCONNECT_TIMEOUT": "10",
        }

    def run_sql(self, sql: str, database: str = "postgres", **variables: str) -> str:
        """Run a psql script as the superuser; its output. Raises EmbeddedError."""
        psql, environment = self.client("psql")
        command = [psql, "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database]
        assignments = "".join(f"\\set {name} '{value}'\n" for name, value in variables.items())
        return _run(command, Account(), environment, script=assignments + sql)

    @contextmanager
    def _door(self) -> Iterator[None]:
        deadline = time.monotonic() + DOOR_TIMEOUT_S
        with _open_lock(self.home / "door.lock") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise EmbeddedError(
                            f"Another process has been starting or stopping the database in "
                            f"{self.home} for {DOOR_TIMEOUT_S:.0f} seconds; end it and try again."
                        ) from None
                    time.sleep(0.02)
            yield

    def _start_or_undo(self) -> None:
        try:
            self._start()
        except BaseException:
            # Also at a Ctrl-C: a server that nobody has joined would run for ever.
            with suppress(EmbeddedError):
                self._stop()
            raise

    def _start(self) -> None:
        self._make_folders()
        if not self.data.exists():
            self._initialise()
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != MAJOR:
            raise EmbeddedError(
                f"The data in {self.home} is of PostgreSQL {version} and this release brings "
                f"{MAJOR}; docs/operations.md says how to carry it over."
            )
        self._clear_what_a_dead_server_left()
        self._control("start", "-w", "-t", str(START_TIMEOUT_S), "-o", self._options())
        passwords = {role: self._passwords[role] for role in ROLES if role != "postgres"}
        self.run_sql(ROLES_AND_DATABASE, **passwords)

    def _make_folders(self) -> None:
        for folder in (self.socket_folder, self.home / "log"):
            if not folder.exists():
                folder.mkdir(mode=0o700)
                self._account.give(folder)

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there whole."""
        draft = self.home / "data.new"
        password_file = self.home / "password.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._account.give(draft)
        password_file.touch(mode=0o600)
        self._account.give(password_file)
        try:
            password_file.write_text(self._passwords["postgres"])
            _run(
                [
                    *(str(self._programs / "initdb"), "-D", str(draft), "-U", "postgres"),
                    *("-A", "scram-sha-256", f"--pwfile={password_file}", "-E", "UTF8"),
                    *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                    *(() if self.durable else ("--no-sync",)),
                ],
                self._account,
            )
        finally:
            password_file.unlink()
        draft.rename(self.data)

    def _options(self) -> str:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0700",
            "log_directory": str(self.home / "log"),
            "timezone": "UTC",
            **QUIET_LOG,
            **WEEK_OF_LOGS,
            **({} if self.durable else FAST_AND_FORGETFUL),
        }
        return shlex.join(part for k, v in settings.items() for part in ("-c", f"{k}={v}"))

    def _clear_what_a_dead_server_left(self) -> None:
        """Take away a stale pid file, and wait for the backends of a killed server to go.

        PostgreSQL itself refuses to start when the number in the file is in use by any process of
        the same user, which after a restart of the machine is a matter of luck.
        """
        deadline = time.monotonic() + ORPHANS_TIMEOUT_S
        while self._orphans() and time.monotonic() < deadline:
            time.sleep(0.1)
        for name in (self.data / "postmaster.pid", self.socket_folder / f"{SOCKET_NAME}.lock"):
            name.unlink(missing_ok=True)

    def _orphans(self) -> bool:
        home = str(self.data.resolve())
        for process in psutil.process_iter(["name", "cwd"]):
            if process.info["name"] == "postgres" and process.info["cwd"] == home:
                return True
        return False

    def _stop(self) -> None:
        if self.pid() is None:
            return
        try:
            self._control("stop", "-w", "-t", str(STOP_TIMEOUT_S), "-m", "fast")
        except EmbeddedError:
            self._control("stop", "-w", "-t", str(STOP_TIMEOUT_S), "-m", "immediate")

    def _control(self, action: str, *arguments: str) -> None:
        program = str(self._programs / "pg_ctl")
        log = self.home / "log" / "start.log"
        command = [program, action, "-s", "-D", str(self.data), "-l", str(log), *arguments]
        try:
            _run(command, self._account)
        except EmbeddedError as error:
            said = log.read_text(errors="replace")[-800:] if log.exists() else ""
            raise EmbeddedError(f"{error} {said}".strip()) from None


def _open_lock(path: Path) -> IO[str]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "r+")


def _run(
    command: list[str],
    account: Account,
    environment: dict[str, str] | None = None,
    script: str = "",
) -> str:
    """Run one of the server's programs with nothing of our environment. Raises EmbeddedError."""
    options: dict[str, Any] = account.popen_options()
    try:
        done: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603 - the wheel's own
            command,
            env={"PATH": os.defpath, "LC_ALL": "C", **(environment or {})},
            cwd="/",
            input=script,
            capture_output=True,
            text=True,
            timeout=COMMAND_TIMEOUT_S,
            check=False,
            start_new_session=True,  # a Ctrl-C is ours to handle
            **options,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise EmbeddedError(f"{Path(command[0]).name} could not be run: {error}.") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-800:]
        raise EmbeddedError(f"{Path(command[0]).name} failed: {said}")
    return done.stdout.strip()
