"""Access tokens and the ring of keys behind them."""

import base64
import json
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from foundation import tokens
from foundation.errors import Unauthenticated
from foundation.tokens import (
    ACCESS_LIFETIME,
    PERSONA_LIFETIME,
    KeyRing,
    KeyRingFile,
    new_key_ring,
    read_key_ring,
    rotated,
    write_key_ring,
)

NOW = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)
PERSON, SESSION = UUID(int=1), UUID(int=2)
RING = new_key_ring(NOW)


def token_of(ring: KeyRing, now: datetime = NOW, lifetime: timedelta = ACCESS_LIFETIME) -> str:
    signed = ring.sign_access(person_id=PERSON, session_id=SESSION, now=now, lifetime=lifetime)
    return signed[0]


def is_refused(
    token: str, *, ring: KeyRing = RING, now: datetime = NOW, longest: timedelta = ACCESS_LIFETIME
) -> bool:
    try:
        ring.read_access(token, now, longest)
    except Unauthenticated:
        return True
    return False


def test_what_was_signed_is_read_back():
    claims = RING.read_access(token_of(RING), NOW, ACCESS_LIFETIME)

    assert (claims.person_id, claims.session_id) == (PERSON, SESSION)
    assert claims.expires_at == NOW + timedelta(minutes=15)


def test_a_token_lives_for_fifteen_minutes_to_the_second():
    token = token_of(RING)

    assert not is_refused(token, now=NOW + timedelta(minutes=14, seconds=59))
    assert is_refused(token, now=NOW + timedelta(minutes=15))
    assert is_refused(token, now=NOW - timedelta(minutes=1))


def test_a_token_of_twelve_hours_is_refused_where_fifteen_minutes_are_the_longest():
    token = token_of(RING, lifetime=PERSONA_LIFETIME)

    assert is_refused(token)
    assert not is_refused(token, longest=PERSONA_LIFETIME)


def test_a_token_names_its_key():
    assert jwt.get_unverified_header(token_of(RING)) == {
        "alg": "ES256",
        "typ": "JWT",
        "kid": RING.active.kid,
    }


def test_another_rings_token_is_refused_even_under_our_key_id():
    other = new_key_ring(NOW)
    forged = jwt.encode(
        jwt.decode(token_of(RING), options={"verify_signature": False}),
        other.active.private_key,
        "ES256",
        headers={"kid": RING.active.kid},
    )

    assert is_refused(token_of(other))
    assert is_refused(forged)


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "elsewhere"},
        {"aud": "elsewhere"},
        {"sub": "nobody"},
        {"sub": "\ud800"},
        {"sid": "1"},
        {"iat": "now"},
        {"exp": 10**30},
        {"exp": True},
    ],
    ids=str,
)
def test_claims_that_we_do_not_make_are_refused(change: dict[str, object]):
    body = jwt.decode(token_of(RING), options={"verify_signature": False}) | change
    signed = jwt.PyJWS().encode(
        json.dumps(body).encode(),
        RING.active.private_key,
        "ES256",
        headers={"kid": RING.active.kid},
    )

    assert is_refused(signed)


def part(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        "x" * 5000,
        "\ud800",
        "令牌",
        f"{part('[' * 2900)}.e30.e30",
        f"{part('[]')}.e30.e30",
        f"{part(json.dumps({'alg': 'ES256', 'kid': ['a']}))}.e30.e30",
        f"{part(json.dumps({'alg': 'none', 'kid': RING.active.kid}))}.e30.",
    ],
    ids=["empty", "letters", "long", "surrogate", "chinese", "deep", "a list", "kid list", "none"],
)
def test_what_is_no_token_is_refused(token: str):
    assert is_refused(token)


def test_a_public_key_is_no_shared_secret():
    pem = RING.active.private_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    body = jwt.decode(token_of(RING), options={"verify_signature": False})
    header = part(json.dumps({"alg": "HS256", "typ": "JWT", "kid": RING.active.kid}))
    signed = f"{header}.{part(json.dumps(body))}"
    mac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(
        signed.encode(), pem
    )

    assert is_refused(f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}")


@given(st.binary(min_size=1, max_size=64), st.integers(min_value=0, max_value=300))
def test_no_altered_token_is_read(noise: bytes, at: int):
    token = token_of(RING)
    cut = at % len(token)
    altered = token[:cut] + noise.decode("latin-1") + token[cut + 1 :]

    assert altered == token or is_refused(altered)


