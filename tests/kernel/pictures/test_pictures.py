"""Charts as PNG: whatever the names and numbers, and beside the event loop."""

import asyncio
import struct
import threading

import pytest

from raidbot.kernel.pictures import ACCENT, GOLD, WIDTH, Bar, Pictures, Series, bars, columns, drawable

LEADERS = [Bar("Knight", 9, "9 / 12"), Bar("Wizard", 5.5), Bar("Nobody", 0), Bar("No class yet", 2, faint=True)]


def size(png: bytes) -> tuple[int, int]:
    """Read the width and height that a PNG's header tells."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_a_chart_is_as_wide_as_a_phone_wants_and_as_high_as_it_has_rows() -> None:
    heights = [size(bars("Lost Halls", LEADERS * times))[1] for times in (1, 2, 3)]
    assert heights[1] - heights[0] == heights[2] - heights[1] > 100
    width, height = size(bars("Lost Halls", LEADERS, subtitle="16 raiders"))
    assert (width, height > heights[0]) == (WIDTH, True)


@pytest.mark.parametrize(
    "name",
    ["", "$x_1$", "$", "\\frac{1}{0}", "\N{FIRE}\N{FIRE}", "日本語", "a\nb\0c", "W" * 500, "\u202eabc", "é" * 40],
)
def test_any_name_can_be_drawn(name: str) -> None:
    assert size(bars(name, [Bar(name, 1, name)], subtitle=name))[0] == WIDTH


def test_a_chart_without_rows_or_with_nothing_but_noughts_is_a_chart() -> None:
    assert size(bars("Nothing", []))[0] == WIDTH
    assert bars("Noughts", [Bar("a", 0)]) != bars("Noughts", [Bar("a", 1)])


def test_bars_may_be_measured_by_something_else_than_the_longest() -> None:
    assert bars("Progress", [Bar("a", 5, "half")], most=10) != bars("Progress", [Bar("a", 5, "half")])


def test_a_goal_and_a_colour_of_its_own_are_seen() -> None:
    plain = bars("Progress", [Bar("a", 5)], most=10)
    assert bars("Progress", [Bar("a", 5)], most=10, goal=7) != plain
    assert bars("Progress", [Bar("a", 5, colour=GOLD)], most=10) != plain


@pytest.mark.parametrize("most", [0, 1, 7, 10**9])
def test_columns_are_as_high_whatever_they_hold(most: int) -> None:
    series = [Series("One", ACCENT), Series("日本語" * 30, GOLD)]
    drawn = columns("Weeks", series, [("Jan", (most, 0)), ("", (most // 2, most))], subtitle="Two")
    assert size(drawn) == size(columns("Weeks", series, [], subtitle=""))
    assert size(drawn)[0] == WIDTH


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("\U0001d56f\U0001d586\U0001d597\U0001d590 \uff2c\uff4f\uff52\uff44", "Dark Lord"),
        ("fire \N{FIRE} lord", "fire lord"),
        ("\N{FIRE}", "?"),
        ("", ""),
        (" a\n b ", "a b"),
    ],
)
def test_a_name_is_reduced_to_what_the_font_has(name: str, drawn: str) -> None:
    assert drawable(name) == drawn


async def test_pictures_are_drawn_one_at_a_time_in_a_thread_of_their_own() -> None:
    pictures, seen, at_work = Pictures(), list[str](), threading.Lock()

    def paint(text: str) -> bytes:
        assert at_work.acquire(blocking=False)
        seen.append(threading.current_thread().name)
        at_work.release()
        return text.encode()

    drawn = await asyncio.gather(*(pictures.draw(paint, str(number)) for number in range(20)))
    pictures.close()
    assert drawn == [str(number).encode() for number in range(20)]
    assert set(seen) == {"pictures_0"}
