"""Snapshots of schema and migrations are what the code says, and a difference is noticed."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
WITH_ONE_MORE_FIELD = """
import sys
from tortoise import fields
from storage.models import Person
Person._meta.add_field("shoe_size", fields.IntField(null=True))
from tools.__main__ import main
sys.exit(main(["migration", "--check"]))
"""


def _python(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("snapshot", ["schema", "migration"])
def test_the_snapshot_is_what_the_code_says(snapshot: str) -> None:
    done = _python("-m", "tools", snapshot, "--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_field_without_a_migration_is_noticed() -> None:
    done = _python("-c", WITH_ONE_MORE_FIELD)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "shoe_size" in done.stdout
    assert "make migration" in done.stderr
