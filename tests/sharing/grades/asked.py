"""What the tests of asking for grades share: sources that know or forget, and what is held."""

from dataclasses import dataclass

from foundation.clock import FrozenClock, day_in_shanghai
from sharing.grading import HeldGrade, current_grade
from sharing.interfaces.memory import MemorySource
from sharing.interfaces.port import Fault, Question, Row, SourceFault
from sharing.lists import categories_of
from storage.database import execute, fetch
from storage.models import Consent
from storage.models.consent import ConsentPurpose
from storage.models.enterprise import Enterprise
from tests.factories.credit import (
    a_history,
)
from tests.factories.people import Someone
from tools.demo_records import rows_about


@dataclass
class WithoutPast(MemorySource):
    """Has no answer about an earlier day, for as long as `is_silent`."""

    is_silent: bool = True

    async def ask(self, question: Question, *, seconds: float) -> tuple[Row, ...]:
        rows = await super().ask(question, seconds=seconds)
        if self.is_silent and question.as_of:
            raise SourceFault(Fault.REFUSED)
        return rows


async def consent_of(owner: Someone) -> Consent:
    return await Consent.get(
        enterprise=owner.enterprise, purpose=ConsentPurpose.GRADING, revoked_at=None
    )


async def held(owner: Someone, clock: FrozenClock) -> HeldGrade:
    assert owner.enterprise is not None
    return await current_grade(owner.enterprise.id, day_in_shanghai(clock.now()))


async def tables_that_hold(text: str) -> list[str]:
    tables = await fetch("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    found = []
    for table in (one["name"] for one in tables):
        sql = f'SELECT FROM "{table}" t WHERE strpos(t::text, $1) > 0'
        if await fetch(sql, text):
            found.append(table)
    return found


def letters(grade: HeldGrade) -> str:
    return "".join(one.letter.value[0].replace("N", "-") for one in grade.indicators[:3])


def knows(
    source: MemorySource, about: Enterprise | None, clock: FrozenClock, **changes: str
) -> None:
    """Let a source know what a firm's history has of its categories, as a gateway gives it."""
    assert about is not None
    firm = a_history(about, **changes)
    for code in ("JS-1", "JS-11", "JS-14"):
        category = categories_of("JIANGYIN")[code]
        names = {one.role: one.name for one in category.fields if one.role}
        for row in rows_about(firm, category.feeds, day_in_shanghai(clock.now())):
            given = {"uscc": firm.uscc, **row}
            values = {names[role]: value for role, value in given.items() if role in names}
            source.rows[code, firm.uscc] = (*source.rows[code, firm.uscc], values)


async def without_files(owner: Someone, clock: FrozenClock) -> None:
    """What files brought of the three categories goes, as after a revocation."""
    assert owner.enterprise is not None
    await execute(
        "DELETE FROM credit_record WHERE uscc = $1 AND category IN ('JS-11', 'JS-14')",
        owner.enterprise.uscc,
    )


async def without_taxes(owner: Someone) -> None:
    assert owner.enterprise is not None
    await execute(
        "DELETE FROM credit_record WHERE uscc = $1 AND category = 'JS-1'", owner.enterprise.uscc
    )
