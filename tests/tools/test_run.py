"""`tools run`: what it refuses, what it tells its children, what it tells the person."""

import os
import socket
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest

from accounts.staff import keep_credential
from foundation.settings import Settings
from tests.factories.people import an_officer, an_owner
from tests.servers import Database
from tools.database import DatabaseUrls
from tools.run import (
    EVERYWHERE,
    DemoPeople,
    answering,
    child_environment,
    demo_people,
    free_or_said,
    reachable_addresses,
    welcome,
)
from tools.supervisor import GaveUpError

ROOT = Path(__file__).resolve().parent.parent.parent
URLS = DatabaseUrls("postgresql://rq_app@/x", "postgresql://rq_owner@/x")


def test_a_taken_port_is_said_in_one_sentence_with_a_way_out() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(GaveUpError, match=f"Port {port} is in use.*make run PORT={port + 1}"):
            free_or_said("127.0.0.1", port)


def test_an_address_of_another_machine_is_said() -> None:
    with pytest.raises(GaveUpError, match=r"Cannot listen on 192\.0\.2\.1:80"):
        free_or_said("192.0.2.1", 80)


def test_a_port_is_chosen_where_none_is_asked_for() -> None:
    assert free_or_said("127.0.0.1", 0) > 1023


def test_the_stand_ins_answer_while_the_story_is_told_and_no_longer() -> None:
    port = free_or_said("127.0.0.1", 0)

    with answering(port, dict(os.environ)), socket.create_connection(("127.0.0.1", port), 5):
        pass

    assert free_or_said("127.0.0.1", port) == port


def test_stand_ins_that_do_not_come_up_are_said() -> None:
    broken = dict(os.environ) | {"RQ_ENV": "nonsense"}
    port = free_or_said("127.0.0.1", 0)

    with pytest.raises(GaveUpError, match="did not come up"), answering(port, broken):
        pytest.fail("nothing answers")


def test_it_refuses_production() -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
        "RQ_SIGNING_KEYS_FILE": "/nowhere/keys.json",
        "RQ_CODE_SECRET": "0123456789abcdef0123456789abcdef",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tools", "run"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "is for development" in done.stderr


def test_the_children_never_see_the_owner_of_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGRATION_DATABASE_URL", URLS.owner)
    told = child_environment(Settings(RQ_ENV="development"), 8123, URLS, 8124)
    assert told["DATABASE_URL"] == URLS.app
    assert told["PORT"] == "8123"
    assert told["RQ_DEV_SERVICES_URL"] == "http://127.0.0.1:8124"
    assert URLS.owner not in told.values()


def test_the_welcome_says_where_and_as_whom() -> None:
    people = DemoPeople(["    14000000001  OWNER 示例机电"], ["    officer  OFFICER 示例银行"])
    text = welcome("127.0.0.1", 8123, people)
    assert "http://127.0.0.1:8123/" in text
    assert "14000000001  OWNER 示例机电" in text
    assert "officer  OFFICER 示例银行" in text
    assert "Sign in" not in welcome("127.0.0.1", 8123, DemoPeople([], []))


def test_every_interface_has_an_address_that_a_browser_can_open() -> None:
    addresses = reachable_addresses(EVERYWHERE[0])
    assert addresses[0].startswith("127.")
    assert EVERYWHERE[0] not in addresses
    assert reachable_addresses("::1") == ["[::1]"]


async def test_owners_are_shown_by_phone_and_staff_by_login(database: Database) -> None:
    owner = await an_owner()
    assert owner.enterprise is not None
    assert owner.person.phone is not None
    officer = await an_officer()
    assert officer.institution is not None
    await keep_credential(
        person_id=officer.person.id,
        login="officer-of-the-story",
        password="a long password",
        totp_secret=pyotp.random_base32(),
        now=datetime.now(UTC),
    )

    people = await demo_people()

    assert people.phones == [f"    {owner.person.phone[3:]}  OWNER {owner.enterprise.name}"]
    assert people.logins == [f"    officer-of-the-story    OFFICER {officer.institution.name}"]
