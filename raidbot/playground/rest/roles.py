"""Roles of a guild."""

from typing import Any

from raidbot.playground import payloads, refusals, validation
from raidbot.playground.permissions import Permission
from raidbot.playground.refusals import RefusedError
from raidbot.playground.rest.routing import JSON, Call, Routes, checked
from raidbot.playground.world import Guild, Role

routes = Routes()

MAX_ROLES = 250
_ROLES = "/guilds/{guild_id}/roles"


def _manage(call: Call, guild_id: int) -> Guild:
    guild = call.world.guild(guild_id)
    call.world.require(Permission.MANAGE_ROLES, guild)
    return guild


def _fill(call: Call, guild: Guild, role: Role, body: Any) -> None:
    """Set what the body names; nobody gives a role a permission that they lack."""
    if body.get("permissions") is not None:
        wanted = int(body["permissions"])
        held = call.world.guild_permissions(call.world.me(guild))
        if wanted & ~held & ~role.permissions:
            raise RefusedError(refusals.MISSING_PERMISSIONS)
        role.permissions = wanted
    role.name = body.get("name") or role.name
    colors = body.get("colors") or {}
    for color in (colors.get("primary_color"), body.get("color")):
        role.color = color if color is not None else role.color
    for flag in ("hoist", "mentionable"):
        if body.get(flag) is not None:
            setattr(role, flag, bool(body[flag]))
    if "unicode_emoji" in body:
        role.unicode_emoji = body["unicode_emoji"]


@routes("GET", _ROLES)
def list_roles(call: Call, guild_id: int) -> list[JSON]:
    return [payloads.role(one) for one in call.world.guild(guild_id).roles.values()]


@routes("GET", _ROLES + "/{role_id}")
def get_role(call: Call, guild_id: int, role_id: int) -> JSON:
    return payloads.role(call.world.role(call.world.guild(guild_id), role_id))


@routes("POST", _ROLES)
def create_role(call: Call, guild_id: int) -> JSON:
    guild = _manage(call, guild_id)
    checked(validation.role(call.body))
    if len(guild.roles) >= MAX_ROLES:
        raise RefusedError(refusals.TOO_MANY_ROLES)
    role = Role(call.world.ids.next(), "new role", guild.roles[guild.id].permissions, 1)
    _fill(call, guild, role, call.body)
    return payloads.role(call.realm.deeds.add_role(guild, role))


@routes("PATCH", _ROLES + "/{role_id}")
def edit_role(call: Call, guild_id: int, role_id: int) -> JSON:
    guild = _manage(call, guild_id)
    role = call.world.role(guild, role_id)
    call.world.require_role_below(guild, role)
    checked(validation.role(call.body))
    _fill(call, guild, role, call.body)
    call.realm.deeds.role_changed(guild, role)
    return payloads.role(role)


@routes("PATCH", _ROLES, body=list)
def move_roles(call: Call, guild_id: int) -> list[JSON]:
    guild = _manage(call, guild_id)
    positions = {int(one["id"]): one["position"] for one in call.body if one.get("position") is not None}
    for role_id in positions:
        call.world.require_role_below(guild, call.world.role(guild, role_id))
    call.realm.deeds.move_roles(guild, positions)
    return [payloads.role(one) for one in guild.roles.values()]


@routes("DELETE", _ROLES + "/{role_id}")
def delete_role(call: Call, guild_id: int, role_id: int) -> None:
    guild = _manage(call, guild_id)
    role = call.world.role(guild, role_id)
    if role.managed or role.id == guild.id:
        raise RefusedError(refusals.INVALID_ROLE)
    call.world.require_role_below(guild, role)
    call.realm.deeds.delete_role(guild, role)
