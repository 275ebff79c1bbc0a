"""What a PDF shows, read from the file's own streams: no other program is needed to check it.

It reads what fpdf2 writes: one font of two-byte codes, each string by one Tj, and a ToUnicode map.
"""

import re
import zlib

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_MAPPED = re.compile(rb"<([0-9A-Fa-f]{4})> <((?:[0-9A-Fa-f]{4})+)>")
_SHOWN = re.compile(rb"\(((?:\\.|[^\\()])*)\) Tj", re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pages: bytes) -> str:
    """Every string of a file in the order in which it is drawn, one a line."""
    streams = [_plain(one) for one in _STREAM.findall(pages)]
    (cmap,) = (one for one in streams if b"beginbfchar" in one)
    characters = {
        bytes.fromhex(code.decode()): bytes.fromhex(text.decode()).decode("utf-16-be")
        for code, text in _MAPPED.findall(cmap)
    }
    drawn = [shown for one in streams if b"BT" in one for shown in _SHOWN.findall(one)]
    return "\n".join(_text(shown, characters) for shown in drawn)


def _plain(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def _text(shown: bytes, characters: dict[bytes, str]) -> str:
    codes = _ESCAPED.sub(lambda found: _LETTERS.get(found[1], found[1]), shown)
    pairs = (codes[at : at + 2] for at in range(0, len(codes), 2))
    return "".join(characters[pair] for pair in pairs)
