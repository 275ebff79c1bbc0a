"""Run the programs that a verb consists of, showing what they print."""

import os
import re
import subprocess
import sys
from collections import deque
from pathlib import Path

from foundation.settings import ROOT
from tools import environment

CLIENT = ROOT / "mini_app_client"
KEPT_LINES = 400
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module with the Python of this process."""
    return [sys.executable, "-m", module, *arguments]


def npm(*arguments: str) -> list[str]:
    """The command that runs npm, whichever Node is used."""
    return [str(Path(environment.node_folder(), "npm")), *arguments]


def show(command: list[str], *, cwd: Path = ROOT) -> tuple[int, list[str]]:
    """Run a command, passing its output on as it comes; its exit code and last plain lines."""
    lines: deque[str] = deque(maxlen=KEPT_LINES)
    with _start(command, cwd) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(COLOURS.sub("", line).strip())
    return process.returncode, [line for line in lines if line]


def quietly(command: list[str], *, cwd: Path = ROOT) -> tuple[int, str]:
    """Run a command; its exit code and everything it printed."""
    with _start(command, cwd) as process:
        output = process.stdout.read() if process.stdout else ""
    return process.returncode, output


def _start(command: list[str], cwd: Path) -> "subprocess.Popen[str]":
    # npm's programs look for node on the path, and it may be the one in .venv.
    folder = str(Path(command[0]).parent)
    path = f"{folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return subprocess.Popen(  # noqa: S603 - commands of this project, no shell
        command,
        cwd=cwd,
        env=os.environ | {"PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
