"""`tools lock`: write requirements*.txt from pyproject.toml, with hashes and without addresses.

uv's own lock file names the registry it was made with, so it is not kept; versions change only
where pyproject.toml asks for it or --upgrade is given.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from foundation.settings import ROOT

HELP = "write requirements*.txt from pyproject.toml"
UV = "uv==0.13.9"
FILES = {
    "requirements.txt": (),
    "requirements-local.txt": ("--group", "local"),
    "requirements-cluster.txt": ("--group", "cluster"),
    "requirements-dev.txt": ("--group", "dev"),
    "requirements-node.txt": ("--only-group", "node"),
}
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to look for newer versions of what pyproject.toml does not pin."""
    parser.add_argument("--upgrade", action="store_true", help="take the newest allowed versions")


def run(arguments: argparse.Namespace) -> int:
    """Resolve in a folder of its own and export every file."""
    with tempfile.TemporaryDirectory(prefix="rongqiao-lock-") as folder:
        work = Path(folder)
        subprocess.run([sys.executable, "-m", "venv", str(work / "venv")], check=True)  # noqa: S603
        python, uv = work / "venv/bin/python", work / "venv/bin/uv"
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", UV], check=True)  # noqa: S603
        shutil.copy(ROOT / "pyproject.toml", work)
        if not arguments.upgrade:
            keep_versions(work)
        for name, groups in FILES.items():
            (ROOT / name).write_text(exported(uv, work, groups), "utf-8")
            print(f"wrote {name}")
    return 0


def keep_versions(work: Path) -> None:
    """Constrain the resolution to the versions that the present files name."""
    pins = {
        match[1]: match[2]
        for name in FILES
        if (ROOT / name).exists()
        for match in PIN.finditer((ROOT / name).read_text("utf-8"))
    }
    if not pins:
        return
    declared = (work / "pyproject.toml").read_text("utf-8")
    wanted = {
        match[1].lower() for match in re.finditer(r'"([A-Za-z0-9._-]+)(?:\[.*?\])?==', declared)
    }
    kept = [f'"{name}=={version}"' for name, version in pins.items() if name not in wanted]
    constraints = f"[tool.uv]\nconstraint-dependencies = [{', '.join(sorted(kept))}]\n"
    (work / "pyproject.toml").write_text(declared.replace("[tool.uv]\n", constraints), "utf-8")


def exported(uv: Path, work: Path, groups: tuple[str, ...]) -> str:
    """One requirements file: names, versions, markers and hashes."""
    done = subprocess.run(  # noqa: S603 - fixed arguments
        [
            *(str(uv), "export", "--quiet", "--format", "requirements-txt", "--no-emit-project"),
            *("--no-header", "--no-default-groups", *groups),
        ],
        cwd=work,
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    return f"# Written by `make lock` from pyproject.toml.\n{done.stdout}"
