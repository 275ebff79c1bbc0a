"""The monthly whitelist: frozen once per city and month, sent to institutions, read by both sides.

Recommended are 高级 and 一级 whose owner agreed to being recommended (A2-28); what the list says
is never changed. An institution reads what was sent to it, without those who have taken their
consent back since.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from accounts.access import acting_as, require_role
from accounts.viewers import Viewer
from credit.levels import GradeLevel
from foundation import receipts
from foundation.city import cities
from foundation.clock import day_in_shanghai
from foundation.errors import NotAllowedNow, NotFound, Problems
from foundation.identifiers import new_id
from foundation.tokens import signing_keys
from sharing import ledger
from sharing.grades.whitelist_rules import LEVELS, Candidate, Entry, digest_of, entries_of
from sharing.grading import levels_read_anew
from storage.database import copy_rows, fetch, fetch_models, transaction
from storage.idempotency import attempt, claim_or_earlier
from storage.models.consent import STANDS
from storage.models.institution import Institution, InstitutionStatus
from storage.models.membership import Role
from storage.models.whitelist import Whitelist, WhitelistChange, WhitelistRecipient

KIND = "whitelist"
ALREADY_FROZEN = "本月白名单已经生成，不能更改"
ALREADY_SENT = "这份白名单已经发送给该机构"

# The newest list before a month, whoever had agreed to be on it then.
_BEFORE = """
SELECT n.enterprise_id, n.level FROM whitelist_entry n
 WHERE n.change <> 'REMOVED' AND n.whitelist_id = (
   SELECT w.id FROM whitelist w WHERE w.city = $1 AND w.month < $2
    ORDER BY w.month DESC LIMIT 1)
"""

_CANDIDATES = f"""
SELECT e.id AS enterprise_id, e.uscc, e.name, e.in_business, coalesce(g.level, 'UNRATED') AS level,
       EXISTS (SELECT FROM consent c WHERE c.enterprise_id = e.id AND c.purpose = 'GRADING'
                  AND {STANDS.format(c="c", today="$2")}) AS grading_consent,
       EXISTS (SELECT FROM consent c WHERE c.enterprise_id = e.id AND c.purpose = 'WHITELIST'
                  AND {STANDS.format(c="c", today="$2")}) AS whitelist_consent,
       coalesce(jsonb_path_exists(
         g.indicators, '$[*] ? (@.number == 10 && @.letter == "C")'), false) AS red_alert,
       coalesce(jsonb_path_exists(
         g.indicators, '$[*] ? (@.severe_check == true)'), false) AS severe_check
  FROM enterprise e
  LEFT JOIN grade g ON g.enterprise_id = e.id AND g.superseded_at IS NULL
 WHERE e.city = $1 AND (e.id = ANY($3::uuid[]) OR (
   (g.level = ANY($4::text[]) OR e.id = ANY($5::uuid[])) AND EXISTS (
     SELECT FROM consent c WHERE c.enterprise_id = e.id AND c.purpose = 'WHITELIST'
        AND {STANDS.format(c="c", today="$2")})))
"""  # noqa: S608 - a constant; every value is a parameter

AGREED_BY = f"""
(SELECT c.id FROM consent c WHERE c.enterprise_id = n.enterprise_id AND c.purpose = 'WHITELIST'
    AND {STANDS.format(c="c", today="$2")} LIMIT 1)
"""  # noqa: S608 - a constant; every value is a parameter
"""The consent to being recommended that stands for the entry `n`, on the day $2."""

# Who stands on a list and agrees to it still, and to the grading that its level comes from: nobody
# else is sent or shown to an institution.
STILL_AGREED = f"""
 n.change <> 'REMOVED' AND {AGREED_BY} IS NOT NULL AND EXISTS (
   SELECT FROM consent c WHERE c.enterprise_id = n.enterprise_id AND c.purpose = 'GRADING'
      AND {STANDS.format(c="c", today="$2")})
"""
_TO_SEND = f"""
SELECT n.enterprise_id, n.uscc, n.level, {AGREED_BY} AS consent_id
  FROM whitelist_entry n WHERE n.whitelist_id = $1 AND {STILL_AGREED}
"""  # noqa: S608 - constants; every value is a parameter

_COLUMNS = ("id", "whitelist_id", "enterprise_id", "uscc", "name", "level", "change", "reason")


async def freeze(
    viewer: Viewer | None, city: str, month: str, key: str, now: datetime
) -> Whitelist:
    """Freeze this month's list of the operator's city, with the difference to the one before.

    Raises Unauthenticated, Forbidden, NotFound for another city, BadUserInput,
    IdempotencyKeyReused, ValidationFailed for any other month, and NotAllowedNow where the month
    has its list.
    """
    operator = require_role(viewer, Role.OPERATOR)
    if operator.city != city:
        raise NotFound("没有找到这个城市")
    today = day_in_shanghai(now)
    problems = Problems()
    problems.check(month == month_of(today), "month", f"只能生成本月（{month_of(today)}）的白名单")
    values = {"city": city, "month": month}
    this = attempt(acting_as(operator), "whitelistFreeze", key, values, new_id(), now)
    async with transaction():
        earlier = await claim_or_earlier(this)
        if earlier is not None:
            return await Whitelist.get(id=earlier)
        problems.raise_if_any()
        return await _freeze(city, today, this.object_id, now)


async def freeze_if_missing(city: str, now: datetime) -> Whitelist | None:
    """Freeze this month's list by the clock; None where the month has its list already."""
    today = day_in_shanghai(now)
    if await Whitelist.exists(city=city, month=month_of(today)):
        return None
    try:
        async with transaction():
            return await _freeze(city, today, new_id(), now)
    except NotAllowedNow:
        return None


