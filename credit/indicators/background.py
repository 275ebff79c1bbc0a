"""Indicators ⑤ to ⑧: years in business, premises, personal credit, environment."""

from datetime import date

from credit.facts import Colour, Facts, PersonalCredit, Tenure
from credit.indicators.finding import Finding, not_classified
from credit.levels import Letter
from credit.periods import years_from
from credit.ranking import Populations

YEARS_FOR_AN_A = 3
_ORDER = (Letter.A, Letter.B, Letter.C)
_COLOURS = {
    Colour.GREEN: Letter.A,
    Colour.BLUE: Letter.B,
    Colour.YELLOW: Letter.C,
    Colour.RED: Letter.C,
    Colour.BLACK: Letter.C,
}


def years_in_business(facts: Facts, _populations: Populations, as_of: date) -> Finding:
    """⑤ by date, not by whole years: the third anniversary itself is still B (A2-16)."""
    founded = facts.established_on
    if founded is None:
        return not_classified("成立日期不明，不进行分类")
    value = f"成立于 {founded.isoformat()}"
    if as_of > years_from(founded, YEARS_FOR_AN_A):
        return Finding(Letter.A, "经营年限超过 3 年，列入 A 类", value, facts.registry_source)
    return Finding(Letter.B, "经营年限不超过 3 年，列入 B 类", value, facts.registry_source)


def premises(facts: Facts, _populations: Populations, _as_of: date) -> Finding:
    """⑥ owned gives A; rented gives B, or A to a 高新 or 科技 firm; lent free gives B (A2-39)."""
    known = facts.premises
    if known is None:
        return not_classified("经营场所权属不明，不进行分类")
    value = f"经营场所{known.tenure.value}"
    if known.tenure is Tenure.OWNED:
        return Finding(Letter.A, "拥有经营场所的不动产权，列入 A 类", value, known.source)
    if known.tenure is Tenure.RENTED and facts.high_tech:
        text = "高新技术或科技类企业，经营场所为租赁，列入 A 类"
        return Finding(Letter.A, text, f"{value}；高新技术或科技类企业", known.source)
    return Finding(Letter.B, f"{value}，列入 B 类", value, known.source)


def personal_credit(facts: Facts, _populations: Populations, _as_of: date) -> Finding:
    """⑦ the worse of two people (A2-19); no letter unless each of them consents (A2-18, A2-38)."""
    if not facts.persons:
        return not_classified("没有法定代表人或实际控制人的信用积分等级，不进行分类")
    source = facts.persons[0].source
    for person in facts.persons:
        if not person.consented:
            return not_classified(f"{person.role.value}本人未授权，不进行分类", source)
        if person.level is None:
            return not_classified(f"没有{person.role.value}的信用积分等级，不进行分类", source)
    worst = max(facts.persons, key=lambda person: _ORDER.index(_personal_letter(person)))
    letter = _personal_letter(worst)
    value = "；".join(f"{person.role.value} {person.level} 级" for person in facts.persons)
    text = f"按较低的一方：{worst.role.value}信用积分等级 {worst.level} 级，列入 {letter} 类"
    return Finding(letter, text, value, source)


def environment(facts: Facts, _populations: Populations, _as_of: date) -> Finding:
    """⑧ by colour; outside the rating's scope it is not used; 黑牌 also asks for a severe check."""
    known = facts.environment
    if known is None:
        return not_classified("不属于环境信用等级评定范围，不使用此指标")
    letter = _COLOURS[known.colour]
    black = known.colour is Colour.BLACK
    text = f"环境信用评价为{known.colour.value}牌，列入 {letter} 类"
    if black:
        text += "；须核对严重失信名单"
    return Finding(letter, text, f"{known.colour.value}牌", known.source, severe_check=black)


def _personal_letter(person: PersonalCredit) -> Letter:
    level = person.level or ""
    if level.startswith("A"):
        return Letter.A
    return Letter.B if level == "B" else Letter.C
