"""`tools e2e`: what it says where there is no browser."""

import argparse
from pathlib import Path

import pytest

from tools import e2e


def test_without_chromium_it_fails_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert e2e.run(argparse.Namespace(selection=["tests/e2e"])) == 1
    assert capsys.readouterr() == ("", f"{e2e.NO_BROWSER}\n")
