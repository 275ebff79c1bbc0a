"""Interface categories as they are read for a purpose: consent first, then memory, then the source.

Every call and every refusal is a line of the access ledger, written before its answer goes out.
Categories that need no authorisation (AU-3) need a purpose all the same.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from accounts.viewers import Viewer
from foundation.city import DataSource
from foundation.clock import SystemClock, day_in_shanghai
from foundation.identifiers import encode_id, new_id
from sharing.categories import Authorisation, Category, SharingMode
from sharing.interfaces.answers import Answered, CallPurpose, Kept, held_answers, keep_answer
from sharing.interfaces.calls import Pace, ask
from sharing.interfaces.checking import digest_of
from sharing.interfaces.degraded import explain
from sharing.interfaces.port import Fault, Question, SourceFault
from sharing.interfaces.sources import adapter_of, source_for
from sharing.ledger import Line, Purpose, Refusal, What, write
from sharing.lists import category_on
from storage.database import fetch, transaction
from storage.models.consent import COVERS, STANDS

AT_ONCE = 8
CHUNK = 100

# Which consent a purpose rests on: grading is a purpose of its own.
_RESTS_ON = {
    Purpose.GRADE_RUN: "GRADING",
    Purpose.DEMAND: "ENTERPRISE_DATA",
    Purpose.APPLICATION: "ENTERPRISE_DATA",
}

_STANDING = f"""
SELECT c.id, c.enterprise_id FROM consent c
 WHERE c.id = ANY($1::uuid[]) AND c.purpose = $2
   AND ($5::uuid IS NULL OR c.demand_id = $5)
   AND {STANDS.format(c="c", today="$3")} AND {COVERS.format(consent="c.id", category="$4::text")}
"""  # noqa: S608 - a constant; every value is a parameter


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One enterprise that is asked about, and the consent it rests on."""

    enterprise_id: UUID
    uscc: str
    consent_id: UUID | None = None


@dataclass(frozen=True)
class Unanswered:
    """Why there is no answer; the explanation is Chinese, for whoever reads what is missing."""

    refusal: Refusal
    explanation: str


async def interface_rows(
    viewer: Viewer | None,
    city: str,
    code: str,
    asked: Sequence[Asked],
    purpose: CallPurpose,
    *,
    as_of: date | None = None,
    pace: Pace | None = None,
) -> dict[UUID, Answered | Unanswered]:
    """The rows of one interface category about enterprises, by enterprise, for one purpose.

    What was answered for the same purpose before is not asked again. `viewer` None: the platform
    itself; `as_of` an earlier day, about which only a source with history is asked. Raises
    NoSuchCategory, and ValueError for a category that is no interface or for something that is no
    purpose.
    """
    pace = pace or Pace(SystemClock())
    category = category_on(city, code, day_in_shanghai(pace.clock.now()))
    reading = _Reading(viewer, city, category, purpose, pace, as_of)
    found: dict[UUID, Answered | Unanswered] = {}
    for start in range(0, len(asked), CHUNK):
        found |= await reading.read(asked[start : start + CHUNK])
    return found


