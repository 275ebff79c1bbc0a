"""A chunk of raw rows becomes rows to store and problems to show.

Brings the parts that read whole columns, so it is imported when a file is read, never at the
start of a server.
"""

from collections.abc import Collection, Sequence

from sharing.receiving.checked import CheckedChunk
from sharing.receiving.fast_rows import plain_rows
from sharing.receiving.fast_stored_rows import of_plain_rows
from sharing.receiving.problems import RowProblem
from sharing.receiving.raw_rows import RawChunk
from sharing.receiving.rows import GoodRow, RowReader
from sharing.receiving.stored_rows import Destination, of_good_rows


def check_chunk(
    reader: RowReader, to: Destination, chunk: RawChunk, registered: Collection[str] = ()
) -> CheckedChunk:
    """Check every row of a chunk: the plain ones as columns, the others one by one."""
    plain = plain_rows(reader, chunk)
    good, problems = closer_look(reader, chunk, plain.others, registered)
    rows = of_plain_rows(reader, to, plain.values).join(of_good_rows(reader, to, good))
    return CheckedChunk(rows, problems, chunk.lines[-1], chunk.done)


def closer_look(
    reader: RowReader, chunk: RawChunk, places: Sequence[int], registered: Collection[str] = ()
) -> tuple[list[GoodRow], list[RowProblem]]:
    """Read some rows one by one."""
    good: list[GoodRow] = []
    problems: list[RowProblem] = []
    for place in places:
        read = reader.read(chunk.lines[place], chunk.cells[place], registered)
        if isinstance(read, GoodRow):
            good.append(read)
        else:
            problems += read
    return good, problems
