"""`python -m tests.browser.shoot` writes the README's pictures but that of the terminal: docs/*.png."""

import io
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from raidbot.features.dungeons.api import RaiderClass
from tests.browser.house import ROOT, NoHouseError, chromium, house
from tests.browser.visitor import Visitor

DESKTOP, PHONE, PANEL = (1280, 800), (390, 844), (620, 1400)
BACK = (0x31, 0x33, 0x38)
GAP = 40
"""Pixels between messages that stand beside each other."""
RUNS = (("shat", "Shatters", 9), ("nest", "Nest", 7), ("void", "Void", 5), ("fung", "Fungal Cavern", 3))
"""What is typed, which dungeon that is, and how many come: the leaderboard's story."""
CLASSES = {
    "Bram": RaiderClass.KNIGHT,
    "Cleo": RaiderClass.PRIEST,
    "Dov": RaiderClass.WIZARD,
    "Edda": RaiderClass.PALADIN,
    "Finn": RaiderClass.PRIEST,
    "Gala": RaiderClass.MYSTIC,
}
KEYS = (("Cleo", "Cult"), ("Dov", "Void"), ("Edda", "Vial"))
SETTLES_MS = 700
"""So long the last change takes to be drawn."""
UNHURRIED_MS = 10_000
"""So long after one run an organizer may press everything of the next."""


def main() -> int:
    """Take all pictures; the exit status is 1 where there is no Chromium or no page."""
    try:
        with house() as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            _shoot(browser, address)
            browser.close()
    except NoHouseError as error:
        sys.stderr.write(f"No pictures: {error}\n")
        return 1
    return 0


def _shoot(browser: Browser, address: str) -> None:
    desktop = _visit(browser, address, DESKTOP)
    desktop.tidy()
    desktop.side("tours")
    desktop.page.click("[data-tour=raid-night]")
    count = desktop.page.locator("#tours-panel .count")
    for number in range(1, 11):
        expect(count).to_contain_text(f"step {number} of")
        in_form = desktop.page.locator("#form[open] #tour-fill")
        (in_form if in_form.count() else desktop.page.locator("#tour-next")).click()
        expect(count).to_contain_text(f"step {number + 1} of", timeout=30_000)
    if not desktop.page.locator("#underneath-panel").is_hidden():
        desktop.page.click("#show-underneath")
    _save(desktop, "tour")
    phone = _visit(browser, address, PHONE)
    phone.open()
    phone.be("Bram")
    phone.press("Cult")
    phone.says("is noted")
    _save(phone, "phone")
    desktop.page.click("text=Leave the tour")
    _shoot_panel(browser, address)
    desktop.page.click("#show-tours")
    desktop.be("Mira")
    desktop.page.fill("#box", "/")
    desktop.page.keyboard.press("Escape")
    desktop.page.fill("#box", "")
    desktop.side("underneath")
    desktop.page.fill("#crowd-count", "60")
    desktop.page.fill("#crowd-seconds", "0")
    desktop.page.select_option("#crowd-what", label="offer a key")
    desktop.page.click("#crowd-go")
    expect(desktop.page.locator("#crowd-told")).to_contain_text("60 of 60 answered", timeout=40_000)
    desktop.page.wait_for_timeout(2 * SETTLES_MS)
    _save(desktop, "underneath")
    desktop.press("End Run")
    desktop.says("Ended: Lost Halls")
    _shoot_boards(browser, address, desktop)


def _shoot_panel(browser: Browser, address: str) -> None:
    """Take the run that is going, as everybody and as its organizer see it."""
    sharp = _visit(browser, address, PANEL, scale=2)
    sharp.open()
    for name, chosen in CLASSES.items():
        sharp.be(name)
        sharp.page.locator("#log select.menu").last.select_option(label=f"{chosen.emoji} {chosen.label}")
        sharp.says(f"You're in as {chosen.emoji} {chosen.label}")
    for name, key in KEYS:
        sharp.be(name)
        sharp.press(key)
        sharp.says("is noted")
        sharp.press("Confirm")
        sharp.says("is confirmed")
    sharp.be("Mira")
    sharp.press("Key popped")
    sharp.says("Pop 1 is counted")
    sharp.page.wait_for_timeout(2 * SETTLES_MS)
    _beside("panel", [_message(sharp, "LIVE: Lost Halls"), _message(sharp, "Organizer Panel: Lost Halls")])


def _shoot_boards(browser: Browser, address: str, desktop: Visitor) -> None:
    """Let Tobin organise a few runs, and take what became of it: a leaderboard and his quota."""
    desktop.be("Tobin")
    for typed, dungeon, raiders in RUNS:
        desktop.open_run(typed)
        desktop.page.fill("#crowd-count", str(raiders))
        desktop.page.select_option("#crowd-what", label="press Join")
        desktop.page.click("#crowd-go")
        expect(desktop.page.locator("#crowd-told")).to_contain_text(f"{raiders} of {raiders} answered", timeout=40_000)
        desktop.press("Set Party/Location")
        desktop.page.fill("#field-party", "3")
        desktop.page.fill("#field-location", "USWest2")
        desktop.page.keyboard.press("Enter")
        desktop.says("Party and location are set")
        desktop.press("Start")
        desktop.press("End Run")
        desktop.says(f"Ended: {dungeon}")
        desktop.page.wait_for_timeout(UNHURRIED_MS)
    sharp = _visit(browser, address, PANEL, scale=2)
    sharp.open()
    sharp.be("Cleo")
    sharp.page.fill("#box", "/leaderboard")
    sharp.page.keyboard.press("Enter")
    sharp.page.select_option("#option-category", label="Points")
    sharp.page.click("#command >> text=Send")
    sharp.says("stands at place")
    sharp.press("Picture")
    sharp.page.wait_for_timeout(4 * SETTLES_MS)
    board = _message(sharp, "stands at place")
    sharp.be("Tobin")
    sharp.page.click("#channels >> text=quota")
    sharp.says("runs")
    sharp.press("Full list")
    sharp.press("Picture")
    sharp.page.wait_for_timeout(4 * SETTLES_MS)
    _beside("boards", [board, _message(sharp, "What brings points"), _message(sharp, "All who have this quota")])


def _message(visitor: Visitor, text: str) -> bytes:
    """Take the newest message that says something."""
    return visitor.page.locator("#log discord-message").filter(has_text=text).last.screenshot()


def _beside(name: str, taken: Sequence[bytes]) -> None:
    """Put the first picture to the left and the others below each other to the right."""
    left, *right = [Image.open(io.BytesIO(one)) for one in taken]
    height = max(left.height, sum(one.height + GAP for one in right) - GAP)
    both = Image.new("RGB", (left.width + GAP + right[0].width, height), BACK)
    both.paste(left, (0, 0))
    top = 0
    for one in right:
        both.paste(one, (left.width + GAP, top))
        top += one.height + GAP
    path = ROOT / "docs" / f"{name}.png"
    both.save(path, optimize=True)
    _tell(path)


def _visit(browser: Browser, address: str, size: tuple[int, int], scale: int = 1) -> Visitor:
    width, height = size
    viewport: ViewportSize = {"width": width, "height": height}
    page = browser.new_page(viewport=viewport, device_scale_factor=scale, reduced_motion="reduce")
    return Visitor(page, address)


def _save(visitor: Visitor, name: str) -> None:
    visitor.page.wait_for_timeout(SETTLES_MS)
    path = ROOT / "docs" / f"playground-{name}.png"
    visitor.page.screenshot(path=path)
    _tell(path)


def _tell(path: Path) -> None:
    sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KiB\n")


if __name__ == "__main__":
    sys.exit(main())
