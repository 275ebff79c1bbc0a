"""What an API process must not load: whole populations are the worker's and the tools' business."""

import subprocess
import sys

from foundation.settings import ROOT

HEAVY = ("polars", "numba", "llvmlite", "numpy", "openpyxl", "fpdf", "duckdb", "distributed")


def test_the_api_starts_without_the_parts_for_populations() -> None:
    code = f"import sys, api.app; print([one for one in {HEAVY!r} if one in sys.modules])"

    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )

    assert found.returncode == 0, found.stderr
    assert found.stdout.strip() == "[]"
