"""Keeps processes running: starts them, shows what they print, restarts the dead, ends them all.

Each is the leader of a session of its own, so that whatever it starts ends with it, and a Ctrl-C
at the terminal reaches the supervisor alone, which then ends them in order.
"""

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from foundation.settings import ROOT

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0
STEADY_AFTER_S = 30.0
GRACE_S = 12.0
MAX_LINE = 64 * 1024


class GaveUpError(Exception):
    """Something that must run does not; the message is one sentence."""


@dataclass
class Child:
    """One process to keep running, and how often in a row it died early."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    deaths: int = 0
    process: asyncio.subprocess.Process | None = field(default=None, repr=False)

    def pause(self) -> float:
        """Seconds to wait before the next start: longer after each early death."""
        doublings = min(max(0, self.deaths - 1), 10)
        return min(FIRST_PAUSE_S * (1 << doublings), LONGEST_PAUSE_S)


class Supervisor:
    """The processes of one `tools run`."""

    def __init__(self, children: Sequence[Child], *, grace_seconds: float = GRACE_S) -> None:
        self.children = children
        self._grace_seconds = grace_seconds
        self._keepers: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start everything and keep it running."""
        self._keepers = [asyncio.create_task(self._keep(child)) for child in self.children]

    async def stop(self) -> None:
        """End everything: politely, then not."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        await asyncio.gather(*(self._end(child) for child in reversed(self.children)))

    async def _keep(self, child: Child) -> None:
        while True:
            started = time.monotonic()
            code = await self._run_once(child)
            lived = time.monotonic() - started
            child.deaths = 1 if lived > STEADY_AFTER_S else child.deaths + 1
            pause = child.pause()
            say(f"{child.name} ended ({_how(code)}); starting it again in {pause:.1f} s")
            await asyncio.sleep(pause)

    async def _run_once(self, child: Child) -> int:
        child.process = await asyncio.create_subprocess_exec(
            *_dying_with_us(),
            *child.command,
            cwd=ROOT,
            env=dict(child.environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            limit=MAX_LINE,
        )
        await _show(child.name, child.process)
        return await child.process.wait()

    async def _end(self, child: Child) -> None:
        process = child.process
        if process is None:
            return
        _signal_group(process.pid, signal.SIGTERM)
        showing = asyncio.create_task(_show(child.name, process))
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), self._grace_seconds)
        # Also after a polite end: whatever it started and left behind.
        _signal_group(process.pid, signal.SIGKILL)
        await process.wait()
        showing.cancel()


def say(text: str) -> None:
    """A line of the supervisor's own. A terminal that is gone is no reason to leave work undone."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)


async def _show(name: str, process: asyncio.subprocess.Process) -> None:
    stream = process.stdout
    if stream is None:
        return
    while True:
        try:
            line = await stream.readline()
        except ValueError:  # longer than MAX_LINE: pass over what was read of it
            continue
        if not line:
            return
        with suppress(OSError):
            print(f"{name:8}| {line.decode('utf-8', 'replace').rstrip()}", flush=True)


def _dying_with_us() -> list[str]:
    """What makes the kernel end a child whose supervisor was killed; Linux only."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def _signal_group(pid: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _how(code: int) -> str:
    return f"by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
