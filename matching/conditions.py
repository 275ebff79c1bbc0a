"""Every condition of a sheet against one applicant: a verdict, the distance and a sentence.

What excludes: grade, region, industry, size, tags, age, figures and records, term, and an amount
that cannot be lent at all. What only orders: the guarantee kind and the wished rate. A limit under
the amount is a NEAR_MISS that stays eligible.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date

from credit.levels import EnterpriseSize, GradeLevel
from foundation.industry import falls_under, industry_name
from foundation.money import spoken_yuan
from foundation.rates import format_percent
from foundation.regions import lies_in, region_stem
from matching import requirements as asked
from matching.applicant import Applicant
from matching.case import Case, ConditionResult
from matching.figures import judge_figures
from matching.pricing import kinds_open_to, kinds_said, limit_for, price_for, reached_grade
from matching.terms import Verdict

PASS, FAIL, NEAR_MISS, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.NEAR_MISS, Verdict.UNKNOWN
_DISTRICT = 6  # digits
_EVERY_SIZE = frozenset(EnterpriseSize) - {EnterpriseSize.UNKNOWN}


def conditions(case: Case) -> tuple[ConditionResult, ...]:
    """Every condition that the sheet sets or the wish raises, in a fixed order."""
    return tuple(result for judge in _JUDGES for result in judge(case))


def overall(results: tuple[ConditionResult, ...]) -> Verdict:
    """PASS when eligible, FAIL when something fails, NEAR_MISS for all between.

    An UNKNOWN condition makes a near miss: never dropped, never passed.
    """
    obstacles = [result.verdict for result in results if result.is_obstacle]
    if FAIL in obstacles:
        return FAIL
    return NEAR_MISS if obstacles else PASS


def _grade(case: Case) -> Iterator[ConditionResult]:
    applicant, required = case.applicant, asked.grade_asked(case.sheet)
    actual = applicant.grade.chinese
    if case.grade is None:
        text = applicant.grade_reason or "存在严重失信记录，修复或移出后即可重新认证并匹配产品"
        yield ConditionResult(asked.GRADE, FAIL, required, actual, None, text)
        return
    note = ""
    if applicant.grade is GradeLevel.UNRATED:
        note = f"尚未评级（{applicant.grade_reason or '暂无评级结果'}），按备选对待；"
    missing = case.sheet.required_grade.height - case.grade.height
    if missing <= 0:
        text = f"{note}信用等级符合"
        yield ConditionResult(asked.GRADE, PASS, required, actual, None, text)
        return
    needed = case.sheet.required_grade.chinese
    text = f"{note}提升到{needed}即可满足"
    yield ConditionResult(asked.GRADE, NEAR_MISS, required, actual, f"还差{missing}级", text)


def _region(case: Case) -> Iterator[ConditionResult]:
    if not case.sheet.regions:
        return
    wanted = {region_stem(place.code) for place in case.sheet.regions}
    place, required = case.applicant.place, asked.region_asked(case.sheet)
    if wanted & {region_stem(code) for code in case.applicant.region_codes}:
        yield ConditionResult(asked.REGION, PASS, required, place.name, None, "经营地符合")
    elif any(lies_in(code, place.code) for code in wanted):
        narrower = "镇街" if len(region_stem(place.code)) >= _DISTRICT else "区县"
        text = f"只知道经营地在{place.name}，不知道具体{narrower}，请补充经营地址"
        yield ConditionResult(asked.REGION, UNKNOWN, required, place.name, None, text)
    else:
        text = "经营地不在该产品的服务范围内"
        yield ConditionResult(asked.REGION, FAIL, required, place.name, None, text)


def _industry(case: Case) -> Iterator[ConditionResult]:
    if not case.sheet.industries:
        return
    own, required = case.applicant.industry, asked.industry_asked(case.sheet)
    name = industry_name(own)
    if any(falls_under(own, wanted) for wanted in case.sheet.industries):
        yield ConditionResult(asked.INDUSTRY, PASS, required, name, None, "所属行业符合")
    elif any(falls_under(wanted, own) for wanted in case.sheet.industries):
        text = f"只知道属于{name}，需要更细的行业分类才能判断，请补充主营业务"
        yield ConditionResult(asked.INDUSTRY, UNKNOWN, required, name, None, text)
    else:
        text = "所属行业不在该产品的支持范围内"
        yield ConditionResult(asked.INDUSTRY, FAIL, required, name, None, text)


def _size(case: Case) -> Iterator[ConditionResult]:
    applicant, sheet = case.applicant, case.sheet
    if not sheet.sizes:
        return
    required = asked.size_asked(sheet)
    actual = applicant.size.chinese + ("（个体工商户）" if applicant.sole_trader else "")
    let_in = applicant.sole_trader and sheet.accepts_sole_traders
    possible = _possible_sizes(applicant)
    if let_in or possible <= sheet.sizes:
        yield ConditionResult(asked.SIZE, PASS, required, actual, None, "企业规模符合")
    elif possible & sheet.sizes:
        text = "缺少从业人员、营业收入或资产总额，无法判断规模，补充后即可判断"
        yield ConditionResult(asked.SIZE, UNKNOWN, required, actual, None, text)
    else:
        text = "企业规模不在该产品的支持范围内"
        yield ConditionResult(asked.SIZE, FAIL, required, actual, None, text)


def _possible_sizes(applicant: Applicant) -> frozenset[EnterpriseSize]:
    if applicant.size is not EnterpriseSize.UNKNOWN:
        return frozenset({applicant.size})
    return applicant.possible_sizes or _EVERY_SIZE


def _tags(case: Case) -> Iterator[ConditionResult]:
    for group in case.sheet.tag_groups:
        required = asked.tags_asked(case.sheet, group)
        verdict = case.applicant.tags.verdict(group)
        tags = case.applicant.tags
        held = [tag for tag in group if tag in tags.held]
        unproven = [tag for tag in group if tag not in tags.lacking]
        actual, text = {
            PASS: ("、".join(held), f"已具备：{'、'.join(held)}"),
            FAIL: ("不具备", f"平台记录显示不具备：{'、'.join(group)}"),
            UNKNOWN: (None, f"平台暂无记录可以证明：{'、'.join(unproven)}，需由银行核实"),
        }[verdict]
        yield ConditionResult(asked.TAGS, verdict, required, actual, None, text)


def _age(case: Case) -> Iterator[ConditionResult]:
    months, since = case.sheet.min_age_months, case.applicant.established_on
    if not months:
        return
    required = asked.age_asked(case.sheet)
    if since is None:
        text = "缺少成立日期，无法判断"
        yield ConditionResult(asked.AGE, UNKNOWN, required, None, None, text)
        return
    ready, actual = add_months(since, months), f"成立于{since.isoformat()}"
    if case.today >= ready:
        yield ConditionResult(asked.AGE, PASS, required, actual, None, "成立时间符合")
        return
    # The day, and not how far it is off: what is kept is read on other days too.
    distance = f"须等到{ready.isoformat()}"
    text = f"到{ready.isoformat()}即可满足"
    yield ConditionResult(asked.AGE, NEAR_MISS, required, actual, distance, text)


def _amount(case: Case) -> Iterator[ConditionResult]:
    sheet, required = case.sheet, asked.amount_asked(case.sheet)
    limit, whose = sheet.max_amount, "当前等级"
    if case.grade is not None:
        reached = reached_grade(case.grade, sheet)
        limit = limit_for(reached, sheet)
        whose = whose if reached is case.grade else f"达到{reached.chinese}后"
    if limit < sheet.min_amount:
        text = f"{whose}{asked.limit_quoted(sheet, limit)}，低于该产品的起贷金额"
        yield ConditionResult(asked.AMOUNT, FAIL, required, None, None, text)
        return
    if case.wish is None:
        return
    amount = case.wish.amount
    actual = spoken_yuan(amount)
    if amount < sheet.min_amount:
        distance = f"还差{spoken_yuan(sheet.min_amount - amount)}"
        text = f"低于起贷金额，提高到{spoken_yuan(sheet.min_amount)}即可满足"
        yield ConditionResult(asked.AMOUNT, FAIL, required, actual, distance, text)
    elif amount <= limit:
        yield ConditionResult(asked.AMOUNT, PASS, required, actual, None, "申请金额符合")
    else:
        distance = f"超出{spoken_yuan(amount - limit)}"
        text = f"部分满足（PARTIAL）：{whose}{asked.limit_quoted(sheet, limit)}"
        yield ConditionResult(asked.AMOUNT, NEAR_MISS, required, actual, distance, text, False)


def _term(case: Case) -> Iterator[ConditionResult]:
    if case.wish is None:
        return
    sheet, term = case.sheet, case.wish.term_months
    required, actual = asked.term_asked(sheet), asked.months_spoken(term)
    nearest = min(max(term, sheet.min_term_months), sheet.max_term_months)
    if term == nearest:
        yield ConditionResult(asked.TERM, PASS, required, actual, None, "申请期限符合")
        return
    distance = f"相差{abs(term - nearest)}个月"
    text = f"把期限改为{asked.months_spoken(nearest)}即可满足"
    yield ConditionResult(asked.TERM, FAIL, required, actual, distance, text)


def _guarantee(case: Case) -> Iterator[ConditionResult]:
    if case.grade is None:
        return
    required = asked.guarantee_asked(case.sheet)
    open_kinds = kinds_open_to(case.grade, case.sheet)
    wanted = case.wish.guarantee_kinds if case.wish else frozenset()
    actual = f"当前等级可用：{kinds_said(case.grade, case.sheet)}"
    if not wanted or wanted & open_kinds:
        text = "担保方式符合" if wanted else "没有指定担保方式"
        yield ConditionResult(asked.GUARANTEE, PASS, required, actual, None, text, False)
        return
    names = "、".join(sorted(kind.chinese for kind in wanted))
    text = f"希望的担保方式（{names}）不可用，排在可用的产品之后"
    yield ConditionResult(asked.GUARANTEE, NEAR_MISS, required, actual, None, text, False)


def _rate(case: Case) -> Iterator[ConditionResult]:
    wished = case.wish.max_annual_rate if case.wish else None
    if wished is None or case.grade is None:
        return
    price = price_for(case.grade, case.sheet).annual_rate
    required = f"希望年利率不高于{format_percent(wished)}%"
    actual = asked.rate_quoted(case.sheet, price)
    if price <= wished:
        text = "年利率在希望的范围内"
        yield ConditionResult(asked.RATE, PASS, required, actual, None, text, False)
        return
    distance = f"高出{format_percent(price - wished)}个百分点"
    text = "年利率高于希望的水平，按综合成本排序，不因此排除"
    yield ConditionResult(asked.RATE, NEAR_MISS, required, actual, distance, text, False)


def add_months(day: date, months: int) -> date:
    """The day some months later; one that the month lacks becomes its last (A2-48)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


_JUDGES: tuple[Callable[[Case], Iterator[ConditionResult]], ...] = (
    _grade,
    _region,
    _industry,
    _size,
    _tags,
    _age,
    judge_figures,
    _amount,
    _term,
    _guarantee,
    _rate,
)
