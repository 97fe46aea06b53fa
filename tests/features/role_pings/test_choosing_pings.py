"""Members choose pings: the panel, the private answer, and the roles that come of it."""

import pytest

from raidbot.features.dungeons.api import catalogue
from raidbot.playground.driver import Member, Message, Permission, Pinged, Reply
from tests.features.role_pings.conftest import Board
from tests.tables import rows


async def raider(board: Board) -> Member:
    (found,) = await board.stage.add_raiders(1)
    return found


def offered(reply: Reply | Message) -> dict[str, bool]:
    """Read the selects of an answer: label -> chosen."""
    message = reply.message if isinstance(reply, Reply) else reply
    assert message is not None
    return {
        option["label"]: bool(option.get("default"))
        for row in message.components
        for one in row["components"]
        if one["type"] == 3
        for option in one["options"]
    }


async def test_a_press_takes_a_ping_tells_so_privately_and_gives_the_role(running: Board) -> None:
    void, halls = await running.map("THE_VOID", "LOST_HALLS")
    panel = await running.post()
    assert [button.label for button in panel.buttons] == ["Lost Halls", "Void", "My pings", "All", "None"]
    assert all(role.mention in panel.text for role in (void, halls))
    kate = await raider(running)
    reply = await kate.press(panel, "Void")
    assert reply.ephemeral
    assert "From now on you're pinged for **Void**." in reply.text
    assert offered(reply) == {"Lost Halls": False, "Void": True}
    assert await running.holds(kate, [void])
    reply = await kate.press(panel, "Void")
    assert "No more pings for **Void**." in reply.text
    assert offered(reply) == {"Lost Halls": False, "Void": False}
    assert await running.holds(kate, [])


async def test_a_select_means_exactly_what_is_chosen_in_it(running: Board) -> None:
    void, halls, shatters = await running.map("THE_VOID", "LOST_HALLS", "SHATTERS")
    kate = await raider(running)
    reply = await kate.press(await running.post(), "My pings")
    assert "You're pinged for nothing so far." in reply.text
    picked = await kate.select(reply, ["Void", "Lost Halls"])
    assert "From now on you're pinged for **Lost Halls**, **Void**." in picked.text
    assert await running.holds(kate, [void, halls])
    picked = await kate.select(reply, ["Void", "Shatters"])
    assert "From now on you're pinged for **Shatters**." in picked.text
    assert "No more pings for **Lost Halls**." in picked.text
    assert offered(picked) == {"Lost Halls": False, "Shatters": True, "Void": True}
    picked = await kate.select(reply, ["Void", "Shatters"])
    assert "Nothing changed" in picked.text
    assert await running.holds(kate, [void, shatters])
    await kate.select(reply, [])
    assert await running.holds(kate, [])


async def test_all_and_none_in_bulk_on_the_panel_and_in_the_answer(running: Board) -> None:
    roles = await running.map("THE_VOID", "LOST_HALLS", "SHATTERS")
    kate, panel = await raider(running), await running.post()
    reply = await kate.press(panel, "All")
    assert all(offered(reply).values())
    assert await running.holds(kate, roles)
    emptied = await kate.press(reply, "None")
    assert not any(offered(emptied).values())
    assert await running.holds(kate, [])
    reply = await kate.press(panel, "None")
    assert "Nothing changed" in reply.text


async def test_dungeons_that_share_a_role_are_one_choice(running: Board) -> None:
    (exalts,) = await running.map("THE_VOID")
    await running.map("SHATTERS", role=exalts)
    panel = await running.post()
    assert [button.label for button in panel.buttons][:-3] == ["Shatters, Void"]
    kate = await raider(running)
    await kate.press(panel, "Shatters, Void")
    assert await running.holds(kate, [exalts])


