"""What the stand-in gateways of a local set-up answer about the story's firms, marked 示例."""

from datetime import date
from functools import cache
from pathlib import Path

from sharing.lists import categories_of
from tools.demo_records import DemoFirm, read_firms, rows_about

_HERE = Path(__file__).parent


def answer(
    city: str, category: str, uscc: str, today: date, as_of: date | None = None
) -> list[dict[str, str]]:
    """The rows about a firm in a category, by the list's own field names, today's or those of an
    earlier day; none where it is not known. The figures are those of credit.csv.
    """
    firm = _firms().get(uscc)
    known = categories_of(city).get(category)
    if firm is None or known is None or firm.city != city:
        return []
    names = {field.role: field.name for field in known.fields if field.role}
    return [
        {names[role]: value for role, value in {"uscc": uscc, **row}.items() if role in names}
        for row in rows_about(firm, known.feeds, today, as_of)
    ]


@cache
def _firms() -> dict[str, DemoFirm]:
    firms = read_firms(_HERE / "credit.csv", _HERE / "enterprises.csv")
    return {firm.uscc: firm for firm in firms}
