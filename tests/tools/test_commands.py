"""The operator's command line: every command is found, explains itself, and fails in a sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import __main__ as command_line
from tools.__main__ import commands, main

ROOT = Path(__file__).resolve().parent.parent.parent


def test_every_module_with_a_help_line_is_a_command() -> None:
    found = commands()
    assert {"run", "migrate", "check", "test", "schema", "migration", "lock"} <= set(found)
    assert "supervisor" not in found
    assert all(help_line.strip() for help_line in found.values())


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"usage: tools {name}" in capsys.readouterr().out


def test_nothing_asked_for_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    printed = capsys.readouterr().out
    assert all(name in printed for name in commands())


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["unknown"])
    assert ended.value.code == 2
    assert "invalid choice: 'unknown'" in capsys.readouterr().err


def test_a_database_that_cannot_be_had_is_one_sentence(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("in the way")
    done = subprocess.run(
        [sys.executable, "-m", "tools", "migrate"],
        cwd=ROOT,
        env={"RQ_ENV": "development", "RQ_DATA_DIR": str(occupied), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(occupied) in done.stderr


def test_a_reader_that_stops_early_is_no_error() -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f"{sys.executable} -m tools 2>&1 | head -n 1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.startswith("usage: tools")
    assert "Traceback" not in done.stdout


def test_the_makefile_offers_each_verb_with_a_help_line() -> None:
    verbs = {"run", "test", "check", "e2e", "bench", "format", "schema", "migration"}
    verbs |= {"seed", "token", "lock", "help"}
    done = subprocess.run(
        ["/usr/bin/env", "make", "-s", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    offered = {line.split()[1] for line in done.stdout.splitlines()}
    assert offered == verbs
    assert command_line.HERE == ROOT / "tools"
