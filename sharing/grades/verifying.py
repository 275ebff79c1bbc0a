"""A grade's receipt recomputed: from itself, and beside what the database keeps. In Chinese words.

Pure but for `differences_from_database`; every finding says what differs, and an empty list means
that nothing does.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from credit.grade import RULE_VERSION
from credit.indicators.finding import NAMES, show_ratio
from credit.levels import GradeLevel, GradingMethod, Letter
from credit.methods.bonus import one_up
from credit.methods.letters import level_of_letters
from credit.ranking import letter_of_rank
from sharing.grades.receipts import claims_of
from storage.database import fetch

_BOTH = (1, 2)


def differences_within(claims: Mapping[str, Any]) -> list[str]:
    """What a receipt's parts say against each other: ranks and letters, letters and level.

    Raises KeyError, TypeError or ValueError for a receipt that is not of this form.
    """
    found = []
    if claims["rules"] != RULE_VERSION:
        found.append(f"回执的规则版本为 {claims['rules']}，本程序为 {RULE_VERSION}")
    indicators = claims["indicators"]
    for one in indicators:
        found += _rank_differences(one)
    if indicators:
        found += _level_differences(claims, [Letter(one["letter"]) for one in indicators])
    elif claims["method"] is not None:
        found.append("回执写有评定方法，但没有指标")
    return found


def in_words(claims: Mapping[str, Any]) -> list[str]:
    """What a receipt says, for the person who checks it."""
    run, enterprise = claims["run"], claims["enterprise"]
    lines = [
        f"{enterprise['name']}（{enterprise['uscc']}）",
        f"{claims['scheme']}，规则 {claims['rules']}，评定日期 {claims['as_of']}",
        f"{GradeLevel(claims['level']).chinese}：{claims['reason']}",
    ]
    lines += [_indicator_in_words(one) for one in claims["indicators"]]
    counted = f"登记 {run['registered']} 家，授权 {run['consenting']} 家"
    ranked = f"纳税可比 {run['ranked_tax']} 家，水电气可比 {run['ranked_utilities']} 家"
    lines.append(f"评级运行 {run['id']}（{run['scope'] or '全市'}）：{counted}，{ranked}")
    return lines


def _indicator_in_words(one: Mapping[str, Any]) -> str:
    letter = "未获授权" if one.get("withheld") else one["letter"]
    parts = [f"  第 {one['number']} 项 {one['name']}：{letter.replace('NOT_CLASSIFIED', '不分类')}"]
    parts += [str(one["value"])] if "value" in one else []
    if source := one.get("source"):
        day = one.get("source_date")
        parts.append(f"{source}（{day}）" if day else f"{source}（无记录）")
    if group := one.get("group"):
        parts.append(
            f"{group['group']} 组 {group['size']} 家中第 {group['rank']}，"
            f"A 线 {show_ratio(Fraction(group['a_cut']))}，"
            f"B 线 {show_ratio(Fraction(group['b_cut']))}"
        )
    return "，".join(parts)


async def differences_from_database(claims: Mapping[str, Any]) -> list[str]:
    """What the receipt says otherwise than the kept grade, its run and the run's groups."""
    kept = await claims_of(UUID(hex=claims["grade"]))
    if kept is None:
        return ["数据库中没有这次评级"]
    found = [
        f"{label}与数据库不同：回执 {_short(claims.get(name))}，数据库 {_short(kept[name])}"
        for name, label in _LABELS.items()
        if _compared(name, claims.get(name)) != _compared(name, kept[name])
    ]
    for one, ours in zip(claims["indicators"], kept["indicators"], strict=False):
        if one != ours:
            found.append(f"第 {ours['number']} 项“{ours['name']}”与数据库不同")
    return found + await _group_differences(claims)


def recomputed_level(claims: Mapping[str, Any], letters: Sequence[Letter]) -> GradeLevel:
    """The level by the steps of A2-22, from letters, the other methods' levels, gate and bonus."""
    given = {one["method"]: one["level"] for one in claims["methods"]}
    score = given.get(GradingMethod.SCORE.value)
    level = GradeLevel(score) if score else level_of_letters(letters)
    direct = given.get(GradingMethod.DIRECT.value)
    # Only credit points of C and below give 备选 directly, and they cap (A2-22, A2-23).
    capped = direct == GradeLevel.CANDIDATE.value
    if direct and (capped or GradeLevel(direct).better_than(level)):
        level = GradeLevel(direct)
    gate = GradeLevel(claims["gate"])
    level = gate if level.better_than(gate) else level
    return one_up(level) if claims["reason_code"] == "BONUS" and not capped else level


def _rank_differences(one: Mapping[str, Any]) -> list[str]:
    group = one.get("group")
    if group is None or one["number"] not in _BOTH:
        return []
    name = f"第 {one['number']} 项“{NAMES[one['number']]}”"
    letter = letter_of_rank(group["rank"], group["size"])
    ratio = Fraction(group["ratio"])
    by_cuts = (
        Letter.A
        if ratio >= Fraction(group["a_cut"])
        else Letter.B
        if ratio >= Fraction(group["b_cut"])
        else Letter.C
    )
    found = []
    if letter != one["letter"]:
        place = f"{group['size']} 家中第 {group['rank']}"
        found.append(f"{name}：{place} 应为 {letter}，回执为 {one['letter']}")
    if by_cuts != one["letter"]:
        found.append(f"{name}：比值 {ratio} 按分界线应为 {by_cuts}，回执为 {one['letter']}")
    return found


def _level_differences(claims: Mapping[str, Any], letters: Sequence[Letter]) -> list[str]:
    found = []
    by_letters = level_of_letters(letters)
    stated = {one["method"]: one["level"] for one in claims["methods"]}
    if stated.get(GradingMethod.INDICATORS.value) != by_letters.value:
        found.append(f"按字母应为{by_letters.chinese}，回执的指标定性法为另一等级")
    level = recomputed_level(claims, letters)
    if level.value != claims["level"]:
        stated_level = GradeLevel(claims["level"])
        found.append(f"重新计算为{level.chinese}，回执为{stated_level.chinese}")
    return found


async def _group_differences(claims: Mapping[str, Any]) -> list[str]:
    rows = await fetch(
        "SELECT indicator, code, size, a_cut, b_cut FROM grade_group WHERE run_id = $1",
        UUID(hex=claims["run"]["id"]),
    )
    kept = {(row["indicator"], row["code"]): row for row in rows}
    found = []
    for one in claims["indicators"]:
        group = one.get("group")
        if group is None:
            continue
        ours = kept.get((one["number"], group["group"]))
        names = ("size", "a_cut", "b_cut")
        if ours is None or any(ours[name] != group[name] for name in names):
            found.append(f"第 {one['number']} 项的分组 {group['group']} 或分界值与运行记录不同")
    return found


def _compared(name: str, value: Any) -> Any:
    """Name and industry are the registry's, and may be others since; the code stays."""
    is_enterprise = name == "enterprise" and isinstance(value, Mapping)
    return value.get("uscc") if is_enterprise else value


_LABELS = {
    "enterprise": "企业",
    "scheme": "评级办法",
    "as_of": "评定日期",
    "rules": "规则版本",
    "level": "等级",
    "method": "评定方法",
    "reason_code": "理由代码",
    "reason": "理由",
    "methods": "各方法结果",
    "gate": "认定标准",
    "facts_digest": "事实摘要",
    "run": "运行记录",
}


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
