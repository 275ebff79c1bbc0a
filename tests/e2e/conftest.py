"""The set-up, the browser and the phones that a journey may ask for."""

import shutil
import signal
import sys
from collections.abc import Callable, Generator, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.phone import HEIGHT, WIDTH, Phone
from tests.e2e.setup import SetUp
from tests.servers import ROOT
from tools.e2e import BROWSERS, NO_BROWSER

RUN_TIMEOUT_S = 900
PICTURES = ROOT / ".data" / "e2e"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session", autouse=True)
def bounded() -> Iterator[None]:
    """End a run that hangs, as a failure, so that what it started is ended too."""

    def give_up(*_: object) -> None:
        raise TimeoutError(f"the journeys took longer than {RUN_TIMEOUT_S} s")

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(RUN_TIMEOUT_S)
    yield
    signal.alarm(0)


@pytest.fixture(scope="session")
def set_up() -> Iterator[SetUp]:
    """Everything that `make run` starts, for as long as the journeys last."""
    running = SetUp()
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium; none is ever fetched."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert program, NO_BROWSER
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program, headless=True, args=list(FLAGS), timeout=60_000
        )
        yield chromium
        chromium.close()


@pytest.fixture
def a_phone(
    set_up: SetUp, browser: Browser, request: pytest.FixtureRequest
) -> Iterator[Callable[[], Phone]]:
    """Makes phones at phone size; a picture of each is kept where the journey fails."""
    phones: list[Phone] = []

    def make() -> Phone:
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT},
            is_mobile=True,
            has_touch=True,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        phones.append(Phone(context, set_up.address))
        return phones[-1]

    yield make
    if request.node.stash.get(FAILED, False):
        for number, phone in enumerate(phones, start=1):
            file = PICTURES / f"{request.node.name}-{number}.png"
            phone.keep_picture(file)
            sys.stderr.write(f"what the phone showed: {file}\n")
        sys.stderr.write(set_up.output[-4000:])
    faults = [fault for phone in phones for fault in phone.faults]
    for phone in phones:
        phone.page.context.close()
    assert not faults, faults


@pytest.fixture
def phone(a_phone: Callable[[], Phone]) -> Phone:
    """The phone of the journey's person."""
    return a_phone()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note that a journey failed, for the fixture that keeps the picture."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report
