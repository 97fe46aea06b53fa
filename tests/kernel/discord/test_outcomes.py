"""One answer whatever happens, one row in the log, and an id that finds the cause."""

import asyncio
import re
from collections.abc import Iterator

import pytest
from loguru import logger

from raidbot.kernel.discord import runner as runners
from raidbot.kernel.discord.answers import Reply, Result
from raidbot.kernel.discord.request import Request
from raidbot.kernel.errors import Unavailable, UserError
from raidbot.kernel.logging import correlation
from tests.kernel.discord.workshop import Workshop, asks, fails, logged
from tests.stage import Stage

INCIDENT = re.compile(r"`([0-9A-Z]{8})`")
ALL = ("private", "private.quick", "public", "public.quick", "update", "update.quick", "form")


@pytest.fixture
def errors() -> Iterator[list[str]]:
    """Lend what is logged as an error."""
    lines: list[str] = []
    number = logger.add(lambda message: lines.append(message.record["message"]), level="ERROR")
    yield lines
    logger.remove(number)


async def test_an_error_gives_exactly_one_answer_with_the_incident_that_the_log_names(
    stage: Stage, workshop: Workshop, errors: list[str]
) -> None:
    workshop.answers = dict.fromkeys(ALL, fails)
    board = await workshop.buttons(stage.raids, *ALL)
    incidents = []
    for name in ALL:
        reply = await stage.organizer.press(board, name)
        shown = [message for message in (reply.message, *reply.followups) if message and message.id != board.id]
        assert [message.ephemeral for message in shown] == [True], name
        assert "Something went wrong on my side" in shown[0].text
        assert "secret" not in shown[0].text
        found = INCIDENT.search(shown[0].text)
        assert found, name
        incidents.append(found[1])
    assert len(set(incidents)) == len(ALL)
    assert [row["error"] for row in await logged(stage, len(ALL))] == incidents
    assert {row["outcome"] for row in await logged(stage, len(ALL))} == {"failed"}
    for incident in incidents:
        assert any(incident in line for line in errors)
    public = [message for message in await stage.raids.messages() if not message.ephemeral]
    assert [(message.content, len(message.buttons)) for message in public] == [("Press", len(ALL))]


async def test_an_error_after_a_public_answer_is_a_private_follow_up(stage: Stage, workshop: Workshop) -> None:
    workshop.answers["greet"] = fails
    reply = await stage.organizer.command(stage.raids, "greet")
    await reply.wait_for(lambda message: message.ephemeral and "Something went wrong" in message.text)
    assert [message for message in await stage.raids.messages() if not message.ephemeral] == []
    (row,) = await logged(stage)
    assert (row["kind"], row["name"], row["outcome"]) == ("command", "greet", "failed")


class NobodyWroteThisError(UserError):
    """An error whose sentence was forgotten."""


async def test_an_error_without_a_sentence_is_an_incident(stage: Stage, workshop: Workshop, errors: list[str]) -> None:
    async def refuse(_: Request) -> Result:
        raise NobodyWroteThisError

    workshop.answers["private"] = refuse
    board = await workshop.buttons(stage.raids, "private")
    reply = await stage.organizer.press(board, "private")
    found = INCIDENT.search(reply.text)
    assert found
    assert any(found[1] in line and "NobodyWroteThisError" in line for line in errors)


async def test_a_database_that_stays_away_is_told_without_its_cause(stage: Stage, workshop: Workshop) -> None:
    async def away(_: Request) -> Result:
        raise Unavailable("connection to 10.0.0.7 refused")

    workshop.answers["private"] = away
    board = await workshop.buttons(stage.raids, "private")
    reply = await stage.organizer.press(board, "private")
    assert "try again in a minute" in reply.text
    assert "10.0.0.7" not in reply.text
    (row,) = await logged(stage)
    assert (row["outcome"], row["error"]) == ("failed", "Unavailable"), "an outage is no refusal by a rule"


