"""What departments and utilities sent about the story's firms, as files for the importer."""

import csv
from datetime import date, timedelta
from pathlib import Path

from sharing.imports import import_file
from sharing.lists import categories_of
from tools.demo_records import PROVIDER, DemoFile, read_firms, write_files
from tools.story.firms import Firm

_HERE = Path(__file__).parent
_REGISTRY = "LOCAL-REGISTRY"
_REGISTRY_COLUMNS = {
    "uscc": "uscc",
    "industry": "industry",
    "established_on": "established_on",
    "employees": "employees",
    "annual_revenue": "annual_revenue",
    "total_assets": "total_assets",
}


def files_of(known: list[Firm], folder: Path, as_of: date) -> list[DemoFile]:
    """Write every file about the firms; the same day gives the same bytes."""
    credit = read_firms(_HERE / "credit.csv", _HERE / "enterprises.csv")
    written = write_files(credit, folder, as_of)
    for city in sorted({firm.city for firm in known}):
        firms = [firm for firm in known if firm.city == city]
        written.append(_registry_file(firms, city, folder, as_of))
    return written


async def receive(one: DemoFile) -> int:
    """Import a file; how many rows were refused, which in a story is a mistake."""
    receipt = await import_file(
        one.path,
        city=one.city,
        category_code=one.category,
        provider=one.provider,
        received_on=one.received_on,
    )
    return receipt.quarantined


def _registry_file(firms: list[Firm], city: str, folder: Path, as_of: date) -> DemoFile:
    category = categories_of(city)[_REGISTRY]
    path = folder / f"{city.lower()}-registry.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [field.name for field in category.fields], restval="")
        writer.writeheader()
        for firm in firms:
            row = {
                category.name_of(role): getattr(firm, of) for role, of in _REGISTRY_COLUMNS.items()
            }
            row |= {category.fields[0].name: firm.name, category.name_of("in_business"): "在业"}
            writer.writerow(row)
    return DemoFile(path, city, _REGISTRY, PROVIDER, as_of - timedelta(1))
