"""Keyed digests and sealed bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.sealing import digests_agree, keyed_digest, seal, unseal


@given(st.binary(max_size=200))
def test_what_is_sealed_opens_again_and_shows_nothing(data: bytes):
    sealed = seal("test", data)

    assert unseal("test", sealed) == data
    assert len(data) < 8 or data not in sealed


def test_the_same_bytes_are_never_sealed_alike():
    assert seal("test", b"secret") != seal("test", b"secret")


@given(st.integers(min_value=0, max_value=33), st.integers(min_value=1, max_value=255))
def test_what_was_altered_does_not_open(at: int, bits: int):
    sealed = bytearray(seal("test", b"secret"))
    sealed[at] ^= bits

    with pytest.raises(ValueError, match="does not open"):
        unseal("test", bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"short", b"x" * 20])
def test_what_was_never_sealed_does_not_open(sealed: bytes):
    with pytest.raises(ValueError, match=r".+"):
        unseal("test", sealed)


def test_each_purpose_has_a_key_of_its_own():
    assert keyed_digest("one", b"data") != keyed_digest("other", b"data")
    with pytest.raises(ValueError, match="does not open"):
        unseal("other", seal("one", b"secret"))


def test_a_digest_is_the_same_each_time():
    assert digests_agree(keyed_digest("one", b"data"), keyed_digest("one", b"data"))
    assert not digests_agree(keyed_digest("one", b"data"), keyed_digest("one", b"Data"))
