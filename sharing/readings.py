"""Readings of grades by people: allowed with a purpose or refused, and each one a ledger line."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from accounts.access import INSTITUTION_SEES_DEMAND, officers_institution, owned_enterprise
from accounts.viewers import Viewer
from credit.grade import GradeReason
from credit.levels import GradingMethod
from foundation.clock import day_in_shanghai
from sharing.disclosure.grade_values import categories_shown_to, visible
from sharing.grading import HeldGrade, current_grades, public_grades
from sharing.ledger import Line, Purpose, What, write
from storage.database import fetch

# The newest demand on which the owner let the institution in: the purpose of its reading.
_LET_IN = f"""
SELECT DISTINCT ON (d.enterprise_id) d.enterprise_id, d.id AS demand_id
  FROM demand d JOIN offer x ON x.demand_id = d.id
 WHERE d.enterprise_id = ANY($1::uuid[]) AND x.institution_id = $2 AND x.status = 'ACCEPTED'
   AND {INSTITUTION_SEES_DEMAND.format(institution="$2", city="$3::text")}
 ORDER BY d.enterprise_id, d.published_at DESC, d.id
"""  # noqa: S608 - a constant; every value is a parameter

# What a person owns without acting for it now, and what a person has claimed.
_HELD_BY = """
SELECT m.enterprise_id AS id, m.enterprise_id, false AS is_claim FROM membership m
 WHERE m.enterprise_id = ANY($2::uuid[]) AND m.person_id = $1 AND m.role = 'OWNER'
   AND m.ended_at IS NULL
UNION ALL
SELECT c.id, c.enterprise_id, true FROM ownership_claim c
 WHERE c.id = ANY($2::uuid[]) AND c.person_id = $1
"""

# What a reason rests on is data of a category, or names who approved: others are told the rule.
_TOLD_TO_OTHERS: Mapping[GradeReason, str] = {
    GradeReason.SCORE: "按综合评分认定（评分法）",
    GradeReason.CREDIT_POINTS: "按企业公共信用积分等级直接认定（直接定性法）",
    GradeReason.CREDIT_POINTS_CAP: "按企业公共信用积分等级认定，不高于备选（直接定性法）",
    GradeReason.BONUS: "加分项达到规定标准，等级递增一级",
}
_GATED = "有公共失信记录，按认定标准降低等级"

_METHODS = {
    GradingMethod.INDICATORS: "指标定性法",
    GradingMethod.DIRECT: "直接定性法",
    GradingMethod.SCORE: "评分法",
}


@dataclass(frozen=True)
class GradeReading:
    """A grade as one viewer reads it; without `shows_values` only its letters show.

    `is_own`: its own people read it, with its path and its receipt. `visible` are the indicators
    whose values an institution sees under a consent.
    """

    held: HeldGrade
    shows_values: bool
    is_own: bool = False
    visible: frozenset[int] = frozenset()

    def shows(self, number: int) -> bool:
        """Whether the value and source of an indicator show."""
        return self.shows_values or number in self.visible

    @property
    def reason(self) -> str:
        """Why this level, and which method the consent leaves something out of (A2-43); to others
        than its own people without a score or points.
        """
        named = "、".join(_METHODS[one.method] for one in self.held.methods if one.withheld)
        return f"{self._why}；{named}所需的部分信息未获授权，未计入" if named else self._why

    @property
    def _why(self) -> str:
        held = self.held
        if self.is_own:
            return held.reason
        by_letters = held.method is GradingMethod.INDICATORS
        if held.reason_code is GradeReason.STANDARD_GATE and not by_letters:
            return _GATED
        return _TOLD_TO_OTHERS.get(held.reason_code, held.reason)


async def read_grades(
    viewer: Viewer | None, enterprise_ids: Sequence[UUID], now: datetime
) -> dict[UUID, GradeReading | None]:
    """Grades for a viewer, each reading written into the ledger; None for a refused one.

    The owner sees everything; an officer, through the demand on which its bank was let in, the
    letters; nobody else anything (苏政办发〔2022〕59号 清单说明: no raw data without consent).
    A claim shows what a fresh registration shows, from the public list: that is no reading.
    """
    today = day_in_shanghai(now)
    owned, claimed = await _held_by(viewer, enterprise_ids)
    readings: dict[UUID, GradeReading | None] = {**await _of_claims(claimed, today)}
    asked = [one for one in enterprise_ids if one not in claimed]
    held = await current_grades(asked, today)
    demands = await _demands_that_let_in(viewer, asked)
    covered = await _covered(viewer, demands, today)
    lines = []
    for enterprise_id in asked:
        grade = held.get(enterprise_id)
        purpose = _purpose(enterprise_id, owned, demands)
        allowed = grade is not None and purpose is not Purpose.NONE
        readings[enterprise_id] = (
            GradeReading(
                grade,
                purpose is Purpose.OWN,
                is_own=purpose is Purpose.OWN,
                visible=visible(grade.city, grade.indicators, covered.get(enterprise_id, ())),
            )
            if grade and allowed
            else None
        )
        lines.append(
            Line(
                enterprise_id=enterprise_id,
                what=What.GRADE_READ,
                purpose=purpose,
                purpose_id=demands.get(enterprise_id),
                consent_id=grade.consent_id if grade else None,
                allowed=allowed,
            )
        )
    await write(viewer, lines, now)
    return readings


async def _demands_that_let_in(
    viewer: Viewer | None, enterprise_ids: Sequence[UUID]
) -> dict[UUID, UUID]:
    institution = officers_institution(viewer) if viewer else None
    if viewer is None or institution is None:
        return {}
    rows = await fetch(_LET_IN, list(enterprise_ids), institution, viewer.city)
    return {row["enterprise_id"]: row["demand_id"] for row in rows}


async def _covered(
    viewer: Viewer | None, demands: Mapping[UUID, UUID], today: date
) -> Mapping[UUID, frozenset[str]]:
    institution = officers_institution(viewer) if viewer else None
    if institution is None or not demands:
        return {}
    return await categories_shown_to(institution, demands.values(), today)


async def _held_by(
    viewer: Viewer | None, ids: Sequence[UUID]
) -> tuple[frozenset[UUID], dict[UUID, UUID]]:
    """Which of these are enterprises that the viewer owns, and which are the viewer's claims."""
    acting = owned_enterprise(viewer) if viewer else None
    others = [one for one in ids if one != acting]
    if viewer is None or not others or officers_institution(viewer):
        return frozenset({acting} if acting else ()), {}
    rows = await fetch(_HELD_BY, viewer.person_id, others)
    owned = {row["enterprise_id"] for row in rows if not row["is_claim"]}
    claimed = {row["id"]: row["enterprise_id"] for row in rows if row["is_claim"]}
    return frozenset(owned | ({acting} if acting else set())), claimed


async def _of_claims(claimed: Mapping[UUID, UUID], today: date) -> dict[UUID, GradeReading]:
    if not claimed:
        return {}
    public = await public_grades(claimed.values(), today)
    return {
        claim_id: GradeReading(
            replace(public[enterprise_id], enterprise_id=claim_id), True, is_own=True
        )
        for claim_id, enterprise_id in claimed.items()
    }


def _purpose(enterprise_id: UUID, owned: Collection[UUID], demands: Mapping[UUID, UUID]) -> Purpose:
    if enterprise_id in owned:
        return Purpose.OWN
    return Purpose.DEMAND if enterprise_id in demands else Purpose.NONE