async def test_every_dungeon_at_once_is_chosen_from_in_pages(running: Board) -> None:
    await running.map(*(dungeon.code for dungeon in catalogue().all))
    panel = await running.post()
    assert [button.label for button in panel.buttons] == ["My pings", "All", "None"]
    kate = await raider(running)
    reply = await kate.press(panel, "My pings")
    assert list(offered(reply)) == sorted((one.name for one in catalogue().all), key=str.casefold)
    assert reply.message is not None
    pages = reply.message.selects
    assert [len(page.labels) for page in pages] == [25, 25, 2]
    await kate.select(reply, [pages[0].labels[0]], custom_id=pages[0].custom_id)
    await kate.select(reply, [pages[2].labels[1]], custom_id=pages[2].custom_id)
    chosen = [label for label, on in offered(reply).items() if on]
    assert chosen == [pages[0].labels[0], pages[2].labels[1]]


async def test_a_choice_from_a_list_that_has_changed_changes_nothing(running: Board) -> None:
    await running.map("LOST_HALLS", "SHATTERS")
    kate = await raider(running)
    reply = await kate.press(await running.post(), "My pings")
    await running.map("THE_VOID")
    picked = await kate.select(reply, ["Shatters"])
    assert "The list of pings has changed" in picked.text
    assert offered(picked) == {"Lost Halls": False, "Shatters": False, "Void": False}
    assert await running.owed() == []


async def test_a_button_of_a_ping_that_is_gone_says_so(running: Board) -> None:
    await running.map("THE_VOID", "SHATTERS")
    panel, kate = await running.post(), await raider(running)
    await rows(running.stage.database, "DELETE FROM role_ping WHERE dungeon = 'THE_VOID' RETURNING 1")
    reply = await kate.press(panel, "Void")
    assert "isn't offered any more" in reply.text
    await rows(running.stage.database, "DELETE FROM role_ping RETURNING 1")
    reply = await kate.press(panel, "All")
    assert "no ping to choose" in reply.text


# --- what was done by hand, and quickly -------------------------------------------------------------------------------


async def test_a_role_given_by_hand_shows_as_chosen_and_can_be_given_up(running: Board) -> None:
    (void,) = await running.map("THE_VOID")
    panel, kate = await running.post(), await raider(running)
    await running.stage.guild.set_roles(kate, [running.stage.verified_role, void])
    reply = await kate.press(panel, "My pings")
    assert offered(reply) == {"Void": True}
    await kate.press(panel, "Void")
    assert await running.holds(kate, [])


async def test_a_role_taken_by_hand_is_given_again_when_asked_for(running: Board) -> None:
    (void,) = await running.map("THE_VOID")
    panel, kate = await running.post(), await raider(running)
    await kate.press(panel, "Void")
    assert await running.holds(kate, [void])
    await running.stage.guild.set_roles(kate, [running.stage.verified_role])
    await rows(running.stage.database, "UPDATE member_role SET due_at = due_at - interval '1 minute' RETURNING 1")
    assert offered(await kate.press(panel, "My pings")) == {"Void": False}
    await kate.press(panel, "Void")
    assert await running.holds(kate, [void])


async def test_a_raider_who_left_and_came_back_chooses_anew(running: Board) -> None:
    (void,) = await running.map("THE_VOID")
    panel, kate = await running.post(), await raider(running)
    await kate.press(panel, "Void")
    assert await running.holds(kate, [void])
    await kate.leave()
    await kate.rejoin()
    await running.stage.guild.set_roles(kate, [running.stage.verified_role])
    await rows(running.stage.database, "UPDATE member_role SET due_at = due_at - interval '1 minute' RETURNING 1")
    reply = await kate.press(panel, "All")
    assert "From now on" in reply.text
    assert await running.holds(kate, [void])


async def test_a_change_of_mind_before_its_turn_asks_discord_for_nothing(running: Board) -> None:
    (void,) = await running.map("THE_VOID")
    panel = await running.post()
    kate = await raider(running)
    await running.stage.discord.fault("latency", method="PUT", seconds=1.0, times=1)
    others = await running.stage.add_raiders(1, prefix="other")
    await others[0].press(panel, "Void")
    reply = await kate.press(panel, "Void")
    assert offered(reply) == {"Void": True}
    reply = await kate.press(panel, "Void")
    assert offered(reply) == {"Void": False}
    assert await running.holds(kate, [])
    assert await running.asked_for(kate) == []
    assert await running.asked_for(others[0]) == [("PUT", void.id)]


