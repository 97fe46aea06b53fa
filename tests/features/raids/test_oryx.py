"""The rules of Oryx 3, held by the database: the screenshot before the start, the score, the stages in their order."""

import asyncio
from itertools import count
from typing import Any

import pytest

from raidbot.features.dungeons.api import ORYX_3, catalogue
from raidbot.features.members.api import Standing
from raidbot.features.raids import models as m
from raidbot.features.raids.events import RunNoted
from raidbot.features.raids.service import FIND_SCREENSHOT
from raidbot.features.raids.views import oryx as views
from raidbot.features.raids.views import panels
from raidbot.kernel.database import Connection, Database
from tests.factories import GUILD, ORGANIZER, House
from tests.features.raids.test_panels import NOW, crowd, make_run, payload
from tests.tables import rows

LOG = 300_000_000_000_000_009
clicks = count(900_000_000_000_500_001)
dungeon = next(one for one in catalogue().all if one.code == ORYX_3)


@pytest.fixture
def house(database: Database) -> House:
    return House.build(database)


def submission(run_id: int, **overrides: Any) -> m.Submission:
    values = {"guild_id": GUILD, "by": ORGANIZER, "channel_id": LOG, "interaction_id": next(clicks), "ending": "png"}
    return m.Submission(run_id=run_id, **{**values, **overrides})


async def keep(house: House, run_id: int) -> int:
    """Keep a screenshot and return its message."""
    message_id = next(clicks)
    await house.oryx.keep_screenshot(submission(run_id), message_id)
    return message_id


async def make_oryx(house: House, *, live: bool = True) -> int:
    """Open an Oryx 3 run with a screenshot, and start it."""
    run = await house.make_run(dungeon=ORYX_3)
    await keep(house, run.run_id)
    if live:
        await start(house, run.run_id)
    return run.run_id


async def start(house: House, run_id: int) -> None:
    await house.organizers.start(GUILD, run_id, ORGANIZER, live_hours=2)


async def move(house: House, run_id: int, stage: m.Stage, *, click: int | None = None) -> m.Run:
    boss = m.Miniboss.DAMMAH if stage is m.Stage.MINIBOSS else None
    return await house.oryx.move(GUILD, run_id, ORGANIZER, stage, click_id=click or next(clicks), miniboss=boss)


async def score(house: House, run_id: int, text: str, *, seen: int = 0, click: int | None = None) -> m.Run:
    return await house.oryx.set_score(GUILD, run_id, ORGANIZER, text, seen=seen, click_id=click or next(clicks))


async def actions(house: House) -> list[str]:
    """List what the audit has of Oryx 3, in order."""
    found = await rows(
        house.database,
        "SELECT action FROM audit WHERE action IN ('run.screenshot', 'run.realm_score', 'run.stage') ORDER BY id",
    )
    return [action for (action,) in found]


