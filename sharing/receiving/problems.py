"""What can be wrong with a file, row or cell: a stable kind for programs, a reason for people."""

from dataclasses import dataclass
from enum import StrEnum

WHOLE_ROW = "整行"
HIDDEN = "（不显示）"
MAX_SHOWN = 200
MAX_REASON = 200
UNDECODABLE = "含有无法解码的字符：全文须与首行用同一种编码（UTF-8 或 GBK）"


class Kind(StrEnum):
    """Kinds of problems, for programs; docs/import.md explains each. None is ever renamed."""

    MISSING = "MISSING"
    USCC = "USCC"
    DATE = "DATE"
    FUTURE = "FUTURE"
    AMOUNT = "AMOUNT"
    NEGATIVE = "NEGATIVE"
    CHOICE = "CHOICE"
    LENGTH = "LENGTH"
    CHARACTERS = "CHARACTERS"
    FORMULA = "FORMULA"
    DIGITS_LOST = "DIGITS_LOST"
    TWICE = "TWICE"
    ORDER = "ORDER"
    COLUMNS = "COLUMNS"
    FORMAT = "FORMAT"
    DUPLICATE = "DUPLICATE"


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with one cell of one line; personal cells are not repeated."""

    line: int
    field: str
    kind: Kind
    value: str
    reason: str


class BadCell(Exception):
    """A cell that cannot be read; `reason` is a Chinese sentence for the provider."""

    def __init__(self, kind: Kind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


class RefusedFile(Exception):
    """A file that cannot be read, or not beyond some line; what stood before it is kept.

    `reason` is a Chinese sentence for the provider.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OddCell(str):
    """A cell that its file cannot give as text: a formula, a number whose digits are lost."""

    __slots__ = ("kind", "reason")
    kind: Kind
    reason: str

    @classmethod
    def of(cls, shown: str, kind: Kind, reason: str) -> "OddCell":
        """The cell as it is shown, and why it cannot be read."""
        cell = cls(shown)
        cell.kind, cell.reason = kind, reason
        return cell


def printable(text: str) -> str:
    """A provider's text as it may be shown: bounded, without control characters."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:MAX_SHOWN])
