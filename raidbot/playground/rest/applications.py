"""The application, its commands and its emojis."""

from typing import Any

from raidbot.playground import payloads, refusals, validation
from raidbot.playground.refusals import RefusedError
from raidbot.playground.rest.routing import JSON, Call, Routes, checked

routes = Routes()

_COMMANDS = "/applications/{application_id}/commands"
_GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"
MAX_COMMANDS = 100
"""Of one type and scope."""
_DEFAULTS: JSON = {
    "type": 1,
    "description": "",
    "default_member_permissions": None,
    "nsfw": False,
    "name_localizations": None,
    "description_localizations": None,
    "integration_types": [0],
    "contexts": None,
    "dm_permission": True,
}


def _gateway(call: Call) -> JSON:
    return {
        "url": call.realm.base_url.replace("http", "ws", 1) + "/gw",
        "shards": 1,
        "session_start_limit": {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1},
    }


@routes("GET", "/gateway/bot")
def gateway_bot(call: Call) -> JSON:
    return _gateway(call)


@routes("GET", "/gateway")
def gateway(call: Call) -> JSON:
    return {"url": _gateway(call)["url"]}


@routes("GET", "/applications/@me")
@routes("GET", "/oauth2/applications/@me")
def own_application(call: Call) -> JSON:
    return payloads.application(call.world.application, len(call.world.guilds))


@routes("GET", "/applications/{application_id}/emojis")
def list_emojis(call: Call, application_id: int) -> JSON:
    _own(call, application_id)
    return {"items": [payloads.emoji(one) for one in call.world.application.emojis.values()]}


def _own(call: Call, application_id: int) -> None:
    if application_id != call.world.application.id:
        raise RefusedError(refusals.MISSING_ACCESS)


def _scope(call: Call, application_id: int, guild_id: int | None) -> dict[int, JSON]:
    _own(call, application_id)
    if guild_id is not None and guild_id not in call.world.guilds:
        raise RefusedError(refusals.MISSING_ACCESS)
    return call.world.application.commands.setdefault(guild_id, {})


def _command(call: Call, guild_id: int | None, body: JSON, known: JSON | None) -> JSON:
    """Write a command as Discord keeps it; known is the command of the same name and type, whose id stays."""
    command = _DEFAULTS | {key: value for key, value in body.items() if key != "id"}
    if command["default_member_permissions"] is not None:
        command["default_member_permissions"] = str(command["default_member_permissions"])
    if not command.get("options"):
        command.pop("options", None)
    else:
        command["options"] = [_option(option) for option in command["options"]]
    fresh = call.world.ids.next()
    unchanged = known is not None and {k: v for k, v in known.items() if k in command} == command
    command |= {
        "id": known["id"] if known is not None else str(fresh),
        "application_id": str(call.world.application.id),
        "version": known["version"] if known is not None and unchanged else str(fresh),
    }
    if guild_id is not None:
        command["guild_id"] = str(guild_id)
    return command


def _option(given: JSON) -> JSON:
    """Write an option as Discord gives it back: without what is null, empty or merely the default."""
    option = {key: value for key, value in given.items() if value is not None and value not in (False, [])}
    if "options" in option:
        option["options"] = [_option(one) for one in option["options"]]
    if "choices" in option:
        option["choices"] = [
            {key: value for key, value in choice.items() if value is not None} for choice in option["choices"]
        ]
    return option


def _same(scope: dict[int, JSON], body: JSON) -> JSON | None:
    kind = body.get("type") or 1
    return next((one for one in scope.values() if one["name"] == body["name"] and one["type"] == kind), None)


@routes("GET", _COMMANDS)
@routes("GET", _GUILD_COMMANDS)
def list_commands(call: Call, application_id: int, guild_id: int | None = None) -> list[JSON]:
    return list(_scope(call, application_id, guild_id).values())


@routes("PUT", _COMMANDS, body=list)
@routes("PUT", _GUILD_COMMANDS, body=list)
def replace_commands(call: Call, application_id: int, guild_id: int | None = None) -> list[JSON]:
    scope = _scope(call, application_id, guild_id)
    checked(validation.commands(call.body))
    written = [_command(call, guild_id, body, _same(scope, body)) for body in call.body]
    scope.clear()
    scope.update((int(command["id"]), command) for command in written)
    return written


@routes("POST", _COMMANDS)
@routes("POST", _GUILD_COMMANDS)
def create_command(call: Call, application_id: int, guild_id: int | None = None) -> JSON:
    scope = _scope(call, application_id, guild_id)
    checked(validation.command(call.body))
    command = _command(call, guild_id, call.body, _same(scope, call.body))
    others = sum(one["type"] == command["type"] and one["id"] != command["id"] for one in scope.values())
    if others >= MAX_COMMANDS:
        raise RefusedError(refusals.TOO_MANY_COMMANDS)
    scope[int(command["id"])] = command
    return command


def _find(scope: dict[int, JSON], command_id: int) -> JSON:
    if command_id not in scope:
        raise RefusedError(refusals.UNKNOWN_COMMAND)
    return scope[command_id]


@routes("GET", _COMMANDS + "/{command_id}")
@routes("GET", _GUILD_COMMANDS + "/{command_id}")
def get_command(call: Call, application_id: int, command_id: int, guild_id: int | None = None) -> JSON:
    return _find(_scope(call, application_id, guild_id), command_id)


@routes("PATCH", _COMMANDS + "/{command_id}")
@routes("PATCH", _GUILD_COMMANDS + "/{command_id}")
def edit_command(call: Call, application_id: int, command_id: int, guild_id: int | None = None) -> JSON:
    scope = _scope(call, application_id, guild_id)
    known = _find(scope, command_id)
    checked(validation.command(call.body, partial=True))
    body = {key: known[key] for key in (*_DEFAULTS, "name", "options") if key in known} | call.body
    scope[command_id] = _command(call, guild_id, body, known)
    return scope[command_id]


@routes("DELETE", _COMMANDS + "/{command_id}")
@routes("DELETE", _GUILD_COMMANDS + "/{command_id}")
def delete_command(call: Call, application_id: int, command_id: int, guild_id: int | None = None) -> Any:
    scope = _scope(call, application_id, guild_id)
    _find(scope, command_id)
    del scope[command_id]
