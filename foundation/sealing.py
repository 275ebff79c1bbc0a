"""Keyed digests and sealed bytes, under keys that are derived from the one secret of a set-up.

Each purpose has a key of its own, so that what one feature keeps is useless to another.
"""

import hashlib
import hmac
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from foundation.private_files import write_private
from foundation.settings import settings

_NONCE_BYTES = 12


def keyed_digest(purpose: str, data: bytes) -> bytes:
    """32 bytes that only this set-up can make from the data: HMAC-SHA256."""
    return hmac.digest(_key(purpose), data, hashlib.sha256)


def digests_agree(one: bytes, other: bytes) -> bool:
    """Whether two digests are equal, in a time that does not depend on where they differ."""
    return hmac.compare_digest(one, other)


def seal(purpose: str, data: bytes) -> bytes:
    """The data, encrypted and authenticated with AES-256-GCM."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(_key(purpose)).encrypt(nonce, data, purpose.encode())


def unseal(purpose: str, sealed: bytes) -> bytes:
    """What was sealed. Raises ValueError when it was altered, or sealed under another secret."""
    nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return AESGCM(_key(purpose)).decrypt(nonce, body, purpose.encode())
    except InvalidTag:
        raise ValueError(
            f"what was sealed for {purpose} does not open with RQ_CODE_SECRET"
        ) from None


@cache
def _key(purpose: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"rongqiao {purpose}".encode())
    return derive.derive(_secret().encode())


def _secret() -> str:
    configured = settings().code_secret
    if configured is not None:
        return configured.get_secret_value()
    # Settings refuse production without RQ_CODE_SECRET, so this is a local set-up.
    return _generated(settings().data_dir / "code-secret")


def _generated(file: Path) -> str:
    if not file.exists():
        # When another process of this set-up was quicker, its secret serves.
        with suppress(FileExistsError):
            write_private(file, secrets.token_urlsafe(48), replace=False)
    return file.read_text("utf-8")
