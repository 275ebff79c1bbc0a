"""Who a phone number belongs to, and joining an entry app's account to that person.

An account of an entry app is joined to a phone only after our own code reached that phone, only
when its holder asks for it in so many words, and never to another phone than the entry app
names: otherwise somebody's phone could be led into a stranger's account.
"""

from datetime import datetime
from uuid import UUID

from accounts.signing_out import close_all_sessions
from accounts.viewers import Viewer
from foundation.identifiers import new_id
from foundation.sealing import digests_agree, keyed_digest
from storage.database import execute, fetch, fetch_one
from storage.models.session import CloseReason

_ADD_PERSON = """
INSERT INTO person (id, phone, created_at) VALUES ($1, $2, $3)
ON CONFLICT (phone) WHERE phone IS NOT NULL DO NOTHING
"""

# Only a person who came through an entry app and has proven no phone yet can be joined.
_ENTRY_ACCOUNTS = """
SELECT a.phone_digest FROM session s
JOIN person p ON p.id = s.person_id JOIN external_account a ON a.person_id = p.id
WHERE s.id = $1 AND s.method = 'ENTRY_APP' AND s.closed_at IS NULL AND p.phone IS NULL
FOR UPDATE OF p
"""


async def person_behind(phone: str, link_to: Viewer | None, now: datetime) -> UUID:
    """The person of a phone whose code was right, in the transaction that used the code up.

    That transaction holds the phone's challenge, so nobody else signs in with the phone
    meanwhile. The first sign-in makes the person. With `link_to`, the entry-app account of that
    viewer becomes theirs; where it may not be joined to this phone it stays as it is.
    """
    if link_to is None or not await _may_join(link_to, phone):
        return await _person_with(phone, now)
    await close_all_sessions(link_to.person_id, CloseReason.JOINED, now)
    known = await fetch_one("SELECT id FROM person WHERE phone = $1", phone)
    if known is None:
        await execute("UPDATE person SET phone = $2 WHERE id = $1", link_to.person_id, phone)
        return link_to.person_id
    person_id: UUID = known["id"]
    await execute(
        "UPDATE external_account SET person_id = $2 WHERE person_id = $1",
        link_to.person_id,
        person_id,
    )
    return person_id


async def _may_join(viewer: Viewer, phone: str) -> bool:
    accounts = await fetch(_ENTRY_ACCOUNTS, viewer.session_id)
    named = [row["phone_digest"] for row in accounts if row["phone_digest"] is not None]
    return bool(accounts) and all(digests_agree(kept, phone_digest(phone)) for kept in named)


async def _person_with(phone: str, now: datetime) -> UUID:
    await execute(_ADD_PERSON, new_id(), phone, now)
    found = await fetch_one("SELECT id FROM person WHERE phone = $1", phone)
    if found is None:
        raise LookupError("a person that was just written cannot be read")
    person_id: UUID = found["id"]
    return person_id


def phone_digest(phone: str) -> bytes:
    """The keyed digest under which an entry account remembers the phone that its app names."""
    return keyed_digest("entry app phone", phone.encode())
