"""Structured logs: JSON in production, readable lines elsewhere, and nothing personal in either.

Every library's records pass through the same processors. What looks like a phone, an ID card
number, a USCC or a token is taken out, wherever it stands: in values, messages and tracebacks.
"""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

REMOVED = "[removed]"
# Keys whose values are never logged, whatever they look like.
PERSONAL_KEYS = frozenset(
    {
        "address", "authorization", "code", "contact", "cookie", "email", "id_number",
        "legal_representative", "login", "name", "password", "person_name", "phone",
        "refresh_token", "secret", "token", "totp", "uscc",
    }
)  # fmt: skip
MAX_DEPTH = 6
MAX_TEXT = 20_000

# What structlog itself adds to a record of the standard library, and takes away again.
_RECORD_KEYS = frozenset({"_record", "_from_structlog"})

_GAP = r"[\s\-.·_()]{0,2}"
_PERSONAL = re.compile(
    "|".join(
        (
            r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*",  # a signed token
            r"(?i:bearer)\s+[\w.~+/=-]{8,}",
            rf"(?<![0-9A-Za-z])(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}[0-9]){{9}}(?![0-9A-Za-z])",
            r"(?<![0-9A-Za-z])[1-9](?:[\s-]?[0-9]){16}[\s-]?[0-9Xx](?![0-9A-Za-z])",
            r"(?<![0-9A-Za-z])[0-9A-Za-z]{2}[0-9]{6}[0-9A-Za-z]{10}(?![0-9A-Za-z])",
        )
    )
)

_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F) if chr(wide - 0xFEE0).isalnum()}

# These libraries write SQL with its values, or bodies of requests, at DEBUG.
_QUIET = ("tortoise", "tortoise.db_client", "asyncpg", "httpx2", "httpcore2", "websockets")


def without_personal(text: str) -> str:
    """The text without what looks like a phone, an ID number, a USCC or a token.

    Full-width digits and digits set apart count too.
    """
    if len(text) > MAX_TEXT:
        text = f"{text[:MAX_TEXT]}…"
    cleaned = _PERSONAL.sub(REMOVED, text)
    # Full-width digits and letters are one character each; folding them moves nothing.
    folded = cleaned.translate(_NARROW)
    return cleaned if folded == cleaned else _PERSONAL.sub(REMOVED, folded)


def drop_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: every key and value of the event without personal data."""
    return {
        key: value if key in _RECORD_KEYS else _clean(key, value, 0) for key, value in event.items()
    }


def _clean(key: str, value: object, depth: int) -> object:
    if key.lower() in PERSONAL_KEYS:
        return REMOVED
    if isinstance(value, bool | float) or value is None:
        return value
    if isinstance(value, int):
        return value if without_personal(str(value)) == str(value) else REMOVED
    if depth >= MAX_DEPTH:
        return REMOVED
    if isinstance(value, Mapping):
        return {str(k): _clean(str(k), v, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", item, depth + 1) for item in value]
    return without_personal(value if isinstance(value, str) else str(value))


def configure_logs(*, json_lines: bool, level: int = logging.INFO, to: TextIO = sys.stderr) -> None:
    """Send every log of this process to a stream: JSON lines, or lines for a person to read."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        drop_personal,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json_lines
        else structlog.dev.ConsoleRenderer(colors=to.isatty())
    )
    handler = logging.StreamHandler(to)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "pgqueuer"):
        library = logging.getLogger(name)
        library.handlers[:] = []
        library.propagate = True


def bound_log(**values: Any) -> structlog.stdlib.BoundLogger:
    """A logger that adds these values to whatever it says."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(**values)
    return logger
