"""What could change at each indicator of one grading, from the facts that it was computed from."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from credit.facts import Facts, SevereRecord
from credit.grade import GradeResult
from credit.indicators.records import CountedRecords, counted_records
from credit.levels import GradeLevel, GradingMethod, Letter
from credit.methods.direct import by_direct
from credit.methods.gates import gate
from credit.methods.rules import Rules
from credit.path import background, operations, records
from credit.path.direct import CAP, direct_routes
from credit.path.operations import Place
from credit.path.steps import Outlook, Step, StepControl

Options: TypeAlias = Callable[[Place], tuple[Step, ...]]

_OPTIONS: dict[int, Options] = {
    1: operations.ranked,
    2: operations.ranked,
    3: operations.social_insurance,
    4: operations.housing_fund,
    5: background.years_in_business,
    6: background.premises,
    7: background.personal_credit,
    8: background.environment,
    9: records.public_records,
    10: records.loan_records,
    11: records.industrial_policy,
    12: records.performance,
}


def outlook_of(facts: Facts, result: GradeResult, as_of: date, rules: Rules) -> Outlook:
    """What could change for an enterprise that was graded from these facts on a day.

    Without letters only what keeps a grade from being given: a severe record, a consent. Where
    the score decided, the letters do not, and nothing is said of them.
    """
    if not result.indicators:
        return Outlook(level=result.level, required=_required(facts, as_of))
    if any(one.method is GradingMethod.SCORE and one.level for one in result.methods):
        return Outlook(level=result.level)
    capped = by_direct(facts, as_of).is_cap
    chains = [
        _options(Place(one.number, one.letter, facts, one.standing, as_of))
        for one in result.indicators
    ]
    if capped:
        chains.append((CAP,))
    outlook = Outlook(
        level=result.level,
        letters=tuple(one.letter for one in result.indicators),
        gate=_gate_now(facts, as_of) if rules.standard_gates else GradeLevel.ADVANCED,
        cap=GradeLevel.CANDIDATE if capped else GradeLevel.ADVANCED,
        options=tuple(options for options in chains if options),
    )
    if any(one.method is GradingMethod.DIRECT and one.withheld for one in result.methods):
        # What the consent leaves out may be a cap as well as an honour: nothing is promised.
        return outlook
    return replace(outlook, routes=direct_routes(facts, outlook, as_of))


def _gate_now(facts: Facts, as_of: date) -> GradeLevel:
    known = facts.public_records
    counted = counted_records(known, as_of) if known else CountedRecords(0, 0)
    return gate(GradeLevel.ADVANCED, unrepaired=counted.unrepaired, repaired=counted.repaired)


def _options(place: Place) -> tuple[Step, ...]:
    if place.number in place.facts.withheld:
        return (
            place.step(
                Letter.A,
                StepControl.CONTROLLABLE,
                "授权使用此项信息；授权后按实际数据评定，评为 A 类方计入",
            ),
        )
    if place.number in place.facts.unheard:
        return ()
    options = _OPTIONS.get(place.number)
    return options(place) if options and place.letter is not Letter.A else ()


def _required(facts: Facts, as_of: date) -> tuple[Step, ...]:
    if not facts.in_business or not facts.sources_connected:
        return ()
    standing = [record for record in facts.severe_records if record.stands(as_of)]
    if standing:
        return tuple(_severe(record) for record in standing)
    return () if facts.consented else (_AUTHORISE,)


def _severe(record: SevereRecord) -> Step:
    return Step(
        indicator=None,
        name="严重失信记录",
        before=None,
        after=None,
        control=StepControl.CONTROLLABLE,
        explanation=(
            f"向认定单位申请信用修复或移出名单：{record.kind[:40]}"
            f"（{record.document[:60]}，{record.confirmed_on.isoformat()} 认定）；"
            "公示期满不等于移出"
        ),
    )


_AUTHORISE = Step(
    indicator=None,
    name="评级授权",
    before=None,
    after=None,
    control=StepControl.CONTROLLABLE,
    explanation="授权使用本企业信用信息，授权后立即评级；不授权不影响浏览产品和发布融资需求",
)
