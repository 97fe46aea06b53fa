"""The first answer is in time, whatever the database and Discord do."""

import asyncio
from typing import Any

import pytest

from raidbot.kernel.discord import runner as runners
from raidbot.kernel.discord.answers import Reply, Result
from raidbot.kernel.discord.request import Request
from tests.kernel.discord.workshop import Holding, Workshop, asks, logged
from tests.stage import Stage

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
CONTENT, THINKING, DEFERRED_UPDATE, MODAL = 4, 5, 6, 9


async def _answers(stage: Stage) -> list[int]:
    """List the kinds of first answers that arrived, in order."""
    return [one.body["type"] for one in await stage.discord.requests() if one.route == CALLBACK and one.status < 300]


async def test_a_join_that_waits_for_the_database_is_deferred_in_time_and_completed(night: Stage) -> None:
    (raider,) = await night.add_raiders(1)
    panel, _ = await night.open_run()
    async with Holding(night.database, 3.6):
        reply = await raider.press(panel, "Join", wait=False)
        await reply.acknowledged()
        assert not reply.failed
        assert reply.acknowledged_after is not None
        assert 0.9 < reply.acknowledged_after < 2.0
        assert reply.completed_after is None
    await reply.wait()
    assert "You're in" in reply.text
    assert reply.followups == []
    assert await _answers(night) == [THINKING, THINKING]


async def test_quick_work_is_one_request_with_its_final_content(night: Stage) -> None:
    (raider,) = await night.add_raiders(1)
    panel, _ = await night.open_run()
    await night.panels_settle()
    known = await _answers(night)
    reply = await raider.press(panel, "Join")
    assert "You're in" in reply.text
    assert await _answers(night) == [*known, CONTENT]
    assert reply.followups == []


@pytest.mark.parametrize("name", ["private", "public", "update"])
async def test_other_work_is_deferred_before_it_begins(stage: Stage, workshop: Workshop, name: str) -> None:
    async def work(request: Request) -> Result:
        assert (await _answers(stage))[-1:] == [DEFERRED_UPDATE if name == "update" else THINKING]
        return Reply("done at last")

    workshop.answers[name] = work
    board = await workshop.buttons(stage.raids, name)
    reply = await stage.organizer.press(board, name)
    assert reply.text == "done at last"
    assert reply.ephemeral == (name == "private")
    if name == "update":
        assert reply.message is not None
        assert reply.message.id == board.id


@pytest.mark.parametrize("name", ["private.quick", "public.quick", "update.quick"])
async def test_quick_work_that_turns_out_slow_is_deferred(stage: Stage, workshop: Workshop, name: str) -> None:
    release = asyncio.Event()

    async def work(_: Request) -> Result:
        await release.wait()
        return Reply("done at last")

    workshop.answers[name] = work
    board = await workshop.buttons(stage.raids, name)
    reply = await stage.organizer.press(board, name, wait=False)
    await reply.acknowledged()
    assert reply.completed_after is None
    release.set()
    await reply.wait()
    assert reply.text == "done at last"
    assert reply.ephemeral == (name == "private.quick")


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503, "times": 3},
        {"kind": "drop_before", "times": 3},
        {"kind": "rate_limit", "retry_after": 0.3, "times": 2},
    ],
    ids=lambda fault: f"{fault['kind']} {fault.get('status', '')}".strip(),
)
async def test_a_bad_moment_of_the_callback_route_costs_no_answer(
    stage: Stage, workshop: Workshop, fault: dict[str, Any]
) -> None:
    workshop.answers["form"] = asks
    names = ("private", "form", "update.quick")
    board = await workshop.buttons(stage.raids, *names)
    for raider, name in zip(await stage.add_raiders(3), names, strict=True):
        await stage.discord.fault(method="POST", route=CALLBACK, **fault)
        reply = await raider.press(board, name)
        await stage.discord.clear_faults()
        assert not reply.failed
        assert reply.acknowledged_after is not None
        assert reply.acknowledged_after < 2.8
        assert reply.modal if name == "form" else reply.text == f"{name} done"
        assert reply.followups == []
    assert [row["outcome"] for row in await logged(stage, 3)] == ["ok"] * 3


@pytest.mark.parametrize("name", ["private", "private.quick", "public", "update", "update.quick"])
async def test_an_answer_whose_confirmation_is_lost_counts_as_given(
    stage: Stage, workshop: Workshop, name: str
) -> None:
    board = await workshop.buttons(stage.raids, name)
    await stage.discord.fault("drop_after", method="POST", route=CALLBACK, times=1)
    reply = await stage.organizer.press(board, name)
    assert reply.text == f"{name} done"
    (row,) = await logged(stage)
    assert (row["outcome"], row["error"]) == ("ok", None)
    assert row["acknowledged_ms"] is not None
    assert await stage.discord.problems() == [f"button test.{name}|1|1 by Orga was answered twice"], (
        "the retry shows Discord that we did not hear its yes"
    )
    await stage.discord.forgive()


