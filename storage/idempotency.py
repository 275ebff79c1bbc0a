"""Idempotency keys: the same actor, mutation, key and input give the same object, whatever happens.

The claim is one statement in the transaction of what it creates: of two that come at once the
second waits for the first, and a refused attempt leaves no trace.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from foundation.errors import BadUserInput, IdempotencyKeyReused
from foundation.identifiers import new_id
from storage.database import fetch_one

_KEY = re.compile(r"[!-~]{8,80}", re.ASCII)

CLAIM = """
  INSERT INTO idempotency_key (id, actor_id, mutation, key, input_digest, object_id, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (actor_id, mutation, key) DO UPDATE SET object_id = idempotency_key.object_id
  RETURNING id AS claim_id, object_id, input_digest
"""
"""A claim as SQL, so that a service can join it to its first reading: `Attempt.values` fills it,
`Attempt.earlier_object` reads what it returns.
"""


@dataclass(frozen=True)
class Attempt:
    """One try of a mutation that makes, or changes, `object_id`."""

    actor_id: UUID
    mutation: str
    key: str
    digest: bytes
    object_id: UUID
    at: datetime
    claim_id: UUID = field(default_factory=new_id)

    @property
    def values(self) -> tuple[object, ...]:
        """The values of CLAIM, $1 to $7."""
        return (
            self.claim_id,
            self.actor_id,
            self.mutation,
            self.key,
            self.digest,
            self.object_id,
            self.at,
        )

    def earlier_object(self, claimed: Mapping[str, Any]) -> UUID | None:
        """The object of an earlier attempt with the same input; None when this is the first.

        Raises IdempotencyKeyReused when the key came with another input before.
        """
        if bytes(claimed["input_digest"]) != self.digest:
            raise IdempotencyKeyReused
        earlier: UUID = claimed["object_id"]
        return None if claimed["claim_id"] == self.claim_id else earlier


def attempt(
    actor_id: UUID,
    mutation: str,
    key: str,
    values: Mapping[str, object],
    object_id: UUID,
    at: datetime,
) -> Attempt:
    """Describe a try. `actor_id` is the membership: who acts for another firm is another actor.

    Raises BadUserInput unless the key has 8 to 80 visible ASCII characters.
    """
    if _KEY.fullmatch(key) is None:
        raise BadUserInput("idempotencyKey 须为 8 到 80 个可见的 ASCII 字符")
    return Attempt(actor_id, mutation, key, digest_of(values), object_id, at)


async def claim(this: Attempt) -> UUID:
    """Claim the key in the open transaction; the object that it stands for from now on.

    It equals `this.object_id` when the caller is the first and must create the object. Raises
    IdempotencyKeyReused when the key came with another input.
    """
    return await claim_or_earlier(this) or this.object_id


async def claim_or_earlier(this: Attempt) -> UUID | None:
    """Claim the key in the open transaction, for a change of what already exists.

    None: the caller is the first, and does the work in this same transaction. An id: an earlier
    attempt with the same input did it on that object. Raises IdempotencyKeyReused when the key
    came with another input.
    """
    row = await fetch_one(CLAIM, *this.values)
    if row is None:
        raise LookupError("an upsert that returns its row returned none")
    return this.earlier_object(row)


def digest_of(values: Mapping[str, object]) -> bytes:
    """A digest of an input that does not depend on the order of its names or on how a number,
    an id or a date was written.
    """
    text = json.dumps(_plain(values), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).digest()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return value.hex
    if value is None or isinstance(value, str | int | bool):
        return value
    raise TypeError(f"no canonical form for {type(value).__name__}")
