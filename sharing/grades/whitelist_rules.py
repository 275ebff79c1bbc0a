"""Who is recommended in a month, who no longer is and why (A2-28). Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from credit.levels import GradeLevel
from storage.models.whitelist import WhitelistChange

LEVELS = (GradeLevel.ADVANCED, GradeLevel.FIRST)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What decides whether an enterprise is on a month's list.

    `red_alert`: interest in arrears or more than two bad loan records, as ⑩ found them.
    `severe_check`: an indicator asked for the severe list to be checked by hand (A2-20).
    """

    enterprise_id: UUID
    uscc: str
    name: str
    level: GradeLevel
    in_business: bool = True
    grading_consent: bool = True
    whitelist_consent: bool = True
    red_alert: bool = False
    severe_check: bool = False


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the list."""

    enterprise_id: UUID
    uscc: str
    name: str
    level: GradeLevel
    change: WhitelistChange
    reason: str | None = None


def why_not(candidate: Candidate) -> str | None:
    """Why an enterprise is not recommended; None when it is."""
    grounds = (
        (not candidate.in_business, "企业不在业"),
        (not candidate.whitelist_consent, "白名单推荐授权已结束"),
        (not candidate.grading_consent, "信用评级授权已结束"),
        (candidate.level not in LEVELS, f"信用等级为{candidate.level.chinese}"),
        (candidate.red_alert, "贷款有欠息或不良记录"),
        (candidate.severe_check, "须核对严重失信名单"),
    )
    return next((reason for holds, reason in grounds if holds), None)


def entries_of(candidates: Iterable[Candidate], before: Mapping[UUID, GradeLevel]) -> list[Entry]:
    """The month's list in the order of codes, with those who left it since `before`."""
    found = []
    for one in sorted(candidates, key=lambda candidate: candidate.uscc):
        was_on = one.enterprise_id in before
        reason = why_not(one)
        if reason is None:
            change = WhitelistChange.KEPT if was_on else WhitelistChange.ADDED
        elif was_on:
            change = WhitelistChange.REMOVED
        else:
            continue
        found.append(
            Entry(
                enterprise_id=one.enterprise_id,
                uscc=one.uscc,
                name=one.name,
                level=one.level,
                change=change,
                reason=reason,
            )
        )
    return found


def digest_of(recommended: Iterable[tuple[str, str]]) -> bytes:
    """SHA-256 of the lines `USCC LEVEL`, each ended by a line feed, in the order of codes."""
    lines = (f"{uscc} {level}\n" for uscc, level in sorted(recommended))
    return hashlib.sha256("".join(lines).encode()).digest()
