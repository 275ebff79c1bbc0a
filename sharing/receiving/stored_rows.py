"""Good rows as lines of PostgreSQL's COPY: what credit_record holds of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sharing.categories import Category
from sharing.receiving.rows import GoodRow, RowReader

COLUMNS = (
    "batch_id",
    "city",
    "category",
    "received_on",
    "uscc",
    "subject_digest",
    "values",
    "key_digest",
    "row_digest",
    "dated_on",
)
NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


@dataclass(frozen=True)
class Destination:
    """What all rows of a batch have in common."""

    batch_id: UUID
    city: str
    received_on: date

    def start(self, category: Category) -> str:
        """The first four columns."""
        return f"{self.batch_id}\t{self.city}\t{category.code}\t{self.received_on.isoformat()}"


@dataclass
class StoredRows:
    """Rows ready to be stored, in four lists of equal length and in the order of their lines."""

    lines: list[int] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def only(self, places: list[int]) -> "StoredRows":
        """Some of the rows."""
        return StoredRows(
            [self.lines[i] for i in places],
            [self.keys[i] for i in places],
            [self.digests[i] for i in places],
            [self.texts[i] for i in places],
        )

    def join(self, other: "StoredRows") -> "StoredRows":
        """Both, by line."""
        if not other.lines:
            return self
        both = StoredRows(
            self.lines + other.lines,
            self.keys + other.keys,
            self.digests + other.digests,
            self.texts + other.texts,
        )
        return both.only(sorted(range(len(both.lines)), key=both.lines.__getitem__))

    def body(self) -> bytes:
        """What COPY reads."""
        return "".join(self.texts).encode()


def of_good_rows(reader: RowReader, to: Destination, rows: list[GoodRow]) -> StoredRows:
    """Rows that were read one by one; anything may stand in their values."""
    return StoredRows(
        [row.line for row in rows],
        [row.key for row in rows],
        [row.digest for row in rows],
        [_line(reader.category, to, row) for row in rows],
    )


def _line(category: Category, to: Destination, row: GoodRow) -> str:
    subject = NULL if row.subject is None else f"\\\\x{row.subject.hex()}"
    parts = (
        to.start(category),
        row.uscc or NULL,
        subject,
        array_text(category, row.values).translate(_ESCAPES),
        f"\\\\x{row.key.hex()}",
        f"\\\\x{row.digest.hex()}",
        row.dated_on or NULL,
    )
    return "\t".join(parts) + "\n"


def array_text(category: Category, values: Mapping[str, str]) -> str:
    """A row's kept values as the text of a PostgreSQL array."""
    return "{" + ",".join(_quoted(value) for value in category.pack(values)) + "}"


def _quoted(value: str | None) -> str:
    if value is None:
        return "NULL"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
