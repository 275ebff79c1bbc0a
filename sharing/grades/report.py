"""Standard credit reports (FN-06): issued to the owner, or to an officer for a demand that let the
bank in, and fetched once as JSON and once as PDF.

Public data and the certified level, never a letter's value. Each issue and each later look is a
line of the ledger; an institution looks only while it is let in, and at a level only while the
grading consent stands.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.access import (
    INSTITUTION_SEES_DEMAND,
    acting_as,
    enterprise_for,
    owned_enterprise,
    require_role,
)
from accounts.viewers import Viewer
from credit.levels import GradeLevel
from foundation.clock import day_in_shanghai
from foundation.errors import NotFound, Problems
from foundation.identifiers import new_id
from sharing import ledger
from sharing.access.downloads import Download, DownloadKind, Redeemed, Ticket
from sharing.access.downloads import issue as issue_ticket
from sharing.grades.report_content import LAYOUT, Report, ShownGrade, public_sections
from sharing.grades.report_pdf import pdf_of
from sharing.readings import GradeReading, read_grades
from storage.database import fetch_models, fetch_one, transaction
from storage.idempotency import attempt, claim
from storage.models.consent import STANDS
from storage.models.credit_report import CreditReport
from storage.models.enterprise import Enterprise
from storage.models.membership import Role

NO_LONGER = "这份报告已不能查看：企业已收回授权，或贵机构不再有查询目的"
NO_PURPOSE = "请说明为哪一条融资需求查询：该需求的企业已接受贵机构的报价"

# The demand that is named, if the enterprise let the institution in on it.
_LET_IN = f"""
SELECT d.id FROM demand d JOIN offer x ON x.demand_id = d.id
 WHERE d.id = $1 AND d.enterprise_id = $4 AND x.institution_id = $2 AND x.status = 'ACCEPTED'
   AND {INSTITUTION_SEES_DEMAND.format(institution="$2", city="$3::text")}
 LIMIT 1
"""  # noqa: S608 - a constant; every value is a parameter

# A report that whoever it was issued to may still see. NOT_CERTIFIED comes from the public list.
_READABLE = f"""
SELECT r.* FROM credit_report r JOIN enterprise e ON e.id = r.enterprise_id
 WHERE r.id = $1 AND r.membership_id = $2 AND (r.institution_id IS NULL OR (
   EXISTS (
     SELECT FROM demand d JOIN offer x ON x.demand_id = d.id
      WHERE d.id = r.demand_id AND x.institution_id = r.institution_id AND x.status = 'ACCEPTED'
        AND {INSTITUTION_SEES_DEMAND.format(institution="r.institution_id", city="e.city")})
   AND (NOT r.shows_level
     OR convert_from(r.body, 'UTF8')::jsonb #>> '{{grade,level}}' = 'NOT_CERTIFIED'
     OR EXISTS (
       SELECT FROM consent c WHERE c.enterprise_id = e.id AND c.purpose = 'GRADING'
          AND {STANDS.format(c="c", today="$3")}))))
"""  # noqa: S608 - a constant; every value is a parameter


@dataclass(frozen=True)
class Wanted:
    """A report about an enterprise, for a demand where an officer asks."""

    enterprise_id: UUID | None
    demand_id: UUID | None


async def issue(viewer: Viewer | None, wanted: Wanted, key: str, now: datetime) -> CreditReport:
    """Issue a report; the same key and input give the same one, while it may be seen.

    Raises Unauthenticated, Forbidden, NotFound, BadUserInput, IdempotencyKeyReused, and
    ValidationFailed where an officer names no demand that let the bank in.
    """
    known = require_role(viewer, Role.OWNER, Role.OFFICER)
    enterprise = await enterprise_for(known, wanted.enterprise_id)
    if enterprise is None:
        raise NotFound("没有找到这家企业")
    await _check_purpose(known, enterprise, wanted.demand_id)
    values = {"enterprise": enterprise.id, "demand": wanted.demand_id}
    this = attempt(acting_as(known), "creditReportIssue", key, values, new_id(), now)
    async with transaction():
        report_id = await claim(this)
        if report_id == this.object_id:
            return await _issue(known, enterprise, wanted.demand_id, report_id, now)
    earlier = await report_for(known, report_id, now)
    if earlier is None:
        raise NotFound(NO_LONGER)
    return earlier


async def report_for(
    viewer: Viewer | None, report_id: UUID | None, now: datetime
) -> CreditReport | None:
    """A report, for the membership that it was issued to; the look is a line of the ledger."""
    if viewer is None or viewer.membership_id is None or report_id is None:
        return None
    report = await _readable(report_id, viewer.membership_id, now)
    if report is not None:
        line = ledger.Line(
            enterprise_id=report.enterprise_id,
            what=ledger.What.GRADE_READ if report.shows_level else ledger.What.DATA_READ,
            purpose=ledger.Purpose.DEMAND if report.demand_id else ledger.Purpose.OWN,
            purpose_id=report.demand_id,
        )
        await ledger.write(viewer, [line], now)
    return report


async def ticket_for(
    viewer: Viewer, report: CreditReport, kind: DownloadKind, now: datetime
) -> Ticket:
    """A one-time ticket for one of a report's two files; who names the report may have it."""
    is_pdf = kind is DownloadKind.REPORT_PDF
    return await issue_ticket(
        viewer,
        kind,
        report.id,
        now,
        file_name=_file_name(report, "pdf" if is_pdf else "json"),
        digest=bytes(report.pdf_digest if is_pdf else report.digest),
    )


