"""The supervisor with real processes: the dead come back, and nothing outlives it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tools.supervisor import LONGEST_PAUSE_S, Child, Supervisor

ROOT = Path(__file__).resolve().parent.parent.parent
SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('up', flush=True); time.sleep(60)",
]
WITH_CHILD = [
    sys.executable,
    "-c",
    "import subprocess, time; p = subprocess.Popen(['/bin/sleep', '60']); "
    "print(p.pid, flush=True); time.sleep(60)",
]


def _child(command: list[str]) -> Child:
    return Child("child", command, dict(os.environ))


async def _running(child: Child, other_than: int | None = None) -> int:
    for _ in range(1_500):
        if child.process and child.process.returncode is None and child.process.pid != other_than:
            return child.process.pid
        await asyncio.sleep(0.02)
    raise AssertionError("the child does not run")


async def _printed(capsys: pytest.CaptureFixture[str], times: int = 1) -> str:
    printed = ""
    for _ in range(1_500):
        printed += capsys.readouterr().out
        if printed.count("\n") >= times:
            return printed
        await asyncio.sleep(0.02)
    raise AssertionError(f"printed only {printed!r}")


def _gone(pid: int) -> bool:
    """Whether a process that is nobody's child any more has ended, or does so soon."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


async def test_a_killed_child_is_started_again(capsys: pytest.CaptureFixture[str]) -> None:
    child = _child(SLEEPER)
    supervisor = Supervisor([child])
    supervisor.start()
    first = await _running(child)
    await _printed(capsys)
    os.kill(first, signal.SIGKILL)
    second = await _running(child, other_than=first)
    assert child.deaths == 1
    await supervisor.stop()
    assert not psutil.pid_exists(second)


async def test_what_it_prints_is_shown_under_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    child = _child(SLEEPER)
    supervisor = Supervisor([child])
    supervisor.start()
    assert await _printed(capsys) == "child   | up\n"
    await supervisor.stop()


async def test_nothing_that_a_child_started_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    child = _child(WITH_CHILD)
    supervisor = Supervisor([child])
    supervisor.start()
    grandchild = int((await _printed(capsys)).split("|")[1])
    assert psutil.pid_exists(grandchild)
    await supervisor.stop()
    assert _gone(grandchild)


async def test_a_child_that_does_not_listen_is_ended_all_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    child = _child(STUBBORN)
    supervisor = Supervisor([child], grace_seconds=0.3)
    supervisor.start()
    pid = await _running(child)
    await _printed(capsys)
    await supervisor.stop()
    assert not psutil.pid_exists(pid)


def test_the_pause_grows_with_each_early_death_up_to_a_bound() -> None:
    child = _child(SLEEPER)
    pauses = []
    for deaths in range(1, 9):
        child.deaths = deaths
        pauses.append(child.pause())
    assert pauses == sorted(pauses)
    assert pauses[:3] == [0.5, 1.0, 2.0]
    assert pauses[-1] == LONGEST_PAUSE_S


def test_a_child_dies_with_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    program = (
        "import asyncio, os, sys\n"
        "from tools.supervisor import Child, Supervisor\n"
        "async def main():\n"
        "    child = Child('c', ['/bin/sleep', '60'], dict(os.environ))\n"
        "    Supervisor([child]).start()\n"
        "    while child.process is None: await asyncio.sleep(0.01)\n"
        "    print(child.process.pid, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    supervisor = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert supervisor.stdout is not None
    pid = int(supervisor.stdout.readline())
    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()
    assert _gone(pid)