async def outcomes(*calls: Any) -> list[str]:
    """Do things at once and name what each came to."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    return sorted("done" if not isinstance(result, BaseException) else type(result).__name__ for result in results)


# --- the screenshot


async def test_oryx_3_does_not_start_without_party_location_and_screenshot(house: House) -> None:
    run = await house.make_run(dungeon=ORYX_3, party=None)
    with pytest.raises(m.MissingTextsError):
        await start(house, run.run_id)
    await house.organizers.set_texts(GUILD, run.run_id, ORGANIZER, "3", "USW")
    with pytest.raises(m.MissingScreenshotError):
        await start(house, run.run_id)
    await keep(house, run.run_id)
    await start(house, run.run_id)
    assert await rows(house.database, "SELECT status FROM run") == [("live",)]


async def test_the_newest_screenshot_counts_whatever_comes_late(house: House) -> None:
    run_id = await make_oryx(house, live=False)
    late = submission(run_id)
    await house.oryx.expect_screenshot(late)
    newest = await keep(house, run_id)
    assert not await house.oryx.awaits_screenshot(late)
    await house.oryx.keep_screenshot(late, late.interaction_id + 1)
    kept = await rows(house.database, "SELECT screenshot_channel_id, screenshot_message_id, screenshot_by FROM run")
    assert kept == [(LOG, newest, ORGANIZER)]
    assert await rows(house.database, f"SELECT 1 FROM owed_effect WHERE kind = '{FIND_SCREENSHOT}'") == []


async def test_a_screenshot_that_is_noted_twice_is_one(house: House) -> None:
    run = await house.make_run(dungeon=ORYX_3)
    handed_in = submission(run.run_id)
    assert await house.oryx.awaits_screenshot(handed_in)
    for _ in range(2):
        await house.oryx.keep_screenshot(handed_in, handed_in.interaction_id + 1)
    assert await actions(house) == ["run.screenshot"]


async def test_a_run_that_is_over_takes_no_screenshot(house: House) -> None:
    run = await house.make_run(dungeon=ORYX_3)
    handed_in = submission(run.run_id)
    await house.organizers.cancel(GUILD, run.run_id, ORGANIZER)
    with pytest.raises(m.RunOverError):
        await house.oryx.keep_screenshot(handed_in, handed_in.interaction_id + 1)
    assert not await house.oryx.awaits_screenshot(handed_in)


async def test_a_screenshot_is_for_ones_own_active_oryx_3_run(house: House) -> None:
    with pytest.raises(m.NoOryxRunError) as nothing:
        await house.oryx.own_run(GUILD, ORGANIZER)
    assert nothing.value.run is None
    pit = await house.make_run()
    with pytest.raises(m.NoOryxRunError) as other:
        await house.oryx.own_run(GUILD, ORGANIZER)
    assert other.value.run is not None
    await house.organizers.cancel(GUILD, pit.run_id, ORGANIZER)
    run_id = await make_oryx(house)
    assert (await house.oryx.own_run(GUILD, ORGANIZER)).id == run_id
    with pytest.raises(m.NoOryxRunError):
        await house.oryx.own_run(GUILD, ORGANIZER + 1)
    await house.organizers.end(GUILD, run_id, ORGANIZER)
    with pytest.raises(m.NoOryxRunError):
        await house.oryx.own_run(GUILD, ORGANIZER)


@pytest.mark.parametrize(
    ("media_type", "size", "expected"),
    [
        ("image/png", 1, "png"),
        ("image/jpeg", m.PICTURE_MAX, "jpeg"),
        ("image/png; charset=x", 1, "png"),
        ("image/png", m.PICTURE_MAX + 1, m.PictureTooLargeError),
        ("video/mp4", 1, m.NotAPictureError),
        ("image/", 1, m.NotAPictureError),
        ("application/image/png", 1, m.NotAPictureError),
        (None, 1, m.NotAPictureError),
    ],
)
def test_a_picture_of_eight_megabytes_at_most_is_a_screenshot(
    media_type: str | None, size: int, expected: str | type[Exception]
) -> None:
    if isinstance(expected, str):
        assert m.picture_ending(media_type, size) == expected
        return
    with pytest.raises(expected):
        m.picture_ending(media_type, size)


# --- score and stages


async def test_the_stages_come_in_their_order_each_with_its_ping(house: House) -> None:
    heard: list[tuple[str, dict[str, Any]]] = []

    async def hear(_: Connection, noted: RunNoted) -> None:
        heard.append((noted.action, dict(noted.detail)))

    run_id = await make_oryx(house, live=False)
    for stage in m.Stage:
        with pytest.raises(m.NotYetError):
            await move(house, run_id, stage)
    with pytest.raises(m.NotYetError):
        await score(house, run_id, "40")
    await start(house, run_id)
    house.events.subscribe(RunNoted, hear)
    await score(house, run_id, "40")
    for at, stage in enumerate(m.Stage):
        for other in [one for number, one in enumerate(m.Stage) if number != at]:
            with pytest.raises(m.AlreadyDoneError):
                await move(house, run_id, other)
        await move(house, run_id, stage)
        assert await rows(house.database, "SELECT kind FROM run_ping") == [
            ("realm_closed" if stage is m.Stage.CLOSED else stage.value,)
        ]
        with pytest.raises(m.AlreadyDoneError):
            await score(house, run_id, "50", seen=40)
    assert heard == [
        ("run.realm_score", {"score": 40}),
        ("run.stage", {"stage": "closed"}),
        ("run.stage", {"stage": "miniboss", "miniboss": "dammah"}),
        ("run.stage", {"stage": "third_room"}),
    ]
    assert await rows(house.database, "SELECT stage, miniboss, realm_score FROM run") == [("third_room", "dammah", 40)]


async def test_of_two_presses_at_once_one_counts_and_pings(house: House) -> None:
    run_id = await make_oryx(house)
    assert await outcomes(score(house, run_id, "40"), score(house, run_id, "41")) == ["AlreadyDoneError", "done"]
    for stage in m.Stage:
        assert await outcomes(*(move(house, run_id, stage) for _ in range(3))) == [
            "AlreadyDoneError",
            "AlreadyDoneError",
            "done",
        ]
    assert await actions(house) == ["run.screenshot", "run.realm_score", "run.stage", "run.stage", "run.stage"]


async def test_a_press_that_is_done_twice_is_one(house: House) -> None:
    run_id = await make_oryx(house)
    for _ in range(2):
        assert (await score(house, run_id, "40", click=1)).realm_score == 40
    for _ in range(2):
        assert (await score(house, run_id, "40 %", seen=40, click=2)).realm_score == 40
    for click, stage in enumerate(m.Stage, start=3):
        for _ in range(2):
            assert (await move(house, run_id, stage, click=click)).stage is stage
    assert (await actions(house)).count("run.realm_score") == 2
    assert (await actions(house)).count("run.stage") == 3
    assert len(await rows(house.database, "SELECT 1 FROM run_ping")) == 1


@pytest.mark.parametrize("text", ["", "0", "100", "-5", "4.5", "many", "٤٢", "%"])
async def test_a_score_is_a_number_from_1_to_99(house: House, text: str) -> None:
    with pytest.raises(m.BadScoreError):
        await score(house, 1, text)


async def test_no_other_dungeon_has_scores_stages_or_screenshots(house: House) -> None:
    run_id = await house.make_live()
    before = await rows(house.database, "SELECT * FROM run")
    with pytest.raises(m.AlreadyDoneError):
        await move(house, run_id, m.Stage.CLOSED)
    with pytest.raises(m.AlreadyDoneError):
        await score(house, run_id, "40")
    await keep(house, run_id)
    assert await rows(house.database, "SELECT * FROM run") == before
    assert await actions(house) == []


async def test_a_run_that_is_over_or_elsewhere_goes_no_further(house: House) -> None:
    run_id = await make_oryx(house)
    with pytest.raises(m.RunGoneError):
        await house.oryx.move(GUILD + 1, run_id, ORGANIZER, m.Stage.CLOSED, click_id=next(clicks))
    await house.organizers.end(GUILD, run_id, ORGANIZER)
    with pytest.raises(m.RunOverError):
        await move(house, run_id, m.Stage.CLOSED)
    with pytest.raises(m.RunOverError):
        await score(house, run_id, "40")


# --- what is shown


@pytest.mark.parametrize(
    ("shown", "public", "buttons"),
    [
        ({}, None, ["Realm Score %", "Realm Closed"]),
        ({"realm_score": 43}, "Realm score:** 43 %", ["Realm Score %", "Realm Closed"]),
        ({"realm_score": 43, "stage": m.Stage.CLOSED}, "The realm is closed", ["Miniboss"]),
        ({"stage": m.Stage.MINIBOSS, "miniboss": m.Miniboss.BEISA}, "Miniboss:** Beisa", ["Third Room"]),
        ({"stage": m.Stage.THIRD_ROOM, "miniboss": m.Miniboss.BEISA}, "join the sanctuary now", []),
    ],
)
def test_the_panels_show_the_stage_and_what_comes_next(
    shown: dict[str, Any], public: str | None, buttons: list[str]
) -> None:
    view = crowd(make_run(dungeon, m.RunStatus.LIVE, pops=0, **shown), dungeon)
    drawn = payload(panels.public(view, dungeon, {}, NOW))["embeds"][0]["description"]
    assert public is None or public in drawn
    first, second, _ = payload(panels.organizer(view, dungeon, None, NOW))["components"]
    assert [one["label"] for one in first["components"]] == ["End Run", *buttons, "Unlock Join", "Ping Raiders"]
    assert [one["label"] for one in second["components"]] == ["Set Party/Location", "Cancel Run"]


@pytest.mark.parametrize("there", [False, True])
def test_the_organizer_panel_ticks_the_screenshot_off(there: bool) -> None:
    kept = {} if there else dict.fromkeys(("screenshot_channel_id", "screenshot_message_id", "screenshot_by"))
    view = crowd(make_run(dungeon, m.RunStatus.OPEN, **kept), dungeon)
    start_row, texts_row, own_row, _ = payload(panels.organizer(view, dungeon, None, NOW))["components"]
    (button,) = own_row["components"]
    assert button["label"] == "Submit Screenshot"
    assert (button["disabled"], "emoji" in button, button["style"] == panels.GREEN) == (there, there, there)
    assert (start_row["components"][0]["style"] == panels.GREEN) == there
    assert [one["label"] for one in texts_row["components"]] == ["Unlock Join", "Set Party/Location"]


async def test_runs_tells_the_stage(house: House) -> None:
    run_id = await make_oryx(house)
    await score(house, run_id, "40")
    found = await house.raiders.active_runs(GUILD, 1, Standing.FINE)
    assert not isinstance(found, m.Outcome)
    assert views.progress(found[0]) == ["🌍 **Realm score:** 40 %"]
