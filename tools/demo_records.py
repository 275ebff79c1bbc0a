"""`tools demo-records`: files of credit records for 示例 firms, as their providers would send them.

A table says in a few words what is known of each firm; from it come CSV files of the sharing
lists that go through the importer like any other. The same table and day give the same bytes.
Nothing here knows a grade: grades are computed from what was imported.
"""

import argparse
import calendar
import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from credit.facts import Insurance
from credit.periods import Period, closed_months_start, year_to_date, years_from
from sharing.lists import Category, feeding

HELP = "write files of credit records for the firms of a table, to be imported"
PROVIDER = "示例提供单位"
DAYS_AGO = 5
_CENT = Decimal("0.01")
_ALWAYS = ("severe", "public_record", "loan", "high_tech", "specialised")
"""Received in every city, empty or not: that nobody stands in them is knowledge too."""


@dataclass(frozen=True, kw_only=True)
class DemoFirm:
    """What is known of a firm; what is left empty has no record. Money in yuan.

    tax is what was paid over the last year, tax_before over the year before; power, water and gas
    are a month's bill. docs/import.md explains each column of the table.
    """

    slug: str = ""
    uscc: str
    name: str
    city: str
    tax: str = ""
    tax_before: str = ""
    power: str = ""
    power_before: str = ""
    water: str = ""
    water_before: str = ""
    gas: str = ""
    gas_before: str = ""
    insured: str = ""
    arrears: str = ""
    fund: str = ""
    tenure: str = ""
    high_tech: str = ""
    legal: str = ""
    controller: str = ""
    colour: str = ""
    records: str = ""
    loans: str = ""
    policy: str = ""
    performance: str = ""
    tax_level: str = ""
    changxin: str = ""
    severe: str = ""
    qualifications: str = ""


@dataclass(frozen=True)
class DemoFile:
    """One file and what the importer is told about it."""

    path: Path
    city: str
    category: str
    provider: str
    received_on: date


Row = Mapping[str, str]


def write_files(firms: Sequence[DemoFirm], folder: Path, as_of: date) -> list[DemoFile]:
    """Write every file that the firms of a table need, in the order in which to import them."""
    rows: dict[tuple[str, date, str], list[Row]] = defaultdict(list)
    names = {firm.uscc: firm.name for firm in firms}
    for firm in firms:
        for received_on, feed, row in _rows(firm, as_of):
            rows[firm.city, received_on, feed].append({"uscc": firm.uscc, **row})
    for city in {firm.city for firm in firms}:
        for feed in _ALWAYS:
            rows.setdefault((city, as_of - timedelta(DAYS_AGO), feed), [])
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for (city, received_on, feed), found in sorted(rows.items()):
        category = next(iter(feeding(city, feed)), None)
        if category is not None:
            path = folder / f"{city.lower()}-{category.code.lower()}-{received_on}.csv"
            _write(path, category, found, names)
            written.append(DemoFile(path, city, category.code, PROVIDER, received_on))
    return written


def rows_about(firm: DemoFirm, feed: str, as_of: date, valid_on: date | None = None) -> list[Row]:
    """What a provider that is asked on a day knows of a firm: the newest rows of what it feeds, or
    those that were the newest on an earlier day.
    """
    last = valid_on or as_of
    found = [
        (day, row) for day, of, row in _rows(firm, as_of) if feed and of == feed and day <= last
    ]
    newest = max((day for day, _ in found), default=as_of)
    return [row for day, row in found if day == newest]


