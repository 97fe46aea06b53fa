"""What Discord's client lets a member do: it refuses what cannot be typed, pressed or chosen."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from raidbot.playground import payloads
from raidbot.playground.interactions import (
    KIND_AUTOCOMPLETE,
    KIND_COMMAND,
    KIND_COMPONENT,
    KIND_MODAL,
    Interaction,
)
from raidbot.playground.permissions import Permission
from raidbot.playground.realm import Realm
from raidbot.playground.world import Attachment, Channel, Guild, Member, Message, User

JSON = dict[str, Any]

(
    OPTION_SUBCOMMAND,
    OPTION_GROUP,
    OPTION_STRING,
    OPTION_INTEGER,
    OPTION_BOOLEAN,
    OPTION_USER,
    OPTION_CHANNEL,
    OPTION_ROLE,
    OPTION_MENTIONABLE,
    OPTION_NUMBER,
    OPTION_ATTACHMENT,
) = range(1, 12)
_BUTTON, _STRING_SELECT, _TEXT_INPUT = 2, 3, 4
_SELECT_KINDS = {5: ("user",), 6: ("role",), 7: ("user", "role"), 8: ("channel",)}
_OPTION_REFERENCES = {
    OPTION_USER: ("user",),
    OPTION_CHANNEL: ("channel",),
    OPTION_ROLE: ("role",),
    OPTION_MENTIONABLE: ("user", "role"),
}
_OPTION_TYPES: dict[int, tuple[type, ...]] = {
    OPTION_STRING: (str,),
    OPTION_INTEGER: (int,),
    OPTION_BOOLEAN: (bool,),
    OPTION_NUMBER: (int, float),
}
_LINK_STYLE = 5


class ClientError(Exception):
    """Discord's client does not offer this to the member."""