async def test_two_presses_at_once_are_one_ping_and_two_answers(running: Board) -> None:
    (void,) = await running.map("THE_VOID")
    panel, kate = await running.post(), await raider(running)
    replies = await running.stage.discord.storm([(kate, panel, "All"), (kate, panel, "All")])
    assert all(reply.acknowledged_after is not None for reply in replies)
    assert await running.holds(kate, [void])
    assert await running.asked_for(kate) == [("PUT", void.id)]


# --- who may ----------------------------------------------------------------------------------------------------------


async def test_the_unverified_and_the_suspended_take_no_pings(running: Board) -> None:
    await running.map("THE_VOID")
    panel, stage = await running.post(), running.stage
    newcomer = await stage.guild.add_member("New")
    culprit = await stage.guild.add_member("Bad", roles=[stage.verified_role, stage.suspended_role])
    listed = await raider(running)
    await rows(
        stage.database,
        f"INSERT INTO member_standing VALUES ({stage.guild.id}, {listed.id}, '2100-01-01 00:00Z') RETURNING 1",
    )
    for member, told in ((newcomer, "Only verified raiders"), (culprit, "You are suspended"), (listed, "suspended")):
        for label in ("Void", "All"):
            reply = await member.press(panel, label)
            assert reply.ephemeral
            assert told in reply.text
        shown = await member.press(panel, "My pings")
        assert told in (await member.select(shown, ["Void"])).text
    assert await running.owed() == []


async def test_who_may_take_none_may_still_give_up_what_they_have(running: Board) -> None:
    (void,) = await running.map("THE_VOID")
    panel, stage = await running.post(), running.stage
    culprit = await stage.guild.add_member("Bad", roles=[stage.suspended_role, void])
    reply = await culprit.press(panel, "None")
    assert "No more pings" in reply.text
    assert await running.holds(culprit, [])


async def test_a_role_that_became_dangerous_or_stands_for_something_is_not_given(running: Board) -> None:
    void, halls, shatters, nest = await running.map("THE_VOID", "LOST_HALLS", "SHATTERS", "NEST")
    panel, stage = await running.post(), running.stage
    await stage.guild.edit_role(void, permissions=int(Permission.MANAGE_MESSAGES))
    await stage.guild.owner.command(stage.raids, "setroles", officer=halls)
    await stage.raids.set_overwrites([(shatters, int(Permission.MANAGE_MESSAGES), 0)])
    for member, label in zip(await stage.add_raiders(3), ("Void", "Lost Halls", "Shatters"), strict=True):
        reply = await member.press(panel, label)
        assert reply.ephemeral
        assert "I can't change" in reply.text
        reply = await member.press(panel, "All")
        assert offered(reply) == {"Nest": True}
        assert await running.holds(member, [nest])


async def test_a_ping_that_is_the_only_one_and_out_of_order_says_so(running: Board) -> None:
    (void,) = await running.map("THE_VOID")
    panel, kate = await running.post(), await raider(running)
    await running.stage.guild.edit_role(void, permissions=int(Permission.MANAGE_ROLES))
    assert "I can't change" in (await kate.press(panel, "Void")).text
    assert "no ping to choose" in (await kate.press(panel, "My pings")).text
    assert await running.owed() == []


async def test_presses_are_limited(running: Board) -> None:
    await running.map("THE_VOID")
    panel, kate = await running.post(), await raider(running)
    told = [(await kate.press(panel, "My pings")).text for _ in range(6)]
    assert ["Slow down" in text for text in told] == [False] * 5 + [True]


@pytest.mark.parametrize("label", ["Void", "My pings", "All"])
async def test_nobody_is_pinged_by_the_panel_or_the_answers(running: Board, label: str) -> None:
    (void,) = await running.map("THE_VOID")
    panel, kate = await running.post(), await raider(running)
    reply = await kate.press(panel, label)
    assert reply.message is not None
    for message in (panel, reply.message):
        pinged = message.pinged
        assert pinged == Pinged(frozenset(), frozenset(), everyone=False)
    assert void.mention in panel.text
