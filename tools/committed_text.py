"""What no committed text may hold: addresses of registries, paths of one machine, keys, conflicts.

Such a line works for its writer alone, tells strangers about a workplace, or gives a secret away.
Not flagged: what git ignores, and files that are not text.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from foundation.settings import ROOT

# Pieces in brackets keep each pattern from matching this file.
REFUSED = {
    "the address of a package registry": (
        r"\b(files\.python[h]osted|(?:test\.)?py[p]i|registry\.np[m]js|registry\.yar[n]pkg"
        r"|deb\.deb[i]an|npmm[i]rror)\.(org|com)\b"
    ),
    "a path of somebody's machine": (
        r"(?<![\w.~$}])/(?:roo[t]/\S|hom[e]/(?!app\b)\w+/|User[s]/\w+/|wor[k]/\w+)"
    ),
    "a conflict marker": r"^(?:<{7} |>{7} |\|{7} |={7}$)",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KE[Y]-----",
}
PATTERNS = {what: re.compile(pattern, re.MULTILINE) for what, pattern in REFUSED.items()}


def committed_files(root: Path = ROOT) -> list[Path]:
    """The files that git keeps or would add; without git, every file outside hidden folders."""
    if shutil.which("git") and (root / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        )
        return [root / name for name in sorted(set(listed.stdout.split("\0"))) if name]
    return [
        path
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and not {"node_modules", "dist"} & set(path.parts)
        and not any(part.startswith(".") for part in path.relative_to(root).parts[:-1])
    ]


def problems_in(text: str) -> Iterator[tuple[int, str]]:
    """Line numbers of a text with what is wrong there."""
    for what, pattern in PATTERNS.items():
        for found in pattern.finditer(text):
            yield text.count("\n", 0, found.start()) + 1, what


def check() -> list[str]:
    """Every problem of the tree, one line each."""
    found = []
    for path in committed_files():
        try:
            text = path.read_text("utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        name = path.relative_to(ROOT)
        found += [f"{name}:{line}: {what}" for line, what in problems_in(text)]
    return found
