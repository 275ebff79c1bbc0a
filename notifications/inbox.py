"""The inbox: each notice once per (key, recipient), in positions that never overtake each other.

A recipient's positions come from one counter row, which stays locked until the commit. So when a
position can be read, every smaller one can be read too, and a reader who remembers the last
position it saw misses nothing, however late a transaction commits.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_OID, UUID, uuid5

from foundation.errors import BadUserInput, FieldProblem, ValidationFailed
from foundation.identifiers import new_id
from foundation.pagination import Page, PageRequest, page_of
from notifications.compose import Text
from storage.database import execute, fetch, fetch_models, fetch_one, transaction
from storage.live import live_bus
from storage.models.notice import Notice

MAX_MARKED_AT_ONCE = 100
MAX_POSITION = 2**63 - 1


@dataclass(frozen=True)
class Subject:
    """What a notice speaks of: the kind of its id, and the key."""

    kind: str
    key: UUID


@dataclass(frozen=True)
class Letter:
    """A notice for one person. The key is the fact's id, or what makes the matter count once."""

    recipient: UUID
    key: UUID
    text: Text
    subject: Subject | None = None


def key_of(*parts: object) -> UUID:
    """One key for whatever these parts name together, the same on every repeat."""
    return uuid5(NAMESPACE_OID, ":".join(str(part) for part in parts))


async def deliver(letters: Collection[Letter], *, most_a_day: int | None = None) -> int:
    """Write the notices that are not yet written, and wake who waits for them; how many are new.

    `most_a_day`: what a recipient has had of the same kind and subject today in Shanghai counts
    against it, and what is too much is dropped, the first letters kept. Opens its own transaction;
    call it outside one. A repeat writes nothing and wakes again, so that a wake-up lost in a crash
    is made up for.
    """
    if not letters:
        return 0
    bus = live_bus()
    async with transaction():
        allowed = letters
        if most_a_day is not None:
            allowed = await _under_the_cap(letters, most_a_day)
        rows = await fetch(_DELIVER, *_columns(allowed))
        new = {row["recipient_id"] for row in rows}
        await bus.announce(new)
    await bus.publish({letter.recipient for letter in letters})
    return len(rows)


# Recipients are counted in the order of their ids: two deliveries never wait for each other.
_DELIVER = """
WITH letter AS (
  SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[]
  ) WITH ORDINALITY
    AS l(id, recipient_id, fact_id, kind, title, body, subject_kind, subject_id, place)
), fresh AS (
  SELECT l.*, row_number() OVER (PARTITION BY l.recipient_id ORDER BY l.place DESC) AS from_end
    FROM letter l
   WHERE NOT EXISTS (
     SELECT FROM notice n WHERE n.fact_id = l.fact_id AND n.recipient_id = l.recipient_id)
), counted AS (
  INSERT INTO notice_counter (person_id, last_position)
  SELECT recipient_id, count(*) FROM fresh GROUP BY recipient_id ORDER BY recipient_id
  ON CONFLICT (person_id) DO UPDATE
     SET last_position = notice_counter.last_position + EXCLUDED.last_position
  RETURNING person_id, last_position
), written AS (
  INSERT INTO notice (id, recipient_id, position, fact_id, kind, title, body,
                      subject_kind, subject_id, created_at)
  SELECT f.id, f.recipient_id, c.last_position - f.from_end + 1, f.fact_id, f.kind, f.title,
         f.body, f.subject_kind, f.subject_id, now()
    FROM fresh f JOIN counted c ON c.person_id = f.recipient_id
  ON CONFLICT (fact_id, recipient_id) DO NOTHING
  RETURNING recipient_id
)
SELECT recipient_id FROM written
"""


