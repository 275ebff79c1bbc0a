"""The command line of accounts: personas, keys, staff, entry tokens; what production refuses."""

import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import jwt
import pyotp
import pytest

from accounts.memberships import add_staff_member
from accounts.personas import open_as_persona
from accounts.staff import open_by_password
from accounts.viewers import viewer_of
from foundation.city import cities
from foundation.errors import Unauthenticated
from foundation.settings import settings
from foundation.tokens import (
    PERSONA_LIFETIME,
    new_key_ring,
    read_key_ring,
    signing_keys,
    write_key_ring,
)
from storage.database import fetch
from storage.models import Membership, Person
from storage.models.membership import Role
from tests.factories.people import a_membership, a_person, an_enterprise, an_institution
from tests.servers import Database
from tools import dev_services, entry_token, keys, token
from tools.personas import persona_phones

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "RQ_ENV": "production",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
    "RQ_SIGNING_KEYS_FILE": "/nowhere/keys.json",
    "RQ_CODE_SECRET": "0123456789abcdef0123456789abcdef",
}


def tools(
    *arguments: str, database: Database | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    told = {
        "PATH": os.environ["PATH"],
        "RQ_ENV": "test",
        "RQ_DATA_DIR": os.environ["RQ_DATA_DIR"],
        "DATABASE_URL": database.url if database else "postgresql://nobody@127.0.0.1:9/none",
    }
    return subprocess.run(
        [sys.executable, "-m", "tools", *arguments],
        cwd=ROOT,
        env=told | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "persona",
    [
        "owner-advanced",
        "owner-first",
        "owner-candidate",
        "owner-severe",
        "owner-changzhou",
        "owner-cangzhou",
        "officer-jiangsu-bank",
        "officer-jiangyin-bank",
        "manager-jiangyin-bank",
        "operator-jiangyin",
        "regulator-changzhou",
        "provider-housing-fund",
    ],
)
def test_every_persona_has_a_phone_of_the_demos_range(persona: str):
    assert persona_phones()[persona].startswith("1400000")


async def test_a_persona_token_stands_alone_and_acts_for_twelve_hours(database: Database):
    signing_keys().ring()
    phone = f"+86{persona_phones()['owner-first']}"
    owner = await a_person(phone=phone)
    firm = await an_enterprise()
    await a_membership(person=owner, role=Role.OWNER, enterprise=firm)

    done = tools("token", database=database, PERSONA="owner-first")

    assert done.returncode == 0, done.stderr
    viewer = await viewer_of(done.stdout.removesuffix("\n"), datetime.now(UTC))
    assert viewer.enterprise_id == firm.id
    assert viewer.expires_at is not None
    left = viewer.expires_at - datetime.now(UTC)
    assert PERSONA_LIFETIME - timedelta(minutes=2) < left <= PERSONA_LIFETIME


def test_an_unknown_persona_is_answered_with_the_known_ones(capsys: pytest.CaptureFixture[str]):
    assert token.run(Namespace(persona="somebody")) == 2

    shown = capsys.readouterr()
    assert shown.out == ""
    assert "owner-first" in shown.err


async def test_without_the_demo_story_there_is_no_persona(database: Database):
    assert await open_as_persona(f"+86{persona_phones()['owner-first']}", datetime.now(UTC)) is None


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The settings of a production process."""
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.usefixtures("production")
def test_production_refuses_conveniences(capsys: pytest.CaptureFixture[str]):
    assert token.run(Namespace(persona="owner-first")) == 1
    assert dev_services.run(Namespace(port=1)) == 1
    city = Namespace(city="JIANGYIN", subject="1", phone=None, represents=None)
    assert entry_token.run(city) == 1
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("production")
async def test_production_makes_and_believes_no_persona_token(database: Database):
    with pytest.raises(RuntimeError, match="refused in production"):
        await open_as_persona("+8614000000002", datetime.now(UTC))
    assert await fetch("SELECT id FROM session") == []


async def test_production_believes_no_token_of_twelve_hours(
    database: Database, request: pytest.FixtureRequest
):
    person = await a_person(phone="+8614000000002")
    made = await open_as_persona("+8614000000002", datetime.now(UTC))
    assert made is not None
    assert (await viewer_of(made, datetime.now(UTC))).person_id == person.id
    signing_keys()  # as cached here: what is asked is whether production believes its tokens
    request.getfixturevalue("production")

    with pytest.raises(Unauthenticated):
        await viewer_of(made, datetime.now(UTC))


def test_production_refuses_a_ring_that_was_generated_for_development(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
):
    file = tmp_path / "keys.json"
    monkeypatch.setitem(PRODUCTION, "RQ_SIGNING_KEYS_FILE", str(file))
    request.getfixturevalue("production")
    for generated in (True, False):
        write_key_ring(file, new_key_ring(datetime.now(UTC), generated=generated), replace=True)
        signing_keys.cache_clear()
        try:
            signing_keys()
            refused = False
        except ValueError as error:
            refused = "tools keys new" in str(error)
        assert refused is generated
    signing_keys.cache_clear()


def keys_show(action: str, file: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    return keys.run(Namespace(action=action, file=file)), capsys.readouterr().out


def test_keys_are_made_rotated_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "keys.json"
    assert keys_show("rotate", file, capsys)[0] == 1
    assert keys_show("new", file, capsys)[0] == 0
    first = read_key_ring(file).active.kid
    assert keys_show("new", file, capsys)[0] == 1

    code, shown = keys_show("rotate", file, capsys)

    assert code == 0
    assert read_key_ring(file).active.kid != first
    assert [line.split()[1] for line in shown.splitlines()] == ["active", "retired"]
    _, jwks = keys_show("jwks", file, capsys)
    assert first in jwks
    assert '"d"' not in jwks


async def test_an_operator_gives_staff_a_login_that_works(database: Database):
    await an_institution(name="示例银行甲")

    done = tools(
        "staff", "add", "clerk", "--name", "示例客户经理", "--role", "OFFICER",
        "--city", "JIANGYIN", "--institution", "示例银行甲",
        database=database,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    password, address = (line.split(maxsplit=1)[1] for line in done.stdout.splitlines())
    now = datetime.now(UTC)
    # The secret of the sealed TOTP is the test's own, because both use one data folder.
    opened = await open_by_password(
        login="clerk",
        password=password,
        totp=str(pyotp.parse_uri(address).at(now)),  # type: ignore[union-attr]
        web=False,
        now=now,
    )
    assert opened.viewer.role is Role.OFFICER


@pytest.mark.parametrize(
    ("role", "institution"),
    [
        (Role.OFFICER, None),
        (Role.OFFICER, "示例银行乙"),
        (Role.OPERATOR, "示例银行乙"),
        (Role.OWNER, None),
    ],
)
async def test_a_membership_that_cannot_be_leaves_nobody_behind(
    database: Database, role: Role, institution: str | None
):
    with pytest.raises((LookupError, ValueError)):
        await add_staff_member(
            name="示例", role=role, city="JIANGYIN", institution=institution, now=datetime.now(UTC)
        )
    assert await Person.all().count() == await Membership.all().count() == 0


def test_an_entry_token_verifies_with_the_stand_ins_keys(capsys: pytest.CaptureFixture[str]):
    wanted = Namespace(city="CHANGZHOU", subject="1", phone="14000000008", represents=["USCC"])

    assert entry_token.run(wanted) == 0

    app = cities()["CHANGZHOU"].entry_app
    key = dev_services.entry_app_keys("CHANGZHOU").active
    claims = jwt.decode(
        capsys.readouterr().out.strip(),
        key.private_key.public_key(),
        algorithms=list(app.algorithms),
        audience=app.audience,
        issuer=app.issuer,
    )
    assert claims["phone_number"] == "14000000008"
    assert claims["verified_person"] == {"legal_representative_of": ["USCC"]}


async def test_the_stand_ins_show_public_keys_of_known_cities_only():
    transport = httpx2.ASGITransport(app=dev_services.create_app())
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        known = await client.get("/entry-apps/JIANGYIN/jwks.json")
        unknown = await client.get("/entry-apps/../../etc/jwks.json")

    assert set(known.json()["keys"][0]) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    assert unknown.status_code == 404