class Client:
    """The hands of every member: turns what they do into interactions."""

    def __init__(self, realm: Realm) -> None:
        self._realm = realm
        self._world = realm.world

    # -- commands

    def command(self, user: User, channel: Channel, name: str, path: Sequence[str], options: JSON) -> Interaction:
        """Run a slash command; path names subcommand group and subcommand, if any."""
        command = self._find_command(user, channel, name)
        declared = _leaf(command, path)
        typed, resolved = self._options(channel, declared, options, label=" ".join([name, *path]))
        data = self._command_data(command, _nested(path, typed), resolved)
        label = "/" + " ".join([name, *path])
        return self._begin(KIND_COMMAND, user, channel, data, label)

    def autocomplete(
        self, user: User, channel: Channel, name: str, path: Sequence[str], focused: str, text: str, options: JSON
    ) -> Interaction:
        """Type text into an option that completes itself."""
        command = self._find_command(user, channel, name)
        declared = _leaf(command, path)
        option = next((one for one in declared if one["name"] == focused), None)
        if option is None or not option.get("autocomplete"):
            raise ClientError(f"/{name} has no option {focused!r} that completes itself")
        others = [one for one in declared if one["name"] in options]
        typed, resolved = self._options(channel, others, options, label=name)
        typed.append({"name": focused, "type": option["type"], "value": text, "focused": True})
        order = [one["name"] for one in declared]
        typed.sort(key=lambda one: order.index(one["name"]))
        data = self._command_data(command, _nested(path, typed), resolved)
        return self._begin(KIND_AUTOCOMPLETE, user, channel, data, f"completion of {focused} in /{name}")

    def commands(self, guild: Guild) -> list[JSON]:
        """Give the commands a guild shows; one of the guild hides a global one of the same name."""
        scopes = self._world.application.commands
        shown = {(one["type"], one["name"]): one for one in scopes.get(None, {}).values()}
        shown |= {(one["type"], one["name"]): one for one in scopes.get(guild.id, {}).values()}
        return list(shown.values())

    def offered(self, member: Member) -> list[JSON]:
        """Give the slash commands that are shown to a member; a channel may still forbid their use."""
        held = self._world.guild_permissions(member)
        return [one for one in self.commands(member.guild) if one["type"] == 1 and _offers(one, held)]

    def _find_command(self, user: User, channel: Channel, name: str) -> JSON:
        guild = _guild(channel)
        command = next((one for one in self.commands(guild) if one["name"] == name and one["type"] == 1), None)
        if command is None:
            raise ClientError(f"there is no command /{name} here")
        held = self._require_view(user, channel)
        if not held & (Permission.USE_APPLICATION_COMMANDS | Permission.ADMINISTRATOR):
            raise ClientError(f"{user.name} may not use commands in #{channel.name}")
        if not _offers(command, held):
            raise ClientError(f"/{name} is not shown to {user.name}")
        return command

    def _command_data(self, command: JSON, options: list[JSON], resolved: JSON) -> JSON:
        data: JSON = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        if resolved:
            data["resolved"] = resolved
        return data

    def _options(
        self, channel: Channel, declared: Sequence[JSON], given: Mapping[str, Any], *, label: str
    ) -> tuple[list[JSON], JSON]:
        names = {one["name"] for one in declared}
        for name in given:
            if name not in names:
                raise ClientError(f"/{label} has no option {name!r}")
        typed: list[JSON] = []
        resolved: JSON = {}
        for option in declared:
            if option["name"] in given:
                value = self._value(channel, option, given[option["name"]], resolved)
                typed.append({"name": option["name"], "type": option["type"], "value": value})
            elif option.get("required"):
                raise ClientError(f"/{label} needs the option {option['name']!r}")
        return typed, resolved

    def _value(self, channel: Channel, option: JSON, value: Any, resolved: JSON) -> Any:
        name, kind = option["name"], option["type"]
        if kind in _OPTION_REFERENCES:
            reference = _reference(value, _OPTION_REFERENCES[kind], name)
            return self._resolve(channel, *reference, resolved, option.get("channel_types"))
        if kind == OPTION_ATTACHMENT:
            return self._upload(channel, value, resolved)
        if option.get("choices"):
            chosen = [one["value"] for one in option["choices"] if value in (one["name"], one["value"])]
            if not chosen:
                raise ClientError(f"{value!r} is not among the choices of {name!r}")
            return chosen[0]
        if not isinstance(value, _OPTION_TYPES[kind]) or (isinstance(value, bool) and kind != OPTION_BOOLEAN):
            raise ClientError(f"{value!r} is not of the type of the option {name!r}")
        size = len(value) if isinstance(value, str) else value
        lowest, highest = ("min_length", "max_length") if kind == OPTION_STRING else ("min_value", "max_value")
        if kind != OPTION_BOOLEAN and not (
            option.get(lowest, float("-inf")) <= size <= option.get(highest, 6000 if kind == OPTION_STRING else 2**53)
        ):
            raise ClientError(f"{value!r} is outside the limits of the option {name!r}")
        return value

    # -- what options and selects point at

    def _resolve(
        self, channel: Channel, kind: str, thing_id: int, resolved: JSON, channel_types: Sequence[int] | None = None
    ) -> str:
        guild, key = _guild(channel), str(thing_id)
        if kind == "user":
            resolved.setdefault("users", {})[key] = self._world.user(thing_id).payload
            member = guild.members.get(thing_id)
            if member is not None:
                permissions = str(int(self._world.channel_permissions(member, channel)))
                short = payloads.member_without_user(member) | {"permissions": permissions}
                resolved.setdefault("members", {})[key] = short
        elif kind == "role":
            resolved.setdefault("roles", {})[key] = payloads.role(self._world.role(guild, thing_id))
        else:
            target = self._world.channel(thing_id)
            if channel_types and target.type not in channel_types:
                raise ClientError(f"#{target.name} is not of a type that may be chosen")
            permissions = str(int(self._world.channel_permissions(self._world.me(guild), target)))
            short = payloads.channel(target) | {"permissions": permissions}
            short.pop("permission_overwrites", None)
            resolved.setdefault("channels", {})[key] = short
        return key

    def _upload(self, channel: Channel, value: JSON, resolved: JSON) -> str:
        content = base64.b64decode(value["content"])
        if len(content) > payloads.ATTACHMENT_SIZE_LIMIT:
            raise ClientError(f"{value['filename']} is too large: 10 MB is the most")
        attachment = Attachment(self._world.ids.next(), channel.id, value["filename"], content, value["content_type"])
        self._world.attachments[attachment.id] = attachment
        shown = self._realm.links.attachment(attachment, self._world.clock.now(), ephemeral=True)
        resolved.setdefault("attachments", {})[str(attachment.id)] = shown
        return str(attachment.id)

    # -- components

    def press(self, user: User, message: Message, wanted: str) -> Interaction:
        """Press a button, given by its label or custom id."""
        self._require_sight(user, message)
        buttons = [one for one in _components(message.payload["components"]) if one["type"] == _BUTTON]
        button = next((one for one in buttons if wanted in (one.get("custom_id"), one.get("label"))), None)
        if button is None:
            there = ", ".join(repr(one.get("label") or one.get("custom_id")) for one in buttons)
            raise ClientError(f"there is no button {wanted!r}; there are: {there or 'none'}")
        if button["style"] == _LINK_STYLE:
            raise ClientError(f"the button {wanted!r} is a link")
        if button.get("disabled"):
            raise ClientError(f"the button {wanted!r} is disabled")
        data = {"custom_id": button["custom_id"], "component_type": _BUTTON, "id": button["id"]}
        label = f"button {button['custom_id']}"
        return self._begin(KIND_COMPONENT, user, message.channel, data, label, source=message)

    def select(self, user: User, message: Message, values: Sequence[Any], custom_id: str | None) -> Interaction:
        """Choose values of a select menu, by label or value, or things; the only menu when none is named."""
        self._require_sight(user, message)
        menus = [
            one
            for one in _components(message.payload["components"])
            if one["type"] in {_STRING_SELECT, *_SELECT_KINDS} and custom_id in {None, one["custom_id"]}
        ]
        if len(menus) != 1:
            raise ClientError(f"there are {len(menus)} select menus that could be meant")
        menu = menus[0]
        if menu.get("disabled"):
            raise ClientError(f"the select menu {menu['custom_id']!r} is disabled")
        if not menu["min_values"] <= len(values) <= menu["max_values"]:
            raise ClientError(f"one must choose {menu['min_values']} to {menu['max_values']}, not {len(values)}")
        data: JSON = {"custom_id": menu["custom_id"], "component_type": menu["type"], "id": menu["id"]}
        if menu["type"] == _STRING_SELECT:
            data["values"] = [_choice(menu, value) for value in values]
        else:
            resolved: JSON = {}
            data["values"] = [
                self._resolve(
                    message.channel,
                    *_reference(value, _SELECT_KINDS[menu["type"]], menu["custom_id"]),
                    resolved,
                    menu.get("channel_types"),
                )
                for value in values
            ]
            if resolved:
                data["resolved"] = resolved
        label = f"select {menu['custom_id']}"
        return self._begin(KIND_COMPONENT, user, message.channel, data, label, source=message)

    def submit(self, opener: Interaction, fields: Mapping[str, str]) -> Interaction:
        """Send a modal off; fields by label or custom id, the others as they were prefilled."""
        modal = opener.modal
        if modal is None:
            raise ClientError("there is no modal to submit")
        left = dict(fields)
        rows = [self._row(row, left) for row in modal["components"]]
        if left:
            raise ClientError(f"the modal has no field {', '.join(map(repr, left))}")
        data = {"custom_id": modal["custom_id"], "components": rows}
        label = f"modal {modal['custom_id']}"
        channel = opener.channel
        return self._begin(KIND_MODAL, opener.user, channel, data, label, source=opener.source, opener=opener)

    @staticmethod
    def _row(row: JSON, left: dict[str, str]) -> JSON:
        sent = []
        for component in row["components"]:
            key = component["custom_id"] if component["custom_id"] in left else component.get("label")
            value = left.pop(key, None) if key is not None else None
            if value is None:
                value = component.get("value") or ""
            longest = component.get("max_length") or 4000
            required = component.get("required", True)
            if (required and not value) or (value and not (component.get("min_length") or 0) <= len(value) <= longest):
                raise ClientError(f"the field {key!r} does not take {value!r}")
            sent.append(
                {"type": _TEXT_INPUT, "id": component["id"], "custom_id": component["custom_id"], "value": value}
            )
        return {"type": 1, "id": row["id"], "components": sent}

    # -- what the member sees at all

    def _require_view(self, user: User, channel: Channel) -> int:
        guild = _guild(channel)
        member = guild.members.get(user.id)
        if member is None or channel.id not in self._world.channels:
            raise ClientError(f"{user.name} is not here")
        if self._world.timed_out(member):
            raise ClientError(f"{user.name} is timed out")
        held = self._world.channel_permissions(member, channel)
        if not held & Permission.VIEW_CHANNEL:
            raise ClientError(f"{user.name} does not see #{channel.name}")
        return held

    def _require_sight(self, user: User, message: Message) -> None:
        if message.deleted or message.visible_to not in {None, user.id}:
            raise ClientError(f"{user.name} does not see that message (any more)")
        if message.channel.guild is not None:
            self._require_view(user, message.channel)

    def _begin(
        self,
        kind: int,
        user: User,
        channel: Channel,
        data: JSON,
        label: str,
        *,
        source: Message | None = None,
        opener: Interaction | None = None,
    ) -> Interaction:
        dispatch = self._realm.spectators.dispatch
        return self._realm.interactions.begin(kind, user, channel, data, label, dispatch, source=source, opener=opener)


