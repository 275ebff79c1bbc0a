"""Personas: names under which `make token` finds people of the demo story."""

import csv
from pathlib import Path

STORY = Path(__file__).parent / "story"


def persona_phones() -> dict[str, str]:
    """Each persona with the phone of its person: owners by their firm, staff by their login."""
    found: dict[str, str] = {}
    for name, column in (("enterprises.csv", "slug"), ("staff.csv", "persona")):
        with (STORY / name).open(encoding="utf-8", newline="") as lines:
            found |= {row[column]: row["phone"] for row in csv.DictReader(lines)}
    return found
