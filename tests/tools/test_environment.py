"""What makes a fresh clone ready: stamps, the choice of Python and Node, clear refusals."""

import ast
import sys
from pathlib import Path

import pytest

from tools import environment
from tools.environment import SetupError, digest, main, node_folder, suitable_python

ROOT = Path(__file__).resolve().parent.parent.parent


def _program(folder: Path, name: str, says: str) -> Path:
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)
    return program


def test_this_python_is_taken_when_it_is_suitable() -> None:
    assert suitable_python() == sys.executable


def test_another_python_of_the_machine_is_taken_when_this_one_is_too_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = _program(tmp_path / "old", "python3", "3 9")
    new = _program(tmp_path / "bin", "python3.11", "3 11")
    monkeypatch.setattr(sys, "executable", str(old))
    monkeypatch.setenv("PATH", str(new.parent))
    assert suitable_python() == str(new)


def test_no_suitable_python_is_said_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(_program(tmp_path, "python3", "3 13")))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match="is needed and python3 is"):
        suitable_python()


def test_an_older_python_reads_far_enough_to_say_so() -> None:
    source = (ROOT / "tools" / "environment.py").read_text("utf-8")
    ast.parse(source, feature_version=(3, 7))
    assert "from __future__ import annotations" in source


def test_a_node_that_is_new_enough_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path, "npm", "11.0.0")
    _program(tmp_path, "node", "v22.1.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert node_folder() == str(tmp_path)


def test_a_node_that_is_too_old_is_replaced_by_the_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path, "npm", "8.0.0")
    _program(tmp_path, "node", "v18.20.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    installed: list[str] = []
    monkeypatch.setattr(environment, "install", installed.append)
    assert node_folder() == str(environment.VENV / "bin")
    assert installed == ["requirements-node.txt"]


def test_a_digest_sees_contents_and_names(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one")
    first = digest([tmp_path])
    (tmp_path / "a").write_text("two")
    second = digest([tmp_path])
    (tmp_path / "a").rename(tmp_path / "b")
    assert len({first, second, digest([tmp_path])}) == 3
    assert digest([tmp_path]) == digest([tmp_path])


def test_what_fails_ends_with_a_sentence_and_an_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> None:
        raise SetupError("No disk is left.")

    monkeypatch.setitem(environment.PARTS, "local", refuse)
    assert main(["local"]) == 1
    captured = capsys.readouterr()
    assert captured.err == "No disk is left.\n"
    assert captured.out == ""