def _guild(channel: Channel) -> Guild:
    if channel.guild is None:
        raise ClientError("that works in a server only")
    return channel.guild


def _offers(command: JSON, held: int) -> bool:
    """Tell whether a command is shown to who holds these permissions; "0" shows it to administrators only."""
    needed = command["default_member_permissions"]
    if needed is None or held & Permission.ADMINISTRATOR:
        return True
    return int(needed) != 0 and held & int(needed) == int(needed)


def _leaf(command: JSON, path: Sequence[str]) -> list[JSON]:
    """Give the options of the subcommand at a path, or of the command itself."""
    options: list[JSON] = command.get("options", [])
    for name in path:
        found = next((one for one in options if one["name"] == name and one["type"] <= OPTION_GROUP), None)
        if found is None:
            raise ClientError(f"/{command['name']} has no subcommand {name!r}")
        options = found.get("options", [])
    if options and options[0]["type"] <= OPTION_GROUP:
        raise ClientError(f"/{command['name']} needs a subcommand")
    return options


def _nested(path: Sequence[str], typed: list[JSON]) -> list[JSON]:
    for depth in range(len(path), 0, -1):
        kind = OPTION_SUBCOMMAND if depth == len(path) else OPTION_GROUP
        typed = [{"name": path[depth - 1], "type": kind, "options": typed}]
    return typed


def _reference(value: Any, kinds: Sequence[str], name: str) -> tuple[str, int]:
    if not isinstance(value, Mapping) or value.get("kind") not in kinds:
        raise ClientError(f"{name!r} takes a {' or '.join(kinds)}")
    return value["kind"], int(value["id"])


def _choice(menu: JSON, wanted: str) -> str:
    for option in menu["options"]:
        if wanted in (option["value"], option["label"]):
            return str(option["value"])
    raise ClientError(f"{wanted!r} is not among the options of {menu['custom_id']!r}")


def _components(rows: Sequence[JSON]) -> Iterator[JSON]:
    for component in rows:
        yield component
        yield from _components(component.get("components", ()))
