"""`python -m tests.browser.shoot` writes the README's pictures of the page: docs/playground-*.png."""

import sys
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.house import ROOT, NoHouseError, chromium, house
from tests.browser.visitor import Visitor

DESKTOP, PHONE = (1280, 800), (390, 844)
SETTLES_MS = 700
"""So long the last change takes to be drawn."""


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


def _visit(browser: Browser, address: str, size: tuple[int, int]) -> Visitor:
    width, height = size
    page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=1, reduced_motion="reduce")
    return Visitor(page, address)


def _save(visitor: Visitor, name: str) -> None:
    visitor.page.wait_for_timeout(SETTLES_MS)
    path = Path(ROOT / "docs" / f"playground-{name}.png")
    visitor.page.screenshot(path=path)
    sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KiB\n")


if __name__ == "__main__":
    sys.exit(main())
