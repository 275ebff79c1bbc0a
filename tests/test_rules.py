"""docs/rules.md is held to the code: each rule's place exists, and the test that holds it."""

import re

import pytest

from foundation.settings import ROOT

ROW = re.compile(r"^\| ([A-Z0-9]+-\d+) \| .+ \| `([^`]+)` \| `(test_\w+)` \|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs" / "rules.md").read_text("utf-8"))


@pytest.fixture(scope="module")
def tests_by_name() -> dict[str, str]:
    """Every test function with what stands in its first lines."""
    found: dict[str, str] = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        text = path.read_text("utf-8")
        for match in re.finditer(r"^(?:async )?def (test_\w+)", text, re.MULTILINE):
            found[match[1]] = text[match.start() : match.start() + 600]
    return found


def test_no_rule_stands_twice() -> None:
    numbers = [number for number, _, _ in ROWS]

    assert len(numbers) > 40
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize(("number", "place", "test"), ROWS, ids=[row[0] for row in ROWS])
def test_each_rule_has_its_place_and_its_test(
    number: str, place: str, test: str, tests_by_name: dict[str, str]
) -> None:
    assert (ROOT / place).exists()
    assert test in tests_by_name
    if number.startswith("A2"):
        named = f"{test} {tests_by_name[test]}".upper().replace("_", "-")
        assert re.search(rf"{number}(?!\d)", named), "the test names the reading"
