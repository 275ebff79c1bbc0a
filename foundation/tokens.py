"""Our access tokens: ES256 with key ids, made by the active key of a ring, read with all of it.

A ring is a JSON file: one active key and the retired ones, which verify what they signed until
it expires, and the public halves of all that came before, which verify receipts for ever
(foundation/receipts.py). Every process rereads the file when it changes, so a rotation needs no
restart.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from foundation.errors import Unauthenticated
from foundation.identifiers import new_id
from foundation.private_files import write_private
from foundation.settings import settings

ALGORITHM = "ES256"
ISSUER = "rongqiao"
ACCESS_LIFETIME = timedelta(minutes=15)
# Tokens of the command line, for walking through a local set-up; refused in production.
PERSONA_LIFETIME = timedelta(hours=12)
MAX_TOKEN_CHARACTERS = 4096
MAX_REMEMBERED = 4096
"""Tokens whose signature was verified, for each process: some 4 MB."""
_SKEW = timedelta(seconds=30)
# What a hostile token can raise on its way: bad claims, deep JSON, lone surrogates, huge numbers.
_MALFORMED = (LookupError, ValueError, TypeError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True)
class AccessClaims:
    """What an access token says: who, in which session, and until when."""

    person_id: UUID
    session_id: UUID
    expires_at: datetime


@dataclass(frozen=True)
class SigningKey:
    """One ES256 key of a ring; retired ones only verify what was signed before."""

    kid: str
    private_key: ec.EllipticCurvePrivateKey = field(repr=False)
    created_at: datetime
    retired_at: datetime | None = None

    def public_jwk(self) -> dict[str, Any]:
        """The public half as a JWK."""
        jwk: dict[str, Any] = jwt.algorithms.ECAlgorithm.to_jwk(
            self.private_key.public_key(), as_dict=True
        )
        return jwk | {"kid": self.kid, "alg": ALGORITHM, "use": "sig"}


@dataclass(frozen=True)
class KeyRing:
    """The keys that sign and verify. `generated` marks a ring that a process made for itself.

    `past` are the public keys (JWK) of those that were dropped: no access token of theirs lives.
    """

    keys: tuple[SigningKey, ...]
    generated: bool = False
    past: tuple[Mapping[str, Any], ...] = ()
    _signed: dict[str, tuple[AccessClaims, datetime]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def active(self) -> SigningKey:
        """The key that signs now. Raises ValueError when the ring has none."""
        for key in self.keys:
            if key.retired_at is None:
                return key
        raise ValueError("the key ring has no active key")

    def sign_access(
        self,
        *,
        person_id: UUID,
        session_id: UUID,
        now: datetime,
        lifetime: timedelta = ACCESS_LIFETIME,
    ) -> tuple[str, datetime]:
        """An access token, and the instant at which it expires."""
        expires_at = (now + lifetime).replace(microsecond=0)
        claims = {
            "iss": ISSUER,
            "aud": ISSUER,
            "sub": str(person_id),
            "sid": str(session_id),
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
        }
        key = self.active
        token = jwt.encode(claims, key.private_key, ALGORITHM, headers={"kid": key.kid})
        return token, expires_at

    def read_access(self, token: str, now: datetime, longest: timedelta) -> AccessClaims:
        """The claims of an access token that one of these keys signed and that still holds.

        `longest` is the longest life a token may have been given. Raises Unauthenticated for
        anything else: forged, expired, of another issuer, of a key that had retired before.
        """
        signed = self._signed.get(token)
        if signed is None:
            try:
                signed = self._verified(token)
            except (jwt.PyJWTError, *_MALFORMED):
                raise Unauthenticated(EXPIRED) from None
            self._remember(token, signed)
        claims, issued_at = signed
        if not issued_at - _SKEW <= now < claims.expires_at <= issued_at + longest:
            raise Unauthenticated(EXPIRED)
        return claims

    def jwks(self) -> dict[str, Any]:
        """The public keys, past ones included, as a JWK set."""
        return {"keys": [*(key.public_jwk() for key in self.keys), *self.past]}

    def _verified(self, token: str) -> tuple[AccessClaims, datetime]:
        """What a token of one of these keys says, and when it was issued; whether it lives is
        another question.
        """
        key = self._key_named(token)
        claims = _decode(token, key.private_key.public_key(), ALGORITHM)
        issued_at, expires_at = _instant(claims["iat"]), _instant(claims["exp"])
        if key.retired_at is not None and issued_at > key.retired_at + _SKEW:
            raise ValueError("signed by a key that had retired")
        who = AccessClaims(UUID(claims["sub"]), UUID(claims["sid"]), expires_at)
        return who, issued_at

    def _remember(self, token: str, signed: tuple[AccessClaims, datetime]) -> None:
        # A signature stays what it is: a session's later requests need not verify it again.
        if len(self._signed) >= MAX_REMEMBERED:
            self._signed.clear()
        self._signed[token] = signed

    def _key_named(self, token: str) -> SigningKey:
        if len(token) > MAX_TOKEN_CHARACTERS:
            raise ValueError("too long for a token")
        kid = jwt.get_unverified_header(token)["kid"]
        return {key.kid: key for key in self.keys}[kid]


EXPIRED = "登录已失效，请重新登录"


def _decode(token: str, key: ec.EllipticCurvePublicKey, algorithm: str) -> dict[str, Any]:
    # Times are compared by the caller against its own clock, which tests and replays can set.
    options: Any = {
        "require": ["iss", "aud", "sub", "sid", "iat", "exp"],
        "verify_exp": False,
        "verify_iat": False,
        "verify_nbf": False,
    }
    claims: dict[str, Any] = jwt.decode(
        token, key, algorithms=[algorithm], audience=ISSUER, issuer=ISSUER, options=options
    )
    return claims


def _instant(seconds: object) -> datetime:
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise TypeError("not a number of seconds")
    return datetime.fromtimestamp(seconds, UTC)


def new_key_ring(now: datetime, *, generated: bool = False) -> KeyRing:
    """A ring with one fresh key."""
    return KeyRing((_new_key(now),), generated)


def rotated(ring: KeyRing, now: datetime) -> KeyRing:
    """The ring with a fresh active key; the former one retires. Of those retired for long only
    the public half stays.
    """
    kept = [
        SigningKey(key.kid, key.private_key, key.created_at, key.retired_at or now)
        for key in ring.keys
        if key.retired_at is None or now - key.retired_at <= PERSONA_LIFETIME
    ]
    dropped = [key.public_jwk() for key in ring.keys if key.kid not in {one.kid for one in kept}]
    return KeyRing((_new_key(now), *kept), ring.generated, (*dropped, *ring.past))


def _new_key(now: datetime) -> SigningKey:
    return SigningKey(new_id().hex, ec.generate_private_key(ec.SECP256R1()), now)


def read_key_ring(file: Path) -> KeyRing:
    """The ring in a file. Raises ValueError for one that is damaged or has no active key."""
    body = json.loads(file.read_text("utf-8"))
    try:
        keys = tuple(_key_of(entry) for entry in body["keys"])
        ring = KeyRing(keys, bool(body["generated"]), tuple(body.get("past", ())))
    except (KeyError, TypeError) as error:
        raise ValueError(f"{file} is no key ring: {error}") from error
    _ = ring.active
    return ring


def write_key_ring(file: Path, ring: KeyRing, *, replace: bool) -> None:
    """Write a ring whole or not at all, readable by its owner only.

    Raises FileExistsError when the file is there and may not be replaced.
    """
    body = {
        "generated": ring.generated,
        "keys": [_entry_of(key) for key in ring.keys],
        "past": list(ring.past),
    }
    write_private(file, json.dumps(body, indent=2), replace=replace)


def _key_of(entry: Mapping[str, str]) -> SigningKey:
    private = serialization.load_pem_private_key(entry["private_key"].encode(), password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != "secp256r1":
        raise ValueError("only P-256 keys sign access tokens")
    retired = entry.get("retired_at")
    return SigningKey(
        kid=entry["kid"],
        private_key=private,
        created_at=datetime.fromisoformat(entry["created_at"]),
        retired_at=datetime.fromisoformat(retired) if retired else None,
    )


def _entry_of(key: SigningKey) -> dict[str, str | None]:
    pem = key.private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "kid": key.kid,
        "private_key": pem.decode(),
        "created_at": key.created_at.isoformat(),
        "retired_at": key.retired_at.isoformat() if key.retired_at else None,
    }


class KeyRingFile:
    """A key ring on disk, read again whenever the file changes."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, int, int] | None = None
        self._ring: KeyRing | None = None

    def ring(self) -> KeyRing:
        """The ring as it stands in the file now. Raises OSError or ValueError when unreadable."""
        stat = self._file.stat()
        seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if self._ring is None or seen != self._seen:
            self._ring = read_key_ring(self._file)
            self._seen = seen
        return self._ring


def signing_keys_path() -> Path:
    """Where the key ring of this set-up is, or would be generated."""
    return settings().signing_keys_file or settings().data_dir / "signing-keys.json"


@cache
def signing_keys() -> KeyRingFile:
    """The key ring of this process. Outside production a missing one is generated.

    Raises ValueError in production for a ring that a process generated for itself.
    """
    file = signing_keys_path()
    if not settings().is_production and not file.exists():
        try:
            ring = new_key_ring(datetime.now(UTC), generated=True)
            write_key_ring(file, ring, replace=False)
        except FileExistsError:
            pass  # another process of this set-up was quicker; its ring serves
    keys = KeyRingFile(file)
    if settings().is_production and keys.ring().generated:
        raise ValueError(f"{file} was generated for development; make one with: tools keys new")
    return keys
