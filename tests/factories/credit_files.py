"""CSV files of credit records as providers send them, written and imported as a test needs."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from sharing.imports import ImportReceipt, import_file
from sharing.lists import categories_of

Row = Mapping[str, str]


def a_csv(
    folder: Path,
    rows: Sequence[Row],
    *,
    name: str = "records.csv",
    header: Sequence[str] | None = None,
    encoding: str = "utf-8",
) -> Path:
    """A file whose header is that of the first row unless given."""
    path = folder / name
    with path.open("w", encoding=encoding, newline="") as out:
        writer = csv.DictWriter(out, header or list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


async def received(
    path: Path,
    *,
    category: str,
    city: str = "JIANGYIN",
    provider: str = "示例提供单位",
    received_on: date = date(2026, 3, 1),
) -> ImportReceipt:
    """The receipt of a file that was imported."""
    return await import_file(
        path, city=city, category_code=category, provider=provider, received_on=received_on
    )


def empty_row(city: str, category: str) -> dict[str, str]:
    """Every column of a category, empty."""
    return {field.name: "" for field in categories_of(city)[category].fields}


def housing_fund(
    *,
    uscc: str,
    from_month: str = "2026-01",
    to_month: str = "2026-01",
    total: str = "12000.00",
    last_paid_on: str = "2026-02-15",
) -> dict[str, str]:
    return empty_row("JIANGYIN", "JS-13") | {
        "企业名称": "示例企业",
        "统一社会信用代码": uscc,
        "缴存年月起": from_month,
        "缴存年月至": to_month,
        "缴存人数": "30",
        "公积金缴存总额（元）": total,
        "最近一次正常缴费日期": last_paid_on,
    }
