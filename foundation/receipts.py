"""Signed receipts: what the platform says it did, checkable by anybody who has its public keys.

A receipt is a compact JWS (RFC 7515), ES256 by the active key of the ring. Its header says which
kind it is, so that one kind never passes for another, and never for an access token.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import jwt

from foundation.tokens import ALGORITHM, ISSUER, KeyRing

MAX_RECEIPT_CHARACTERS = 256 * 1024
_MALFORMED = (LookupError, ValueError, TypeError, AttributeError, RecursionError)


class BadReceipt(Exception):
    """A text that is no receipt of this kind by one of these keys, or was altered."""


def sign(ring: KeyRing, kind: str, claims: Mapping[str, Any], now: datetime) -> str:
    """A receipt of a kind (`consent`, `grade` …) over claims that JSON can hold.

    `iss` and `iat` are added; the instant is when it was signed, not when the thing happened.
    """
    key = ring.active
    body = {"iss": ISSUER, "iat": int(now.timestamp()), **claims}
    headers = {"kid": key.kid, "typ": _type_of(kind)}
    return jwt.encode(body, key.private_key, ALGORITHM, headers=headers)


def read(jwks: Mapping[str, Any], kind: str, receipt: str) -> dict[str, Any]:
    """What a receipt says, verified against a set of public keys. Raises BadReceipt."""
    if len(receipt) > MAX_RECEIPT_CHARACTERS:
        raise BadReceipt("too long for a receipt")
    try:
        header = jwt.get_unverified_header(receipt)
        if header.get("typ") != _type_of(kind):
            raise BadReceipt(f"no receipt of the kind {kind}")
        known = {key["kid"]: key for key in jwks["keys"]}
        key = jwt.PyJWK(known[header["kid"]], ALGORITHM).key
        # A receipt has no end: times in it are statements, not limits.
        options: Any = {"require": ["iss", "iat"], "verify_iat": False, "verify_exp": False}
        claims: dict[str, Any] = jwt.decode(
            receipt, key, algorithms=[ALGORITHM], issuer=ISSUER, options=options
        )
    except KeyError:
        raise BadReceipt("signed by a key that is not in the key set") from None
    except (jwt.PyJWTError, *_MALFORMED):
        raise BadReceipt("altered, or not signed by its key") from None
    return claims


def kind_of(receipt: str) -> str:
    """Which kind a text says it is, before anything of it is believed. Raises BadReceipt."""
    if len(receipt) > MAX_RECEIPT_CHARACTERS:
        raise BadReceipt("too long for a receipt")
    try:
        said = str(jwt.get_unverified_header(receipt).get("typ"))
    except (jwt.PyJWTError, *_MALFORMED):
        raise BadReceipt("no receipt at all") from None
    kind = said.removeprefix("rq-").removesuffix("+jws")
    if said != _type_of(kind):
        raise BadReceipt("no receipt of this platform")
    return kind


def _type_of(kind: str) -> str:
    return f"rq-{kind}+jws"
