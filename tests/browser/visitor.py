"""Somebody with a browser: what they do on the page and what they see there."""

import contextlib
import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request, expect

SOON_MS = 15_000
"""Longest wait for something to show, on a machine that does other things too."""
PRESSES = 6
"""How often a member presses Cancel, at most, until no run is left."""
_PRESSED_BEFORE = re.compile(r"Somebody did that a moment ago|is over already|This interaction failed")
"""What a press gets whose forerunner reached the bot, or that the bot did not answer."""
_TIMES = re.compile(r"\b(in )?\d+ (second|minute|hour)s?( ago)?")


class Visitor:
    """Works one page, and keeps what a good page never does: errors, and requests that leave the machine."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.faults: list[str] = []
        page.set_default_timeout(SOON_MS)
        expect.set_options(timeout=SOON_MS)
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(message.text)

    def _error(self, error: Error) -> None:
        self.faults.append(str(error))

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.address).netloc and not request.url.startswith("data:"):
            self.faults.append(f"it asked for {request.url}")

    # -- doing

    def open(self) -> None:
        """Open the page."""
        self.page.goto(self.address)
        expect(self.page.locator("#bot")).to_have_text("bot online")

    def be(self, name: str) -> None:
        """Choose who one is."""
        self.page.select_option("#who", label=name)
        self.page.wait_for_function("name => document.title.startsWith(name)", arg=name)

    def button(self, label: str) -> Locator:
        """Find the newest button with this label that can be pressed."""
        return self.page.locator(f'#log discord-button[data-label="{label}"]:not([disabled])').last

    def press(self, label: str) -> None:
        """Press the newest such button."""
        self.button(label).click()

    def command(self, name: str, typed: str) -> None:
        """Type a command whose first option completes itself, with the keyboard alone."""
        keyboard = self.page.keyboard
        self.page.locator("#box").focus()
        keyboard.type(f"/{name}")
        expect(self.page.locator("#commands [role=option]").first).to_be_visible()
        keyboard.press("Enter")
        expect(self.page.locator("#composer [id^=option-]").first).to_be_focused()
        keyboard.type(typed)
        expect(self.page.locator("#composer [role=option]").first).to_be_visible()
        keyboard.press("Enter")
        keyboard.press("Enter")

    def open_run(self, dungeon: str = "lost") -> None:
        """Open a run as the present member and wait for both panels."""
        joined_by = self.page.locator('discord-button[data-label="Join"]:not([disabled])')
        before = self.page.locator("#log discord-message").filter(has=joined_by)
        known = before.evaluate_all("all => all.map((one) => one.dataset.id)")  # an ended run's may still be shown
        self.command("run", dungeon)
        others = "".join(f':not([data-id="{one}"])' for one in known)
        expect(self.page.locator(f"#log discord-message{others}").filter(has=joined_by)).to_have_count(1)
        expect(self.button("Set Party/Location")).to_be_visible()

    def tidy(self) -> None:
        """End what an earlier visit left: the organizers' runs, a tour, open side panels."""
        self.open()
        for name in ("Tobin", "Mira"):
            self.be(name)
            open_runs = self.page.locator('#log discord-button[data-label^="Cancel"]:not([disabled])')
            for _ in range(PRESSES):  # a message drawn anew between finger down and finger up takes no press …
                if (left := open_runs.count()) == 0:
                    break
                open_runs.last.click()
                with contextlib.suppress(AssertionError):
                    expect(open_runs).to_have_count(left - 1, timeout=SOON_MS // 3)
            expect(open_runs).to_have_count(0)
            expect(self.page.locator("#log")).not_to_contain_text(_PRESSED_BEFORE)  # … but the bot's panels never lag

    def side(self, name: str) -> None:
        """Open a side panel."""
        self.page.click(f"#show-{name}")
        expect(self.page.locator(f"#{name}-panel")).to_be_visible()

    # -- seeing

    def says(self, text: str) -> None:
        """Wait until the messages say something."""
        expect(self.page.locator("#log")).to_contain_text(text)

    def bot_is(self, state: str) -> None:
        """Wait until the badge says how the bot is."""
        expect(self.page.locator("#bot")).to_have_text(f"bot {state}", timeout=2 * SOON_MS)

    def log(self) -> str:
        """Read all messages, relative times left out."""
        return _TIMES.sub("…", self.page.locator("#log").inner_text())

    def focused(self) -> dict[str, Any]:
        """Say what has the focus, inside the components too: its tag, id and text."""
        script = """() => {
            let at = document.activeElement;
            const host = at;
            while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
            return { tag: at.tagName, id: at.id, label: host.dataset.label ?? "" };
        }"""
        found: dict[str, Any] = self.page.evaluate(script)
        return found
