"""Interface categories are read for a purpose, under a standing consent, and not kept beyond."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest

from foundation.city import cities
from foundation.clock import FrozenClock, day_in_shanghai
from foundation.identifiers import new_id
from sharing.interfaces.answers import Answered, CallPurpose, end_consent, end_purpose
from sharing.interfaces.memory import MemorySource
from sharing.interfaces.port import Fault
from sharing.interfaces.reading import Asked, Unanswered, interface_rows
from sharing.interfaces.retention import forget_unconsented, needing_consent
from sharing.interfaces.sources import source_for, standing_in
from sharing.ledger import Purpose, Refusal
from sharing.lists import CellType, categories_of
from storage.database import fetch
from storage.models import Consent, CreditRecord, InterfaceAnswer
from storage.models.consent import ConsentPurpose
from storage.pruning import prune
from tests.factories.credit_files import a_csv, empty_row, received
from tests.factories.demands import a_demand
from tests.factories.people import Someone, a_uscc, an_institution, an_owner
from tests.sharing.interfaces.local_source import Slept

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def slept(clock: FrozenClock) -> Slept:
    return Slept(clock)


@pytest.fixture
def tax() -> Iterator[MemorySource]:
    source = MemorySource()
    with standing_in("JIANGYIN", "tax", source):
        yield source


@pytest.fixture
def court() -> Iterator[MemorySource]:
    source = MemorySource()
    with standing_in("JIANGYIN", "court", source):
        yield source


@pytest.fixture
async def owner(clock: FrozenClock) -> Someone:
    return await an_owner(now=clock.now())


async def a_consent(
    owner: Someone,
    clock: FrozenClock,
    purpose: ConsentPurpose = ConsentPurpose.GRADING,
    *,
    until: date | None = None,
    demand_id: UUID | None = None,
) -> Consent:
    return await Consent.create(
        enterprise=owner.enterprise,
        person=owner.person,
        purpose=purpose,
        text_version="示例",
        granted_at=clock.now(),
        until=until,
        grantee=await an_institution() if purpose is ConsentPurpose.ENTERPRISE_DATA else None,
        demand_id=demand_id,
    )


def a_run(clock: FrozenClock, **changes: object) -> CallPurpose:
    given = {"kind": Purpose.GRADE_RUN, "id": new_id(), "ends_at": clock.now() + timedelta(hours=6)}
    return CallPurpose(**(given | changes))  # type: ignore[arg-type]


async def read(
    owner: Someone,
    slept: Slept,
    purpose: CallPurpose,
    consent: Consent | None,
    code: str = "JS-1",
) -> Answered | Unanswered:
    assert owner.enterprise is not None
    one = Asked(
        enterprise_id=owner.enterprise.id,
        uscc=owner.enterprise.uscc,
        consent_id=consent and consent.id,
    )
    found = await interface_rows(None, "JIANGYIN", code, [one], purpose, pace=slept.pace)
    return found[owner.enterprise.id]


async def lines() -> list[tuple[object, ...]]:
    rows = await fetch(
        "SELECT what, purpose_kind, purpose_id, consent_id, allowed, refusal, categories"
        " FROM access_ledger WHERE what = 'INTERFACE_CALLED' ORDER BY id"
    )
    return [tuple(row.values()) for row in rows]


async def test_under_a_consent_it_is_asked_once_for_a_purpose_and_logged(
    owner: Someone, tax: MemorySource, slept: Slept, clock: FrozenClock
) -> None:
    assert owner.enterprise is not None
    row = {"统一社会信用代码": owner.enterprise.uscc, "近一年增值税实际缴税金额(元)": "1200"}
    tax.add("JS-1", owner.enterprise.uscc, row)
    consent, purpose = await a_consent(owner, clock), a_run(clock)

    first = await read(owner, slept, purpose, consent)
    again = await read(owner, slept, purpose, consent)
    for_another = await read(owner, slept, a_run(clock), consent)

    assert isinstance(first, Answered)
    assert (first.rows, len(first.digest)) == ((row,), 32)
    assert again == first
    assert isinstance(for_another, Answered)
    assert for_another.digest == first.digest
    assert len(tax.asked) == 2
    assert tax.asked[0].consent == f"consent_{consent.id.hex}"
    kind = ("INTERFACE_CALLED", "GRADE_RUN")
    assert (await lines())[0] == (*kind, purpose.id, consent.id, True, None, ["JS-1"])
    assert len(await lines()) == 2
    kept = await InterfaceAnswer.filter(purpose_id=purpose.id).get()
    assert owner.enterprise.uscc.encode() not in bytes(kept.rows_sealed)


async def no_consent(owner: Someone, clock: FrozenClock) -> Consent | None:
    return None


async def revoked(owner: Someone, clock: FrozenClock) -> Consent | None:
    consent = await a_consent(owner, clock)
    await Consent.filter(id=consent.id).update(revoked_at=clock.now())
    return consent


async def expired(owner: Someone, clock: FrozenClock) -> Consent | None:
    yesterday = day_in_shanghai(clock.now()) - timedelta(days=1)
    return await a_consent(owner, clock, until=yesterday)


async def somebody_elses(owner: Someone, clock: FrozenClock) -> Consent | None:
    return await a_consent(await an_owner(now=clock.now()), clock)


async def for_something_else(owner: Someone, clock: FrozenClock) -> Consent | None:
    demand = await a_demand(owner=owner, now=clock.now())
    return await a_consent(owner, clock, ConsentPurpose.ENTERPRISE_DATA, demand_id=demand.id)


@pytest.mark.parametrize(
    "consent_of", [no_consent, revoked, expired, somebody_elses, for_something_else]
)
async def test_without_a_standing_consent_nobody_is_asked_and_the_refusal_is_a_line(
    owner: Someone, tax: MemorySource, slept: Slept, clock: FrozenClock, consent_of: object
) -> None:
    consent = await consent_of(owner, clock)  # type: ignore[operator]
    purpose = a_run(clock)

    answer = await read(owner, slept, purpose, consent)

    assert answer == Unanswered(Refusal.NO_CONSENT, "企业没有授权查询纳税信息")
    assert tax.asked == []
    [line] = await lines()
    assert line[4:6] == (False, "NO_CONSENT")
    assert not await InterfaceAnswer.exists()


@pytest.mark.parametrize("code", ["JS-7", "JS-8", "JS-9"])
async def test_what_needs_no_authorisation_needs_a_purpose_and_keeps_no_id_number(
    owner: Someone, court: MemorySource, slept: Slept, clock: FrozenClock, code: str
) -> None:
    assert owner.enterprise is not None
    category = categories_of("JIANGYIN")[code]
    row = {
        rule.name: a_value(rule.type) for rule in category.fields if rule.required or rule.personal
    }
    numbers = [rule.name for rule in category.fields if "号码" in rule.name and rule.personal]
    row |= dict.fromkeys(numbers, "110101190001010911")
    court.add(code, owner.enterprise.uscc, row)
    purpose = a_run(clock, kind=Purpose.DEMAND)

    answer = await read(owner, slept, purpose, None, code)

    assert isinstance(answer, Answered), answer
    assert "110101190001010911" not in str(answer.rows)
    [line] = await lines()
    assert line[1:5] == ("DEMAND", purpose.id, None, True)
    assert court.asked[0].consent is None


def a_value(kind: CellType) -> str:
    known = {CellType.DATE: "2025-05-01", CellType.YUAN: "1", CellType.COUNT: "1"}
    return known.get(kind, "示例")


async def test_a_call_without_a_purpose_is_a_mistake(
    owner: Someone, court: MemorySource, slept: Slept, clock: FrozenClock
) -> None:
    for kind in (Purpose.NONE, Purpose.OWN, Purpose.BATCH):
        with pytest.raises(ValueError, match="purpose"):
            await read(owner, slept, a_run(clock, kind=kind), None, "JS-7")
    with pytest.raises(ValueError, match="no interface"):
        await read(owner, slept, a_run(clock), None, "JS-13")
    assert (await lines(), court.asked) == ([], [])


async def test_a_silent_source_is_said_in_a_sentence_and_stands_in_the_ledger(
    owner: Someone, tax: MemorySource, slept: Slept, clock: FrozenClock
) -> None:
    tax.faults = [Fault.FAILED] * 3
    consent = await a_consent(owner, clock)

    answer = await read(owner, slept, a_run(clock), consent)

    assert isinstance(answer, Unanswered)
    assert answer.explanation == "省税务局接口暂时出错，本次结果不含“纳税信息”，请稍后再查"
    [line] = await lines()
    assert line[4:6] == (False, "UNAVAILABLE")
    assert not await InterfaceAnswer.exists()


async def test_a_category_without_a_source_says_so(
    owner: Someone, slept: Slept, clock: FrozenClock
) -> None:
    consent = await a_consent(owner, clock)

    answer = await read(owner, slept, a_run(clock), consent, "LOCAL-LOAN")

    assert answer == Unanswered(
        Refusal.UNAVAILABLE, "“金融信贷记录”尚未接入接口，本次结果不含这项信息"
    )


async def ends_by_its_time(purpose: CallPurpose, consent: Consent, clock: FrozenClock) -> None:
    clock.instant = purpose.ends_at + timedelta(seconds=2)
    assert (await prune(clock.now()))["interface_answer"] == 1


async def ends_by_its_purpose(purpose: CallPurpose, consent: Consent, clock: FrozenClock) -> None:
    assert await end_purpose(purpose.kind, purpose.id) == 1


async def ends_by_its_consent(purpose: CallPurpose, consent: Consent, clock: FrozenClock) -> None:
    assert await end_consent(consent.id) == 1


async def ends_while_nobody_looks(
    purpose: CallPurpose, consent: Consent, clock: FrozenClock
) -> None:
    assert consent.until == day_in_shanghai(clock.now())
    clock.advance(timedelta(days=1))
    assert (await forget_unconsented(clock.now()))["interface_answers"] == 1


@pytest.mark.parametrize(
    "end", [ends_by_its_time, ends_by_its_purpose, ends_by_its_consent, ends_while_nobody_looks]
)
async def test_an_answer_goes_with_what_it_served(
    owner: Someone, tax: MemorySource, slept: Slept, clock: FrozenClock, end: object
) -> None:
    today = day_in_shanghai(clock.now())
    consent, purpose = await a_consent(owner, clock, until=today), a_run(clock)
    demand = await a_demand(owner=owner, now=clock.now())
    ends_at = clock.now() + timedelta(days=90)
    other = a_run(clock, id=demand.id, ends_at=ends_at, kind=Purpose.DEMAND)
    await read(owner, slept, purpose, consent)
    kind = ConsentPurpose.ENTERPRISE_DATA
    of_data = await a_consent(owner, clock, kind, demand_id=other.id)
    assert isinstance(await read(owner, slept, other, of_data, "JS-1"), Answered)
    for_another_demand = a_run(clock, kind=Purpose.DEMAND)
    assert isinstance(await read(owner, slept, for_another_demand, of_data), Unanswered)

    await end(purpose, consent, clock)  # type: ignore[operator]

    assert [kept.purpose_id for kept in await InterfaceAnswer.all()] == [other.id]


async def test_after_its_end_and_after_a_revocation_it_is_not_read_again(
    owner: Someone, tax: MemorySource, slept: Slept, clock: FrozenClock
) -> None:
    consent, purpose = await a_consent(owner, clock), a_run(clock)
    await read(owner, slept, purpose, consent)
    clock.instant = purpose.ends_at
    await read(owner, slept, a_run(clock, id=purpose.id), consent)
    assert len(tax.asked) == 2

    await Consent.filter(id=consent.id).update(revoked_at=clock.now())
    answer = await read(owner, slept, a_run(clock, id=purpose.id), consent)

    assert isinstance(answer, Unanswered)
    assert len(tax.asked) == 2


async def a_bulk_file(tmp_path: object, usccs: list[str]) -> None:
    rows = [empty_row("JIANGYIN", "JS-1") | {"统一社会信用代码": uscc} for uscc in usccs]
    await received(a_csv(tmp_path, rows), category="JS-1")  # type: ignore[arg-type]


async def usccs() -> set[str]:
    return {record.uscc for record in await CreditRecord.all()}


async def test_rows_of_a_bulk_file_go_with_the_consent_or_after_thirty_days(
    owner: Someone, clock: FrozenClock, tmp_path: object
) -> None:
    """A2-45: while the consent lasts."""
    assert owner.enterprise is not None
    ended = await an_owner(now=clock.now())
    assert ended.enterprise is not None
    stranger = a_uscc()
    await a_consent(owner, clock)
    gone = await a_consent(ended, clock)
    await a_bulk_file(tmp_path, [owner.enterprise.uscc, ended.enterprise.uscc, stranger])
    [batch] = await fetch("SELECT started_at FROM import_batch")
    now = batch["started_at"]

    assert (await forget_unconsented(now))["interface_records"] == 0
    await Consent.filter(id=gone.id).update(revoked_at=clock.now())
    assert (await forget_unconsented(now))["interface_records"] == 1
    assert await usccs() == {owner.enterprise.uscc, stranger}
    assert (await forget_unconsented(now + timedelta(days=30)))["interface_records"] == 0
    assert (await forget_unconsented(now + timedelta(days=31)))["interface_records"] == 1
    assert await usccs() == {owner.enterprise.uscc}


async def test_what_is_collected_or_needs_no_consent_stays() -> None:
    forgotten = needing_consent()["JIANGYIN"]

    assert {"JS-1", "JS-14"} <= forgotten
    assert not forgotten & {"JS-7", "JS-8", "JS-9", "JS-13", "JS-36"}


@pytest.mark.parametrize("city", list(cities()))
def test_every_source_answers_for_interfaces_of_its_citys_lists(city: str) -> None:
    for source in cities()[city].sources:
        for code in source.categories:
            assert categories_of(city)[code].mode.value == "INTERFACE"
            assert source_for(city, code) == source
    named = [code for source in cities()[city].sources for code in source.categories]
    assert len(named) == len(set(named))
