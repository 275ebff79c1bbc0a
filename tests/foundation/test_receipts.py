"""Receipts: they verify with the public keys, also long after a rotation, and nothing else does."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from foundation import receipts
from foundation.errors import Unauthenticated
from foundation.receipts import BadReceipt
from foundation.tokens import PERSONA_LIFETIME, new_key_ring, rotated

NOW = datetime(2026, 3, 18, 2, tzinfo=UTC)
RING = new_key_ring(NOW)


def a_receipt() -> str:
    return receipts.sign(RING, "consent", {"consent": "1", "scope": ["JS-13"]}, NOW)


def test_what_was_signed_is_read_with_the_public_keys_alone() -> None:
    claims = receipts.read(RING.jwks(), "consent", a_receipt())

    assert (claims["consent"], claims["scope"]) == ("1", ["JS-13"])
    assert claims["iat"] == int(NOW.timestamp())


def test_a_receipt_outlives_every_rotation_of_the_keys() -> None:
    ring = RING
    for step in range(1, 4):
        ring = rotated(ring, NOW + step * (PERSONA_LIFETIME + timedelta(hours=1)))

    assert RING.active.kid not in {key.kid for key in ring.keys}
    assert receipts.read(ring.jwks(), "consent", a_receipt())["consent"] == "1"


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_changed_receipt_is_refused(part: int) -> None:
    parts = a_receipt().split(".")
    middle = len(parts[part]) // 2
    other = "A" if parts[part][middle] != "A" else "B"
    parts[part] = parts[part][:middle] + other + parts[part][middle + 1 :]

    with pytest.raises(BadReceipt):
        receipts.read(RING.jwks(), "consent", ".".join(parts))


def test_another_kind_another_key_and_an_access_token_are_refused() -> None:
    token, _ = RING.sign_access(person_id=UUID(int=1), session_id=UUID(int=2), now=NOW)

    for jwks, kind, text in (
        (RING.jwks(), "grade", a_receipt()),
        (new_key_ring(NOW).jwks(), "consent", a_receipt()),
        (RING.jwks(), "consent", token),
        (RING.jwks(), "consent", "no receipt at all"),
        (RING.jwks(), "consent", "." * 300_000),
        ({"keys": []}, "consent", a_receipt()),
    ):
        with pytest.raises(BadReceipt):
            receipts.read(jwks, kind, text)


def test_a_receipt_is_no_access_token() -> None:
    with pytest.raises(Unauthenticated):
        RING.read_access(a_receipt(), NOW, timedelta(minutes=15))
