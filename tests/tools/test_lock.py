"""The requirements that are kept: every package by version and hash, no address anywhere."""

import re
import tomllib
from pathlib import Path

import pytest

from tools.lock import FILES, keep_versions

ROOT = Path(__file__).resolve().parent.parent.parent
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(.*)$")


@pytest.mark.parametrize("name", FILES)
def test_every_package_has_a_version_and_hashes_and_nothing_has_an_address(name: str) -> None:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    text = "\n".join(lines)
    assert "://" not in text
    packages = [line for line in lines if line and line[0] not in " #"]
    assert packages
    for line in packages:
        assert REQUIREMENT.match(line), line
        following = lines[lines.index(line) + 1].strip()
        assert following.startswith("--hash=sha256:"), line


def test_what_is_declared_is_what_is_locked() -> None:
    locked = {
        found[1].lower().replace("_", "-"): found[2]
        for line in (ROOT / "requirements-dev.txt").read_text("utf-8").splitlines()
        if (found := REQUIREMENT.match(line))
    }
    declared = [*DECLARED["project"]["dependencies"], *DECLARED["dependency-groups"]["dev"]]
    for requirement in [each for each in declared if isinstance(each, str)]:
        name, version = re.sub(r"\[.*\]", "", requirement).split("==")
        assert locked[name.lower().replace("_", "-")] == version


def test_versions_that_are_not_declared_stay_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"))
    keep_versions(tmp_path)
    constraints = tomllib.loads((tmp_path / "pyproject.toml").read_text("utf-8"))["tool"]["uv"]
    kept = dict(each.split("==") for each in constraints["constraint-dependencies"])
    assert "graphql-core" in kept
    assert "starlette" not in kept
