"""From an execution's result to the body of an answer: every error gets a code, none leaks.

What nobody planned is masked: the caller gets a sentence and a reference, the log gets the same
reference with the place in the code, and neither gets the values that were sent.
"""

import secrets
import traceback
from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from graphql import ExecutionResult, GraphQLError

from api.refusals import Code, Refused, error_body
from foundation.errors import BadUserInput, Forbidden, TooManyRequests, Unauthenticated
from storage.outages import is_outage

RETRY_AFTER_SECONDS = 5
_OUTAGE = "服务暂时不可用，您的操作没有保存，请稍后重试"
_UNPLANNED = "服务出错了，请稍后重试；如需帮助，请提供编号 {reference}"

log = structlog.get_logger("api")


def body_of(result: ExecutionResult) -> dict[str, Any]:
    """The body of an answer: data, and what went wrong on the way."""
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [entry(error) for error in result.errors]
    return body


def encode(body: Mapping[str, Any]) -> bytes:
    """A body as JSON in UTF-8."""
    return orjson.dumps(body)


def entry(error: GraphQLError) -> dict[str, Any]:
    """The entry of `errors` for an error that an execution met."""
    body = _entry(_origin(error), error)
    if error.path is not None:
        body["path"] = error.path
    if error.locations:
        body["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    return body


def _origin(error: GraphQLError) -> Exception:
    origin: Exception = error
    while isinstance(origin, GraphQLError) and origin.original_error is not None:
        origin = origin.original_error
    return origin


def _entry(origin: Exception, error: GraphQLError) -> dict[str, Any]:
    match origin:
        case BadUserInput():
            return error_body(Code.BAD_USER_INPUT, origin.message)
        case Unauthenticated():
            return error_body(Code.UNAUTHENTICATED, origin.message)
        case Forbidden():
            return error_body(Code.FORBIDDEN, origin.message)
        case TooManyRequests():
            return error_body(
                Code.RATE_LIMITED, origin.message, retryAfterSeconds=origin.retry_after_seconds
            )
        case GraphQLError():
            return error_body(Code.BAD_USER_INPUT, f"请求无效：{origin.message[:300]}")
    place = ".".join(str(step) for step in error.path or () if isinstance(step, str))
    return masked(origin, place)


def masked(error: BaseException, place: str) -> dict[str, Any]:
    """Log an unplanned error without any value, and make the entry that the caller gets."""
    reference = secrets.token_hex(6)
    outage = is_outage(error)
    log.error(
        "outage" if outage else "unplanned error",
        reference=reference,
        place=place,
        kind=type(error).__qualname__,
        frames=_frames(error),
    )
    if outage:
        return error_body(
            Code.INTERNAL, _OUTAGE, reference=reference, retryAfterSeconds=RETRY_AFTER_SECONDS
        )
    return error_body(Code.INTERNAL, _UNPLANNED.format(reference=reference), reference=reference)


def fault_of(masked_entry: Mapping[str, Any]) -> Refused:
    """The refusal of a whole request that met an unplanned error: 503 where a retry may help."""
    retry_after = masked_entry["extensions"].get("retryAfterSeconds")
    if retry_after is None:
        return Refused([masked_entry])
    return Refused([masked_entry], status=503, headers={"retry-after": str(retry_after)})


def _frames(error: BaseException) -> list[str]:
    """Where an error came from: the last frames, without its message, which may hold values."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
