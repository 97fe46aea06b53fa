"""Guilds and their bans."""

from raidbot.playground import payloads, refusals, validation
from raidbot.playground.permissions import Permission
from raidbot.playground.refusals import RefusedError
from raidbot.playground.rest.routing import JSON, Call, Routes, checked

routes = Routes()


@routes("GET", "/guilds/{guild_id}")
def get_guild(call: Call, guild_id: int) -> JSON:
    guild = call.world.guild(guild_id)
    payload = payloads.guild(guild)
    if call.query.get("with_counts") == "true":
        payload |= {"approximate_member_count": len(guild.members), "approximate_presence_count": len(guild.members)}
    return payload


@routes("GET", "/guilds/{guild_id}/emojis")
def list_emojis(call: Call, guild_id: int) -> list[JSON]:
    return [payloads.emoji(one) for one in call.world.guild(guild_id).emojis.values()]


@routes("GET", "/guilds/{guild_id}/bans")
def list_bans(call: Call, guild_id: int) -> list[JSON]:
    guild = call.world.guild(guild_id)
    call.world.require(Permission.BAN_MEMBERS, guild)
    return [_ban(call, guild_id, user_id) for user_id in call.page(guild.bans, 1000, 1000)]


def _ban(call: Call, guild_id: int, user_id: int) -> JSON:
    return {"user": call.world.users[user_id].payload, "reason": call.world.guilds[guild_id].bans[user_id]}


@routes("GET", "/guilds/{guild_id}/bans/{user_id}")
def get_ban(call: Call, guild_id: int, user_id: int) -> JSON:
    guild = call.world.guild(guild_id)
    call.world.require(Permission.BAN_MEMBERS, guild)
    if user_id not in guild.bans:
        raise RefusedError(refusals.UNKNOWN_BAN)
    return _ban(call, guild_id, user_id)


@routes("PUT", "/guilds/{guild_id}/bans/{user_id}")
def ban(call: Call, guild_id: int, user_id: int) -> None:
    world, guild = call.world, call.world.guild(guild_id)
    world.require(Permission.BAN_MEMBERS, guild)
    user, member = world.user(user_id), guild.members.get(user_id)
    if member is not None:
        world.require_above(guild, member)
    body = call.body
    checked(validation.ban(body))
    delete_s = body.get("delete_message_seconds") or (body.get("delete_message_days") or 0) * 24 * 3600
    if user_id not in guild.bans:
        since = world.clock.now() - delete_s if delete_s else None
        call.realm.deeds.ban(guild, user, call.reason, delete_since=since)


@routes("DELETE", "/guilds/{guild_id}/bans/{user_id}")
def unban(call: Call, guild_id: int, user_id: int) -> None:
    guild = call.world.guild(guild_id)
    call.world.require(Permission.BAN_MEMBERS, guild)
    if user_id not in guild.bans:
        raise RefusedError(refusals.UNKNOWN_BAN)
    call.realm.deeds.unban(guild, call.world.user(user_id))
