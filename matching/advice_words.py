"""An advice in one Chinese sentence: the change first, then what it opens and what it saves."""

from foundation.money import spoken_yuan
from matching.applicant import Wish
from matching.changes import Advice, Change, ChangeKind
from matching.requirements import months_spoken


def advice_said(advice: Advice, wish: Wish) -> str:
    """What to change, and what comes of it."""
    gains = []
    if advice.opens:
        gains.append(f"多 {advice.opens} 款产品符合条件")
    if advice.fills:
        gains.append(f"{advice.fills} 款产品可以贷足")
    if advice.closes:
        gains.append(f"但有 {advice.closes} 款不再符合")
    if advice.saves_a_year is not None:
        gains.append(f"排在最前的产品每年约省{spoken_yuan(advice.saves_a_year)}")
    return f"{_change_said(advice.change, wish)}：{'，'.join(gains)}"


def _change_said(change: Change, wish: Wish) -> str:
    if change.amount is not None:
        way = "降到" if change.amount < wish.amount else "提高到"
        return f"把金额{way}{spoken_yuan(change.amount)}"
    if change.term_months is not None:
        way = "缩短到" if change.term_months < wish.term_months else "延长到"
        return f"把期限{way}{months_spoken(change.term_months)}"
    if change.certificate is not None:
        way = "取得" if change.known_missing else "补充证明"
        return f"{way}“{change.certificate}”"
    if change.grade is not None:
        return f"信用等级达到{change.grade.chinese}"
    if change.kind is not ChangeKind.WAIT or change.on is None:
        raise ValueError("a change names what it changes")
    return f"等到 {change.on.isoformat()} 成立时间符合后再申请"