async def open_json(redeemed: Redeemed) -> Download | None:
    """A report's JSON as a download."""
    report = await _readable(redeemed.object_id, redeemed.membership_id, redeemed.at)
    if report is None:
        return None
    return _download(report, bytes(report.body), "json", "application/json; charset=utf-8")


async def open_pdf(redeemed: Redeemed) -> Download | None:
    """A report's PDF as a download; None too should another release set it otherwise."""
    report = await _readable(redeemed.object_id, redeemed.membership_id, redeemed.at)
    if report is None:
        return None
    pages = await asyncio.to_thread(pdf_of, bytes(report.body), bytes(report.digest))
    if hashlib.sha256(pages).digest() != bytes(report.pdf_digest):
        return None
    return _download(report, pages, "pdf", "application/pdf")


async def _readable(report_id: UUID, membership_id: UUID, now: datetime) -> CreditReport | None:
    today = day_in_shanghai(now)
    rows = await fetch_models(CreditReport, _READABLE, report_id, membership_id, today)
    return rows[0] if rows else None


async def _check_purpose(viewer: Viewer, enterprise: Enterprise, demand_id: UUID | None) -> None:
    if owned_enterprise(viewer) == enterprise.id:
        return
    found = demand_id and await fetch_one(
        _LET_IN, demand_id, viewer.institution_id, viewer.city, enterprise.id
    )
    problems = Problems()
    problems.check(bool(found), "demandId", NO_PURPOSE)
    problems.raise_if_any()


async def _issue(
    viewer: Viewer,
    enterprise: Enterprise,
    demand_id: UUID | None,
    report_id: UUID,
    now: datetime,
) -> CreditReport:
    reading = (await read_grades(viewer, [enterprise.id], now))[enterprise.id]
    grade = _shown(reading)
    sections = await public_sections(enterprise, day_in_shanghai(now))
    body = Report(report_id, enterprise, grade, sections, now).body()
    digest = hashlib.sha256(body).digest()
    pages = await asyncio.to_thread(pdf_of, body, digest)
    own = owned_enterprise(viewer) == enterprise.id
    line = ledger.Line(
        enterprise_id=enterprise.id,
        what=ledger.What.REPORT_ISSUED,
        purpose=ledger.Purpose.OWN if own else ledger.Purpose.DEMAND,
        purpose_id=None if own else demand_id,
        consent_id=reading.held.consent_id if reading else None,
        categories=tuple(one["category"] for one in sections if one["rows"]),
    )
    await ledger.write(viewer, [line], now)
    return await CreditReport.create(
        id=report_id,
        enterprise_id=enterprise.id,
        issuer_id=viewer.person_id,
        membership_id=acting_as(viewer),
        institution_id=viewer.institution_id,
        demand_id=None if own else demand_id,
        issued_at=now,
        layout=LAYOUT,
        shows_level=grade is not None,
        body=body,
        digest=digest,
        pdf_digest=hashlib.sha256(pages).digest(),
    )


def _shown(reading: GradeReading | None) -> ShownGrade | None:
    """The level that may be shown; none for one that was never given."""
    if reading is None or reading.held.level is GradeLevel.UNRATED:
        return None
    held = reading.held
    return ShownGrade(held.level, held.as_of, held.rule_version)


def _file_name(report: CreditReport, ending: str) -> str:
    day = day_in_shanghai(report.issued_at).isoformat()
    return f"融桥-企业信用信息报告-{day}.{ending}"


def _download(report: CreditReport, content: bytes, ending: str, content_type: str) -> Download:
    return Download(
        file_name=_file_name(report, ending),
        content_type=content_type,
        chunks=_once(content),
        size=len(content),
        digest=hashlib.sha256(content).digest(),
    )


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