async def test_an_answer_that_hangs_is_asked_for_again_in_time(stage: Stage, workshop: Workshop) -> None:
    board = await workshop.buttons(stage.raids, "private")
    await stage.discord.fault("latency", method="POST", route=CALLBACK, seconds=2.5, times=1)
    reply = await stage.organizer.press(board, "private")
    assert reply.acknowledged_after is not None
    assert 1.8 < reply.acknowledged_after < 2.5
    assert reply.text == "private done"
    async with asyncio.timeout(3):
        while not await stage.discord.problems():  # noqa: ASYNC110 - the late request arrives by itself
            await asyncio.sleep(0.05)
    await stage.discord.forgive()


async def test_a_callback_route_that_stays_broken_is_given_up_and_logged_as_late(
    stage: Stage, workshop: Workshop
) -> None:
    done: list[bool] = []

    async def work(_: Request) -> Result:
        done.append(True)
        return None

    workshop.answers["private"] = work
    board = await workshop.buttons(stage.raids, "private")
    await stage.discord.fault("status", method="POST", route=CALLBACK, status=503)
    await stage.organizer.press(board, "private")
    (row,) = await logged(stage)
    assert (row["outcome"], row["acknowledged_ms"]) == ("late", None)
    tries = [one for one in await stage.discord.requests() if one.route == CALLBACK]
    assert 4 <= len(tries) <= 10
    assert done == [], "work whose presser cannot be told is not begun"
    await stage.discord.forgive()


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 503, "times": 2}, {"kind": "drop_before", "times": 2}])
async def test_final_content_is_sent_again_through_a_bad_moment(
    stage: Stage, workshop: Workshop, fault: dict[str, Any]
) -> None:
    board = await workshop.buttons(stage.raids, "private")
    await stage.discord.fault(method="PATCH", route="/webhooks/*", **fault)
    reply = await stage.organizer.press(board, "private", wait=False)
    await reply.wait(within=8)
    assert reply.text == "private done"


async def test_a_form_is_never_deferred_and_a_slow_one_offers_another_try(
    stage: Stage, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runners, "FORM_S", 0.2)
    slow = asyncio.Event()

    async def form(request: Request) -> Result:
        if not slow.is_set():
            slow.set()
            await asyncio.sleep(30)
        return await asks(request)

    workshop.answers["form"] = form
    board = await workshop.buttons(stage.raids, "form")
    reply = await stage.organizer.press(board, "form")
    assert reply.modal is None
    assert reply.ephemeral
    assert "took too long" in reply.text
    assert reply.message is not None
    again = await stage.organizer.press(reply, "Try again")
    assert again.modal is not None
    submitted = await stage.organizer.submit(again, word=" yes ")
    assert submitted.text == "submitted done"
    assert workshop.asked[-1].fields == {"word": "yes"}
    assert await _answers(stage) == [4, MODAL, THINKING]


async def test_a_form_handler_that_opens_nothing_answers_all_the_same(stage: Stage, workshop: Workshop) -> None:
    async def nothing(_: Request) -> Result:
        return None

    workshop.answers["form"] = nothing
    board = await workshop.buttons(stage.raids, "form")
    reply = await stage.organizer.press(board, "form")
    assert not reply.failed
    assert "Something went wrong" in reply.text


async def test_a_form_may_answer_with_words_instead(stage: Stage, workshop: Workshop) -> None:
    async def words(_: Request) -> Result:
        return Reply("not now", refusal=True)

    workshop.answers["form"] = words
    board = await workshop.buttons(stage.raids, "form")
    reply = await stage.organizer.press(board, "form")
    assert (reply.text, reply.ephemeral, reply.modal) == ("not now", True, None)


async def test_a_command_answers_in_public_and_a_reply_pings_nobody(stage: Stage, workshop: Workshop) -> None:
    async def shout(_: Request) -> Result:
        return Reply(f"@everyone {stage.organizer.mention} {stage.organizer_role.mention}")

    workshop.answers["greet"] = shout
    reply = await stage.organizer.command(stage.raids, "greet")
    assert not reply.ephemeral
    assert reply.message is not None
    pinged = reply.message.pinged
    assert (pinged.users, pinged.roles, pinged.everyone) == (frozenset(), frozenset(), False)