def read_firms(table: Path, registry: Path) -> list[DemoFirm]:
    """Firms of a credit table, named and placed by the registry table with the same slugs.

    Raises ValueError for a column that is no fact, or a slug that the registry lacks.
    """
    known = {field.name for field in fields(DemoFirm)} - {"uscc", "name", "city"}
    with registry.open(encoding="utf-8", newline="") as lines:
        registered = {row["slug"]: row for row in csv.DictReader(lines)}
    firms = []
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if not set(row) <= known or row["slug"] not in registered:
                raise ValueError(f"{table.name}: unknown column or firm in {row['slug']}")
            about = registered[row["slug"]]
            who = {name: about[name] for name in ("uscc", "name", "city")}
            firms.append(DemoFirm(**row, **who))
    return firms


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The tables, where the files go, and the day they are made for."""
    parser.add_argument("--firms", type=Path, required=True, help="table of credit facts (CSV)")
    parser.add_argument("--registry", type=Path, required=True, help="table of the firms (CSV)")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    parser.add_argument("--as-of", type=date.fromisoformat, required=True, help="2026-01-31")


def run(arguments: argparse.Namespace) -> int:
    """Write them, and print the command that imports each."""
    firms = read_firms(arguments.firms, arguments.registry)
    for one in write_files(firms, arguments.out, arguments.as_of):
        print(
            f"python -m tools import {one.path} --category {one.category} --city {one.city} "
            f"--provider {one.provider} --received-on {one.received_on}"
        )
    return 0


def _write(path: Path, category: Category, rows: Sequence[Row], names: Mapping[str, str]) -> None:
    header = [field.name for field in category.fields]
    by_role = {field.role: field.name for field in category.fields if field.role}
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, header, restval="")
        writer.writeheader()
        for row in rows:
            cells = {by_role[role]: value for role, value in row.items() if role in by_role}
            writer.writerow({header[0]: names[row["uscc"]]} | cells)


def _rows(firm: DemoFirm, as_of: date) -> Iterator[tuple[date, str, Row]]:
    """Every row about a firm: when it was received, what it feeds, its values by role."""
    now = as_of - timedelta(DAYS_AGO)
    for received_on, row in _tax(firm, now):
        yield received_on, "tax", row
    for feed, row in [
        *_bills(firm, as_of),
        *_staff(firm, as_of),
        *_persons(firm, as_of),
        *_standing(firm, as_of),
        *_records(firm, as_of),
    ]:
        yield now, feed, row


def _tax(firm: DemoFirm, now: date) -> Iterator[tuple[date, Row]]:
    for received_on, paid in ((years_from(now, -1), firm.tax_before), (now, firm.tax)):
        if paid:
            vat = (Decimal(paid) * 3 / 4).quantize(_CENT, ROUND_HALF_UP)
            yield (
                received_on,
                {
                    "vat_paid": str(vat),
                    "income_tax_paid": str(Decimal(paid) - vat),
                    "months_paid": "36",
                    "last_paid_on": _in_last_month(received_on, 15),
                },
            )


def _bills(firm: DemoFirm, as_of: date) -> Iterator[tuple[str, Row]]:
    current, base = year_to_date(as_of)
    received_on = as_of - timedelta(DAYS_AGO)
    for feed, amounts in (
        ("electricity", (firm.power, firm.power_before)),
        ("water", (firm.water, firm.water_before)),
        ("gas", (firm.gas, firm.gas_before)),
    ):
        for amount, period in zip(amounts, (current, base), strict=True):
            for month in _months(period) if amount else ():
                last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
                yield (
                    feed,
                    {
                        "account": f"示例户号{firm.uscc[-4:]}",
                        "from_day": month.isoformat(),
                        # Nobody reads a meter behind the day on which the bill comes in.
                        "to_day": min(last, received_on).isoformat(),
                        "amount": amount,
                        "in_arrears": "否",
                    },
                )


def _staff(firm: DemoFirm, as_of: date) -> Iterator[tuple[str, Row]]:
    kinds = [kind.value for kind in Insurance] if firm.insured == "五险" else firm.insured.split()
    closed = Period(closed_months_start(as_of, 2), as_of.replace(day=1) - timedelta(1))
    for first in _months(closed):
        paid = {"month": first.isoformat()[:7], "paid_on": first.replace(day=20).isoformat()}
        yield from (("social_insurance", {"kind": kind, **paid}) for kind in kinds)
    if firm.arrears:
        yield "social_insurance_arrears", {"in_arrears": firm.arrears}
    if firm.fund:
        paid_on = _in_last_month(as_of if firm.fund == "正常" else years_from(as_of, -1), 15)
        month = paid_on[:7]
        yield "housing_fund", {"from_month": month, "to_month": month, "last_paid_on": paid_on}


def _persons(firm: DemoFirm, as_of: date) -> Iterator[tuple[str, Row]]:
    rated_on = (as_of - timedelta(60)).isoformat()
    for role, level in (("法定代表人", firm.legal), ("实际控制人", firm.controller)):
        refused = level == "未授权"
        if level:
            yield (
                "personal_credit",
                {
                    "role": role,
                    "consented": "否" if refused else "是",
                    "level": "" if refused else level,
                    "rated_on": rated_on,
                },
            )


def _standing(firm: DemoFirm, as_of: date) -> Iterator[tuple[str, Row]]:
    lately = (as_of - timedelta(90)).isoformat()
    year_ago, year_on = years_from(as_of, -1).isoformat(), years_from(as_of, 1).isoformat()
    if firm.tenure:
        yield "premises", {"tenure": firm.tenure, "verified_on": lately}
    if firm.high_tech == "是":
        number = f"示例证书{firm.uscc[-6:]}"
        yield "high_tech", {"number": number, "valid_from": year_ago, "valid_until": year_on}
    if firm.colour:
        yield "environment", {"colour": firm.colour, "rated_on": lately}
    if firm.policy:
        yield "policy_class", {"class": firm.policy}
    if firm.performance:
        rank, total = firm.performance.split("/")
        published = str(as_of.year - 1)
        yield (
            "performance",
            {"year": published, "rank": rank, "total": total, "published_on": lately},
        )
    if firm.tax_level:
        yield "tax_level", {"year": str(as_of.year - 1), "level": firm.tax_level}
    if firm.changxin:
        yield "changxin", {"passed": firm.changxin, "rated_on": lately}
    for name in firm.qualifications.split():
        yield "qualification", {"name": name, "valid_from": year_ago, "valid_until": year_on}


def _records(firm: DemoFirm, as_of: date) -> Iterator[tuple[str, Row]]:
    for number, text in enumerate(firm.records.split(), start=1):
        found_on = as_of - timedelta(30 * int(text.removesuffix("修")))
        repaired = (found_on + timedelta(20)).isoformat() if text.endswith("修") else ""
        yield (
            "public_record",
            {
                "number": f"示例{firm.uscc[-6:]}-{number}",
                "recorded_on": found_on.isoformat(),
                "repaired_on": repaired,
            },
        )
    if firm.loans:
        many, bad, arrears = firm.loans.split()
        for number in range(1, int(many) + 1):
            first = number == 1
            yield (
                "loan",
                {
                    "contract": f"示例合同{firm.uscc[-6:]}-{number}",
                    "disbursed_on": (as_of - timedelta(200 * number)).isoformat(),
                    "bad_records": bad if first else "0",
                    "in_arrears": arrears if first else "否",
                },
            )
    if firm.severe == "是":
        yield (
            "severe",
            {
                "kind": "严重失信主体（示例）",
                "document": f"示例文号{firm.uscc[-6:]}",
                "confirmed_on": (as_of - timedelta(300)).isoformat(),
            },
        )


def _months(period: Period) -> Iterator[date]:
    month = period.start.replace(day=1)
    while month <= period.end:
        yield month
        month = (month + timedelta(31)).replace(day=1)


def _in_last_month(day: date, of_month: int) -> str:
    return (day.replace(day=1) - timedelta(1)).replace(day=of_month).isoformat()
