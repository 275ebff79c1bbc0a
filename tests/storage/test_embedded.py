"""The embedded server: started once however many ask, left by the last, recovered after a kill."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from storage import embedded_home
from storage.embedded import EmbeddedPostgres
from storage.embedded_home import Account, EmbeddedError, home_for, make_private

ROOT = Path(__file__).resolve().parent.parent.parent
IS_ROOT = os.geteuid() == 0

JOINER = """
import sys, time
from pathlib import Path
from storage.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
server.join()
print(server.pid(), flush=True)
sys.stdin.readline()
server.leave()
"""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder whose cluster is made once for this module and taken away after it."""
    folder = tmp_path_factory.mktemp("embedded") / ".data"
    server = EmbeddedPostgres(folder, durable=False)
    yield folder
    assert server.pid() is None, "a test left the server running"
    _remove(server)


def _remove(server: EmbeddedPostgres) -> None:
    """Take away a cluster with whatever of it stands outside the data folder."""
    shutil.rmtree(server.home.parent if IS_ROOT else server.home)
    if server.socket_folder.parent != server.home:
        shutil.rmtree(server.socket_folder.parent)


def _joiner(data_dir: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", JOINER, str(data_dir)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _pid_of(joiner: "subprocess.Popen[str]") -> int:
    assert joiner.stdout is not None
    return int(joiner.stdout.readline())


def _let_go(joiner: "subprocess.Popen[str]") -> None:
    joiner.communicate("\n", timeout=60)
    assert joiner.returncode == 0


def _ended(pid: int) -> bool:
    deadline = time.monotonic() + 30
    while psutil.pid_exists(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not psutil.pid_exists(pid)


async def test_each_role_signs_in_with_its_password_and_no_other(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, durable=False) as server:
        for role in ("rq_owner", "rq_app", "rq_read"):
            connection = await asyncpg.connect(server.url(role))
            assert await connection.fetchval("SELECT current_user") == role
            await connection.close()
        swapped = server.url("rq_app").replace("//rq_app:", "//rq_owner:")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(swapped)


async def test_only_the_owner_makes_tables(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, durable=False) as server:
        connection = await asyncpg.connect(server.url("rq_app"))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TABLE public.mine (id int)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TEMPORARY TABLE mine (id int)")
        await connection.close()


def test_it_listens_on_no_port(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, durable=False) as server:
        listening = psutil.Process(server.pid()).net_connections("inet")
        assert listening == []


def test_what_a_stranger_may_see(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, durable=False) as server:
        modes = {
            path.name: stat.S_IMODE(path.stat().st_mode)
            for path in (server.socket_folder, server.data, server.home / "credentials.json")
        }
        assert modes == {"socket": 0o700, "data": 0o700, "credentials.json": 0o600}
        assert stat.S_IMODE(server.home.stat().st_mode) & 0o007 == 0


def test_two_starters_at_once_get_one_server_and_the_last_one_stops_it(data_dir: Path) -> None:
    first, second = _joiner(data_dir), _joiner(data_dir)
    pid = _pid_of(first)
    assert _pid_of(second) == pid
    _let_go(first)
    assert psutil.pid_exists(pid)
    _let_go(second)
    assert _ended(pid)


def test_a_user_that_was_killed_does_not_keep_the_server_for_ever(data_dir: Path) -> None:
    killed = _joiner(data_dir)
    pid = _pid_of(killed)
    killed.kill()
    killed.communicate()
    with EmbeddedPostgres(data_dir, durable=False) as server:
        assert server.pid() == pid
    assert _ended(pid)


def test_a_killed_server_is_started_again(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, durable=False) as server:
        first = server.pid()
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert _ended(first)
    with EmbeddedPostgres(data_dir, durable=False) as server:
        assert server.pid() not in (None, first)


def test_a_stale_pid_that_now_belongs_to_somebody_else_is_no_obstacle(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir, durable=False)
    # A living process of the user that the server runs as, as after a restart of the machine.
    account = embedded_home.server_account().popen_options()
    stranger = subprocess.Popen(["/bin/sleep", "60"], cwd="/", **account)  # type: ignore[call-overload]
    try:
        (server.data / "postmaster.pid").write_text(f"{stranger.pid}\n{server.data}\n1\n5432\n")
        assert server.pid() is None
        with server:
            assert server.pid() not in (None, stranger.pid)
    finally:
        stranger.kill()
        stranger.wait()


def test_an_initialisation_that_was_interrupted_is_begun_anew(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / ".data", durable=False)
    try:
        (server.home / "data.new").mkdir()
        (server.home / "data.new" / "half").write_text("written")
        with server:
            assert server.pid() is not None
        assert not (server.home / "data.new").exists()
    finally:
        _remove(server)


def test_no_folder_that_was_there_before_is_loosened(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    before = {p: p.stat().st_mode for p in (private, *private.parents)}
    server = EmbeddedPostgres(private / ".data", durable=False)
    try:
        with server:
            pass
        assert {p: p.stat().st_mode for p in before} == before
    finally:
        _remove(server)


def test_lost_passwords_are_said_and_not_drawn_anew(data_dir: Path) -> None:
    kept = (data_dir / "postgres").resolve() / "credentials.json"
    aside = kept.with_suffix(".aside")
    kept.rename(aside)
    try:
        with pytest.raises(EmbeddedError, match="put it back from a backup"):
            EmbeddedPostgres(data_dir, durable=False)
    finally:
        aside.rename(kept)


def test_data_of_another_major_version_is_said(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir, durable=False)
    version = server.data / "PG_VERSION"
    version.write_text("17\n")
    try:
        with pytest.raises(EmbeddedError, match="PostgreSQL 17"):
            server.join()
    finally:
        version.write_text("18\n")


def test_a_folder_that_others_may_write_to_is_refused(tmp_path: Path) -> None:
    loose = tmp_path / "loose"
    loose.mkdir()
    loose.chmod(0o777)
    with pytest.raises(EmbeddedError, match="can be written by others"):
        make_private(loose)


def test_a_link_that_somebody_prepared_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "trap").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(EmbeddedError, match="belongs to somebody else"):
        make_private(tmp_path / "trap")


@pytest.mark.skipif(not IS_ROOT, reason="only root keeps its data elsewhere")
def test_root_keeps_its_data_elsewhere_and_points_there(data_dir: Path) -> None:
    home = home_for(data_dir, "postgres", embedded_home.server_account())
    assert (data_dir / "postgres").readlink() == home
    assert home.is_relative_to(embedded_home.SYSTEM_TEMPORARY)
    with EmbeddedPostgres(data_dir, durable=False) as server:
        process = psutil.Process(server.pid())
        assert process.username() == embedded_home.UNPRIVILEGED


def test_an_ordinary_user_keeps_it_in_the_data_folder(tmp_path: Path) -> None:
    present_user = Account()
    home = home_for(tmp_path / ".data", "postgres", present_user)
    assert home == tmp_path / ".data" / "postgres"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    programs = embedded_home.programs_for(home, present_user)
    assert programs.is_relative_to(sys.prefix)


def test_a_socket_path_that_would_be_too_long_is_kept_elsewhere(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    folder = embedded_home.socket_folder_for(deep, Account())
    try:
        assert len(str(folder / embedded_home.SOCKET_NAME)) < embedded_home.LONGEST_SOCKET_PATH
        assert stat.S_IMODE(folder.parent.stat().st_mode) & 0o007 == 0
    finally:
        folder.parent.rmdir()
