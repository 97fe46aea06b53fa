"""Every panel of every dungeon fits Discord's limits, whatever the run holds."""

from datetime import UTC, datetime, timedelta
from typing import Any

import hikari
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.dungeons.api import Dungeon, RaiderClass, catalogue
from raidbot.features.raids.models import (
    BACKED_OUT_SHOWN,
    CHAIN_MAX,
    HOLDERS_SHOWN,
    LIMIT_MAX,
    OPEN_REQUESTS_MAX,
    WANTED_MAX,
    EndReason,
    Holders,
    Run,
    RunRequest,
    RunStatus,
    RunView,
    wants,
)
from raidbot.features.raids.views import panels, requests
from raidbot.kernel.discord.easel import Drawing
from raidbot.playground import validation

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LARGEST = 2**63 - 1
factory = hikari.impl.EntityFactoryImpl(hikari.GatewayBot("MTAwMDAwMDAwMDAwMDAwMDAx.x.y", banner=None, logs=None))


def make_run(dungeon: Dungeon, status: RunStatus, **overrides: Any) -> Run:
    """Make a run with every text as long as it may be."""
    over = not status.active
    values: dict[str, Any] = {
        "id": LARGEST,
        "guild_id": LARGEST,
        "organizer_id": LARGEST,
        "organizer_name": "x" * 32,
        "organizer_role_ids": frozenset(),
        "dungeon": dungeon.code,
        "status": status,
        "channel_id": LARGEST,
        "party": "@" * 100,
        "location": "*" * 100,
        "description": "_" * 1000,
        "join_locked": True,
        "chain_amount": CHAIN_MAX,
        "pops": 98,
        "key_window_ends_at": None if over else NOW + timedelta(seconds=20),
        "role_wanted": True,
        "role_id": LARGEST,
        "opened_at": NOW,
        "started_at": NOW,
        "ended_at": NOW + timedelta(minutes=5) if over else None,
        "ended_by": None,
        "end_reason": EndReason.ENDED if over else None,
        "expires_at": NOW + timedelta(hours=2),
        "screenshot_channel_id": LARGEST,
        "screenshot_message_id": LARGEST,
        "screenshot_by": LARGEST,
        "realm_score": None,
        "stage": None,
        "miniboss": None,
        "oryx_click_id": None,
        "cap": LIMIT_MAX,
        "class_limits": dict.fromkeys(RaiderClass, LIMIT_MAX),
        "key_limits": {key.code: LIMIT_MAX for key in dungeon.keys},
        "last_call_ends_at": NOW,
    }
    return Run(**{**values, **overrides})


def payload(drawing: Drawing) -> dict[str, Any]:
    """Write a drawing as it goes to Discord."""
    embed, _ = factory.serialize_embed(drawing.embed)
    rows = [row.build()[0] for row in drawing.rows]
    return {"content": drawing.content or "", "embeds": [embed], "components": rows}


