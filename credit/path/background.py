"""What could change at ⑤ to ⑧: years in business, premises, personal credit, environment."""

from datetime import timedelta

from credit.facts import Colour, PersonalCredit, Tenure
from credit.indicators.background import YEARS_FOR_AN_A
from credit.levels import Letter
from credit.path.operations import Place, better_letters
from credit.path.steps import Step, StepControl
from credit.periods import years_from

_BETTER_COLOUR = {Letter.A: Colour.GREEN, Letter.B: Colour.BLUE}


def years_in_business(place: Place) -> tuple[Step, ...]:
    """⑤: the day after the third anniversary (A2-16)."""
    founded = place.facts.established_on
    if founded is None:
        return ()
    first_day = years_from(founded, YEARS_FOR_AN_A) + timedelta(days=1)
    text = f"成立于 {founded.isoformat()}，到 {first_day.isoformat()} 经营年限超过 3 年"
    return (place.step(Letter.A, StepControl.WAITING, text, available_on=first_day),)


def premises(place: Place) -> tuple[Step, ...]:
    """⑥: premises of its own, or rented by a 高新 or 科技 firm (A2-17, A2-39)."""
    known = place.facts.premises
    if known is None:
        text = "完成经营场所权属核验：自有的，或高新技术、科技类企业租赁的，列入 A 类"
    elif known.tenure is Tenure.FREE and place.facts.high_tech:
        text = "把无偿使用的经营场所改为租赁（贵企业为高新技术或科技类企业），或购置经营场所"
    elif known.tenure is Tenure.FREE:
        text = "取得经营场所的不动产权；或改为租赁，并取得高新技术或科技型企业资格"
    else:
        text = "取得高新技术或科技型企业资格（租赁经营场所即可列入 A 类），或购置经营场所"
    return (place.step(Letter.A, StepControl.CONTROLLABLE, text),)


def personal_credit(place: Place) -> tuple[Step, ...]:
    """⑦: the consent of each person, or a better level of the worse one (A2-19, A2-38)."""
    persons = place.facts.persons
    if place.letter is not Letter.NOT_CLASSIFIED:
        return tuple(
            place.step(letter, StepControl.CONTROLLABLE, _raise(persons, letter))
            for letter in better_letters(place.letter)
        )
    silent = [person.role.value for person in persons if not person.consented]
    if not silent:
        return ()
    text = f"由{'、'.join(silent)}本人另行授权使用个人信用积分等级；等级均为 A 级以上方计入"
    return (place.step(Letter.A, StepControl.CONTROLLABLE, text),)


def environment(place: Place) -> tuple[Step, ...]:
    """⑧: a better colour at the next rating; nothing outside the rating's scope."""
    known = place.facts.environment
    if known is None:
        return ()
    return tuple(
        place.step(
            letter,
            StepControl.CONTROLLABLE,
            f"环境信用评价由{known.colour.value}牌提升到{_BETTER_COLOUR[letter].value}牌",
        )
        for letter in better_letters(place.letter)
    )


def _raise(persons: tuple[PersonalCredit, ...], wanted: Letter) -> str:
    enough = ("A",) if wanted is Letter.A else ("A", "B")
    low = [p for p in persons if not (p.level or "").startswith(enough)]
    who = "、".join(f"{person.role.value}（现为 {person.level} 级）" for person in low)
    return f"{who}的个人信用积分等级提升到 {wanted.value} 级以上"
