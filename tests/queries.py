"""Counts the round trips of a piece of code, and keeps their SQL so that a test can name them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

_LOGGER = logging.getLogger("tortoise.db_client")


class _Recorder(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.statements: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        arguments = record.args if isinstance(record.args, tuple) else ()
        self.statements.append(" ".join(str(arguments[0] if arguments else record.msg).split()))


@contextmanager
def recorded_queries() -> Iterator[list[str]]:
    """The SQL that runs inside, in order, one entry per round trip; BEGIN and COMMIT excepted."""
    recorder, level = _Recorder(), _LOGGER.level
    _LOGGER.addHandler(recorder)
    _LOGGER.setLevel(logging.DEBUG)
    try:
        yield recorder.statements
    finally:
        _LOGGER.removeHandler(recorder)
        _LOGGER.setLevel(level)