def crowd(run: Run, dungeon: Dungeon) -> RunView:
    """Make the view of a run with a thousand raiders who all hold every key; some confirmed it, others backed out."""
    some = tuple(LARGEST - number for number in range(HOLDERS_SHOWN))
    holders = Holders(1000, some, HOLDERS_SHOWN // 2, some[:BACKED_OUT_SHOWN])
    classes = {raider.value: 55 for raider in RaiderClass}
    keys = {key.code: holders for key in dungeon.keys}
    headcount_keys = {key.code: Holders(1000, some) for key in dungeon.keys}
    return RunView(run, 1000, classes, keys, headcount_keys, 1000)


def calls(run: Run, dungeon: Dungeon) -> list[RunRequest]:
    """Make the five longest calls of a run, each answered by a thousand raiders."""
    longest = sorted(wants(dungeon), key=lambda want: -len(want.name))[:OPEN_REQUESTS_MAX]
    crowd = tuple(LARGEST - number for number in range(1000))
    return [
        RunRequest(
            id=LARGEST,
            run_id=run.id,
            guild_id=run.guild_id,
            organizer_id=run.organizer_id,
            channel_id=run.channel_id,
            dungeon=dungeon.code,
            role_id=run.role_id,
            what=want.code,
            wanted=WANTED_MAX,
            open=run.status.active,
            offers=crowd,
        )
        for want in longest
    ]


@pytest.mark.parametrize("dungeon", catalogue().all, ids=lambda dungeon: dungeon.code)
@pytest.mark.parametrize("status", RunStatus)
def test_the_fullest_panels_fit(dungeon: Dungeon, status: RunStatus) -> None:
    view = crowd(make_run(dungeon, status), dungeon)
    called = calls(view.run, dungeon)
    told = requests.counted(called, dungeon)
    assert told.count("more") == OPEN_REQUESTS_MAX
    for drawing in (
        panels.public(view, dungeon, {}, NOW),
        panels.organizer(view, dungeon, "x" * 500, NOW, told),
        requests.panel(called[0], dungeon),
        panels.resting(view.run.id),
    ):
        errors = validation.message(payload(drawing))
        assert errors is None, errors.body()
        assert not any("…" in field.value for field in drawing.embed.fields if "backed out" in field.value)


@given(raiders=st.integers(0, 10**6), holders=st.integers(1, 10**6), pops=st.integers(0, 999))
def test_a_thousand_holders_are_counted_not_an_error(raiders: int, holders: int, pops: int) -> None:
    dungeon = next(dungeon for dungeon in catalogue().all if len(dungeon.keys) > 1)
    shown = tuple(range(LARGEST, LARGEST - min(holders, HOLDERS_SHOWN), -1))
    keys = {key.code: Holders(holders, shown) for key in dungeon.keys}
    run = make_run(dungeon, RunStatus.LIVE, pops=pops, chain_amount=None)
    drawing = panels.organizer(RunView(run, raiders, {}, keys), dungeon, None, NOW)
    assert validation.message(payload(drawing)) is None
    field = next(field for field in drawing.embed.fields if dungeon.keys[0].label in field.name)
    assert (f"and {holders - HOLDERS_SHOWN:,} more" in field.value) == (holders > HOLDERS_SHOWN)


@pytest.mark.parametrize(
    ("holders", "told"),
    [
        (Holders(2, (1, 2)), ("(2)", "<@1> <@2>")),
        (Holders(3, (1, 2, 3), 2), ("(3, 2 confirmed)", "✓ <@1> <@2>\n<@3>")),
        (Holders(9, (1, 2), 9, (4,)), ("(9, 9 confirmed)", "✓ <@1> <@2> and 7 more\nbacked out: <@4>")),
        (Holders(0, (), 0, (4, 5)), ("(0)", "backed out: <@4> <@5>")),
    ],
)
def test_the_organizer_reads_who_is_sure_of_a_key_first_and_who_backed_out_last(
    holders: Holders, told: tuple[str, str]
) -> None:
    dungeon = catalogue().find("NEST")
    assert dungeon is not None
    run = make_run(dungeon, RunStatus.OPEN, class_limits={}, key_limits={})
    view = RunView(run, 1, {}, {dungeon.keys[0].code: holders})
    (field,) = panels.organizer(view, dungeon, None, NOW).embed.fields
    assert (field.name, field.value) == (f"Raid Keys: 🐝 Nest {told[0]}", told[1])
    shown = next(one.value for one in panels.public(view, dungeon, {}, NOW).embed.fields if one.name == "Keys")
    assert shown == (f"🐝 Nest: {holders.count}" if holders.count else "None")


@pytest.mark.parametrize(
    ("pops", "amount", "told"),
    [(0, None, None), (1, None, "Chain 1"), (2, 5, "Chain 2/5"), (5, 5, "Chain 5/5"), (6, 5, "Chain 6")],
)
def test_the_chain_is_told_as_raiders_say_it(pops: int, amount: int | None, told: str | None) -> None:
    run = make_run(catalogue().all[0], RunStatus.LIVE, pops=pops, chain_amount=amount)
    assert run.chain == told


def test_the_public_panel_names_nobody_but_the_organizer() -> None:
    dungeon = catalogue().find("FUNGAL_CAVERN")
    assert dungeon is not None
    text = str(payload(panels.public(crowd(make_run(dungeon, RunStatus.OPEN), dungeon), dungeon, {}, NOW)))
    assert str(LARGEST - 1) not in text
    assert "1,000 / 1,000 raiders joined · 1,000 in reserve" in text
    assert "Fungal Cavern: 1,000 / 1,000" in text
