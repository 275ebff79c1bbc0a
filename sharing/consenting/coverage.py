"""What the consents in force let the platform use: for a grade, and of the persons behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from credit.facts import PersonRole
from sharing.lists import Authorisation
from sharing.records import Connected, Record, Records
from storage.database import fetch, fetch_one
from storage.models.consent import REPRESENTS_STILL, STANDS, ConsentSubject

ROLE_OF = {
    ConsentSubject.LEGAL_REPRESENTATIVE: PersonRole.LEGAL_REPRESENTATIVE,
    ConsentSubject.ACTUAL_CONTROLLER: PersonRole.ACTUAL_CONTROLLER,
}

CATEGORIES_OF = (
    "(SELECT array_agg(DISTINCT s.category) FROM consent_scope s WHERE s.consent_id = {consent})"
)
"""The categories that the consent with the id {consent} names; NULL where it names none."""

_PERSONS = f"""
SELECT p.subject FROM consent p
 WHERE p.enterprise_id = $1 AND p.purpose = 'PERSONAL_CREDIT'
   AND {STANDS.format(c="p", today="$2")} AND {REPRESENTS_STILL.format(p="p")}
"""  # noqa: S608 - a constant; every value is a parameter

_GRADING = f"""
SELECT c.enterprise_id, c.id AS consent_id, {CATEGORIES_OF.format(consent="c.id")} AS categories,
       (SELECT array_agg(p.subject) FROM consent p
         WHERE p.enterprise_id = c.enterprise_id AND p.purpose = 'PERSONAL_CREDIT'
           AND {STANDS.format(c="p", today="$2")} AND {REPRESENTS_STILL.format(p="p")}) AS persons
  FROM consent c
 WHERE c.enterprise_id = ANY($1::uuid[]) AND c.purpose = 'GRADING'
   AND {STANDS.format(c="c", today="$2")}
"""  # noqa: S608 - constants; every value is a parameter


_REPRESENTS = f"""
SELECT p.id FROM consent p WHERE p.id = $1 AND {REPRESENTS_STILL.format(p="p")}
"""  # noqa: S608 - a constant; every value is a parameter

_LAST_USES = """
SELECT c.id, (
    SELECT max(l.at) FROM access_ledger l
     WHERE l.enterprise_id = c.enterprise_id AND l.consent_id = c.id AND l.allowed
       AND l.purpose_kind <> 'OWN'
       AND l.what IN ('GRADE_READ', 'DATA_READ', 'VERIFICATION')) AS at
  FROM consent c WHERE c.id = ANY($1::uuid[])
"""


@dataclass(frozen=True)
class GradingConsent:
    """The grading consent of an enterprise: `categories` None means everything its text names.

    `persons` are those of the two people of ⑦ who consented for themselves (AU-7, A2-38).
    `consent_id` is None where there is none.
    """

    consent_id: UUID | None
    categories: frozenset[str] | None
    persons: frozenset[PersonRole]


UNCONSENTED = GradingConsent(None, None, frozenset())
"""What stands for an enterprise without a grading consent."""


async def grading_consents(
    enterprise_ids: Iterable[UUID], today: date
) -> dict[UUID, GradingConsent]:
    """The grading consents in force, by enterprise, in one query; others are left out."""
    rows = await fetch(_GRADING, list(enterprise_ids), today)
    return {row["enterprise_id"]: _consent(row) for row in rows}


async def graded_categories(enterprise_id: UUID, today: date) -> frozenset[str] | None:
    """The categories that may be used to grade an enterprise; None for all that the text names.

    Empty without a consent in force. A2-43: an indicator that rests on others is withheld.
    """
    found = (await grading_consents([enterprise_id], today)).get(enterprise_id)
    return found.categories if found else frozenset()


async def persons_consented(enterprise_id: UUID, today: date) -> frozenset[PersonRole]:
    """Which of the two persons behind an enterprise consented for themselves."""
    return _roles([row["subject"] for row in await fetch(_PERSONS, enterprise_id, today)])


async def represents_still(consent_id: UUID) -> bool:
    """Whether a person's consent is not that of a legal representative who was replaced since."""
    return await fetch_one(_REPRESENTS, consent_id) is not None


async def last_uses(consent_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When others than the owner last read under consents, by the access ledger; unused ones are
    left out.
    """
    rows = await fetch(_LAST_USES, list(consent_ids))
    return {row["id"]: row["at"] for row in rows if row["at"] is not None}


def within(records: Records, categories: frozenset[str] | None) -> Records:
    """Records without those that a consent leaves out. What is public needs no consent."""
    if categories is None:
        return records
    return {
        feed: [one for one in rows if _may_use(one, categories)] for feed, rows in records.items()
    }


def connected_within(connected: Connected, categories: frozenset[str] | None) -> Connected:
    """What is connected, without what a consent leaves out: of that nothing is known, not even
    that there are no records.
    """
    if categories is None:
        return connected
    return {
        feed: one
        for feed, one in connected.items()
        if one.code in categories
        or one.is_public({})
        or one.public_when is not None
        or one.authorisation is Authorisation.NATURAL_PERSON
    }


def _may_use(record: Record, categories: frozenset[str]) -> bool:
    category = record.category
    return (
        category.code in categories
        or category.is_public(record.values)
        # A scope of the enterprise cannot name it: the person's own consent decides (AU-7).
        or category.authorisation is Authorisation.NATURAL_PERSON
    )


def _consent(row: Mapping[str, Any]) -> GradingConsent:
    named = row["categories"]
    return GradingConsent(
        consent_id=row["consent_id"],
        categories=None if named is None else frozenset(named),
        persons=_roles(row["persons"] or ()),
    )


def _roles(subjects: Sequence[str]) -> frozenset[PersonRole]:
    return frozenset(ROLE_OF[ConsentSubject(one)] for one in subjects)