@dataclass(frozen=True)
class _Reading:
    viewer: Viewer | None
    city: str
    category: Category
    purpose: CallPurpose
    pace: Pace
    as_of: date | None = None

    def __post_init__(self) -> None:
        if self.category.mode is not SharingMode.INTERFACE:
            raise ValueError(f"{self.category.code} is no interface")
        if self.purpose.kind not in _RESTS_ON:
            raise ValueError(f"{self.purpose.kind} is no purpose of a call")

    @property
    def now(self) -> datetime:
        return self.pace.clock.now()

    async def read(self, asked: Sequence[Asked]) -> dict[UUID, Answered | Unanswered]:
        allowed = await self._allowed(asked)
        refused: dict[UUID, Answered | Unanswered] = {
            one.enterprise_id: self._refusal() for one in asked if one not in allowed
        }
        held = await held_answers(
            self.city,
            self.category.code,
            self.purpose,
            [one.enterprise_id for one in allowed],
            self.now,
            day_in_shanghai(self.now),
        )
        missing = [one for one in allowed if one.enterprise_id not in held]
        answers = await self._call(missing)
        async with transaction():
            for one in missing:
                answer = answers[one.enterprise_id]
                if isinstance(answer, Answered):
                    kept = Kept(one.enterprise_id, self._consent_of(one), answer)
                    await keep_answer(self.city, self.category.code, self.purpose, kept, self.now)
            tried = [one for one in asked if one.enterprise_id not in held]
            lines = [self._line(one, (refused | answers)[one.enterprise_id]) for one in tried]
            await write(self.viewer, lines, self.now)
        return refused | held | answers

    async def _allowed(self, asked: Sequence[Asked]) -> list[Asked]:
        if self.category.authorisation is Authorisation.NONE:
            return list(asked)
        if self.category.authorisation is Authorisation.NATURAL_PERSON:
            return []
        rows = await fetch(
            _STANDING,
            [one.consent_id for one in asked if one.consent_id],
            _RESTS_ON[self.purpose.kind],
            day_in_shanghai(self.now),
            self.category.code,
            self.purpose.id if self.purpose.kind is Purpose.DEMAND else None,
        )
        standing = {(row["id"], row["enterprise_id"]) for row in rows}
        return [one for one in asked if (one.consent_id, one.enterprise_id) in standing]

    def _refusal(self) -> Unanswered:
        if self.category.authorisation is Authorisation.NATURAL_PERSON:
            reason = Refusal.PERSONS_CONSENT_MISSING
            return Unanswered(reason, f"查询{self.category.name}需要本人授权")
        return Unanswered(Refusal.NO_CONSENT, f"企业没有授权查询{self.category.name}")

    async def _call(self, missing: Sequence[Asked]) -> dict[UUID, Answered | Unanswered]:
        source = source_for(self.city, self.category.code)
        slots = asyncio.Semaphore(AT_ONCE)

        async def one_by_one(one: Asked) -> Answered | Unanswered:
            async with slots:
                return await self._ask(source, one)

        answers = await asyncio.gather(*(one_by_one(one) for one in missing))
        return {one.enterprise_id: answer for one, answer in zip(missing, answers, strict=True)}

    async def _ask(self, source: DataSource | None, one: Asked) -> Answered | Unanswered:
        if source is None or (self.as_of and not source.history):
            return self._silence(Fault.NOT_CONNECTED, None)
        consent_id = self._consent_of(one)
        question = Question(
            request_id=new_id(),
            category=self.category,
            uscc=one.uscc,
            purpose=self.purpose.kind.value,
            consent=encode_id("consent", consent_id) if consent_id else None,
            as_of=self.as_of,
        )
        try:
            rows = await ask(self.city, source, adapter_of(self.city, source), question, self.pace)
        except SourceFault as fault:
            return self._silence(fault.fault, source)
        digest = digest_of(self.category, one.uscc, rows)
        return Answered(rows, digest, day_in_shanghai(self.now))

    def _consent_of(self, one: Asked) -> UUID | None:
        needs_none = self.category.authorisation is Authorisation.NONE
        return None if needs_none else one.consent_id

    def _silence(self, fault: Fault, source: DataSource | None) -> Unanswered:
        return Unanswered(Refusal.UNAVAILABLE, explain(fault, self.category, source))

    def _line(self, one: Asked, answer: Answered | Unanswered) -> Line:
        return Line(
            enterprise_id=one.enterprise_id,
            what=What.INTERFACE_CALLED,
            purpose=self.purpose.kind,
            purpose_id=self.purpose.id,
            consent_id=self._consent_of(one),
            allowed=isinstance(answer, Answered),
            refusal=answer.refusal if isinstance(answer, Unanswered) else None,
            categories=(self.category.code,),
        )
