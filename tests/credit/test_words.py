"""Letters and levels are written one way: A 级, B 类, with a space, whoever says it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from credit.facts import HonourKind
from credit.indicators import classify
from foundation.settings import ROOT
from tests.factories.facts import AS_OF, facts, person, populations

FOLDERS = ("credit", "foundation", "marketplace", "matching", "notifications", "schema", "sharing")
CLOSE = re.compile(r"[A-E+}][级类]")
AS_THE_TEXT_NAMES_THEM = {kind.value for kind in HonourKind}


def sentences(path: Path) -> Iterator[str]:
    """Every text of a module that is no docstring; what a program fills in stands as }."""
    tree = ast.parse(path.read_text())
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "}" for part in node.values
            )
        elif isinstance(node, ast.Constant) and id(node) not in docstrings:
            yield str(node.value)


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_sentence_writes_a_level_without_its_space(folder: str) -> None:
    found = {
        text
        for path in sorted((ROOT / folder).rglob("*.py"))
        for text in sentences(path)
        if CLOSE.search(text) and text not in AS_THE_TEXT_NAMES_THEM
    }

    # So many grades are missing: a count of levels, and no level.
    assert found <= {"还差}级"}


def test_7_names_each_persons_level_with_its_space() -> None:
    seventh = classify(facts(persons=(person(level="AA"),)), populations(), AS_OF)[6]

    assert seventh.value == "法定代表人 AA 级"
    assert "法定代表人信用积分等级 AA 级，列入 A 类" in seventh.explanation
