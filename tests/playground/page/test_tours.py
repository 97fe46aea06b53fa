"""The tours are data: what they type and press must exist."""

from collections.abc import Iterable

import hikari
import pytest

from raidbot.features.dungeons.api import RaiderClass
from raidbot.playground.demo.cast import Cast
from raidbot.playground.page.tours import TOURS, Choose, Deed, Fill, Sees, SeesForm, Step, Tour, Type, told
from tests.architecture.conftest import Declared, declared

__all__ = ["declared"]

HIGHLIGHTS = {"", "menu", "slash", "form", "crowd", "underneath"}


@pytest.fixture(params=TOURS, ids=lambda tour: tour.name)
def tour(request: pytest.FixtureRequest) -> Tour:
    found: Tour = request.param
    return found


def deeds(steps: Iterable[Step]) -> list[Deed]:
    return [deed for step in steps for deed in step.do]


def test_the_names_of_tours_are_unique_and_fit_into_an_address() -> None:
    names = [tour.name for tour in TOURS]
    assert len(set(names)) == len(names)
    assert all(name.replace("-", "").isalpha() and name.islower() for name in names)


def test_every_command_that_a_tour_types_is_registered_with_its_options(tour: Tour, declared: Declared) -> None:
    commands = {builder.name: builder for builder in declared.builders}
    for deed in deeds(tour.steps):
        if isinstance(deed, Type):
            builder = commands[deed.command]
            assert isinstance(builder, hikari.api.SlashCommandBuilder)
            options = {option.name: option for option in builder.options}
            assert set(deed.options) <= set(options)
            assert {name for name, option in options.items() if option.is_required} <= set(deed.options)


async def test_every_actor_is_in_the_cast(tour: Tour, cast: Cast) -> None:
    members = {one.name for one in (cast.owner, cast.mira, cast.tobin, cast.sable, cast.sly, cast.newt, *cast.raiders)}
    assert {step.actor for step in tour.steps} <= members


def test_a_step_that_does_something_waits_for_it_and_the_last_one_only_speaks(tour: Tour) -> None:
    assert all(step.until is not None for step in tour.steps if step.do)
    assert (tour.steps[-1].do, tour.steps[-1].until) == ((), None)
    assert all(step.text for step in tour.steps)
    assert all(step.highlight in HIGHLIGHTS or step.highlight.startswith("button:") for step in tour.steps)


def test_a_form_is_waited_for_before_it_is_filled(tour: Tour) -> None:
    for before, step in zip(tour.steps, tour.steps[1:], strict=False):
        if any(isinstance(deed, Fill) for deed in step.do):
            assert isinstance(before.until, SeesForm)


def test_a_class_that_is_chosen_exists(tour: Tour) -> None:
    chosen = {deed.label for deed in deeds(tour.steps) if isinstance(deed, Choose)}
    assert chosen <= {one.label for one in RaiderClass}


def test_the_page_is_told_kinds_and_how_many_everybody_is(tour: Tour) -> None:
    steps = told(tour, raiders=1000)["steps"]
    assert {deed["kind"] for step in steps for deed in step["do"]} <= {
        "Type", "Press", "Choose", "Fill", "Crowd", "Backstage",
    }  # fmt: skip
    for step, written in zip(tour.steps, steps, strict=True):
        if isinstance(step.until, Sees):
            assert written["until"] == {"kind": "Sees", "text": step.until.text.format(everybody="1,001")}
