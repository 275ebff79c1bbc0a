"""docs/events says what the facts in the code are."""

import json
from dataclasses import fields
from pathlib import Path
from uuid import UUID

import pytest

from foundation.facts import Fact
from foundation.identifiers import new_id
from tools import events
from worker.handlers import HANDLERS

FACTS = sorted(HANDLERS, key=lambda fact: fact.__name__)


def a_fact(kind: type[Fact]) -> Fact:
    return kind(**{one.name: new_id() for one in fields(kind)})


def test_the_committed_files_are_what_the_code_says() -> None:
    assert events.differences(events.FOLDER) == []


def test_every_fact_is_documented_and_has_its_line_in_the_table() -> None:
    assert set(events.schemas()) == {fact.__name__ for fact in HANDLERS}


@pytest.mark.parametrize("kind", FACTS, ids=lambda kind: kind.__name__)
def test_a_payload_is_what_its_schema_says(kind: type[Fact]) -> None:
    schema = events.schema_of(kind)
    payload = a_fact(kind).to_payload()
    assert schema["description"], "says what happened"
    assert set(payload) == set(schema["required"])
    for name in ("kind", "version"):
        assert payload[name] == schema["properties"][name]["const"]
    body = schema["properties"]["body"]
    assert set(payload["body"]) == set(body["required"]) == set(body["properties"])
    assert all(UUID(value) for value in payload["body"].values()), "ids and nothing else"


@pytest.mark.parametrize("kind", FACTS, ids=lambda kind: kind.__name__)
def test_a_fact_survives_the_queue(kind: type[Fact]) -> None:
    fact = a_fact(kind)
    assert Fact.from_payload(json.loads(json.dumps(fact.to_payload()))) == fact


def test_missing_and_needless_files_are_noticed_and_mended(tmp_path: Path) -> None:
    assert len(events.write(tmp_path)) == len(HANDLERS)
    (tmp_path / "DemandPublished.json").unlink()
    (tmp_path / "Unheard.json").write_text("{}")
    assert events.differences(tmp_path) == ["DemandPublished.json", "Unheard.json"]
    assert events.write(tmp_path) == ["DemandPublished.json", "Unheard.json"]
    assert events.differences(tmp_path) == []
