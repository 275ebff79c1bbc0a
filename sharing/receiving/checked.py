"""What became of a chunk of rows: what to store, what to show, and how far the file has come."""

from dataclasses import dataclass

from sharing.receiving.cells import CHECK_DIGIT
from sharing.receiving.problems import RowProblem
from sharing.receiving.stored_rows import StoredRows


@dataclass(frozen=True)
class CheckedChunk:
    """What became of a chunk, and how far the file has come with it."""

    rows: StoredRows
    problems: list[RowProblem]
    last_line: int
    done: float

    def behind(self, line: int) -> "CheckedChunk":
        """Only what stands behind a line."""
        if self.rows.lines and self.rows.lines[0] > line:
            return self
        places = [i for i, one in enumerate(self.rows.lines) if one > line]
        problems = [problem for problem in self.problems if problem.line > line]
        return CheckedChunk(self.rows.only(places), problems, self.last_line, self.done)


def doubtful_codes(checked: CheckedChunk) -> list[str]:
    """USCCs with a wrong check digit, of which a few were really issued."""
    return [p.value.upper() for p in checked.problems if p.reason == CHECK_DIGIT]
