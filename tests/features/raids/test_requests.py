"""An organizer calls for one more key, item or class; raiders say that they have it."""

import asyncio
from datetime import timedelta
from itertools import count

import hikari
import pytest

from raidbot.features.dungeons.api import catalogue
from raidbot.features.members.api import Standing
from raidbot.features.raids import models as m
from raidbot.features.raids.service import DROP_REQUEST
from raidbot.kernel.database import Database
from raidbot.kernel.discord.easel import lanes
from raidbot.kernel.owed.queries import panels
from raidbot.playground.driver import Channel, Message, Pinged, Reply
from tests.factories import GUILD, ORGANIZER, House
from tests.kills import cut_off, once
from tests.stage import Stage
from tests.tables import rows

A, B = 500_000_000_000_000_001, 500_000_000_000_000_002
_interactions = count(920_000_000_000_000_001)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a channel have a turn each tenth of a second."""
    monkeypatch.setattr(lanes, "TURN_S", 0.1)


@pytest.fixture
def house(database: Database) -> House:
    return House.build(database)


async def call_for(house: House, run_id: int, what: str = "TRICKSTER", *, click: int | None = None) -> None:
    await house.requests.call_for(GUILD, run_id, ORGANIZER, what, click_id=click or next(_interactions))


async def answer(
    house: House, request_id: int, user_id: int, *, click: int | None = None, standing: Standing = Standing.FINE
) -> m.Outcome:
    pressed = m.RequestClick(click or next(_interactions), request_id, GUILD, user_id, standing)
    return await house.raiders.answer_request(pressed)


async def open_requests(house: House, run_id: int) -> list[tuple[str, int, tuple[int, ...]]]:
    return [(one.what, one.wanted, one.offers) for one in await house.requests.of_run(run_id)]


async def dropped(house: House) -> list[int]:
    found = await rows(house.database, f"SELECT subject FROM owed_effect WHERE kind = '{DROP_REQUEST}' ORDER BY id")
    return [int(subject) for (subject,) in found]


# --- what can be called for


def test_every_dungeon_offers_its_keys_its_call_outs_and_the_classes_each_once() -> None:
    for dungeon in catalogue().all:
        wants = m.wants(dungeon)
        codes = [want.code for want in wants]
        assert 18 <= len(codes) <= 25
        assert len({code.lower() for code in codes}) == len(codes)
        assert codes[: len(dungeon.keys)] == [key.code for key in dungeon.keys]
        assert {call_out.code for call_out in dungeon.call_outs} <= set(codes)
    assert m.want_of(dungeon, "NO_MORE").name == "NO_MORE"


# --- organizers


async def test_a_call_owes_its_message_and_a_ping_that_replaces_no_other(house: House) -> None:
    run_id = await house.make_live()
    await call_for(house, run_id, click=7)
    await call_for(house, run_id, click=7)  # its answer was lost
    assert await open_requests(house, run_id) == [("TRICKSTER", 1, ())]
    assert await rows(house.database, "SELECT kind FROM panel ORDER BY id") == [("raids.public",), ("raids.request",)]
    assert await rows(house.database, "SELECT kind FROM run_ping ORDER BY id") == [("starting",), ("request",)]
    audit = "SELECT detail->>'what', detail->'wanted' FROM audit WHERE action = 'run.request'"
    assert await rows(house.database, audit) == [("TRICKSTER", 1)]


async def test_asking_again_raises_how_many_are_wanted_up_to_twenty(house: House) -> None:
    run_id = (await house.make_run()).run_id
    await asyncio.gather(*(call_for(house, run_id) for _ in range(22)))
    assert await open_requests(house, run_id) == [("TRICKSTER", m.WANTED_MAX, ())]
    assert await rows(house.database, "SELECT count(*) FROM panel WHERE kind = 'raids.request'") == [(1,)]


async def test_a_run_calls_for_five_things_however_many_are_asked_for_at_once(house: House) -> None:
    run_id = (await house.make_run()).run_id
    calls = [call_for(house, run_id, f"THING_{number}") for number in range(8)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert sorted(type(one).__name__ for one in results) == ["NoneType"] * 5 + ["TooManyRequestsError"] * 3
    (first, *_) = await house.requests.of_run(run_id)
    await call_for(house, run_id, first.what)
    await house.requests.close(GUILD, run_id, ORGANIZER, first.id)
    with pytest.raises(m.RequestClosedError):
        await house.requests.close(GUILD, run_id, ORGANIZER, first.id)
    await call_for(house, run_id, "ONE_MORE")
    assert await dropped(house) == [first.id]


@pytest.mark.parametrize("over", ["cancel", "end", "expire"])
async def test_what_is_called_for_goes_with_the_run(house: House, over: str) -> None:
    run_id = await house.make_live()
    await call_for(house, run_id)
    (request,) = await house.requests.of_run(run_id)
    if over == "expire":
        house.clock.shift(timedelta(hours=3))
        for run in await house.upkeep.due([]):
            await house.upkeep.expire(run)
    else:
        await getattr(house.organizers, over)(GUILD, run_id, ORGANIZER)
    assert await open_requests(house, run_id) == []
    assert await dropped(house) == [request.id]
    assert await answer(house, request.id, A) is m.Outcome.OVER
    with pytest.raises(m.RunOverError):
        await call_for(house, run_id)


# --- raiders


async def test_an_answer_toggles_and_a_press_that_is_done_twice_is_one(house: House) -> None:
    run_id = (await house.make_run()).run_id
    await call_for(house, run_id)
    (request,) = await house.requests.of_run(run_id)
    assert [await answer(house, request.id, A, click=click) for click in (1, 1)] == [m.Outcome.OFFERED] * 2
    assert await answer(house, request.id, B) is m.Outcome.OFFERED
    assert await open_requests(house, run_id) == [("TRICKSTER", 1, (A, B))]
    assert [await answer(house, request.id, A, click=click) for click in (2, 2)] == [m.Outcome.WITHDRAWN] * 2
    await house.raiders.take_off(GUILD, [B])
    assert await open_requests(house, run_id) == [("TRICKSTER", 1, ())]


async def test_a_storm_of_answers_is_a_handful_of_statements_and_draws_both_panels(house: House) -> None:
    run_id = (await house.make_run()).run_id
    await call_for(house, run_id)
    (request,) = await house.requests.of_run(run_id)
    versions = f"SELECT version FROM panel_topic WHERE topic IN ('run:{run_id}', '{request.topic}')"
    before, drawn = house.database.statements, await rows(house.database, versions)
    storm = await asyncio.gather(*(answer(house, request.id, A + number) for number in range(300)))
    assert set(storm) == {m.Outcome.OFFERED}
    assert house.database.statements - before <= 4
    after = await rows(house.database, versions)
    assert all(new > old for (old,), (new,) in zip(sorted(drawn), sorted(after), strict=True))
    assert A + 299 in await house.raiders.active_raiders(GUILD)


async def test_who_may_not_raid_cannot_answer(house: House) -> None:
    run_id = (await house.make_run()).run_id
    await call_for(house, run_id)
    (request,) = await house.requests.of_run(run_id)
    assert await answer(house, request.id, A, standing=Standing.UNVERIFIED) is m.Outcome.UNVERIFIED
    assert await answer(house, request.id, A, standing=Standing.SUSPENDED) is m.Outcome.SUSPENDED
    until = (house.clock.now() + timedelta(hours=1)).isoformat()
    await rows(house.database, f"INSERT INTO member_standing VALUES ({GUILD}, {A}, '{until}') RETURNING 1")
    assert await answer(house, request.id, A) is m.Outcome.SUSPENDED
    foreign = m.RequestClick(1, request.id, GUILD + 1, B, Standing.FINE)
    assert await house.raiders.answer_request(foreign) is m.Outcome.OVER
    assert await open_requests(house, run_id) == [("TRICKSTER", 1, ())]


# --- on the local Discord


async def call(stage: Stage, orga: Reply, what: str = "Trickster") -> tuple[Message, Reply]:
    """Call for something; return its message and the question."""
    question = await stage.organizer.press(orga, "Call for…")
    await stage.organizer.select(question, [what])
    return await stage.raids.wait_for(lambda message: f"needs one more **{what}**" in message.text), question


async def test_a_call_from_the_organizers_panel_to_the_end(night: Stage) -> None:
    ann, ben = await night.add_raiders(2)
    stranger = await night.guild.add_member("Stranger")
    panel, orga = await night.open_run("THE_VOID")
    await ann.press(panel, "Join")
    await night.roles_settle()
    (role,) = [role for role in await night.guild.roles() if role.name.endswith("Void")]
    message, question = await call(night, orga)
    assert message.pinged == Pinged(frozenset(), frozenset({role.id}), everyone=False)
    assert "asked for one more Trickster" in question.text

    assert "Thanks!" in (await ben.press(message, "I've got it")).text
    await night.panel_shows("Got it\n1 of 1")
    await orga.wait_for(lambda shown: f"Trickster: 1 of 1 · {ben.mention}" in shown.text)
    assert night.verified_role.mention in (await stranger.press(message, "I've got it")).text
    await night.organizer.select(question, ["Trickster"])
    await night.panel_shows("needs 2 more **Trickster**")
    assert "off the list" in (await ben.press(message, "I've got it")).text
    await night.panel_shows("Got it\n0 of 2")

    await night.organizer.select(question, ["Vial of Pure Darkness"])
    vial = await night.panel_shows("**Vial of Pure Darkness**")
    await night.organizer.press(question, "Close: Trickster")
    await night.raids.wait_without(message)
    assert "Trickster: " not in question.text
    await night.organizer.press(orga, "Cancel")
    await night.raids.wait_without(vial)
    await night.effects_settle()
    assert [shown.id for shown in await night.raids.messages()] == [panel.id]


async def test_a_call_reaches_those_whom_the_role_does_not(night: Stage) -> None:
    assert night.app is not None
    (ann,) = await night.add_raiders(1)
    panel, orga = await night.open_run()
    await ann.press(panel, "Join")
    await night.roles_settle()
    await rows(night.database, "UPDATE member_role SET given = NULL, due_at = now() + interval '1 day' RETURNING 1")
    await call(night, orga)
    await night.effects_settle()
    posts = [one.body for one in await night.discord.requests() if one.method == "POST" and one.body]
    named = [body["allowed_mentions"]["users"] for body in posts if str(body.get("nonce", "")).startswith("ping.")]
    assert [{int(user) for user in users} for users in named] == [{ann.id, night.organizer.id}]
    assert len(await night.raids.messages()) == 2


async def requests_shown(raids: Channel) -> list[Message]:
    return [message for message in await raids.messages() if "Trickster" in message.text]


async def test_a_kill_between_a_call_and_its_message_or_its_note_posts_it_once(
    night: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, orga = await night.open_run()
    with monkeypatch.context() as patched:
        patched.setattr(panels, "panel_posted", cut_off)
        await call(night, orga)
        await night.stop_bot()
    await night.start_bot()
    await night.panels_settle()
    (message,) = await requests_shown(night.raids)
    (raider,) = await night.add_raiders(1)
    assert "Thanks!" in (await raider.press(message, "I've got it")).text
    await night.panel_shows("Got it\n1 of 1")


@pytest.mark.parametrize("deleted", [False, True], ids=["before it is deleted", "after it was deleted"])
async def test_a_kill_while_a_call_is_taken_down_leaves_nothing_standing(
    night: Stage, monkeypatch: pytest.MonkeyPatch, deleted: bool
) -> None:
    _, orga = await night.open_run()
    message, question = await call(night, orga)
    with monkeypatch.context() as patched:
        if deleted:
            patched.setattr("raidbot.features.raids.service.RequestService.message_deleted", cut_off)
        else:
            patched.setattr(hikari.impl.RESTClientImpl, "delete_message", cut_off)
        await night.organizer.press(question, "Close: Trickster", wait=False)
        await once(lambda: rows(night.database, f"SELECT 1 FROM owed_effect WHERE kind = '{DROP_REQUEST}'"))
        if deleted:
            await night.raids.wait_without(message)
        await night.stop_bot()
    await night.start_bot()
    await night.raids.wait_without(message)
    await night.effects_settle()
    await once(
        lambda: rows(night.database, "SELECT 1 FROM panel HAVING count(*) FILTER (WHERE kind = 'raids.request') = 0")
    )
    assert await requests_shown(night.raids) == []
