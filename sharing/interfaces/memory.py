"""A source in memory: it knows what it is told, and fails as it is told."""

from collections import defaultdict
from dataclasses import dataclass, field

from sharing.interfaces.port import Fault, Question, Row, SourceFault


@dataclass
class MemorySource:
    """Knows rows by category and USCC, and `past` ones for questions about an earlier day.
    `faults` are raised first, one for each question.
    """

    rows: dict[tuple[str, str], tuple[Row, ...]] = field(default_factory=lambda: defaultdict(tuple))
    past: dict[tuple[str, str], tuple[Row, ...]] = field(default_factory=lambda: defaultdict(tuple))
    faults: list[Fault] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)

    def add(self, category: str, uscc: str, *rows: Row) -> None:
        """Let it know rows about an enterprise."""
        self.rows[category, uscc] = (*self.rows[category, uscc], *rows)

    async def ask(self, question: Question, *, seconds: float) -> tuple[Row, ...]:
        """The rows about an enterprise. Raises SourceFault."""
        del seconds
        self.asked.append(question)
        if self.faults:
            raise SourceFault(self.faults.pop(0))
        known = self.past if question.as_of else self.rows
        return known[question.category.code, question.uscc]
