"""Indicators ① to ④: taxes, utilities, social insurance, housing fund."""

from datetime import date
from decimal import Decimal

from credit.facts import Facts, Insurance, YearOnYear
from credit.indicators.finding import Finding, not_classified, show_ratio
from credit.levels import Letter
from credit.periods import closed_months_start
from credit.ranking import Populations, Standing, ratio_of
from foundation.industry import industry_name
from foundation.money import format_yuan

CLOSED_MONTHS_THAT_COUNT_AS_PAYING = 2
_NO_BASE = "上年同期为零或没有，无可比基数，不进行分类"


def tax(facts: Facts, populations: Populations, _as_of: date) -> Finding:
    """① the ratio of taxes paid, ranked in the industry (A2-8 to A2-14, A2-41, A2-56)."""
    known = facts.tax
    if known is None or known.current is None:
        return not_classified("没有本期纳税数据，不进行分类", known.source if known else None)
    ratio = ratio_of([known])
    if ratio is None:
        return not_classified(_NO_BASE, known.source)
    return _ranked(populations.tax.place(facts.industry, ratio), [known])


def utilities(facts: Facts, populations: Populations, _as_of: date) -> Finding:
    """② the ratio of water, power and gas paid, ranked in the industry (A2-15)."""
    compared = [u for u in facts.utilities if u.current is not None and u.base is not None]
    if not compared:
        return not_classified("没有两个时期都有数据的水、电、气费，不进行分类")
    ratio = ratio_of(compared)
    if ratio is None:
        return not_classified(_NO_BASE, _sources(compared))
    return _ranked(populations.utilities.place(facts.industry, ratio), compared)


def social_insurance(facts: Facts, _populations: Populations, _as_of: date) -> Finding:
    """③ the five insurances; some of them, or arrears, give B (A2-34)."""
    if facts.employees == 0:
        return not_classified("没有从业人员，不进行分类")
    known = facts.social_insurance
    if known is None:
        return not_classified("没有社会保险数据来源，不进行分类")
    missing = [kind.value for kind in Insurance if kind not in known.paid]
    if missing:
        text = f"未见正常缴纳：{'、'.join(missing)}，列入 B 类"
        return Finding(Letter.B, text, _paid(known.paid), known.source)
    if known.in_arrears:
        return Finding(Letter.B, "当前有社会保险欠费，列入 B 类", "有欠费", known.source)
    return Finding(Letter.A, "五项社会保险正常缴纳，列入 A 类", _paid(known.paid), known.source)


def housing_fund(facts: Facts, _populations: Populations, as_of: date) -> Finding:
    """④ paid within the last two closed months gives A; anything else gives no letter (A2-35)."""
    known = facts.housing_fund
    if known is None or known.last_paid_on is None or known.last_paid_on > as_of:
        return not_classified("未缴存公积金，不进行分类", known.source if known else None)
    value = f"最近一次正常缴存 {known.last_paid_on.isoformat()}"
    start = closed_months_start(as_of, CLOSED_MONTHS_THAT_COUNT_AS_PAYING)
    if known.last_paid_on < start:
        text = f"最近两个已结束月份（{start.isoformat()} 起）未缴存公积金，不进行分类"
        return Finding(Letter.NOT_CLASSIFIED, text, value, known.source)
    return Finding(Letter.A, "正常缴存公积金，列入 A 类", value, known.source)


def _paid(paid: frozenset[Insurance]) -> str:
    kinds = [kind.value for kind in Insurance if kind in paid]
    return f"已缴：{'、'.join(kinds)}" if kinds else "未缴纳"


def _sources(parts: list[YearOnYear]) -> str:
    return "、".join(dict.fromkeys(part.source for part in parts))


def _ranked(standing: Standing | None, parts: list[YearOnYear]) -> Finding:
    source = _sources(parts)
    if standing is None:
        return not_classified("行业不明或同行业可比企业不足，不进行分类", source)
    group = f"{standing.group} {industry_name(standing.group)}"
    current = sum((part.current or Decimal(0) for part in parts), Decimal(0))
    base = sum((part.base or Decimal(0) for part in parts), Decimal(0))
    value = (
        f"比值 {show_ratio(standing.ratio)}"
        f"（本期 {format_yuan(current)} 元，上年同期 {format_yuan(base)} 元）"
    )
    text = (
        f"在 {group} 的 {standing.size} 家可比企业中排第 {standing.rank}，列入 {standing.letter} 类"
        f"（A 线比值 {show_ratio(standing.a_cut)}，B 线比值 {show_ratio(standing.b_cut)}）"
    )
    if any(part.incomplete for part in parts):
        text += "；期内有缺月，按已到数据合计"
    return Finding(standing.letter, text, value, source, standing=standing)
