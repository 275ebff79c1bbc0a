"""Rows as a file gives them, some thousands at a time, before anybody has looked at them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from sharing.receiving.problems import RefusedFile

RawRow: TypeAlias = tuple[int, list[str], float]
"""The number of its first line, its cells, and how much of the file lies behind it (0 to 1)."""


@dataclass(frozen=True)
class RawChunk:
    """Some rows in the order of the file."""

    lines: list[int]
    cells: list[list[str]]
    done: float

    def odd(self, place: int) -> bool:
        """Whether a row has a cell that its file could not give as text."""
        return not {str}.issuperset(map(type, self.cells[place]))


def chunks_of(rows: Iterable[RawRow], size: int) -> Iterator[RawChunk]:
    """The rows by the thousand. What stands before a row that ends the file comes first."""
    source, refusal = iter(rows), None
    while refusal is None:
        some: list[RawRow] = []
        try:
            for row in islice(source, size):
                some.append(row)  # noqa: PERF402 - what was read before a refusal counts
        except RefusedFile as refused:
            refusal = refused
        if some:
            yield RawChunk([row[0] for row in some], [row[1] for row in some], some[-1][2])
        elif refusal is None:
            return
    raise refusal
