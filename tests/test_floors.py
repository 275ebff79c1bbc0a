"""The floors of docs/architecture.md, held: imports go down, and the pure floors stay pure."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINTER = Path(sys.executable).with_name("lint-imports")


def test_every_import_goes_down() -> None:
    done = subprocess.run(
        [str(LINTER)], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "2 kept, 0 broken" in done.stdout


def test_every_package_stands_on_a_floor() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = declared["contracts"][0]["layers"]
    on_a_floor = {name.strip() for layer in layers for name in layer.split("|")}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert packages == on_a_floor == set(declared["root_packages"])


def test_the_api_starts_without_what_whole_populations_need() -> None:
    code = "import api.app, sys; print({'numpy', 'numba', 'polars', 'dask'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "RQ_ENV": "development"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.strip() == "set()", done.stderr
