"""How verbs run programs: output passes through, the closing line is found whatever its colours."""

import sys
from pathlib import Path

import pytest

from tools.commands import quietly, show

SAYS = (
    "print('one')\n"
    "print('\x1b[2m      Tests \x1b[22m \x1b[32m9 passed\x1b[39m')\n"
    "raise SystemExit(3)"
)


def test_output_passes_through_and_its_end_is_kept_plain(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, lines = show([sys.executable, "-c", SAYS])
    assert code == 3
    assert lines == ["one", "Tests  9 passed"]
    assert "\x1b[32m9 passed" in capsys.readouterr().out


def test_a_quiet_command_shows_nothing_and_keeps_everything(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, output = quietly(
        [sys.executable, "-c", "import os, sys; print(os.getcwd()); print('e', file=sys.stderr)"],
        cwd=tmp_path,
    )
    assert code == 0
    assert sorted(output.splitlines()) == [str(tmp_path), "e"]
    assert capsys.readouterr().out == ""
