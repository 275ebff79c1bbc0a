"""What could change at ⑨ to ⑫: public records, loans, industrial policy, performance."""

from dataclasses import replace
from datetime import date, timedelta

from credit.facts import LoanHistory, Performance, PolicyClass, PublicRecord, PublicRecords
from credit.indicators.records import (
    BAD_LOANS_FOR_A_B,
    LOOK_BACK_YEARS,
    CountedRecords,
    counted_records,
)
from credit.levels import GradeLevel, Letter
from credit.methods.gates import gate
from credit.path.operations import Place, better_letters
from credit.path.steps import Step, StepControl
from credit.periods import first_day_beyond


def public_records(place: Place) -> tuple[Step, ...]:
    """⑨ and the gate: every record repaired, and then, once none counts any more (A2-5, A2-36)."""
    known = place.facts.public_records
    counted = counted_records(known, place.as_of) if known else CountedRecords(0, 0)
    if known is None or not (counted.unrepaired or counted.repaired):
        return ()
    counting = [one for one in known.records if _counts(one, place.as_of)]
    return (*_repairing(place, counting, counted.unrepaired), *_waiting(place, counting))


def loan_records(place: Place) -> tuple[Step, ...]:
    """⑩: a first loan, or arrears paid; bad records stay until whoever reported them corrects."""
    known = place.facts.loans
    if known is None:
        return ()
    if not known.loans:
        text = "取得首笔银行贷款并按期还本付息，不出现不良记录"
        return (place.step(Letter.A, StepControl.CONTROLLABLE, text),)
    if known.interest_in_arrears:
        return _without_arrears(place, known)
    text = f"现有 {known.bad_records} 条不良记录，以金融机构核实后更正为准"
    return tuple(
        place.step(letter, StepControl.NOT_CONTROLLABLE, text)
        for letter in better_letters(place.letter)
    )


def industrial_policy(place: Place) -> tuple[Step, ...]:
    """⑪: the class of the enterprise's industry, which a directory decides."""
    known = place.facts.policy
    if known is None:
        return ()
    now = "、".join(one.value for one in PolicyClass if one in known.classes)
    wanted = {Letter.A: "鼓励、优先发展或主导产业", Letter.B: "一般发展的产业"}
    return tuple(
        place.step(
            letter,
            StepControl.NOT_CONTROLLABLE,
            f"产业政策类别现为{now}；列入{wanted[letter]}取决于产业目录和主营业务",
        )
        for letter in better_letters(place.letter)
    )


def performance(place: Place) -> tuple[Step, ...]:
    """⑫: the last place of each better class in the published ranking."""
    known = place.facts.performance
    if known is None:
        return ()
    return tuple(
        place.step(letter, StepControl.NOT_CONTROLLABLE, _line(known, letter))
        for letter in better_letters(place.letter)
    )


def stops_counting_on(record: PublicRecord, as_of: date) -> date:
    """The first day on which a repaired record counts no more: its look-back is over."""
    return first_day_beyond(record.recorded_on, LOOK_BACK_YEARS, as_of)


def _counts(record: PublicRecord, as_of: date) -> bool:
    alone = counted_records(PublicRecords(records=(record,), source=""), as_of)
    return bool(alone.unrepaired or alone.repaired)


def _repairing(place: Place, counting: list[PublicRecord], unrepaired: int) -> tuple[Step, ...]:
    if not unrepaired:
        return ()
    after = [replace(one, repaired_on=one.repaired_on or place.as_of) for one in counting]
    left = counted_records(PublicRecords(records=tuple(after), source=""), place.as_of).repaired
    text = f"完成 {unrepaired} 条失信记录的信用修复（{_days(counting, place.as_of)}认定）"
    step = place.step(
        Letter.B if left else Letter.A,
        StepControl.CONTROLLABLE,
        text,
        gate=gate(GradeLevel.ADVANCED, unrepaired=0, repaired=left),
    )
    return (step,)


def _waiting(place: Place, counting: list[PublicRecord]) -> tuple[Step, ...]:
    """Until none counts: each by its repair and look-back, or by the end of its publication."""
    ends = [_end(one, place.as_of) for one in counting]
    last = max(day for day, _ in ends)
    if last <= place.as_of:
        return ()
    first = "先完成信用修复，" if any(by_repair for _, by_repair in ends) else ""
    text = f"{first}到 {last.isoformat()} 两年内不再有失信记录"
    step = place.step(
        Letter.A,
        StepControl.WAITING,
        text,
        available_on=last,
        gate=GradeLevel.ADVANCED,
    )
    return (step,)


def _end(record: PublicRecord, as_of: date) -> tuple[date, bool]:
    """When a record that counts will count no more, and whether it must be repaired for that."""
    looked_back = stops_counting_on(record, as_of)
    if record.repaired_on is not None and record.repaired_on <= as_of:
        return looked_back, False
    if record.published_until is not None:
        published = record.published_until + timedelta(days=1)
        if published <= looked_back:
            return published, False
    return looked_back, True


def _days(counting: list[PublicRecord], as_of: date) -> str:
    open_ones = [r for r in counting if r.repaired_on is None or r.repaired_on > as_of]
    days = [record.recorded_on.isoformat() for record in open_ones[:3]]
    return "、".join(days) + (" 等" if len(open_ones) > len(days) else " ")


def _without_arrears(place: Place, known: LoanHistory) -> tuple[Step, ...]:
    if known.bad_records > BAD_LOANS_FOR_A_B:
        text = f"缴清欠息；另有 {known.bad_records} 条不良记录，以金融机构核实后更正为准"
        return (
            place.step(Letter.B, StepControl.NOT_CONTROLLABLE, text),
            place.step(Letter.A, StepControl.NOT_CONTROLLABLE, text),
        )
    if known.bad_records:
        further = f"缴清欠息，且 {known.bad_records} 条不良记录经金融机构核实后更正"
        return (
            place.step(Letter.B, StepControl.CONTROLLABLE, "缴清贷款欠息"),
            place.step(Letter.A, StepControl.NOT_CONTROLLABLE, further),
        )
    return (place.step(Letter.A, StepControl.CONTROLLABLE, "缴清贷款欠息"),)


def _line(known: Performance, letter: Letter) -> str:
    parts, share = (5, "20%") if letter is Letter.A else (2, "50%")
    return (
        f"工业绩效排名进入前 {share}（{known.total} 家中第 {known.total // parts} 名以内）；"
        f"{known.year} 年度为第 {known.rank} 名"
    )
