"""What the Makefile's verbs need before anything of ours can be imported, from Python alone.

Run with the machine's own Python as `python3 -m tools.environment PART…`. Parts are `local` (to
run it), `dev` (to test it), `node`, `client` (its packages) and `h5` (its build). Each leaves a
stamp of what it was made from, so that a second time costs nothing. Progress goes to stderr.
"""

from __future__ import annotations  # so that an older Python reads far enough to say what is wrong

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CLIENT = ROOT / "mini_app_client"
OLDEST, NEWEST = (3, 11), (3, 12)
OLDEST_NODE = 20
# What would make pip install elsewhere than into .venv, or Python look elsewhere.
MISLEADING = {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
INCLUDES = {"requirements-dev.txt": ("requirements-local.txt",)}
CLIENT_SOURCES = (
    *("src", "scripts", "index.html", "codegen.ts", "tsconfig.json", "vite.config.ts"),
    *("package.json", "package-lock.json", "../schema/schema.graphql"),
)


class SetupError(Exception):
    """The environment cannot be made; the message is one sentence for the person at the keys."""


def say(text: str) -> None:
    """Show progress without touching standard output, which belongs to the verb."""
    print(text, file=sys.stderr, flush=True)


def suitable_python() -> str:
    """A Python of a supported version: this one, or one that the machine also has.

    Raises SetupError.
    """
    for candidate in (sys.executable, "python3.12", "python3.11"):
        found = shutil.which(candidate)
        if found and OLDEST <= _version(found) <= NEWEST:
            return found
    running = ".".join(str(part) for part in sys.version_info[:3])
    raise SetupError(
        f"Python 3.11 or 3.12 is needed and python3 is {running}: install one of them, "
        "or name it, as in `make run PYTHON=python3.12`."
    )


def _version(python: str) -> tuple[int, ...]:
    program = "import sys; print(*sys.version_info[:2])"
    try:
        said = _run([python, "-c", program], capture=True)
    except SetupError:
        return (0, 0)
    return tuple(int(part) for part in said.split())


def make_venv() -> None:
    """Make .venv when it is missing, or was made by a Python that is gone or unsuitable."""
    python = VENV / "bin" / "python"
    if python.exists() and OLDEST <= _version(str(python)) <= NEWEST:
        return
    say("Making the virtual environment .venv …")
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        _run([suitable_python(), "-m", "venv", str(VENV)])
    except SetupError as error:
        shutil.rmtree(VENV, ignore_errors=True)
        raise SetupError(
            f"{error} If your Python came without venv, install it (Debian: python3-venv)."
        ) from None


def install(requirements: str) -> None:
    """Install a file of hashed requirements into .venv unless the same one was installed."""
    make_venv()
    source = ROOT / requirements
    stamp = VENV / f".{source.stem}.stamp"
    wanted = digest([source])
    if _stamped(stamp, wanted):
        return
    say(f"Installing the Python packages of {requirements} …")
    started = time.monotonic()
    _run(
        [
            *(str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install"),
            *("-qq", "--no-deps", "--no-compile", "--require-hashes", "--only-binary", ":all:"),
            *("--no-warn-script-location", "-r", str(source)),
        ]
    )
    stamp.write_text(wanted)
    for part in INCLUDES.get(requirements, ()):
        part_of = ROOT / part
        (VENV / f".{part_of.stem}.stamp").write_text(digest([part_of]))
    say(f"… done in {time.monotonic() - started:.0f} s.")


def node_folder() -> str:
    """The folder of a Node that is new enough, installing one from PyPI where there is none."""
    found = shutil.which("node")
    if found and shutil.which("npm") and _node_version(found) >= OLDEST_NODE:
        return str(Path(found).parent)
    install("requirements-node.txt")
    return str(VENV / "bin")


def _node_version(node: str) -> int:
    try:
        return int(_run([node, "--version"], capture=True).lstrip("v").split(".")[0])
    except (SetupError, ValueError):
        return 0


def install_client() -> None:
    """Install the client's packages unless the same lock file was installed."""
    lock = CLIENT / "package-lock.json"
    stamp = CLIENT / "node_modules" / ".stamp"
    wanted = digest([lock])
    if _stamped(stamp, wanted):
        return
    say("Installing the client's packages …")
    started = time.monotonic()
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(wanted)
    say(f"… done in {time.monotonic() - started:.0f} s.")


def build_client() -> None:
    """Build the H5 client unless it was built from the same sources."""
    install_client()
    stamp = CLIENT / "dist" / ".h5.stamp"
    built = CLIENT / "dist" / "build" / "h5" / "index.html"
    sources = [CLIENT / name for name in CLIENT_SOURCES]
    if built.exists() and _stamped(stamp, digest(sources)):
        return
    say("Building the phone client …")
    started = time.monotonic()
    npm("run", "--silent", "build:h5")
    # Afterwards, because the build writes the typed operations among its sources.
    stamp.write_text(digest(sources))
    say(f"… done in {time.monotonic() - started:.0f} s.")


def npm(*arguments: str) -> None:
    """Run npm in the client's folder; what it prints is shown. Raises SetupError."""
    folder = node_folder()
    _run([str(Path(folder, "npm")), *arguments], cwd=CLIENT, first_on_path=folder)


def digest(paths: list[Path]) -> str:
    """What files and folders contain, and their names, in one short text."""
    total = hashlib.sha256()
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            content = file.read_bytes() if file.exists() else b""
            total.update(f"{os.path.relpath(file, ROOT)} {len(content)} ".encode())
            total.update(content)
    return total.hexdigest()


def _stamped(stamp: Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text() == wanted


def _run(
    command: list[str],
    *,
    capture: bool = False,
    cwd: Path = ROOT,
    first_on_path: str | None = None,
) -> str:
    environment = {k: v for k, v in os.environ.items() if k not in MISLEADING}
    if first_on_path:
        environment["PATH"] = f"{first_on_path}{os.pathsep}{environment.get('PATH', os.defpath)}"
    try:
        done = subprocess.run(  # noqa: S603 - fixed programs, no shell
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if capture else sys.stderr,
            stderr=subprocess.DEVNULL if capture else None,
            text=True,
            check=False,
        )
    except OSError as error:
        raise SetupError(f"{command[0]} could not be run: {error.strerror}.") from None
    if done.returncode:
        raise SetupError(f"`{' '.join(command[:4])} …` failed; what it said stands above.")
    return done.stdout or ""


PARTS = {
    "local": lambda: install("requirements-local.txt"),
    "dev": lambda: install("requirements-dev.txt"),
    "node": node_folder,
    "client": install_client,
    "h5": build_client,
}


def main(parts: list[str]) -> int:
    """Make the named parts ready; the exit code."""
    # Two verbs may be typed at once in a fresh clone: the second waits for what the first makes.
    door = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(door, fcntl.LOCK_EX)
        for part in parts:
            PARTS[part]()
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        os.close(door)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
