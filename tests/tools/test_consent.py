"""`tools consent verify`: says what a genuine receipt says, and refuses every other text."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from foundation.city import cities
from foundation.identifiers import new_id
from foundation.tokens import new_key_ring
from sharing.consenting.receipts import receipt_of
from sharing.consenting.rules import Covered
from storage.models.consent import Consent, ConsentPurpose, ConsentSubject
from tools.__main__ import main

NOW = datetime(2026, 3, 18, 4, tzinfo=UTC)
RING = new_key_ring(NOW)


def a_receipt() -> str:
    text = cities()["JIANGYIN"].consent_text("GRADING")
    consent = Consent(
        id=new_id(),
        enterprise_id=new_id(),
        person_id=new_id(),
        purpose=ConsentPurpose.GRADING,
        subject=ConsentSubject.ENTERPRISE,
        text_version=text.version,
        text_digest=text.digest,
        granted_at=NOW,
    )
    return receipt_of(consent, (Covered(category="JS-13"),), RING, NOW)


@pytest.fixture
def keys(tmp_path: Path) -> str:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(RING.jwks()))
    return str(file)


def test_a_genuine_receipt_is_read(keys: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["consent", "verify", a_receipt(), "--jwks", keys]) == 0

    said = capsys.readouterr().out
    assert '"purpose": "GRADING"' in said
    assert "is the one agreed to" in said


def test_a_receipt_in_a_file_is_read(keys: str, tmp_path: Path) -> None:
    file = tmp_path / "receipt.jws"
    file.write_text(a_receipt() + "\n")

    assert main(["consent", "verify", str(file), "--jwks", keys]) == 0


def test_an_altered_receipt_is_refused(keys: str, capsys: pytest.CaptureFixture[str]) -> None:
    altered = a_receipt()[:-8] + "AAAAAAAA"

    assert main(["consent", "verify", altered, "--jwks", keys]) == 1
    assert "Not genuine" in capsys.readouterr().err
