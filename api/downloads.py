"""GET /downloads/ID with `Authorization: Ticket …`: one file, once.

Unknown, forged, used and expired tickets get the same answer.
"""

import base64
import re
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from api.context import address_of
from api.rate_limits import RateLimits
from api.refusals import Refused
from foundation.clock import Clock
from sharing.access.download_kinds import open_download
from sharing.access.downloads import ADDRESS, Download
from storage.outages import is_outage

PATH = f"{ADDRESS}/{{ticket}}"

_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_TICKET = re.compile(r"Ticket ([A-Za-z0-9_-]{20,100})", re.ASCII | re.IGNORECASE)
_HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
}


class Downloads:
    """Hands out what tickets open."""

    def __init__(self, clock: Clock, limits: RateLimits) -> None:
        self._clock, self._limits = clock, limits

    async def serve(self, request: Request) -> Response:
        """The file, or the sentence that there is none for this ticket."""
        if request.method != "GET":
            # Starlette answers HEAD by the same function, and looking must not use a ticket up.
            return Response(status_code=405, headers={**_HEADERS, "allow": "GET"})
        try:
            await self._limits.count(None, address_of(request.scope))
        except Refused as refused:
            message = refused.errors[0]["message"]
            return JSONResponse(
                {"message": message}, status_code=429, headers={**_HEADERS, **refused.headers}
            )
        try:
            found = await self._open(request)
        except Exception as error:
            if not is_outage(error):
                raise
            message = "服务暂时不可用，请稍后重试"
            return JSONResponse({"message": message}, status_code=503, headers=_HEADERS)
        if found is None:
            return JSONResponse(
                {"message": "下载凭据无效、已使用或已过期，请重新获取"},
                status_code=404,
                headers=_HEADERS,
            )
        return StreamingResponse(found.chunks, headers=_HEADERS | _describing(found))

    async def _open(self, request: Request) -> Download | None:
        key = _ID.fullmatch(request.path_params["ticket"])
        ticket = _TICKET.fullmatch(request.headers.get("authorization", "").strip())
        if key is None or ticket is None:
            return None
        return await open_download(UUID(hex=key[0]), ticket[1], self._clock.now())


def _describing(download: Download) -> dict[str, str]:
    headers = {
        "content-type": download.content_type,
        "content-disposition": f"attachment; filename*=UTF-8''{quote(download.file_name)}",
    }
    if download.size is not None:
        headers["content-length"] = str(download.size)
    if download.digest is not None:
        # RFC 9530.
        headers["repr-digest"] = f"sha-256=:{base64.b64encode(download.digest).decode()}:"
    return headers
