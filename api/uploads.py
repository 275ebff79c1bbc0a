"""POST /uploads: a data provider's file, with a one-time ticket in a header.

The body is the file itself, whatever its content type says. It goes to the disk as it comes; the
worker reads it. A ticket that is forged, expired, used or somebody else's gets one and the same
answer.
"""

import asyncio
import re
from collections.abc import AsyncIterator

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from api.context import address_of
from api.media import Media
from api.rate_limits import RateLimits
from api.refusals import Refused, malformed
from foundation.clock import Clock
from foundation.identifiers import encode_id, new_id
from sharing.receiving import tickets, uploads
from sharing.receiving.upload_files import DiskFull, Draft, TooLarge, path_of
from storage.models.data_provider import Upload, UploadTicket

PATH = "/uploads"
_TICKET = re.compile(r"Ticket ([A-Za-z0-9_.-]{20,120})", re.ASCII | re.IGNORECASE)
AT_ONCE = 8
# Between two pieces, and for the whole file: 2 GB at 1 MB/s take 34 minutes.
PIECE_TIMEOUT_S = 20.0
FILE_TIMEOUT_S = 3_600.0
_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

log = structlog.get_logger("api")


class Uploads:
    """Takes files of at most so many bytes, a few at once."""

    def __init__(self, clock: Clock, limits: RateLimits, max_bytes: int) -> None:
        self._clock = clock
        self._limits = limits
        self._max_bytes = max_bytes
        self._under_way = 0

    async def receive(self, request: Request) -> Response:
        """Answer one upload: 201 with the batch it became, 200 when the file was known."""
        try:
            await self._limits.count(None, address_of(request.scope))
            upload = await self._received(request)
        except Refused as refused:
            headers = _HEADERS | refused.headers
            status = refused.status(Media.RESPONSE)
            return JSONResponse({"errors": refused.errors}, status, headers)
        body = {
            "importBatch": {"id": encode_id("import_batch", upload.batch_id)},
            "repeated": upload.repeated,
            "bytes": str(upload.size),
        }
        return JSONResponse(body, 200 if upload.repeated else 201, _HEADERS)

    async def _received(self, request: Request) -> Upload:
        _check_headers(request, self._max_bytes)
        if self._under_way >= AT_ONCE:
            raise malformed("同时上传的文件过多，请稍后再试", 503, **{"retry-after": "30"})
        self._under_way += 1
        try:
            ticket = await tickets.use(_ticket_in(request), self._clock.now())
            if ticket is None:
                raise malformed("上传凭据无效、已过期或已使用，请重新获取", 401, connection="close")
            return await self._take(request, ticket)
        finally:
            self._under_way -= 1

    async def _take(self, request: Request, ticket: UploadTicket) -> Upload:
        upload_id = new_id()
        path = path_of(upload_id, ticket.file_name)
        draft = Draft(path, self._max_bytes)
        await _write(draft, request)
        if draft.size == 0:
            path.unlink(missing_ok=True)
            raise malformed("文件是空的")
        try:
            file = uploads.WholeFile(upload_id, draft.digest, draft.size)
            return await uploads.receive(ticket, file, self._clock.now())
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def _ticket_in(request: Request) -> str:
    """The ticket of a request; nothing where it shows none."""
    found = _TICKET.fullmatch(request.headers.get("authorization", "").strip())
    return found[1] if found else ""


def _check_headers(request: Request, max_bytes: int) -> None:
    declared = request.headers.get("content-length", "0")
    if not declared.isdigit() or len(declared) > 15 or int(declared) > max_bytes:
        raise _too_large(max_bytes)
    if request.headers.get("content-encoding", "identity") != "identity":
        raise malformed("不接受压缩的请求，请直接发送文件", 415, connection="close")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind.startswith("multipart/"):
        raise malformed("请把文件本身作为请求正文发送，不要用表单", 415, connection="close")


async def _write(draft: Draft, request: Request) -> None:
    try:
        async with asyncio.timeout(FILE_TIMEOUT_S):
            await draft.take(_pieces(request))
    except TooLarge:
        raise _too_large(draft.max_bytes) from None
    except DiskFull:
        log.error("no room for uploads")
        raise malformed("服务器存储空间不足，请稍后再试", 507, connection="close") from None
    except TimeoutError:
        raise malformed("文件迟迟没有发完", 408, connection="close") from None
    except ClientDisconnect:
        raise malformed("连接已断开") from None


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(PIECE_TIMEOUT_S):
                piece = await anext(stream)
        except StopAsyncIteration:
            return
        yield piece


def _too_large(max_bytes: int) -> Refused:
    return malformed(f"文件超过 {max_bytes} 字节，请分批提供", 413, connection="close")
