"""The selects and panels of headcounts fit Discord, whatever is chosen and offered."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import hikari
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.dungeons.api import Dungeon, catalogue
from raidbot.features.headcounts import models as m
from raidbot.features.headcounts.views import choosing, panels
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.easel import Drawing
from raidbot.playground import validation

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LARGEST = 2**63 - 1
ALL = catalogue().all
FULLEST = sorted(ALL, key=lambda dungeon: -len(dungeon.keys))[: m.DUNGEONS_MAX]
factory = hikari.impl.EntityFactoryImpl(hikari.GatewayBot("MTAwMDAwMDAwMDAwMDAwMDAx.x.y", banner=None, logs=None))


def payload(drawn: Drawing | Reply) -> dict[str, Any]:
    """Write what is drawn as it goes to Discord."""
    embeds = [] if drawn.embed is None else [factory.serialize_embed(drawn.embed)[0]]
    return {
        "content": drawn.content or "",
        "embeds": embeds,
        "components": [row.build()[0] for row in drawn.rows],
    }


def make_view(*dungeons: Dungeon, number: int = 1000) -> m.View:
    """Make the view of an open headcount with so many interested, who offer every key."""
    headcount = m.Headcount(
        id=LARGEST,
        guild_id=LARGEST,
        organizer_id=LARGEST,
        organizer_name="x" * 32,
        channel_id=LARGEST,
        dungeons=tuple(dungeon.code for dungeon in dungeons),
        status=m.Status.OPEN,
        run_id=None,
        opened_at=NOW,
        touched_at=NOW,
        ended_at=None,
        ended_by=None,
        end_reason=None,
        end_click_id=None,
    )
    holders = m.Crowd(number, tuple(LARGEST - n for n in range(min(number, m.HOLDERS_NAMED))))
    offers = {(dungeon.code, key.code): holders for dungeon, key in m.keys(dungeons)} if number else {}
    return m.View(headcount, m.Crowd(number, tuple(LARGEST - n for n in range(min(number, m.NAMED)))), offers)


def labels(drawing: Drawing) -> list[list[str]]:
    """List the labels of the buttons, row by row."""
    return [[button["label"] for button in row["components"]] for row in payload(drawing)["components"]]


@pytest.mark.parametrize("dungeons", [FULLEST, *([dungeon] for dungeon in ALL)], ids=lambda some: some[0].code)
def test_the_fullest_panels_fit(dungeons: list[Dungeon]) -> None:
    view = make_view(*dungeons)
    for drawn in (
        panels.public(view, dungeons, {}, [LARGEST - n for n in range(5)]),
        panels.organizer(view, dungeons, "x" * 500),
        panels.resting(LARGEST),
        panels.takeover(view.headcount),
        panels.which_dungeon(view, dungeons),
    ):
        errors = validation.message(payload(drawn))
        assert errors is None, errors.body()


@given(st.sets(st.sampled_from([dungeon.code for dungeon in ALL]), max_size=15))
def test_the_selects_hold_all_dungeons_and_can_be_sent_only_with_one_to_five(codes: set[str]) -> None:
    reply = choosing.chooser(m.Draft(LARGEST, LARGEST, LARGEST, LARGEST, tuple(codes)), catalogue())
    sent = payload(reply)
    shown = [row["components"][0] for row in sent["components"][:3]]
    assert sorted(option["value"] for menu in shown for option in menu["options"]) == sorted(one.code for one in ALL)
    assert {option["value"] for menu in shown for option in menu["options"] if option["default"]} == codes
    assert f"**{len(codes)}/5**" in sent["embeds"][0]["description"]
    assert sent["components"][3]["components"][0]["disabled"] is not (1 <= len(codes) <= 5)
    # Discord takes no more defaults of a select than may be chosen in it.
    if all(sum(option["default"] for option in menu["options"]) <= menu["max_values"] for menu in shown):
        errors = validation.message(sent)
        assert errors is None, errors.body()


def test_the_keys_of_one_dungeon_stand_beside_join_and_those_of_several_below() -> None:
    void, oryx, pit = (catalogue().find(code) for code in ("THE_VOID", "ORYX_3", "SNAKE_PIT"))
    assert void is not None
    assert oryx is not None
    assert pit is not None
    assert labels(panels.public(make_view(void), [void], {})) == [["Join", "Lost Halls", "Vial", "Organizer Panel"]]
    assert labels(panels.public(make_view(oryx), [oryx], {})) == [
        ["Join", "Inc", "Shield Rune", "Sword Rune", "Helm Rune"],
        ["Organizer Panel"],
    ]
    assert labels(panels.public(make_view(void, oryx, pit), [void, oryx, pit], {})) == [
        ["Join", "Organizer Panel"],
        ["Lost Halls (Void)", "Vial (Void)", "Inc (Oryx 3)", "Shield Rune (Oryx 3)", "Sword Rune (Oryx 3)"],
        ["Helm Rune (Oryx 3)", "Snake Pit"],
    ]


@pytest.mark.parametrize(
    ("code", "number", "off"), [("SNAKE_PIT", 0, True), ("SNAKE_PIT", 1, False), ("WOODLAND_LABYRINTH", 0, False)]
)
def test_convert_waits_for_a_key_where_one_is_needed(code: str, number: int, off: bool) -> None:
    dungeon = catalogue().find(code)
    assert dungeon is not None
    (row,) = payload(panels.organizer(make_view(dungeon, number=number), [dungeon], None))["components"]
    assert row["components"][0]["disabled"] is off


def test_the_public_panel_names_nobody_but_the_organizer() -> None:
    view = make_view(*FULLEST)
    text = str(payload(panels.public(view, FULLEST, {})))
    assert str(LARGEST - 1) not in text
    assert "1,000 raiders interested" in text
    assert "Vial (Void): 1,000" in text


@pytest.mark.parametrize("reason", m.EndReason)
def test_a_panel_that_is_over_says_why_and_has_no_button(reason: m.EndReason) -> None:
    view = make_view(*FULLEST)
    status = m.Status.CONVERTED if reason is m.EndReason.CONVERTED else m.Status.ENDED
    over = m.View(replace(view.headcount, status=status, ended_at=NOW, end_reason=reason), view.interested)
    for drawing in (panels.public(over, FULLEST, {}), panels.organizer(over, FULLEST, None)):
        assert (drawing.final, list(drawing.rows), drawing.content) == (True, [], None)
        assert panels._REASONS[reason] in (drawing.embed.description or "")
