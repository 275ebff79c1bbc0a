"""A file is checked and nothing is kept: a verdict for every line, written as it is found."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any, TypeAlias
from uuid import UUID

from sharing.categories import Category
from sharing.receiving.checking import closer_look
from sharing.receiving.fast_rows import LINE, plain_rows
from sharing.receiving.fast_stored_rows import of_plain_rows
from sharing.receiving.files import file_digest, open_file
from sharing.receiving.keeping import duplicate
from sharing.receiving.problems import RefusedFile, RowProblem
from sharing.receiving.raw_rows import RawChunk
from sharing.receiving.rows import RowReader
from sharing.receiving.stored_rows import Destination

FORMAT = "rongqiao-import-report-1"
_SECRET = secrets.token_bytes(32)

Verdict: TypeAlias = dict[str, Any]
Progress: TypeAlias = Callable[[float, "Totals"], None]
_Good: TypeAlias = tuple[int, Mapping[str, str], bytes, bytes]


@dataclass
class Totals:
    """How a file fared: rows that would be kept, rows that would not, or why none was read."""

    accepted: int = 0
    quarantined: int = 0
    missing_columns: tuple[str, ...] = ()
    refusal: str | None = None


def check_file(
    path: Path,
    category: Category,
    received_on: date,
    report: IO[str],
    progress: Progress | None = None,
) -> Totals:
    """Write a report on a file, as JSON; docs/import.md describes it.

    A file that is refused, whole or from some line on, is reported too.
    """
    totals = Totals()
    head = {
        "format": FORMAT,
        "category": category.code,
        "list_version": category.list_version,
        "received_on": received_on.isoformat(),
        "file": path.name,
    }
    report.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "lines": [')
    digest = None
    try:
        digest = file_digest(path).hex()
        _write_lines(path, category, received_on, report, totals, progress)
    except RefusedFile as refused:
        totals.refusal = refused.reason
    tail = {
        "file_sha256": digest,
        "missing_columns": list(totals.missing_columns),
        "accepted": totals.accepted,
        "quarantined": totals.quarantined,
        "refusal": totals.refusal,
    }
    report.write("\n], " + json.dumps(tail, ensure_ascii=False)[1:] + "\n")
    return totals


def _write_lines(
    path: Path,
    category: Category,
    received_on: date,
    report: IO[str],
    totals: Totals,
    progress: Progress | None,
) -> None:
    opened = open_file(path, category)
    totals.missing_columns = opened.columns.missing
    judge = _Judge(RowReader(category, opened.columns, received_on, _fleeting_digest))
    separator = "\n"
    for chunk in opened.chunks:
        for verdict in judge.verdicts(chunk):
            report.write(separator + json.dumps(verdict, ensure_ascii=False))
            separator = ",\n"
            if verdict["verdict"] == "accepted":
                totals.accepted += 1
            else:
                totals.quarantined += 1
        if progress:
            progress(chunk.done, totals)


@dataclass
class _Judge:
    """What an import would make of each row, if nothing had been received before."""

    reader: RowReader
    seen: dict[bytes, bytes] = field(default_factory=dict)

    def verdicts(self, chunk: RawChunk) -> list[Verdict]:
        """One for each row, in the order of the file."""
        good, problems = self._read(chunk)
        refused: dict[int, list[RowProblem]] = {}
        for problem in problems:
            refused.setdefault(problem.line, []).append(problem)
        found = [_refused(line, problems) for line, problems in refused.items()]
        found += [self._first_or_duplicate(row) for row in sorted(good, key=lambda row: row[0])]
        return sorted(found, key=lambda verdict: verdict["line"])

    def _read(self, chunk: RawChunk) -> tuple[list[_Good], list[RowProblem]]:
        plain = plain_rows(self.reader, chunk)
        nowhere = Destination(UUID(int=0), "", self.reader.received_on)
        stored = of_plain_rows(self.reader, nowhere, plain.values)
        values = plain.values.drop(LINE).iter_rows(named=True)
        good: list[_Good] = list(
            zip(stored.lines, values, stored.keys, stored.digests, strict=True)
        )
        others, problems = closer_look(self.reader, chunk, plain.others)
        good += [(row.line, row.values, row.key, row.digest) for row in others]
        return good, problems

    def _first_or_duplicate(self, row: _Good) -> Verdict:
        line, values, key, digest = row
        if key in self.seen:
            return _refused(line, [duplicate(line, same=self.seen[key] == digest)])
        self.seen[key] = digest
        return {"line": line, "verdict": "accepted", "values": self._shown(values)}

    def _shown(self, values: Mapping[str, str]) -> dict[str, str]:
        rules = self.reader.category.fields
        return {
            rule.name: values[rule.name]
            for rule in rules
            if not rule.personal and values.get(rule.name) is not None
        }


def _fleeting_digest(number: str) -> bytes:
    """Tells people apart within one run and is of no use behind it."""
    return hmac.digest(_SECRET, number.encode(), hashlib.sha256)


def _refused(line: int, problems: list[RowProblem]) -> Verdict:
    return {
        "line": line,
        "verdict": "quarantined",
        "problems": [
            {
                "line": problem.line,
                "field": problem.field,
                "kind": problem.kind.value,
                "value": problem.value,
                "reason": problem.reason,
            }
            for problem in problems
        ],
    }
