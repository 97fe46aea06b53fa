"""Interactions: what a member did, the bot's answers to it, and what the member sees of them."""

import asyncio
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from raidbot.playground import payloads, refusals
from raidbot.playground.deeds import Deeds
from raidbot.playground.messages import (
    FLAG_EPHEMERAL,
    FLAG_LOADING,
    TYPE_COMMAND,
    TYPE_REPLY,
    Desk,
    Uploads,
)
from raidbot.playground.refusals import RefusedError, invalid_form
from raidbot.playground.world import Channel, Message, User, World

JSON = dict[str, Any]

KIND_COMMAND, KIND_COMPONENT, KIND_AUTOCOMPLETE, KIND_MODAL = 2, 3, 4, 5
ANSWER_MESSAGE, ANSWER_THINKING, ANSWER_DEFER_UPDATE, ANSWER_UPDATE, ANSWER_CHOICES, ANSWER_MODAL = 4, 5, 6, 7, 8, 9

FIRST_ANSWER_S = 3.0
"""How long Discord waits for the first answer, in real seconds."""
TOKEN_LIFE_S = 15 * 60
"""How long an interaction's token works, in seconds of the world's clock."""
REMEMBERED = 50_000
"""How many interactions are kept; the oldest go."""

_ALLOWED_ANSWERS = {
    KIND_COMMAND: frozenset({ANSWER_MESSAGE, ANSWER_THINKING, ANSWER_MODAL}),
    KIND_COMPONENT: frozenset(
        {ANSWER_MESSAGE, ANSWER_THINKING, ANSWER_DEFER_UPDATE, ANSWER_UPDATE, ANSWER_MODAL},
    ),
    KIND_AUTOCOMPLETE: frozenset({ANSWER_CHOICES}),
    KIND_MODAL: frozenset({ANSWER_MESSAGE, ANSWER_THINKING}),
}
_UPDATES = frozenset({ANSWER_DEFER_UPDATE, ANSWER_UPDATE})


@dataclass(slots=True, eq=False)
class Interaction:
    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    label: str
    """What was done, for problem reports: "/run", "button raid:join:1"."""
    created_at: float
    """Unix seconds of the world's clock."""
    started: float
    """Seconds of the event loop's clock, as all measured times."""
    source: Message | None = None
    """The message whose component was used, also for the modal that it opened."""
    metadata: JSON = field(default_factory=dict)
    answer: int | None = None
    acknowledged_after: float | None = None
    completed_after: float | None = None
    failed: bool = False
    reply: Message | None = None
    """What @original means: the reply, or the updated source."""
    followups: list[Message] = field(default_factory=list)
    modal: JSON | None = None
    choices: list[JSON] | None = None
    timer: asyncio.TimerHandle | None = None
    excused: bool = False
    """That it is never answered is no problem: the test took the bot away."""
    used: str | None = None
    """The custom id of the button, menu or form."""
    opener: "Interaction | None" = None
    """The interaction whose answer was the form that this one sends off."""
    form_over: bool = False
    """The form that it opened was sent off and taken, or closed."""
    requests: int = 0
    """REST requests that the bot made with its token."""
    refused: int = 0
    """How many of them met a rate limit."""


class Observer(Protocol):
    """Who is told of an interaction's progress."""

    def interaction_changed(self, interaction: Interaction) -> None:
        """The interaction was answered, completed, followed up, or failed."""

    def problem(self, text: str) -> None:
        """Record something the bot should not have done."""


