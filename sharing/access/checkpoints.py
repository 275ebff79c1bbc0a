"""Signed checkpoints: where the ledger's chain stood at an instant, for others to keep.

Whoever holds one can show later that nothing before it was changed and nothing was cut off. None
is signed over a stretch that does not lead on from the one before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from accounts.access import require_role
from accounts.viewers import Viewer
from foundation import receipts
from foundation.identifiers import new_id
from foundation.pagination import Page, PageRequest, number_key, page_of
from foundation.receipts import BadReceipt
from foundation.tokens import KeyRing
from sharing.access.verification import Break, Head, Verdict, verify
from storage.database import execute, fetch, fetch_models, fetch_one
from storage.models.ledger import LedgerCheckpoint
from storage.models.membership import Role

KIND = "ledger-checkpoint"

_KEEP = """
INSERT INTO ledger_checkpoint (id, position, digest, made_at, statement)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT (position) DO NOTHING
"""
_NEWEST = "SELECT position, statement FROM ledger_checkpoint ORDER BY position DESC LIMIT 1"
_ALL = "SELECT position, statement FROM ledger_checkpoint WHERE position > $1 ORDER BY position"
BATCH = 1_000


class BrokenChain(Exception):
    """The chain does not lead on from what was signed: nothing was signed over it."""

    def __init__(self, found: Break) -> None:
        super().__init__(f"{found.fault} at position {found.position}")
        self.found = found


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint says: the chain's head, how many lines that is, and when."""

    head: Head
    made_at: datetime


def read_checkpoint(jwks: Mapping[str, Any], statement: str) -> Checkpoint:
    """A checkpoint, verified against public keys. Raises BadReceipt."""
    claims = receipts.read(jwks, KIND, statement.strip())
    try:
        digest, made_at = bytes.fromhex(claims["digest"]), datetime.fromisoformat(claims["at"])
        position = int(claims["position"])
    except (KeyError, TypeError, ValueError):
        raise BadReceipt("no checkpoint of the access ledger") from None
    return Checkpoint(Head(position, digest), made_at)


async def make_checkpoint(ring: KeyRing, now: datetime) -> str | None:
    """Sign where the chain ends and keep the statement; None for an empty ledger.

    What was added since the newest checkpoint is followed first. A chain that has not moved gets
    the statement it has. Raises BrokenChain, and BadReceipt for a kept one that was forged.
    """
    newest = await fetch_one(_NEWEST)
    before = read_checkpoint(ring.jwks(), newest["statement"]).head if newest else None
    verdict = await verify(since=before)
    if verdict.found is not None:
        raise BrokenChain(verdict.found)
    if newest and before == verdict.head:
        statement: str = newest["statement"]
        return statement
    return await _sign(ring, verdict, now) if verdict.head.position else None


async def kept_checkpoints(jwks: Mapping[str, Any]) -> list[Checkpoint]:
    """Every checkpoint of the database, oldest first. Raises BadReceipt for one that is forged."""
    found: list[Checkpoint] = []
    position = 0
    while rows := await fetch(f"{_ALL} LIMIT {BATCH}", position):
        for row in rows:
            one = read_checkpoint(jwks, row["statement"])
            if one.head.position != row["position"]:
                raise BadReceipt(f"kept at position {row['position']} and speaks of another")
            found.append(one)
        position = rows[-1]["position"]
    return found


async def checkpoints_page(viewer: Viewer | None, request: PageRequest) -> Page[LedgerCheckpoint]:
    """Checkpoints, newest first, for those who run or watch the platform.

    Raises Unauthenticated and Forbidden.
    """
    require_role(viewer, Role.OPERATOR, Role.REGULATOR)
    sign, order = (">", "ASC") if request.backward else ("<", "DESC")
    rows = await fetch_models(
        LedgerCheckpoint,
        f"""
        SELECT * FROM ledger_checkpoint
         WHERE $1::bigint IS NULL OR position {sign} $1 ORDER BY position {order} LIMIT $2
        """,  # noqa: S608 - ASC or DESC, < or >; every value is a parameter
        number_key(request.keys),
        request.size + 1,
    )
    return page_of(request, rows, lambda row: [row.position])


def heads_of(checkpoints: Iterable[Checkpoint]) -> list[Head]:
    """The heads that a chain is compared with."""
    return [one.head for one in checkpoints]


async def _sign(ring: KeyRing, verdict: Verdict, now: datetime) -> str:
    head = verdict.head
    claims = {
        "position": head.position,
        "digest": head.digest.hex(),
        "lines": head.position,
        "at": now.astimezone(UTC).isoformat(),
    }
    statement = receipts.sign(ring, KIND, claims, now)
    # Of two workers that sign the same head the first one's statement is kept; both hold.
    await execute(_KEEP, new_id(), head.position, head.digest, now, statement)
    return statement
