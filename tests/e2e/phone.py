"""A phone in somebody's hand: what it shows, what a finger does, and what no page may ever do."""

import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect

from tests.servers import ROOT

WITHIN_MS = 20_000
# A button that a finger just left is lighter for a moment.
SETTLES_WITHIN_S = 15.0
WIDTH, HEIGHT = 390, 844
# Pages fade in and sheets slide up; what is measured is what stands still.
STILL = "() => document.getAnimations().every((a) => a.playState !== 'running')"
AXE = ROOT / "mini_app_client" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = """
async () => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'] })
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => ({ id, help, at: nodes.map(({ html }) => html.slice(0, 200)) }))
}
"""
WIDER_THAN_THE_SCREEN = """
(width) => [...document.querySelectorAll('body, body *')]
  .filter((it) => it.checkVisibility({ visibilityProperty: true }))
  .filter((it) => it.getBoundingClientRect().right > width + 0.5)
  .map((it) => it.outerHTML.slice(0, 160))
"""


class Phone:
    """One person's browser at phone size, on one set-up."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self._address = address
        self.faults: list[str] = []
        self.loads = 0
        context.set_default_timeout(WITHIN_MS)
        context.add_init_script(path=AXE)
        context.on("request", self._requested)
        self.page = context.new_page()
        self.page.on("console", self._logged)
        self.page.on("pageerror", lambda error: self.faults.append(f"uncaught: {error}"))
        self.page.on("websocket", lambda socket: self._reached(socket.url))
        self.page.on("domcontentloaded", self._loaded)

    def open(self, path: str = "") -> None:
        """Open the app by its address, or by a link to a page of it."""
        self.page.goto(f"{self._address}/{f'#{path}' if path else ''}")

    def at(self, heading: str) -> None:
        """Wait for a page's heading and content; the page is then looked over."""
        expect(self.page.get_by_role("heading", level=1, name=heading)).to_be_visible(
            timeout=WITHIN_MS
        )
        expect(self.page.locator("[aria-busy=true]:visible")).to_have_count(0, timeout=WITHIN_MS)
        self.look_over()

    def look_over(self) -> None:
        """Nothing on show keeps anybody out, and nothing went wrong on the way here."""
        deadline = time.monotonic() + SETTLES_WITHIN_S
        while found := self._grave():
            assert time.monotonic() < deadline, f"{self.page.url}: {found}"
        assert not self.faults, self.faults

    def _grave(self) -> list[dict[str, Any]]:
        self.page.wait_for_function(STILL)
        found: list[dict[str, Any]] = self.page.evaluate(GRAVE)
        return found

    def fits(self) -> None:
        """Nothing is wider than the screen."""
        wide = self.page.evaluate(WIDER_THAN_THE_SCREEN, WIDTH)
        assert not wide, f"{self.page.url}: {wide}"

    def tap(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Tap a button."""
        (within or self.page).get_by_role("button", name=name, exact=True).tap()

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Tap the first link with these words."""
        self.page.get_by_role("link", name=name).first.tap()

    def tab(self, name: str) -> None:
        """Go to a tab."""
        self.tab_named(name).tap()

    def tab_named(self, name: str) -> Locator:
        """A tab of the bar, whatever its badge says."""
        bar = self.page.get_by_role("navigation", name="主导航")
        return bar.get_by_role("button", name=name)

    def write(self, label: str, text: str) -> None:
        """Fill a field in."""
        self.field(label).fill(text)

    def field(self, label: str) -> Locator:
        """The field that a label belongs to."""
        return self.page.get_by_role("textbox", name=re.compile(f"^{re.escape(label)}"))

    def choose(self, group: str, choice: str) -> None:
        """Tick a choice of a group."""
        self.choice(group, choice).check()

    def choice(self, group: str, choice: str) -> Locator:
        """A choice of a group, a box or one of several."""
        within = self.page.get_by_role("group", name=group)
        return within.locator("label").filter(has_text=choice).locator("input")

    def problem_of(self, field: Locator) -> Locator:
        """The sentence that stands beside a field and is read out with it."""
        described = field.get_attribute("aria-describedby") or ""
        ids = ", ".join(f"#{name}" for name in described.split() if name.endswith("-problem"))
        return self.page.locator(ids or "#no-problem")

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait until some text is on show."""
        expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible(
            timeout=WITHIN_MS
        )

    def sees_no(self, text: str) -> None:
        """Some text is nowhere on the page."""
        assert text not in self.page.content(), f"{text} on {self.page.url}"

    def unread(self) -> int:
        """The number on the inbox's badge."""
        shown = self.tab_named("消息").inner_text()
        found = re.search(r"(\d+)条未读", shown)
        return int(found.group(1)) if found else 0

    def waits_for_unread(self, count: int) -> None:
        """Wait until the badge says how many are unread; nobody reloads the page."""
        expect(self.tab_named("消息")).to_contain_text(f"{count}条未读", timeout=WITHIN_MS)
        assert self.loads == 1, "the app was loaded anew"

    def keep_picture(self, file: Path) -> None:
        """Write what the screen shows into a file."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=file)

    def _loaded(self, _: Page) -> None:
        self.loads += 1

    def _requested(self, request: Request) -> None:
        self._reached(request.url)

    def _reached(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("data", "blob"):
            return
        if parts.netloc != urlsplit(self._address).netloc:
            self.faults.append(f"another origin: {url}")

    def _logged(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text} {message.location['url']}")
