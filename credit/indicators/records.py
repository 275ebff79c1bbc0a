"""Indicators ⑨ to ⑬: public records, loans, industrial policy, performance, other results."""

from dataclasses import dataclass
from datetime import date

from credit.facts import Facts, PolicyClass, PublicRecord, PublicRecords
from credit.indicators.finding import Finding, not_classified
from credit.levels import Letter
from credit.periods import years_from
from credit.ranking import Populations, letter_of_rank

LOOK_BACK_YEARS = 2
RECORDS_FOR_A_C = 2
BAD_LOANS_FOR_A_B = 2
INDUSTRIAL_SECTIONS = frozenset("BCD")
_WORST_FIRST = tuple(reversed(PolicyClass))
_POLICY = {
    PolicyClass.ENCOURAGED: Letter.A,
    PolicyClass.PRIORITY: Letter.A,
    PolicyClass.LEADING: Letter.A,
    PolicyClass.GENERAL: Letter.B,
    PolicyClass.RESTRICTED: Letter.C,
    PolicyClass.FORBIDDEN: Letter.C,
}


@dataclass(frozen=True)
class CountedRecords:
    """The records that count on a day, the same for ⑨ and for the gates of A2-6 (A2-36)."""

    unrepaired: int
    repaired: int


def counted_records(known: PublicRecords, as_of: date) -> CountedRecords:
    """Unrepaired records while they are published, repaired ones for two years (A2-5, A2-48)."""
    found = [record for record in known.records if record.recorded_on <= as_of]
    repaired = [record for record in found if _is_repaired(record, as_of)]
    start = years_from(as_of, -LOOK_BACK_YEARS)
    return CountedRecords(
        unrepaired=sum(
            not _is_repaired(record, as_of)
            and (record.published_until is None or record.published_until >= as_of)
            for record in found
        ),
        repaired=sum(record.recorded_on >= start for record in repaired),
    )


def public_records(facts: Facts, _populations: Populations, as_of: date) -> Finding:
    """⑨ two unrepaired records give C, one or only repaired ones B, none A (A2-5)."""
    known = facts.public_records
    if known is None:
        return not_classified("没有公共信用记录来源，不进行分类")
    counted = counted_records(known, as_of)
    value = f"未修复 {counted.unrepaired} 条，两年内已修复 {counted.repaired} 条"
    if counted.unrepaired >= RECORDS_FOR_A_C:
        text = f"存在 {counted.unrepaired} 条未修复的失信记录，列入 C 类"
        return Finding(Letter.C, text, value, known.source)
    if counted.unrepaired:
        text = "存在 1 条未修复的失信记录，列入 B 类"
        return Finding(Letter.B, text, value, known.source)
    if counted.repaired:
        text = "两年内有失信记录但已修复，列入 B 类"
        return Finding(Letter.B, text, value, known.source)
    return Finding(Letter.A, "无失信记录，列入 A 类", value, known.source)


def loan_records(facts: Facts, _populations: Populations, _as_of: date) -> Finding:
    """⑩ a clean loan record gives A; no loan, or one to two bad records, B; arrears C (A2-40)."""
    known = facts.loans
    if known is None:
        return not_classified("没有金融信贷记录来源，不进行分类")
    if not known.loans:
        return Finding(Letter.B, "无银行贷款记录，列入 B 类", "无贷款记录", known.source)
    arrears = "有欠息" if known.interest_in_arrears else "无欠息"
    value = f"贷款 {known.loans} 笔，不良记录 {known.bad_records} 条，{arrears}"
    if known.interest_in_arrears or known.bad_records > BAD_LOANS_FOR_A_B:
        return Finding(Letter.C, "不良记录超过 2 条或有欠息，列入 C 类", value, known.source)
    if known.bad_records:
        text = f"有 {known.bad_records} 条不良记录但无欠息，列入 B 类"
        return Finding(Letter.B, text, value, known.source)
    return Finding(Letter.A, "有贷款记录且无不良记录，列入 A 类", value, known.source)


def industrial_policy(facts: Facts, _populations: Populations, _as_of: date) -> Finding:
    """⑪ by policy class; where several apply, the worst of them (A2-54)."""
    known = facts.policy
    if known is None or not known.classes:
        return not_classified("产业政策类别不明，不进行分类")
    worst = min(known.classes, key=_WORST_FIRST.index)
    letter = _POLICY[worst]
    value = "、".join(one.value for one in PolicyClass if one in known.classes)
    return Finding(letter, f"产业政策类别为{worst.value}，列入 {letter} 类", value, known.source)


def performance(facts: Facts, _populations: Populations, _as_of: date) -> Finding:
    """⑫ by the published ranking as it stands, with no minimum size (A2-21, A2-50)."""
    known = facts.performance
    if known is None or facts.industry is None:
        return not_classified("不在公布的工业绩效排名中，不进行分类")
    if facts.industry[:1] not in INDUSTRIAL_SECTIONS:
        return not_classified("非工业企业，不进行分类", known.source)
    letter = letter_of_rank(known.rank, known.total)
    value = f"{known.year} 年度第 {known.rank} 名，共 {known.total} 家"
    return Finding(letter, f"{value}，列入 {letter} 类", value, known.source)


def other_results(_facts: Facts, _populations: Populations, _as_of: date) -> Finding:
    """⑬ results recognised elsewhere and information from the internet: for reference only."""
    return not_classified("仅作参考依据，不进行分类")


def _is_repaired(record: PublicRecord, as_of: date) -> bool:
    return record.repaired_on is not None and record.repaired_on <= as_of
