import asyncio
from typing import Any

import pytest

from raidbot.playground.faults import Kind, Rule
from raidbot.playground.gateway import Intent
from raidbot.playground.gateway.intents import sees, view
from tests.playground.gateway.world import BOT_ID, GUILD_A, Server, connected, member, message, user


def shown(payload: dict[str, Any], intents: Intent, event: str = "MESSAGE_CREATE", *, in_guild: bool = True) -> Any:
    return view(event, payload, intents, in_guild=in_guild, bot_id=BOT_ID)


def seen(event: str, intents: Intent, payload: dict[str, Any] | None = None, *, in_guild: bool = True) -> bool:
    return sees(event, payload or {}, intents, in_guild=in_guild, bot_id=BOT_ID)


@pytest.mark.parametrize(
    ("event", "intent"),
    [
        ("GUILD_ROLE_CREATE", Intent.GUILDS),
        ("THREAD_CREATE", Intent.GUILDS),
        ("GUILD_MEMBER_ADD", Intent.GUILD_MEMBERS),
        ("GUILD_BAN_ADD", Intent.GUILD_MODERATION),
        ("MESSAGE_CREATE", Intent.GUILD_MESSAGES),
        ("MESSAGE_DELETE_BULK", Intent.GUILD_MESSAGES),
        ("MESSAGE_REACTION_ADD", Intent.GUILD_MESSAGE_REACTIONS),
    ],
)
def test_an_event_comes_with_its_intent_only(event: str, intent: Intent) -> None:
    nobody = {"user": user(42, "alice")}
    assert seen(event, intent, nobody)
    assert not seen(event, ~intent, nobody)


def test_direct_messages_have_intents_of_their_own() -> None:
    assert seen("MESSAGE_CREATE", Intent.DIRECT_MESSAGES, in_guild=False)
    assert not seen("MESSAGE_CREATE", Intent.GUILD_MESSAGES, in_guild=False)


def test_interactions_need_no_intent() -> None:
    assert seen("INTERACTION_CREATE", Intent(0))
    assert seen("INTERACTION_CREATE", Intent(0), in_guild=False)


def test_the_bots_own_member_changes_come_without_the_members_intent() -> None:
    assert seen("GUILD_MEMBER_UPDATE", Intent.GUILDS, {"user": {"id": BOT_ID}})
    assert not seen("GUILD_MEMBER_UPDATE", Intent.GUILDS, {"user": {"id": "42"}})


def test_an_event_nobody_declared_is_an_error() -> None:
    with pytest.raises(KeyError):
        seen("GUILD_EXPLODED", ~Intent(0))


def test_message_content_is_stripped_without_the_intent() -> None:
    original = message("secret", components=[{"type": 1}], attachments=[{"id": "1"}])
    stripped = shown(original, Intent.GUILD_MESSAGES)
    assert (stripped["content"], stripped["embeds"], stripped["attachments"], stripped["components"]) == (
        "",
        [],
        [],
        [],
    )
    assert (stripped["author"], original["content"]) == (original["author"], "secret")
    assert shown(original, Intent.MESSAGE_CONTENT) is original


@pytest.mark.parametrize(
    ("changes", "in_guild"),
    [({"author": user(BOT_ID, "bot")}, True), ({"mentions": [user(BOT_ID, "bot")]}, True), ({}, False)],
)
def test_own_messages_mentions_and_direct_messages_keep_their_content(changes: dict[str, Any], in_guild: bool) -> None:
    original = message("for the bot", **changes)
    assert shown(original, Intent(0), in_guild=in_guild)["content"] == "for the bot"


def test_the_message_answered_is_stripped_too() -> None:
    original = message("hi bot", mentions=[user(BOT_ID, "bot")], referenced_message=message("secret"))
    stripped = shown(original, Intent(0))
    assert (stripped["content"], stripped["referenced_message"]["content"]) == ("hi bot", "")


def test_an_edit_gets_no_field_that_it_did_not_have() -> None:
    assert shown({"id": "5", "content": "x"}, Intent(0), "MESSAGE_UPDATE") == {"id": "5", "content": ""}


def test_without_presences_guild_create_lists_the_bot_alone() -> None:
    guild = {"members": [member(42, "alice"), member(BOT_ID, "bot")], "presences": [{}]}
    assert shown(guild, Intent.GUILDS, "GUILD_CREATE") == {"members": [member(BOT_ID, "bot")], "presences": []}
    assert shown(guild, Intent.GUILD_PRESENCES, "GUILD_CREATE") is guild


async def test_two_sessions_of_a_shard_each_see_what_their_intents_allow(server: Server) -> None:
    async with connected(server) as blind, connected(server) as reader:
        await blind.identify(int(Intent.GUILD_MESSAGES))
        await reader.identify(int(Intent.GUILD_MESSAGES | Intent.MESSAGE_CONTENT))
        server.gateway.dispatch("GUILD_MEMBER_ADD", member(7, "bob"), guild_id=GUILD_A)
        server.gateway.dispatch("MESSAGE_CREATE", message("secret"), guild_id=GUILD_A)
        assert [(await client.receive())["d"]["content"] for client in (blind, reader)] == ["", "secret"]


async def test_a_burst_arrives_whole_and_in_order(server: Server) -> None:
    async with connected(server, "zstd-stream") as client:
        await client.identify(intents=0)
        for number in range(1000):
            server.gateway.dispatch("INTERACTION_CREATE", {"id": number}, guild_id=GUILD_A)
        assert [(await client.receive())["d"]["id"] for _ in range(1000)] == list(range(1000))


async def test_an_event_can_be_lost_or_late(server: Server) -> None:
    async with connected(server) as client:
        await client.identify(intents=0)
        server.faults.add(Rule(kind=Kind.DROP_BEFORE, method="GATEWAY", route="INTERACTION_CREATE", times=1))
        server.faults.add(Rule(kind=Kind.LATENCY, seconds=0.05, method="GATEWAY", skip=1, times=1))
        started = asyncio.get_running_loop().time()
        for name in ("lost", "late", "in time"):
            server.gateway.dispatch("INTERACTION_CREATE", {"id": name}, guild_id=GUILD_A)
        first, second = await client.receive(), await client.receive()
        assert (first["d"]["id"], second["d"]["id"]) == ("in time", "late")
        assert second["s"] == first["s"] + 1
        assert asyncio.get_running_loop().time() - started >= 0.05