async def send(
    viewer: Viewer | None,
    whitelist_id: UUID | None,
    institution_id: UUID | None,
    key: str,
    now: datetime,
) -> Whitelist:
    """Hand a list to an institution, once: it may read it from now on, and each enterprise finds
    a line in its ledger.

    Raises Unauthenticated, Forbidden, NotFound, BadUserInput, IdempotencyKeyReused, and
    NotAllowedNow for an institution that is not active or has the list already.
    """
    operator = require_role(viewer, Role.OPERATOR)
    found = await Whitelist.get_or_none(id=whitelist_id, city=operator.city)
    institution = await Institution.get_or_none(id=institution_id)
    if found is None or institution is None:
        raise NotFound("没有找到这份白名单或这家机构")
    values = {"whitelist": found.id, "institution": institution.id}
    this = attempt(acting_as(operator), "whitelistSend", key, values, found.id, now)
    try:
        async with transaction():
            if await claim_or_earlier(this) is None:
                await _send(operator, found, institution, now)
    except IntegrityError as error:
        if "whitelist_recipient_key" in str(error):
            raise NotAllowedNow(ALREADY_SENT) from None
        raise
    return found


def month_of(day: date) -> str:
    """The month of a day, as 2026-11."""
    return day.isoformat()[:7]


async def _freeze(city: str, today: date, whitelist_id: UUID, now: datetime) -> Whitelist:
    month = month_of(today)
    await fetch("SELECT pg_advisory_xact_lock(hashtext($1))", f"whitelist {city}")
    if await Whitelist.exists(city=city, month=month):
        raise NotAllowedNow(ALREADY_FROZEN)
    rows = await fetch(_BEFORE, city, month)
    before = {row["enterprise_id"]: GradeLevel(row["level"]) for row in rows}
    levels = [level.value for level in LEVELS]
    anew = await levels_read_anew(city, today)
    candidates = await fetch(_CANDIDATES, city, today, list(before), levels, list(anew))
    entries = entries_of([_candidate(row, anew) for row in candidates], before)
    recommended = [one for one in entries if one.change is not WhitelistChange.REMOVED]
    digest = digest_of((one.uscc, one.level.value) for one in recommended)
    claims = {
        "city": city,
        "scheme": cities()[city].grading.scheme,
        "month": month,
        "as_of": today.isoformat(),
        "size": len(recommended),
        "digest": digest.hex(),
    }
    kept = await Whitelist.create(
        id=whitelist_id,
        city=city,
        month=month,
        as_of=today,
        frozen_at=now,
        size=len(recommended),
        digest=digest,
        receipt=receipts.sign(signing_keys().ring(), KIND, claims, now),
    )
    await copy_rows("whitelist_entry", _COLUMNS, [_row(kept.id, one) for one in entries])
    return kept


async def _send(
    operator: Viewer, found: Whitelist, institution: Institution, now: datetime
) -> None:
    if institution.status is not InstitutionStatus.ACTIVE:
        raise NotAllowedNow("这家机构目前不能接收信用信息")
    rows = await fetch(_TO_SEND, found.id, day_in_shanghai(now))
    await WhitelistRecipient.create(
        whitelist_id=found.id,
        institution_id=institution.id,
        sender_id=operator.person_id,
        sent_at=now,
        size=len(rows),
        digest=digest_of((row["uscc"], row["level"]) for row in rows),
    )
    lines = [_line(row, found, institution) for row in rows]
    await ledger.write(operator, lines, now)


def _line(row: Mapping[str, Any], found: Whitelist, institution: Institution) -> ledger.Line:
    return ledger.Line(
        enterprise_id=row["enterprise_id"],
        what=ledger.What.WHITELIST_SENT,
        purpose=ledger.Purpose.BATCH,
        purpose_id=found.id,
        consent_id=row["consent_id"],
        institution_id=institution.id,
    )


def _candidate(row: Mapping[str, Any], anew: Mapping[UUID, GradeLevel]) -> Candidate:
    """A lapsed consent of a person counts here as wherever the level is read (A2-38)."""
    level = anew.get(row["enterprise_id"], GradeLevel(row["level"]))
    return Candidate(**{**row, "level": level})


def _row(whitelist_id: UUID, one: Entry) -> Sequence[object]:
    return (
        new_id(),
        whitelist_id,
        one.enterprise_id,
        one.uscc,
        one.name,
        one.level.value,
        one.change.value,
        one.reason,
    )


async def recipients_of(whitelist_id: UUID) -> list[WhitelistRecipient]:
    """Who was sent a list, oldest first: as many as there are institutions at most."""
    return await fetch_models(
        WhitelistRecipient,
        "SELECT * FROM whitelist_recipient WHERE whitelist_id = $1 ORDER BY sent_at, id",
        whitelist_id,
    )
