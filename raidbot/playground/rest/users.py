"""Users and DM channels."""

from raidbot.playground import payloads, refusals
from raidbot.playground.refusals import RefusedError, invalid_form
from raidbot.playground.rest.routing import JSON, Call, Routes

routes = Routes()


@routes("GET", "/users/@me")
def own_user(call: Call) -> JSON:
    return payloads.own_user(call.world.application)


@routes("GET", "/users/{user_id}")
def get_user(call: Call, user_id: int) -> JSON:
    return call.world.user(user_id).payload


@routes("GET", "/users/@me/guilds")
def own_guilds(call: Call) -> list[JSON]:
    world, counted = call.world, call.query.get("with_counts") == "true"
    return [
        {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(int(world.guild_permissions(world.me(guild)))),
            "features": [],
        }
        | ({"approximate_member_count": len(guild.members), "approximate_presence_count": 0} if counted else {})
        for guild in map(world.guilds.__getitem__, call.page(world.guilds, 200, 200))
    ]


@routes("DELETE", "/users/@me/guilds/{guild_id}")
def leave_guild(call: Call, guild_id: int) -> None:
    call.realm.deeds.leave_guild(call.world.guild(guild_id))


@routes("POST", "/users/@me/channels")
def open_dm(call: Call) -> JSON:
    recipient = str(call.required("recipient_id"))
    user = call.world.users.get(int(recipient)) if recipient.isdecimal() else None
    if user is None:
        raise invalid_form("recipient_id", "INVALID_RECIPIENT", "Invalid Recipient(s)")
    if user.bot:
        raise RefusedError(refusals.CLOSED_DM)
    return payloads.channel(call.realm.deeds.dm_channel(user))
