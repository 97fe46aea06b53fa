"""Members of a guild: their roles, nicknames and time-outs."""

from datetime import datetime
from typing import Any

from raidbot.playground import payloads, refusals, validation
from raidbot.playground.permissions import Permission
from raidbot.playground.refusals import RefusedError, invalid_form
from raidbot.playground.rest.routing import JSON, Call, Routes, checked
from raidbot.playground.world import Guild, Member, Role

routes = Routes()

MAX_TIMEOUT_S = 28 * 24 * 3600
_MEMBERS = "/guilds/{guild_id}/members"
_MEMBER = _MEMBERS + "/{user_id}"


@routes("GET", _MEMBER)
def get_member(call: Call, guild_id: int, user_id: int) -> JSON:
    return payloads.member(call.world.member(call.world.guild(guild_id), user_id))


@routes("GET", _MEMBERS)
def list_members(call: Call, guild_id: int) -> list[JSON]:
    guild = call.world.guild(guild_id)
    return [payloads.member(guild.members[user_id]) for user_id in call.page(guild.members, 1, 1000)]


@routes("GET", _MEMBERS + "/search")
def search_members(call: Call, guild_id: int) -> list[JSON]:
    guild = call.world.guild(guild_id)
    limit, sought = call.number("limit", 1, 1, 1000), call.query.get("query", "").casefold()
    found = (
        one
        for one in guild.members.values()
        if (one.nick or "").casefold().startswith(sought) or one.user.name.casefold().startswith(sought)
    )
    return [payloads.member(one) for one, _ in zip(found, range(limit), strict=False)]


@routes("PATCH", _MEMBERS + "/@me")
def edit_own_member(call: Call, guild_id: int) -> JSON:
    guild = call.world.guild(guild_id)
    me = call.world.me(guild)
    checked(validation.member_edit(call.body))
    if "nick" in call.body:
        call.world.require(Permission.CHANGE_NICKNAME, guild)
        me.nick = call.body["nick"] or None
        call.realm.deeds.member_changed(me)
    return payloads.member(me)


@routes("PATCH", _MEMBER)
def edit_member(call: Call, guild_id: int, user_id: int) -> JSON:
    world, body = call.world, call.body
    guild = world.guild(guild_id)
    member = world.member(guild, user_id)
    checked(validation.member_edit(body))
    if "nick" in body:
        world.require(Permission.MANAGE_NICKNAMES, guild)
        world.require_above(guild, member)
    roles = None
    if body.get("roles") is not None:
        roles = _replaced_roles(call, guild, member, {int(role_id) for role_id in body["roles"]})
    timeout_until = member.timeout_until
    if "communication_disabled_until" in body:
        timeout_until = _timeout(call, guild, member, body["communication_disabled_until"])
    member.nick = (body["nick"] or None) if "nick" in body else member.nick
    member.roles = member.roles if roles is None else roles
    member.timeout_until = timeout_until
    call.realm.deeds.member_changed(member)
    return payloads.member(member)


def _replaced_roles(call: Call, guild: Guild, member: Member, wanted: set[int]) -> set[int]:
    world = call.world
    world.require(Permission.MANAGE_ROLES, guild)
    wanted.discard(guild.id)
    for role_id in wanted - guild.roles.keys():
        raise invalid_form("roles", "UNKNOWN_ROLE", f"Unknown role {role_id}")
    for role_id in wanted ^ member.roles:
        _require_givable(call, guild, guild.roles[role_id])
    return wanted


def _require_givable(call: Call, guild: Guild, role: Role) -> None:
    if role.managed or role.id == guild.id:
        raise RefusedError(refusals.MISSING_PERMISSIONS)
    call.world.require_role_below(guild, role)


def _timeout(call: Call, guild: Guild, member: Member, raw: str | None) -> float | None:
    world = call.world
    world.require(Permission.MODERATE_MEMBERS, guild)
    world.require_above(guild, member)
    if world.guild_permissions(member) & Permission.ADMINISTRATOR:
        raise RefusedError(refusals.MISSING_PERMISSIONS)
    if raw is None:
        return None
    until = datetime.fromisoformat(raw).timestamp()
    if until > world.clock.now() + MAX_TIMEOUT_S:
        text = "The time-out must end within 28 days."
        raise invalid_form("communication_disabled_until", "GUILD_MEMBER_TIMEOUT_TOO_LONG", text)
    return until


@routes("DELETE", _MEMBER)
def kick(call: Call, guild_id: int, user_id: int) -> None:
    world, guild = call.world, call.world.guild(guild_id)
    world.require(Permission.KICK_MEMBERS, guild)
    member = world.member(guild, user_id)
    world.require_above(guild, member)
    call.realm.deeds.remove_member(member)


def _change_role(call: Call, guild_id: int, user_id: int, role_id: int) -> tuple[Member, Role]:
    world, guild = call.world, call.world.guild(guild_id)
    world.require(Permission.MANAGE_ROLES, guild)
    member, role = world.member(guild, user_id), world.role(guild, role_id)
    _require_givable(call, guild, role)
    return member, role


@routes("PUT", _MEMBER + "/roles/{role_id}")
def give_role(call: Call, guild_id: int, user_id: int, role_id: int) -> Any:
    member, role = _change_role(call, guild_id, user_id, role_id)
    call.realm.deeds.set_roles(member, member.roles | {role.id})


@routes("DELETE", _MEMBER + "/roles/{role_id}")
def take_role(call: Call, guild_id: int, user_id: int, role_id: int) -> Any:
    member, role = _change_role(call, guild_id, user_id, role_id)
    call.realm.deeds.set_roles(member, member.roles - {role.id})
