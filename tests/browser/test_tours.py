"""Every tour, walked as a visitor walks it."""

import pytest
from playwright.sync_api import expect

from raidbot.playground.page.tours import TOURS, Tour
from tests.browser.visitor import SOON_MS, Visitor


def begin(visitor: Visitor, tour: Tour) -> None:
    visitor.side("tours")
    visitor.page.click(f'[data-tour="{tour.name}"]')
    at(visitor, tour, 1)


def at(visitor: Visitor, tour: Tour, number: int) -> None:
    """Wait until a step is shown, as its actor."""
    shown = visitor.page.locator("#tours-panel .count")
    expect(shown).to_have_text(f"{tour.title}, step {number} of {len(tour.steps)}", timeout=3 * SOON_MS)
    expect(visitor.page.locator("#tour-text")).to_have_text(tour.steps[number - 1].text)
    visitor.page.wait_for_function("name => document.title.startsWith(name)", arg=tour.steps[number - 1].actor)
    assert visitor.page.locator("#toasts p").all_inner_texts() == []


def next_step(visitor: Visitor) -> None:
    """Press Next, which stands in the form too while one is open."""
    in_form = visitor.page.locator("#form[open] #tour-fill")
    (in_form if in_form.count() else visitor.page.locator("#tour-next")).click()


@pytest.mark.parametrize("tour", TOURS, ids=lambda tour: tour.name)
def test_a_tour_is_walked_to_its_end(visitor: Visitor, tour: Tour) -> None:
    begin(visitor, tour)
    for number in range(1, len(tour.steps)):
        next_step(visitor)
        at(visitor, tour, number + 1)
    next_step(visitor)
    expect(visitor.page.locator("#tours-panel")).to_contain_text("Guided tours")


def test_a_reload_in_the_middle_of_a_tour_shows_the_same_and_it_goes_on(visitor: Visitor) -> None:
    tour = TOURS[0]
    begin(visitor, tour)
    for number in range(1, 4):
        next_step(visitor)
        at(visitor, tour, number + 1)
    visitor.says("You're in as")
    before = visitor.log()
    visitor.page.reload()
    at(visitor, tour, 4)
    visitor.says("You're in as")
    assert visitor.log() == before
    next_step(visitor)
    at(visitor, tour, 5)


def test_who_does_a_step_by_hand_is_taken_on_too(visitor: Visitor) -> None:
    tour = TOURS[0]
    begin(visitor, tour)
    visitor.command("run", "lost")
    at(visitor, tour, 2)
    visitor.press("Join")
    at(visitor, tour, 3)
    visitor.page.click("text=Leave the tour")
    expect(visitor.page.locator("#tours-panel")).to_contain_text("Guided tours")