# The counter's lock keeps two deliveries from counting the same place free.
_LOCK_COUNTER = """
INSERT INTO notice_counter (person_id, last_position)
SELECT person_id, 0 FROM unnest($1::uuid[]) AS p (person_id) ORDER BY person_id
ON CONFLICT (person_id) DO UPDATE SET last_position = notice_counter.last_position
"""
_TODAY = """
SELECT recipient_id, kind, subject_kind, count(*)::int AS n FROM notice
 WHERE recipient_id = ANY($1::uuid[])
   AND created_at >= date_trunc('day', now() AT TIME ZONE 'Asia/Shanghai')
                     AT TIME ZONE 'Asia/Shanghai'
 GROUP BY recipient_id, kind, subject_kind
"""
_DELIVERED = """
SELECT recipient_id, fact_id FROM notice
 WHERE recipient_id = ANY($1::uuid[]) AND fact_id = ANY($2::uuid[])
"""


async def _under_the_cap(letters: Collection[Letter], most: int) -> list[Letter]:
    """Those that are not delivered yet and still have a place today."""
    recipients = list({letter.recipient for letter in letters})
    await execute(_LOCK_COUNTER, recipients)
    known = await fetch(_DELIVERED, recipients, [letter.key for letter in letters])
    delivered = {(row["recipient_id"], row["fact_id"]) for row in known}
    rows = await fetch(_TODAY, recipients)
    had = Counter(
        {(row["recipient_id"], row["kind"], row["subject_kind"]): row["n"] for row in rows}
    )
    kept = []
    for letter in letters:
        about = letter.subject.kind if letter.subject else None
        kind = (letter.recipient, letter.text.kind.value, about)
        if (letter.recipient, letter.key) not in delivered and had[kind] < most:
            had[kind] += 1
            kept.append(letter)
    return kept


def _columns(letters: Collection[Letter]) -> tuple[list[object], ...]:
    return (
        [new_id() for _ in letters],
        [letter.recipient for letter in letters],
        [letter.key for letter in letters],
        [letter.text.kind.value for letter in letters],
        [letter.text.title for letter in letters],
        [letter.text.body for letter in letters],
        [letter.subject and letter.subject.kind for letter in letters],
        [letter.subject and letter.subject.key for letter in letters],
    )


async def page(person_id: UUID, request: PageRequest, *, unread_only: bool) -> Page[Notice]:
    """A page of a person's notices, the newest first."""
    older = not request.backward
    # Only fixed words are put into the text; every value is a parameter.
    found = await fetch_models(
        Notice,
        f"""
        SELECT n.* FROM notice n
         WHERE n.recipient_id = $1
           AND ($2::bigint IS NULL OR n.position {"<" if older else ">"} $2)
           AND (NOT $3 OR n.read_at IS NULL)
         ORDER BY n.position {"DESC" if older else "ASC"}
         LIMIT $4
        """,  # noqa: S608
        person_id,
        _position_in(request),
        unread_only,
        request.size + 1,
    )
    return page_of(request, found, lambda row: [row.position])


def _position_in(request: PageRequest) -> int | None:
    if request.keys is None:
        return None
    match request.keys:
        case [int(position)] if 0 <= position <= MAX_POSITION:
            return position
    raise BadUserInput("游标无效")


async def unread_count(person_id: UUID) -> int:
    """How many notices the person has not marked as read."""
    row = await fetch_one(
        "SELECT count(*) AS n FROM notice WHERE recipient_id = $1 AND read_at IS NULL", person_id
    )
    return int(row["n"]) if row else 0


async def mark_read(person_id: UUID, notice_ids: Sequence[UUID | None]) -> int:
    """Mark notices of this person as read; how many are still unread.

    What is already read stays as it was; another person's and unknown ids are passed over.
    Raises ValidationFailed for more than 100 ids.
    """
    if len(notice_ids) > MAX_MARKED_AT_ONCE:
        problem = FieldProblem("ids", f"一次最多标记{MAX_MARKED_AT_ONCE}条消息")
        raise ValidationFailed([problem])
    await fetch(
        """
        UPDATE notice SET read_at = now()
         WHERE recipient_id = $1 AND id = ANY($2::uuid[]) AND read_at IS NULL
        """,
        person_id,
        [key for key in notice_ids if key is not None],
    )
    return await unread_count(person_id)


async def notice_of(person_id: UUID, notice_id: UUID) -> Notice | None:
    """A notice of this person; None for another person's and a missing one alike."""
    return await Notice.get_or_none(id=notice_id, recipient_id=person_id)
