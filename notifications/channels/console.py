"""Codes on the worker's standard output, for a person who tries the application by hand."""

import sys
from typing import TextIO

from notifications.channels.base import CodeMessage, LinkMessage

MARK = "one-time code"
LINK_MARK = "one-time link"


class ConsoleSms:
    """Prints each code on a line of its own. Settings refuse it in production."""

    def __init__(self, to: TextIO | None = None) -> None:
        self._to = to

    async def send_code(self, message: CodeMessage) -> None:
        """Print the code; `make run` shows the line."""
        line = f"{MARK} for {message.phone}: {message.code} ({message.minutes} minutes)"
        print(line, file=self._to or sys.stdout, flush=True)

    async def send_link(self, message: LinkMessage) -> None:
        """Print the link."""
        line = f"{LINK_MARK} for {message.phone}: {message.link} ({message.days} days)"
        print(line, file=self._to or sys.stdout, flush=True)
