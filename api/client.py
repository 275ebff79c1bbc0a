"""The built phone client: its files, its one page for every path, and what a browser may do there.

A name with a content hash is kept by browsers for a year; the page itself is asked for every time.
Text goes out compressed, once per file and process.
"""

import asyncio
import gzip
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

MAX_FILE = 8 * 1024 * 1024
MAX_KEPT = 400
_MIN_COMPRESSED = 1_024
_HASHED = re.compile(r"[.-][A-Za-z0-9_-]{8,}\.[a-z0-9]{2,5}$")
_TEXT = ("text/", "application/javascript", "application/json", "image/svg")

SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


@dataclass(frozen=True)
class _File:
    content: bytes
    compressed: bytes | None
    media_type: str
    etag: str


class ClientFiles:
    """Serves a folder of built files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._kept: dict[tuple[Path, int, int], _File] = {}

    async def serve(self, request: Request) -> Response:
        """A file, or the page for any path that names none."""
        path = request.path_params.get("path", "")
        found = await asyncio.to_thread(self._find, path)
        if found is None:
            return PlainTextResponse("404\n", status_code=404, headers=SECURITY_HEADERS)
        headers = {
            **SECURITY_HEADERS,
            "vary": "accept-encoding",
            "etag": found.etag,
            "cache-control": (
                "public, max-age=31536000, immutable" if _HASHED.search(path) else "no-cache"
            ),
        }
        if request.headers.get("if-none-match") == found.etag:
            return Response(status_code=304, headers=headers)
        content = found.content
        if found.compressed and "gzip" in request.headers.get("accept-encoding", ""):
            content = found.compressed
            headers["content-encoding"] = "gzip"
        return Response(content, headers=headers, media_type=found.media_type)

    def _find(self, path: str) -> _File | None:
        file = self._inside(path)
        if file is None and "." not in path.rsplit("/", 1)[-1]:
            file = self._inside("index.html")
        return None if file is None else self._read(file)

    def _inside(self, path: str) -> Path | None:
        """The file that a path names inside the folder; links that lead out of it do not count."""
        if not path or "\0" in path or len(path) > 512:
            return None
        file = (self._folder / path).resolve()
        return file if file.is_relative_to(self._folder) and file.is_file() else None

    def _read(self, file: Path) -> _File | None:
        state = file.stat()
        key = (file, state.st_mtime_ns, state.st_size)
        if key in self._kept:
            return self._kept[key]
        if state.st_size > MAX_FILE:
            return None
        content = file.read_bytes()
        media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        compressed = None
        if len(content) >= _MIN_COMPRESSED and media_type.startswith(_TEXT):
            compressed = gzip.compress(content, 6, mtime=0)
        if media_type.startswith("text/"):
            media_type += "; charset=utf-8"
        made = _File(content, compressed, media_type, f'"{key[1]:x}-{key[2]:x}"')
        if len(self._kept) >= MAX_KEPT:
            self._kept.clear()
        self._kept[key] = made
        return made