async def test_work_has_a_deadline_and_is_ended_by_it(
    stage: Stage, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runners, "WORK_S", 0.5)
    ended = asyncio.Event()

    async def slow(_: Request) -> Result:
        try:
            await asyncio.sleep(30)
        finally:
            ended.set()
        return None

    workshop.answers = {"private": slow, "update.quick": slow}
    board = await workshop.buttons(stage.raids, "private", "update.quick")
    for name in ("private", "update.quick"):
        ended.clear()
        reply = await stage.organizer.press(board, name)
        await reply.wait_for(lambda message: message.ephemeral and "That took too long" in message.text)
        assert ended.is_set()
    assert [(row["outcome"], row["error"]) for row in await logged(stage, 2)] == [("failed", "TooSlowError")] * 2


async def test_a_time_out_inside_the_work_is_an_incident_not_the_deadline(stage: Stage, workshop: Workshop) -> None:
    async def fail(_: Request) -> Result:
        raise TimeoutError

    workshop.answers = {"private": fail, "private.quick": fail}
    board = await workshop.buttons(stage.raids, "private", "private.quick")
    for name in ("private", "private.quick"):
        assert INCIDENT.search((await stage.organizer.press(board, name)).text)


async def test_a_form_where_none_was_declared_is_an_incident(stage: Stage, workshop: Workshop) -> None:
    workshop.answers["private"] = asks
    board = await workshop.buttons(stage.raids, "private")
    assert INCIDENT.search((await stage.organizer.press(board, "private")).text)


async def test_nothing_to_say_is_still_an_acknowledgement(stage: Stage, workshop: Workshop) -> None:
    async def nothing(_: Request) -> Result:
        return None

    workshop.answers = {"update": nothing, "update.quick": nothing}
    board = await workshop.buttons(stage.raids, "update", "update.quick")
    for name in ("update", "update.quick"):
        reply = await stage.organizer.press(board, name, wait=False)
        await reply.acknowledged()
        assert not reply.failed
    assert [row["outcome"] for row in await logged(stage, 2)] == ["ok", "ok"]
    (left,) = await stage.raids.messages()
    assert left.content == "Press"


async def test_commands_buttons_and_forms_are_logged_each_with_who_what_and_how_long(
    stage: Stage, workshop: Workshop
) -> None:
    seen: list[str] = []

    async def look(_: Request) -> Result:
        seen.append(correlation.get())
        return Reply("seen")

    workshop.answers = {"greet": look, "private": look, "form": asks, "submitted": look}
    await stage.organizer.command(stage.raids, "greet")
    board = await workshop.buttons(stage.raids, "private", "form")
    await stage.organizer.press(board, "private")
    form = await stage.organizer.press(board, "form")
    await stage.organizer.submit(form, word="x")
    log = await logged(stage, 4)
    assert [(row["kind"], row["name"], row["outcome"]) for row in log] == [
        ("command", "greet", "ok"),
        ("component", "test.private", "ok"),
        ("component", "test.form", "ok"),
        ("modal", "test.submitted", "ok"),
    ]
    assert {(row["user_id"], row["guild_id"]) for row in log} == {(stage.organizer.id, stage.guild.id)}
    assert all(0 <= row["acknowledged_ms"] <= row["latency_ms"] < 3000 for row in log)
    assert len({row["correlation"] for row in log}) == 4
    assert seen == [log[0]["correlation"], log[1]["correlation"], log[3]["correlation"]]


async def test_a_stopping_bot_finishes_what_runs_and_takes_nothing_new(stage: Stage, workshop: Workshop) -> None:
    begun, release = asyncio.Event(), asyncio.Event()

    async def slow(_: Request) -> Result:
        begun.set()
        await release.wait()
        return Reply("finished")

    workshop.answers["private"] = slow
    board = await workshop.buttons(stage.raids, "private", "public")
    running = await stage.organizer.press(board, "private", wait=False)
    await begun.wait()
    draining = asyncio.create_task(workshop.runner.drain(5.0))
    refused = await stage.organizer.press(board, "public")
    assert "I'm restarting" in refused.text
    assert refused.ephemeral
    assert not draining.done()
    release.set()
    await draining
    await running.wait()
    assert running.text == "finished"
