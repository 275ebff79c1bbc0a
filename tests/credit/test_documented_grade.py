"""docs/credit-grade.md is held to the code: its columns, its words, the numbers of its example."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest

from credit.facts import (
    Colour,
    Environment,
    Facts,
    HonourKind,
    HousingFund,
    IndustryPolicy,
    Performance,
    PolicyClass,
    Premises,
    Tenure,
)
from credit.grade import GradeReason, GradeResult, grade
from credit.levels import GradeLevel, GradingMethod
from credit.methods.bonus import BonusTable
from credit.methods.rules import STANDARD_RULES, Rules
from credit.methods.score import score_weights
from credit.population.columns import COLUMNS
from credit.population.engine import grade_population
from credit.population.told import groups_told, rows_told
from credit.ranking import Populations
from foundation.settings import ROOT
from tests.credit.populations import frame_of, row
from tests.factories.facts import (
    AS_OF,
    bonus,
    credit_points,
    facts,
    honour,
    loans,
    population,
    public_record,
    public_records,
    score_sheet,
    year_on_year,
)

TEXT = (ROOT / "docs" / "credit-grade.md").read_text("utf-8")
EXAMPLE = TEXT.split("## An example")[1].split("## ")[0]
RATIOS = {
    name: [Fraction(one) for one in ratios.split()]
    for name, ratios in re.findall(r"^    (tax|utilities) +(.+)$", EXAMPLE, re.MULTILINE)
}
RANKINGS = Populations(tax=population(RATIOS["tax"]), utilities=population(RATIOS["utilities"]))
FIRM = facts(
    tax=year_on_year(current="1120000", base="1000000"),
    utilities=(year_on_year(current="453000", base="416000", source="JS-14"),),
    housing_fund=HousingFund(last_paid_on=date(2026, 10, 15), source="JS-13"),
    premises=Premises(tenure=Tenure.RENTED, source="LOCAL-PREMISES"),
    high_tech=True,
    environment=Environment(colour=Colour.BLUE, source="JS-16"),
    loans=loans(number=0),
    policy=IndustryPolicy(classes=frozenset({PolicyClass.LEADING}), source="LOCAL-POLICY-CLASS"),
    performance=Performance(year=2025, rank=61, total=412, source="LOCAL-PERFORMANCE"),
)
SCORED = Rules(score=score_weights()[0])
REPAIRED = public_records(public_record(repaired_on=date(2026, 3, 1)))
VARIANTS: Mapping[str, tuple[Facts, Rules]] = {
    "a first loan, without a bad record": (replace(FIRM, loans=loans()), STANDARD_RULES),
    "海关高级认证企业": (
        replace(FIRM, honours=(honour(kind=HonourKind.CUSTOMS_AEO),)),
        STANDARD_RULES,
    ),
    "credit points A": (replace(FIRM, credit_points=credit_points("A")), STANDARD_RULES),
    "credit points C": (replace(FIRM, credit_points=credit_points("C")), STANDARD_RULES),
    "credit points A, and one record found on 2026-01-10 and repaired since": (
        replace(FIRM, credit_points=credit_points("A"), public_records=REPAIRED),
        STANDARD_RULES,
    ),
    "one unrepaired record": (
        replace(FIRM, public_records=public_records(public_record())),
        STANDARD_RULES,
    ),
    "a score sheet of 89.99 everywhere, in a city with the score method": (
        replace(FIRM, score_sheet=score_sheet("89.99")),
        SCORED,
    ),
    "a score sheet of 90 everywhere, in a city with the score method": (
        replace(FIRM, score_sheet=score_sheet("90")),
        SCORED,
    ),
    "an approved bonus item that reaches the standard": (
        replace(FIRM, bonuses=(bonus(),)),
        Rules(bonus=BonusTable("示例", 1, {bonus().item: 1})),
    ),
}


def graded(of: Facts, rules: Rules = STANDARD_RULES) -> GradeResult:
    return grade(of, RANKINGS, AS_OF, rules)


def test_the_example_of_the_document_is_what_the_rules_give() -> None:
    result = graded(FIRM)

    letters = re.findall(r"^\| [①-⑫] \| .+ \| ([ABC]) \|$", EXAMPLE, re.MULTILINE)
    assert [one.letter.value for one in result.indicators[:12]] == letters
    assert (result.level, result.reason_code) == (GradeLevel.FIRST, GradeReason.ENOUGH_A)
    assert "**一级** (FIRST, ENOUGH_A)" in EXAMPLE
    for one in result.indicators[:2]:
        assert one.standing is not None
        ratio, a_cut, b_cut = re.findall(r"\d\.\d{4}", f"{one.value}{one.explanation}")
        said = next(line for line in EXAMPLE.splitlines() if f"比值 {ratio}" in line)
        assert f"N = {one.standing.size}, rank {one.standing.rank}:" in said
        assert f"A 线 {a_cut}, B 线 {b_cut}" in said


@pytest.mark.parametrize(
    ("what", "level", "code", "method"),
    re.findall(r"^\| (.+) \| (高级|一级|备选) \| ([A-Z_]+) \| ([A-Z]+) \|$", EXAMPLE, re.MULTILINE),
)
def test_each_variant_of_the_example_is_what_the_rules_give(
    what: str, level: str, code: str, method: str
) -> None:
    result = graded(*VARIANTS[what])

    assert (result.level.chinese, result.reason_code, result.method) == (
        level,
        GradeReason(code),
        GradingMethod(method),
    )


def test_the_document_has_every_variant() -> None:
    assert all(f"| {what} |" in EXAMPLE for what in VARIANTS)


def test_the_document_lists_every_column_with_its_type_its_words_and_its_fields() -> None:
    listed = dict(re.findall(r"^\| `(\w+)` \| ([a-z ]+) \| .+$", _section("facts"), re.MULTILINE))

    assert list(listed) == [column.name for column in COLUMNS]
    for column in COLUMNS:
        (line,) = re.findall(rf"^\| `{column.name}` \| .+$", _section("facts"), re.MULTILINE)
        assert listed[column.name] == column.kind.value
        assert (f"| {column.kind.value} | never |" in line) is column.required
        assert all(f"`{part}`" in line for part in column.parts)
        if column.name != "industry":
            assert all(word in TEXT for word in column.words)


def test_the_document_lists_what_is_written() -> None:
    rows = [
        row(enterprise_id=f"示例{n}", tax_current=Decimal(n), tax_base=Decimal(1)) for n in range(5)
    ]
    written = grade_population(frame_of(rows), AS_OF, 5)
    section = _section("grades")

    for name in rows_told(written).columns:
        known = name.replace("utilities_", "tax_")
        is_numbered = re.fullmatch(r"indicator_\d+", name) is not None
        assert f"`{known}`" in section or is_numbered, name
    assert all(f"`{name}`" in section for name in groups_told(written).columns)
    assert rows_told(written).schema["tax_ratio"] == pl.Decimal(20, 4)


def test_the_document_names_every_reason_code() -> None:
    assert all(code.value in TEXT for code in GradeReason)


def _section(name: str) -> str:
    return TEXT.split(f"### Columns of the {name}")[1].split("\n### ")[0].split("\n## ")[0]
