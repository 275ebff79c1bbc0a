"""The conditions on figures and records: revenue, tax, employees, records of dishonesty, loans.

A figure outside its bounds fails, with the distance; a public record can be repaired, so too many
of them are a near miss. A figure that is not known is UNKNOWN.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from foundation.money import spoken_yuan
from matching import requirements as asked
from matching.case import Case, ConditionResult
from matching.terms import Verdict


def _people(count: Decimal | int) -> str:
    return f"{count}人"


def _entries(count: Decimal | int) -> str:
    return f"{count}条"


def _yuan(amount: Decimal | int) -> str:
    return spoken_yuan(Decimal(amount))


@dataclass(frozen=True)
class _Figure:
    """How a figure is named and said, and what being over its bound means."""

    code: str
    name: str
    spoken: Callable[[Decimal | int], str]
    over: Verdict = Verdict.FAIL
    cure: str = ""


_REVENUE = _Figure(asked.REVENUE, "上年营业收入", _yuan)
_TAX = _Figure(asked.TAX, "上年纳税额", _yuan)
_EMPLOYEES = _Figure(asked.EMPLOYEES, "从业人员", _people)
_RECORDS = _Figure(
    asked.RECORDS, "未修复的失信记录", _entries, Verdict.NEAR_MISS, "，修复其中{}即可满足"
)
_LOANS = _Figure(asked.LOANS, "贷款不良记录", _entries)


def judge_figures(case: Case) -> Iterator[ConditionResult]:
    """Every condition on figures that the sheet sets, in a fixed order."""
    who, sheet = case.applicant, case.sheet
    if asked.bounds_revenue(sheet):
        required = asked.revenue_asked(sheet)
        bounds = (sheet.figures.min_annual_revenue, sheet.figures.max_annual_revenue)
        yield _judged(_REVENUE, required, who.annual_revenue, *bounds)
    if sheet.figures.min_annual_tax is not None:
        yield _judged(
            _TAX, asked.tax_asked(sheet), who.annual_tax, sheet.figures.min_annual_tax, None
        )
    if asked.bounds_employees(sheet):
        required = asked.employees_asked(sheet)
        yield _judged(
            _EMPLOYEES,
            required,
            who.employees,
            sheet.figures.min_employees,
            sheet.figures.max_employees,
        )
    if sheet.figures.max_public_records is not None:
        required = asked.records_asked(sheet)
        yield _judged(
            _RECORDS, required, who.public_records, None, sheet.figures.max_public_records
        )
    if sheet.figures.max_bad_loans is not None:
        yield _judged(
            _LOANS, asked.loans_asked(sheet), who.bad_loans, None, sheet.figures.max_bad_loans
        )


def _judged(
    figure: _Figure,
    required: str,
    value: Decimal | int | None,
    least: Decimal | int | None,
    most: Decimal | int | None,
) -> ConditionResult:
    if value is None:
        text = f"平台暂无{figure.name}，补充或授权后即可判断"
        return ConditionResult(figure.code, Verdict.UNKNOWN, required, None, None, text)
    actual = f"{figure.name}{figure.spoken(value)}"
    if least is not None and value < least:
        distance = f"还差{figure.spoken(least - value)}"
        text = f"{figure.name}低于要求"
        return ConditionResult(figure.code, Verdict.FAIL, required, actual, distance, text)
    if most is not None and value > most:
        over = figure.spoken(value - most)
        text = f"{figure.name}超过要求{figure.cure.format(over)}"
        return ConditionResult(figure.code, figure.over, required, actual, f"超出{over}", text)
    return ConditionResult(figure.code, Verdict.PASS, required, actual, None, f"{figure.name}符合")
