"""How time and memory grow: four doublings, and a whole province in a process of its own."""

import json
import math
import subprocess
import sys
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from bench.figures import Figure
from bench.match_timing import processor_seconds, seconds
from bench.match_world import TERMS, TODAY, asks, population, sheets
from bench.memory import peak_bytes
from foundation.settings import ROOT
from matching.engine.batch import Batch
from matching.engine.catalogue import compile_sheets
from matching.engine.population import Asks, Population
from matching.engine.units import Integers

PRODUCTS, THREADS = 1_000, 2
SMALLEST, DOUBLINGS, RUNS = 20_000, 4, 5
PROVINCE = 1_500_000
EXPONENT_AT_MOST = 1.10
GIB_AT_MOST = 4.0
# Beyond the columns, twice the enterprises may need this much more, and no more.
BEYOND_AT_MOST_MB = 64.0
_TIME_OUT_S = 1_800


def growth() -> list[Figure]:
    """The exponent of processor time by the number of pairs over four doublings together."""
    catalogue = compile_sheets(sheets(PRODUCTS))
    catalogue.costs.table(TERMS)
    sizes = [SMALLEST << step for step in range(DOUBLINGS + 1)]
    works = [(Batch.of(catalogue, population(size), TODAY), asks(size)) for size in sizes]
    # In turns, and by processor time: what else runs on the machine is not its growth.
    times = [math.inf] * len(works)
    for _ in range(RUNS):
        for place, (batch, demands) in enumerate(works):
            times[place] = min(times[place], processor_seconds(partial(_through, batch, demands)))
    exponent = math.log(times[-1] / times[0]) / math.log(2**DOUBLINGS)
    return [Figure("match.growth", exponent, "exponent", at_most=EXPONENT_AT_MOST)]


def _through(batch: Batch, demands: Asks) -> None:
    for _ in batch.blocks(demands, THREADS):
        pass


def province() -> list[Figure]:
    """A whole province, and half of one: how long, and how much memory at the most."""
    half, whole = (_apart(count) for count in (PROVINCE // 2, PROVINCE))
    beyond = (whole["peak"] - whole["columns"]) - (half["peak"] - half["columns"])
    return [
        Figure("match.province.seconds", whole["seconds"], "s"),
        Figure("match.province.columns", whole["columns"] / 2**20, "MiB"),
        Figure("match.province.peak", whole["peak"] / 2**30, "GiB", at_most=GIB_AT_MOST),
        Figure("match.province.beyond", beyond / 2**20, "MiB", at_most=BEYOND_AT_MOST_MB),
    ]


def _apart(count: int) -> dict[str, float]:
    """Match in a process of its own, which is given the columns in a file."""
    people, demands = population(count), asks(count)
    columns = {f"people.{name}": value for name, value in _arrays(people)}
    columns |= {f"asks.{name}": value for name, value in _arrays(demands)}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "columns.npz"
        np.savez(file, **columns)
        del people, demands, columns
        done = subprocess.run(  # noqa: S603 - this very module
            [sys.executable, "-m", "bench.match_growth", str(file)],
            cwd=ROOT,
            capture_output=True,
            check=True,
            timeout=_TIME_OUT_S,
        )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _arrays(columns: Population | Asks) -> list[tuple[str, Integers]]:
    return [(name, value) for name, value in vars(columns).items() if isinstance(value, np.ndarray)]


def main() -> None:
    """Match the columns in the file argv[1]; print what it took."""
    with np.load(sys.argv[1]) as file:
        given = {name: file[name] for name in file.files}
    some = population(1)
    people = replace(some, **{name: given[f"people.{name}"] for name, _ in _arrays(some)})
    demands = Asks(**{name: given[f"asks.{name}"] for name, _ in _arrays(asks(1))})
    batch = Batch.of(compile_sheets(sheets(PRODUCTS)), people, TODAY)
    took = seconds(lambda: _through(batch, demands))
    peak = peak_bytes()
    columns = sum(value.nbytes for value in given.values())
    print(json.dumps({"seconds": took, "columns": columns, "peak": peak}))


if __name__ == "__main__":
    main()
