"""Everything held about an enterprise in one JSON file, written piece by piece (FN-16)."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from accounts.access import acting_as, owned_enterprise, require_role
from accounts.viewers import Viewer
from foundation.errors import NotFound
from foundation.identifiers import new_id
from foundation.tokens import signing_keys
from sharing import ledger
from sharing.access.downloads import DownloadKind, Ticket, issue
from sharing.access.entries import entries_after
from sharing.access.exports import drop_exports_of, file_name_of, keep_export
from sharing.consenting.receipts import receipt_of
from sharing.consenting.rows import scopes_of
from sharing.grades.receipts import papers_of
from sharing.holdings.records import page_of_records
from sharing.ledger import Line, Purpose, What
from storage.database import fetch, transaction
from storage.idempotency import attempt, claim
from storage.models.consent import Consent
from storage.models.download import DataExport
from storage.models.membership import Role

FORMAT = "rongqiao own data 1"
BATCH = 500

# Columns are named one by one: what somebody adds to a table is not given out by itself.
_TABLES: Mapping[str, str] = {
    "consents": """
        SELECT id, purpose, subject, grantee_id, demand_id, text_version, granted_at, until,
               revoked_at, superseded_at
          FROM consent t WHERE t.enterprise_id = $1
    """,
    "grades": """
        SELECT id, level, method, reason_code, reason, as_of, rule_version,
               encode(facts_digest, 'hex') AS facts_digest, indicators, computed_at, superseded_at
          FROM grade t WHERE t.enterprise_id = $1
    """,
    "objections": """
        SELECT id, record_id, category, field, reason, state, filed_at, hand_over_due_on,
               handed_over_at, acknowledgement
          FROM objection t WHERE t.enterprise_id = $1
    """,
    "demands": """
        SELECT id, amount, term_months, purpose, status, published_at, expires_at, ended_at
          FROM demand t WHERE t.enterprise_id = $1
    """,
    "match_runs": """
        SELECT t.id, t.demand_id, t.rules_version, encode(t.digest, 'hex') AS facts_digest,
               t.facts, t.computed_at
          FROM match_run t JOIN demand d ON d.id = t.demand_id WHERE d.enterprise_id = $1
    """,
    "grade_figures": """
        SELECT id, consent_id, number, whole, value, digest, answered_on, expires_at
          FROM grade_figure t WHERE t.enterprise_id = $1
    """,
    "credit_reports": """
        SELECT id, institution_id, demand_id, issued_at, layout, shows_level,
               encode(digest, 'hex') AS digest, encode(pdf_digest, 'hex') AS pdf_digest
          FROM credit_report t WHERE t.enterprise_id = $1
    """,
    "whitelist_entries": """
        SELECT t.id, w.month, w.as_of, t.level, t.change, t.reason
          FROM whitelist_entry t JOIN whitelist w ON w.id = t.whitelist_id
         WHERE t.enterprise_id = $1
    """,
    "offers": """
        SELECT t.id, t.demand_id, i.name AS institution, t.amount, t.annual_rate, t.term_months,
               t.status, t.made_at, t.expires_at, t.ended_at
          FROM offer t JOIN demand d ON d.id = t.demand_id
          JOIN institution i ON i.id = t.institution_id
         WHERE d.enterprise_id = $1
    """,
}
_JSON = frozenset({"facts", "indicators", "value"})
_PROFILE = """
SELECT id, name, uscc, city, district, industry, established_on, in_business, employees,
       annual_revenue, total_assets, representative_since, registered_at, real_name_verified_at
  FROM enterprise WHERE id = $1
