"""A set-up of its own to walk through: all of `make run`, on a free port and a new database."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2

from notifications.channels.console import LINK_MARK, MARK
from tests.servers import ROOT, dies_with_us

START_TIMEOUT_S = 240.0
STOP_TIMEOUT_S = 45.0
CODE_TIMEOUT_S = 30.0
ANSWER_TIMEOUT_S = 30.0
BUILT_CLIENT = ROOT / "mini_app_client" / "dist" / "build" / "h5"
TOTP_WITHIN_S = 40.0
ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)/")


class SetUp:
    """Database, demo story, API, worker and development stand-ins, as a person starts them."""

    def __init__(self) -> None:
        self._data = Path(tempfile.mkdtemp(prefix="rongqiao-e2e-"))
        self._environment = os.environ | {
            "RQ_ENV": "development",
            "RQ_DATA_DIR": str(self._data),
            "HOST": "127.0.0.1",
            "PORT": "0",
            "RQ_CLIENT_DIR": str(self._data / "client"),
        }
        self._lines: list[str] = []
        self._shown: dict[str, str] = {}
        self._said = threading.Condition()
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self.address = ""

    def start(self) -> None:
        """Start it and wait until it takes requests. Raises AssertionError with what it said."""
        # A build that goes on meanwhile takes no page away from under a journey.
        shutil.copytree(BUILT_CLIENT, self._data / "client")
        self._process = subprocess.Popen(
            [*dies_with_us("TERM"), sys.executable, "-m", "tools", "run"],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.address = self._until_said(ADDRESS, START_TIMEOUT_S)

    def stop(self) -> None:
        """End everything that was started, politely and then not, and take its data away."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(STOP_TIMEOUT_S)
        if self._reader is not None:
            self._reader.join(STOP_TIMEOUT_S)
        cluster = self._data / "postgres"
        if cluster.is_symlink():
            shutil.rmtree(cluster.readlink().parent, ignore_errors=True)
        shutil.rmtree(self._data, ignore_errors=True)

    @property
    def output(self) -> str:
        """Everything that was said so far."""
        with self._said:
            return "\n".join(self._lines)

    def code_for(self, phone: str) -> str:
        """The one-time code of a phone, read where a person who tries it out reads it."""
        return self._until_said(re.compile(rf"{MARK} for \+86{phone}: (\d{{6}})"), CODE_TIMEOUT_S)

    def link_for(self, phone: str) -> str:
        """The page and its query of the one-time link that was sent to a phone."""
        return self._until_said(
            re.compile(rf"{LINK_MARK} for \+86{phone}: \S+?#(\S+)"), CODE_TIMEOUT_S
        )

    def totp_of(self, login: str) -> str:
        """A code that a login's authenticator shows and that was not used before: each is good
        once, so a second sign-in within the half minute waits for the next.
        """
        deadline = time.monotonic() + TOTP_WITHIN_S
        while (code := self._tool("staff", "totp", login)) == self._shown.get(login):
            assert time.monotonic() < deadline, "the authenticator shows no other code"
            time.sleep(1)
        self._shown[login] = code
        return code

    def token_of(self, persona: str) -> str:
        """An access token for somebody who is not in front of the browser."""
        return self._tool("token", persona)

    def ask(
        self, token: str, document: str, variables: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The data of an operation, for somebody who is not in front of the browser."""
        answer = httpx2.post(
            f"{self.address}/graphql",
            json={"query": document, "variables": dict(variables or {})},
            headers={"authorization": f"Bearer {token}"},
            timeout=ANSWER_TIMEOUT_S,
        )
        body = answer.json()
        assert "errors" not in body, body
        data: dict[str, Any] = body["data"]
        return data

    def _tool(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "tools", *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=ANSWER_TIMEOUT_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                with self._said:
                    self._lines.append(line.rstrip())
                    self._said.notify_all()
        with self._said:
            self._said.notify_all()

    def _until_said(self, wanted: re.Pattern[str], within_s: float) -> str:
        deadline = time.monotonic() + within_s
        with self._said:
            while not (found := self._last(wanted)):
                left = deadline - time.monotonic()
                alive = self._process is not None and self._process.poll() is None
                if left <= 0 or not alive:
                    said = "\n".join(self._lines[-40:])
                    raise AssertionError(f"{wanted.pattern} was not said; this was: {said}")
                self._said.wait(min(left, 1.0))
            return found

    def _last(self, wanted: re.Pattern[str]) -> str:
        matches = (wanted.search(line) for line in reversed(self._lines))
        return next((match.group(1) for match in matches if match), "")


def a_key() -> str:
    """An idempotency key that nobody used."""
    return uuid.uuid4().hex
