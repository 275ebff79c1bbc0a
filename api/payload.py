"""The bytes of an answer, plain and compressed, each made once."""

import gzip

MIN_COMPRESSED = 2_048
_LEVEL = 4


class Payload:
    """A body to send, perhaps more than once."""

    __slots__ = ("_packed", "plain")

    def __init__(self, plain: bytes) -> None:
        self.plain = plain
        self._packed: bytes | None = None

    def encoded(self, accept_encoding: bytes) -> tuple[bytes, bytes | None]:
        """The bytes to send, and their content encoding if they are compressed."""
        if len(self.plain) < MIN_COMPRESSED or b"gzip" not in accept_encoding:
            return self.plain, None
        if self._packed is None:
            self._packed = gzip.compress(self.plain, _LEVEL, mtime=0)
        return self._packed, b"gzip"