"""


async def export(
    viewer: Viewer | None, enterprise_id: UUID | None, key: str, now: datetime
) -> Ticket:
    """A one-time ticket for a file with everything; the same key gives another for the same file.

    Raises Unauthenticated, Forbidden, BadUserInput, IdempotencyKeyReused, and NotFound for another
    enterprise than the owner's, or for a file that has been tidied away.
    """
    owner = require_role(viewer, Role.OWNER)
    if enterprise_id is None or owned_enterprise(owner) != enterprise_id:
        raise NotFound("没有找到这家企业")
    values = {"enterprise_id": enterprise_id}
    this = attempt(acting_as(owner), "dataExport", key, values, new_id(), now)
    async with transaction():
        export_id = await claim(this)
        if export_id == this.object_id:
            kept = await _make(owner, enterprise_id, export_id, now)
        else:
            found = await DataExport.get_or_none(id=export_id)
            if found is None:
                raise NotFound("这份文件已经清理，请重新生成")
            kept = found
        return await issue(
            owner,
            DownloadKind.OWN_DATA,
            kept.id,
            now,
            file_name=file_name_of(kept),
            digest=bytes(kept.digest),
        )


async def _make(owner: Viewer, enterprise_id: UUID, export_id: UUID, now: datetime) -> DataExport:
    line = Line(
        enterprise_id=enterprise_id,
        what=What.DATA_EXPORTED,
        purpose=Purpose.OWN,
        purpose_id=export_id,
    )
    await ledger.write(owner, [line], now)
    await drop_exports_of(enterprise_id)
    return await keep_export(export_id, enterprise_id, _written(enterprise_id, now), now)


async def _written(enterprise_id: UUID, now: datetime) -> AsyncIterator[bytes]:
    profile = await fetch(_PROFILE, enterprise_id)
    head = {"format": FORMAT, "made_at": now, "enterprise": profile[0]}
    yield _json(head)[:-1]
    yield b',"records":['
    async for chunk in _listed(_records(enterprise_id)):
        yield chunk
    for name, sql in _TABLES.items():
        yield f'],"{name}":['.encode()
        receipts_of = _RECEIPTS.get(name)
        async for chunk in _listed(_rows(sql, enterprise_id, receipts_of)):
            yield chunk
    yield b'],"access_entries":['
    async for chunk in _listed(_entries(enterprise_id)):
        yield chunk
    yield b"]}\n"


async def _listed(items: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[bytes]:
    apart = b"\n"
    async for item in items:
        yield apart + _json(item)
        apart = b",\n"


async def _receipts_of_grades(ids: Sequence[UUID]) -> dict[UUID, str]:
    """From each of them anybody can recompute the grade."""
    papers = await papers_of(ids, signing_keys().ring())
    return {key: one.receipt for key, one in papers.items()}


async def _receipts_of_consents(ids: Sequence[UUID]) -> dict[UUID, str]:
    ring, scopes = signing_keys().ring(), await scopes_of(ids)
    return {
        row.id: receipt_of(row, scopes.get(row.id, ()), ring, row.granted_at)
        for row in await Consent.filter(id__in=list(ids))
    }


_RECEIPTS: Mapping[str, Callable[[Sequence[UUID]], Awaitable[dict[UUID, str]]]] = {
    "consents": _receipts_of_consents,
    "grades": _receipts_of_grades,
}


async def _records(enterprise_id: UUID) -> AsyncIterator[Mapping[str, Any]]:
    beyond = None
    while rows := await page_of_records(enterprise_id, beyond, BATCH):
        for row in rows:
            yield {name: value for name, value in asdict(row).items() if "enterprise" not in name}
        beyond = (rows[-1].received_on, rows[-1].id)


async def _rows(
    sql: str,
    enterprise_id: UUID,
    receipts_of: Callable[[Sequence[UUID]], Awaitable[dict[UUID, str]]] | None,
) -> AsyncIterator[Mapping[str, Any]]:
    beyond = UUID(int=0)
    page = f"{sql} AND t.id > $2 ORDER BY t.id LIMIT {BATCH}"
    while rows := await fetch(page, enterprise_id, beyond):
        receipts = await receipts_of([row["id"] for row in rows]) if receipts_of else None
        for row in rows:
            for name in _JSON & row.keys():
                row[name] = orjson.Fragment(row[name])
            if receipts is not None:
                row["receipt"] = receipts.get(row["id"])
            yield row
        beyond = rows[-1]["id"]


async def _entries(enterprise_id: UUID) -> AsyncIterator[Mapping[str, Any]]:
    beyond = 0
    while found := await entries_after(enterprise_id, beyond, BATCH):
        for entry in found:
            yield asdict(entry)
        beyond = found[-1].line_id


def _json(value: object) -> bytes:
    return orjson.dumps(value, default=str)
