"""Documentation is held to the code: settings, folders, links and verbs that it names exist."""

import re
import tomllib
from pathlib import Path

import pytest

from foundation.settings import ROOT, Settings
from tools.__main__ import commands

ROW = re.compile(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\| .+ \|$", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)#:]+)(?:#[^)]*)?\)")
VERB = re.compile(r"`(?:[A-Z]+=\S+ )?make (?:-s )?([a-z0-9]+)")
COMMAND = re.compile(r"(?:-m tools|`tools) ([a-z][a-z-]+)")
# Their values are read by one command or by compose.yaml, never by a process that serves.
OUTSIDE = {"ADMIN_DATABASE_URL"} | {
    f"RQ_{whose}_PASSWORD" for whose in ("ADMIN", "OWNER", "APP", "REDIS")
}


def _text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def _documents() -> list[str]:
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    return sorted(str(path.relative_to(ROOT)) for path in found)


def _default(value: object) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value.relative_to(ROOT)) if isinstance(value, Path) else str(value)


def test_every_setting_has_a_line_with_its_default_and_no_line_is_left_over() -> None:
    settings = {
        str(field.alias): _default(field.default) for field in Settings.model_fields.values()
    }
    documented = dict(ROW.findall(_text("docs/settings.md")))
    assert documented == settings


def test_the_example_names_every_setting_and_nothing_else() -> None:
    named = set(re.findall(r"^(?:# )?([A-Z_]+)=", _text(".env.example"), re.MULTILINE))
    assert named - OUTSIDE == {str(field.alias) for field in Settings.model_fields.values()}


def test_the_example_holds_no_secret() -> None:
    values = dict(re.findall(r"^([A-Z_]+)=(.*)$", _text(".env.example"), re.MULTILINE))
    secret = ("PASSWORD", "SECRET", "TOKEN")
    assert {values[name] for name in values if name.endswith(secret)} == {""}


def test_every_folder_of_the_tree_is_explained() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    folders |= {"cities", "mini_app_client", "tests", "bench"}
    explained = _text("docs/architecture.md")
    assert {folder for folder in folders if f"{folder}" not in explained} == set()


def test_every_part_is_there_for_a_reason() -> None:
    declared = tomllib.loads(_text("pyproject.toml"))
    groups = [declared["project"]["dependencies"], *declared["dependency-groups"].values()]
    names = {
        re.split(r"[\[=<>]", part)[0] for group in groups for part in group if isinstance(part, str)
    }
    explained = _text("docs/architecture.md").lower()
    assert {name for name in names if name not in explained} == set()


@pytest.mark.parametrize("name", _documents())
def test_every_link_leads_somewhere(name: str) -> None:
    folder = (ROOT / name).parent
    missing = [to for to in LINK.findall(_text(name)) if not (folder / to).exists()]
    assert missing == []


@pytest.mark.parametrize("name", _documents())
def test_every_verb_that_is_named_exists(name: str) -> None:
    verbs = set(re.findall(r"^([a-z0-9]+):", _text("Makefile"), re.MULTILINE))
    assert set(VERB.findall(_text(name))) <= verbs


@pytest.mark.parametrize("name", _documents())
def test_every_command_that_is_named_exists(name: str) -> None:
    assert set(COMMAND.findall(_text(name))) <= set(commands())