class Interactions:
    def __init__(self, world: World, deeds: Deeds, desk: Desk, observer: Observer) -> None:
        self._world = world
        self._deeds = deeds
        self._desk = desk
        self._observer = observer
        self._by_id: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}

    # -- from the member to the bot

    def begin(
        self,
        kind: int,
        user: User,
        channel: Channel,
        data: JSON,
        label: str,
        dispatch: "Dispatch",
        *,
        source: Message | None = None,
        opener: Interaction | None = None,
    ) -> Interaction:
        """Create an interaction and send it to the bot; opener is the interaction whose answer was this modal."""
        world = self._world
        interaction = Interaction(
            world.ids.next(),
            f"aW50ZXJhY3Rpb246{secrets.token_urlsafe(96)}",
            kind,
            user,
            channel,
            label,
            world.clock.now(),
            0.0,
            source,
        )
        interaction.used, interaction.opener = data.get("custom_id"), opener
        interaction.metadata = self._metadata(interaction, opener)
        payload = self._payload(interaction, data)
        if len(self._by_id) >= REMEMBERED:
            oldest = self._by_id.pop(next(iter(self._by_id)))
            del self._by_token[oldest.token]
        self._by_id[interaction.id] = interaction
        self._by_token[interaction.token] = interaction
        loop = asyncio.get_running_loop()
        interaction.started = loop.time()
        interaction.timer = loop.call_later(FIRST_ANSWER_S, self._fail, interaction)
        dispatch("INTERACTION_CREATE", payload, guild_id=None if channel.guild is None else channel.guild.id)
        return interaction

    def _metadata(self, interaction: Interaction, opener: Interaction | None) -> JSON:
        guild = interaction.channel.guild
        metadata: JSON = {
            "id": str(interaction.id),
            "type": interaction.kind,
            "user": interaction.user.payload,
            "authorizing_integration_owners": {"0": "0" if guild is None else str(guild.id)},
        }
        if opener is not None:
            metadata["triggering_interaction_metadata"] = opener.metadata
        elif interaction.source is not None:
            metadata["interacted_message_id"] = str(interaction.source.id)
        return metadata

    def _payload(self, interaction: Interaction, data: JSON) -> JSON:
        world, channel, guild = self._world, interaction.channel, interaction.channel.guild
        place = payloads.channel(channel)
        place.pop("permission_overwrites", None)
        payload: JSON = {
            "id": str(interaction.id),
            "application_id": str(world.application.id),
            "type": interaction.kind,
            "token": interaction.token,
            "version": 1,
            "channel_id": str(channel.id),
            "channel": place,
            "locale": "en-US",
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": interaction.metadata["authorizing_integration_owners"],
            "attachment_size_limit": payloads.ATTACHMENT_SIZE_LIMIT,
            "data": data,
        }
        if interaction.source is not None:
            payload["message"] = interaction.source.payload
        if guild is None:
            payload |= {"user": interaction.user.payload, "context": 1, "app_permissions": str((1 << 49) - 1)}
            return payload
        member = guild.members[interaction.user.id]
        permissions = str(int(world.channel_permissions(member, channel)))
        place["permissions"] = permissions
        payload |= {
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
            "guild_locale": "en-US",
            "member": payloads.member(member) | {"permissions": permissions},
            "app_permissions": str(int(world.channel_permissions(world.me(guild), channel))),
            "context": 0,
        }
        return payload

    def _fail(self, interaction: Interaction) -> None:
        interaction.failed = True
        interaction.timer = None
        if not interaction.excused:
            self._observer.problem(f"{interaction.label} by {interaction.user.name} had no answer in 3 s")
        self._observer.interaction_changed(interaction)

    # -- the first answer

    def answer(self, interaction_id: int, token: str, body: Mapping[str, Any], uploads: Uploads) -> JSON:
        """Take the first answer; returns what Discord gives for `with_response=true`."""
        interaction = self._by_id.get(interaction_id)
        if interaction is None or interaction.token != token:
            raise RefusedError(refusals.UNKNOWN_INTERACTION)
        if interaction.answer is not None:
            self._observer.problem(f"{interaction.label} by {interaction.user.name} was answered twice")
            raise RefusedError(refusals.ALREADY_ANSWERED)
        if interaction.failed:
            self._observer.problem(f"{interaction.label} by {interaction.user.name} was answered too late")
            raise RefusedError(refusals.UNKNOWN_INTERACTION)
        answer = body["type"]
        allowed = _ALLOWED_ANSWERS[interaction.kind]
        if interaction.source is not None:
            allowed |= _UPDATES
        if answer not in allowed:
            choices = ", ".join(str(one) for one in sorted(allowed))
            raise invalid_form("type", "BASE_TYPE_CHOICES", f"Value must be one of {{{choices}}}.")
        self._apply(interaction, answer, body.get("data") or {}, uploads)
        interaction.answer = answer
        interaction.acknowledged_after = asyncio.get_running_loop().time() - interaction.started
        if interaction.timer is not None:
            interaction.timer.cancel()
            interaction.timer = None
        if answer not in {ANSWER_THINKING, ANSWER_DEFER_UPDATE}:
            interaction.completed_after = interaction.acknowledged_after
        if interaction.opener is not None:
            self.close_form(interaction.opener)
        self._observer.interaction_changed(interaction)
        return self._callback_response(interaction)

    def _apply(self, interaction: Interaction, answer: int, data: Mapping[str, Any], uploads: Uploads) -> None:
        if answer == ANSWER_MESSAGE:
            interaction.reply = self._reply(interaction, data, uploads, original=True)
        elif answer == ANSWER_THINKING:
            thinking = {"flags": data.get("flags") or 0}
            interaction.reply = self._reply(interaction, thinking, {}, original=True, flags=FLAG_LOADING)
        elif answer in _UPDATES:
            interaction.reply = interaction.source
            if answer == ANSWER_UPDATE and interaction.reply is not None:
                if interaction.reply.deleted:
                    raise RefusedError(refusals.UNKNOWN_MESSAGE)
                self._desk.revise(interaction.reply, data, uploads)
        elif answer == ANSWER_CHOICES:
            interaction.choices = list(data["choices"])
        else:
            modal = {"custom_id": data["custom_id"], "title": data["title"]}
            interaction.modal = modal | {"components": self._desk.modal_components(data["components"])}

    def _reply(
        self, interaction: Interaction, data: Mapping[str, Any], uploads: Uploads, *, original: bool, flags: int = 0
    ) -> Message:
        """Write a message in answer to an interaction: a reply to the source, or the result of a command."""
        world, channel, source = self._world, interaction.channel, interaction.source
        world.channel(channel.id)
        extra: JSON = {
            "application_id": str(world.application.id),
            "webhook_id": str(world.application.id),
            "interaction_metadata": interaction.metadata,
        }
        kind = TYPE_COMMAND
        referred = source if original else interaction.reply
        if referred is not None:
            kind = TYPE_REPLY
            place = {"channel_id": str(channel.id)}
            if channel.guild is not None:
                place["guild_id"] = str(channel.guild.id)
            extra["message_reference"] = {"type": 0, "message_id": str(referred.id), **place}
        ephemeral = (data.get("flags") or 0) & FLAG_EPHEMERAL
        return self._desk.compose(
            channel,
            world.bot,
            data,
            uploads,
            kind=kind,
            flags=flags | ephemeral,
            visible_to=interaction.user.id if ephemeral else None,
            extra=extra,
        )

    def _callback_response(self, interaction: Interaction) -> JSON:
        told: JSON = {"id": str(interaction.id), "type": interaction.kind, "channel_id": str(interaction.channel.id)}
        if interaction.channel.guild is not None:
            told["guild_id"] = str(interaction.channel.guild.id)
        response: JSON = {"interaction": told}
        reply = interaction.reply
        if reply is not None:
            told |= {
                "response_message_id": str(reply.id),
                "response_message_loading": interaction.answer == ANSWER_THINKING,
                "response_message_ephemeral": reply.visible_to is not None,
            }
            # Of the answers with a message Discord's description knows these two only; deferred ones come as such.
            shown = ANSWER_UPDATE if interaction.answer in _UPDATES else ANSWER_MESSAGE
            response["resource"] = {"type": shown, "message": reply.payload}
        return response

    # -- what follows, by the interaction's webhook

    def answered(self, webhook_id: int, token: str) -> Interaction:
        """Find the interaction of a webhook route; refuses foreign (10015), expired (50027) and unanswered ones."""
        interaction = self._by_token.get(token)
        if interaction is None or webhook_id != self._world.application.id:
            raise RefusedError(refusals.UNKNOWN_WEBHOOK)
        if self._world.clock.now() - interaction.created_at > TOKEN_LIFE_S:
            raise RefusedError(refusals.INVALID_WEBHOOK_TOKEN)
        if interaction.answer is None:
            raise RefusedError(refusals.UNKNOWN_WEBHOOK)
        return interaction

    @staticmethod
    def original(interaction: Interaction) -> Message:
        """Give the message that @original means, or refuse with 10008."""
        if interaction.reply is None or interaction.reply.deleted:
            raise RefusedError(refusals.UNKNOWN_MESSAGE)
        return interaction.reply

    def own_message(self, interaction: Interaction, message_id: int) -> Message:
        """Give a message that belongs to the interaction, or refuse with 10008."""
        for message in (interaction.reply, *interaction.followups):
            if message is not None and message.id == message_id and not message.deleted:
                return message
        raise RefusedError(refusals.UNKNOWN_MESSAGE)

    def edit(self, interaction: Interaction, message: Message, body: Mapping[str, Any], uploads: Uploads) -> Message:
        """Edit one of the interaction's messages; the first edit of @original ends the thinking."""
        thinking = bool(message.payload["flags"] & FLAG_LOADING)
        self._desk.revise(message, body, uploads, first=thinking)
        self._completed(interaction)
        return message

    def follow_up(self, interaction: Interaction, body: Mapping[str, Any], uploads: Uploads) -> Message:
        """Send a follow-up; the first one after "thinking" takes that message's place, as Discord does."""
        reply = interaction.reply
        if reply is not None and not reply.deleted and reply.payload["flags"] & FLAG_LOADING:
            return self.edit(interaction, reply, body, uploads)
        message = self._reply(interaction, body, uploads, original=False)
        interaction.followups.append(message)
        self._completed(interaction)
        return message

    def _completed(self, interaction: Interaction) -> None:
        if interaction.completed_after is None:
            interaction.completed_after = asyncio.get_running_loop().time() - interaction.started
        self._observer.interaction_changed(interaction)

    def find(self, interaction_id: int) -> Interaction:
        """Find an interaction of this world by its id; raises KeyError."""
        return self._by_id[interaction_id]

    def newest(self) -> Iterator[Interaction]:
        """Give the interactions that are remembered, newest first."""
        return reversed(self._by_id.values())

    def close_form(self, interaction: Interaction) -> None:
        """Take the form that it opened off the member's screen."""
        interaction.form_over = True
        self._observer.interaction_changed(interaction)

    def count(self, path: str, status: int) -> None:
        """Count a REST request (path below /api/v10, status of its answer) for the interaction whose token it names."""
        parts = path.split("/", 4)
        if parts[1] not in {"interactions", "webhooks"} or len(parts) < 4:
            return
        found = self._by_token.get(parts[3])
        if found is not None:
            found.requests += 1
            found.refused += status == 429

    def excuse(self) -> None:
        """Make no problem of the interactions that are without an answer now."""
        for interaction in self._by_id.values():
            interaction.excused |= interaction.timer is not None

    def forget(self) -> None:
        """Let no timer of this world fire any more."""
        for interaction in self._by_id.values():
            if interaction.timer is not None:
                interaction.timer.cancel()


class Dispatch(Protocol):
    """Sends a gateway event."""

    def __call__(self, event: str, payload: JSON, *, guild_id: int | None) -> None: ...
