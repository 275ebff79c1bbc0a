"""`tools events`: docs/events, one JSON schema per fact, written from the code or compared."""

import argparse
import json
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import accounts.facts
import marketplace.facts
import sharing.facts
from foundation.facts import Fact
from foundation.settings import ROOT

HELP = "write docs/events from the facts in the code, or compare them with --check"
FOLDER = ROOT / "docs" / "events"
_MODULES = (accounts.facts, marketplace.facts, sharing.facts)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Write or compare."""
    parser.add_argument("--check", action="store_true", help="fail when they differ")


def run(arguments: argparse.Namespace) -> int:
    """Write every file, or name those that are not what the code says."""
    if not arguments.check:
        print(f"docs/events: {len(write(FOLDER))} changed, {len(schemas())} facts")
        return 0
    differing = differences(FOLDER)
    if differing:
        print(f"run `python -m tools events`: {', '.join(differing)}", file=sys.stderr)
    return 1 if differing else 0


def differences(folder: Path) -> list[str]:
    """The files of a folder that are not what the code says, missing and needless ones too."""
    wanted = {f"{name}.json": text for name, text in schemas().items()}
    kept = {path.name: path.read_text("utf-8") for path in folder.glob("*.json")}
    return sorted(n for n in wanted.keys() | kept.keys() if wanted.get(n) != kept.get(n))


def write(folder: Path) -> list[str]:
    """Make a folder say what the code says; the files that were written or taken away."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = schemas()
    differing = differences(folder)
    for name in differing:
        text = texts.get(name.removesuffix(".json"))
        if text is None:
            (folder / name).unlink()
        else:
            (folder / name).write_text(text, "utf-8")
    return differing


def schemas() -> dict[str, str]:
    """Every fact's JSON schema as text, by the fact's name."""
    names = {module.__name__ for module in _MODULES}
    return {
        name: json.dumps(schema_of(fact), indent=2, ensure_ascii=False) + "\n"
        for name, fact in sorted(Fact.KINDS.items())
        if fact.__module__ in names
    }


def schema_of(fact: type[Fact]) -> dict[str, Any]:
    """The JSON schema of a fact's payload on the queue."""
    ids = {one.name: {"type": "string", "format": "uuid"} for one in fields(fact)}
    ids["fact_id"] |= {"description": "Keys every effect: a repeat changes nothing."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": fact.__name__,
        "description": " ".join((fact.__doc__ or "").split()),
        "type": "object",
        "properties": {
            "kind": {"const": fact.__name__},
            "version": {"const": fact.VERSION},
            "body": _closed(ids),
        },
        "required": ["kind", "version", "body"],
        "additionalProperties": False,
    }


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
