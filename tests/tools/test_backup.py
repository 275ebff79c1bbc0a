"""Saving and putting back the embedded server's database, as the operations page describes it."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.embedded import EmbeddedPostgres

ROOT = Path(__file__).resolve().parent.parent.parent
READ = (
    "INSERT INTO access_ledger (at, role, enterprise_id, what, purpose_kind, allowed) "
    "VALUES (now(), 'PLATFORM', uuidv7(), 'GRADE_READ', 'DEMAND', true)"
)
ADD = "INSERT INTO person (id, phone, created_at) VALUES (uuidv7(), '+8614000000001', now())"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A local set-up of its own, with its tables."""
    folder = tmp_path_factory.mktemp("set-up") / ".data"
    assert _tools(folder, "migrate").returncode == 0
    yield folder
    server = EmbeddedPostgres(folder)
    shutil.rmtree(server.home.parent if os.geteuid() == 0 else server.home)
    if server.socket_folder.parent != server.home:
        shutil.rmtree(server.socket_folder.parent)


def _tools(data_dir: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {"RQ_ENV": "test", "RQ_DATA_DIR": str(data_dir), "PATH": os.defpath}
    return subprocess.run(
        [sys.executable, "-m", "tools", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _people(data_dir: Path) -> str:
    return _tools(data_dir, "psql", "--sql", "SELECT phone FROM person").stdout.strip()


def test_what_was_saved_comes_back(data_dir: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.dump"
    assert _tools(data_dir, "psql", "--sql", ADD).returncode == 0
    assert _tools(data_dir, "psql", "--sql", READ).returncode == 0
    assert _tools(data_dir, "backup", str(saved)).returncode == 0
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    _tools(data_dir, "psql", "--sql", "UPDATE person SET phone = '+8614000000002'")
    assert _people(data_dir) == "+8614000000002"
    restored = _tools(data_dir, "restore", str(saved))
    assert restored.returncode == 0, restored.stderr
    assert _people(data_dir) == "+8614000000001"
    assert _tools(data_dir, "psql", "--sql", READ).returncode == 0
    verified = _tools(data_dir, "ledger", "verify")
    assert verified.returncode == 0, verified.stdout
    assert "2 条" in verified.stdout, "the chain goes on where it was saved"
    rights = "SELECT has_table_privilege('rq_app', 'access_ledger', 'UPDATE')"
    assert _tools(data_dir, "psql", "--sql", rights).stdout.strip() == "f"


def test_a_file_that_is_there_is_not_overwritten(data_dir: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("kept")
    done = _tools(data_dir, "backup", str(precious))
    assert done.returncode == 1
    assert "is there already" in done.stderr
    assert precious.read_text() == "kept"


def test_nothing_is_replaced_under_somebody_who_works(data_dir: Path, tmp_path: Path) -> None:
    with EmbeddedPostgres(data_dir):
        done = _tools(data_dir, "restore", str(tmp_path / "any"))
    assert done.returncode == 1
    assert "end `make run`" in done.stderr


def test_a_broken_file_changes_nothing(data_dir: Path, tmp_path: Path) -> None:
    before = _people(data_dir)
    broken = tmp_path / "broken.dump"
    broken.write_bytes(b"PGDMP but not really")
    assert _tools(data_dir, "restore", str(broken)).returncode != 0
    assert _people(data_dir) == before