def test_a_signature_that_was_verified_is_not_verified_again(monkeypatch: pytest.MonkeyPatch):
    ring, token = new_key_ring(NOW), token_of(RING)
    own = token_of(ring)
    first = ring.read_access(own, NOW, ACCESS_LIFETIME)
    monkeypatch.setattr(jwt, "decode", None)

    assert ring.read_access(own, NOW, ACCESS_LIFETIME) == first
    assert is_refused(own, ring=ring, now=first.expires_at)
    assert is_refused(own, ring=ring, longest=ACCESS_LIFETIME - timedelta(seconds=1))
    assert is_refused(token, ring=ring)


def test_few_tokens_are_remembered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tokens, "MAX_REMEMBERED", 2)
    ring = new_key_ring(NOW)
    made = [token_of(ring, NOW + timedelta(seconds=second)) for second in range(5)]

    for token in made:
        assert not is_refused(token, ring=ring, now=NOW + timedelta(seconds=5))
        assert len(ring._signed) <= 2


def test_after_a_rotation_the_new_key_signs_and_the_old_one_still_verifies():
    before = token_of(RING)
    ring = rotated(RING, NOW + timedelta(minutes=5))
    later = NOW + timedelta(minutes=10)

    assert ring.active.kid != RING.active.kid
    assert not is_refused(before, ring=ring, now=later)
    assert not is_refused(token_of(ring, later), ring=ring, now=later)
    assert {key["kid"] for key in ring.jwks()["keys"]} == {ring.active.kid, RING.active.kid}


def test_a_retired_key_signs_nothing_that_counts():
    """Somebody who holds the old key cannot make tokens any more."""
    ring = rotated(RING, NOW + timedelta(minutes=5))
    later = NOW + timedelta(minutes=10)

    assert is_refused(token_of(RING, later), ring=ring, now=later)


def test_long_retired_keys_leave_the_ring():
    ring = rotated(RING, NOW)
    ring = rotated(ring, NOW + PERSONA_LIFETIME)
    assert len(ring.keys) == 3

    ring = rotated(ring, NOW + PERSONA_LIFETIME + timedelta(seconds=1))

    assert len(ring.keys) == 3
    assert RING.active.kid not in {key.kid for key in ring.keys}


def test_the_published_keys_are_public_halves_only():
    shown = json.dumps(RING.jwks())

    assert '"d"' not in shown
    assert set(RING.jwks()["keys"][0]) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    assert "PrivateKey" not in repr(RING)


def test_a_ring_survives_its_file(tmp_path: Path):
    file = tmp_path / "folder" / "keys.json"
    ring = rotated(RING, NOW)
    write_key_ring(file, ring, replace=False)

    again = read_key_ring(file)

    assert again.jwks() == ring.jwks()
    assert [key.retired_at for key in again.keys] == [None, NOW]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["keys.json"]


def test_a_ring_is_not_written_over_another_by_accident(tmp_path: Path):
    file = tmp_path / "keys.json"
    write_key_ring(file, RING, replace=False)

    with pytest.raises(FileExistsError):
        write_key_ring(file, new_key_ring(NOW), replace=False)
    assert read_key_ring(file).jwks() == RING.jwks()


def test_of_many_who_generate_at_once_one_ring_stands(tmp_path: Path):
    file = tmp_path / "keys.json"
    won: list[bool] = []

    def generate() -> None:
        try:
            write_key_ring(file, new_key_ring(NOW), replace=False)
            won.append(True)
        except FileExistsError:
            won.append(False)

    threads = [threading.Thread(target=generate) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert won.count(True) == 1
    assert read_key_ring(file).active


def test_a_running_process_sees_a_rotation(tmp_path: Path):
    file = tmp_path / "keys.json"
    write_key_ring(file, RING, replace=False)
    keys = KeyRingFile(file)
    assert keys.ring().active.kid == RING.active.kid
    assert keys.ring() is keys.ring()

    ring = rotated(RING, NOW)
    write_key_ring(file, ring, replace=True)

    assert keys.ring().active.kid == ring.active.kid


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"generated": false, "keys": []}', '{"generated": false, "keys": [{}]}'],
)
def test_a_damaged_ring_is_refused(tmp_path: Path, text: str):
    file = tmp_path / "keys.json"
    file.write_text(text)

    with pytest.raises(ValueError, match=r".+"):
        read_key_ring(file)


def test_only_p_256_keys_are_taken(tmp_path: Path):
    file = tmp_path / "keys.json"
    write_key_ring(file, RING, replace=False)
    body = json.loads(file.read_text())
    other = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    body["keys"][0]["private_key"] = other.decode()
    file.write_text(json.dumps(body))

    with pytest.raises(ValueError, match="P-256"):
        read_key_ring(file)
