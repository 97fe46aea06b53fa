"""Messages as the bot sends and edits them: from the body of a request to the message that everybody reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import orjson

from raidbot.playground import mentions, payloads, refusals
from raidbot.playground.deeds import Deeds
from raidbot.playground.mentions import Pinged
from raidbot.playground.permissions import Permission
from raidbot.playground.refusals import RefusedError, invalid_form
from raidbot.playground.world import NOBODY, Attachment, Channel, Guild, Message, User, World

JSON = dict[str, Any]

FLAG_SUPPRESS_EMBEDS, FLAG_EPHEMERAL, FLAG_LOADING = 1 << 2, 1 << 6, 1 << 7
FLAG_SUPPRESS_NOTIFICATIONS = 1 << 12
SENDABLE_FLAGS = FLAG_SUPPRESS_EMBEDS | FLAG_SUPPRESS_NOTIFICATIONS
TYPE_DEFAULT, TYPE_REPLY, TYPE_COMMAND = 0, 19, 20
NONCE_LIFE_S = 300
"""How long a nonce is remembered: Discord says "the past few minutes"."""
MAX_PINS = 50
ROWS_KEPT = 256

_BUTTON, _TEXT_INPUT = 2, 4
_SELECTS = frozenset({3, 5, 6, 7, 8})


@dataclass(frozen=True, slots=True)
class Upload:
    """One part `files[n]` of a multipart request."""

    filename: str
    content: bytes
    content_type: str


Uploads = Mapping[int, Upload]


class Desk:
    """Where messages are written, edited and found."""

    def __init__(self, world: World, deeds: Deeds, links: payloads.Links) -> None:
        self._world = world
        self._deeds = deeds
        self._links = links
        self._rows: dict[bytes, list[JSON]] = {}

    def compose(
        self,
        channel: Channel,
        author: User,
        body: Mapping[str, Any],
        uploads: Uploads,
        *,
        kind: int = TYPE_DEFAULT,
        flags: int = 0,
        visible_to: int | None = None,
        extra: Mapping[str, Any] | None = None,
        replied_to: User | None = None,
    ) -> Message:
        """Write a new message and announce it; flags come on top of those of the body that anyone may set."""
        world = self._world
        message_id = world.ids.next()
        payload: JSON = {
            "id": str(message_id),
            "type": kind,
            "channel_id": str(channel.id),
            "author": author.payload,
            "content": "",
            "timestamp": world.now(),
            "edited_timestamp": None,
            "tts": False,
            "pinned": False,
            "flags": flags | (body.get("flags") or 0) & SENDABLE_FLAGS,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "components": [],
        }
        if extra:
            payload |= extra
        message = Message(message_id, channel, author, payload, NOBODY, visible_to)
        self._fill(message, body, uploads, replied_to)
        return self._deeds.post(message)

    def revise(self, message: Message, body: Mapping[str, Any], uploads: Uploads, *, first: bool = False) -> Message:
        """Edit a message with what the body names and announce it; first: it was only "thinking" until now."""
        before = message.payload, message.attachments, message.pinged
        message.payload = payload = dict(message.payload)
        if first:
            payload["flags"] &= ~FLAG_LOADING
        try:
            self._fill(message, body, uploads, None)
        except RefusedError:
            message.payload, message.attachments, message.pinged = before
            raise
        if not first:
            payload["edited_timestamp"] = self._world.now()
        if body.get("flags") is not None:
            payload["flags"] = payload["flags"] & ~SENDABLE_FLAGS | body["flags"] & SENDABLE_FLAGS
        return self._deeds.edited(message)

    def _fill(self, message: Message, body: Mapping[str, Any], uploads: Uploads, replied_to: User | None) -> None:
        payload, guild = message.payload, message.channel.guild
        components = None
        if "components" in body:
            components = self._written(body["components"] or [], guild)
        if "attachments" in body or uploads:
            self._attach(message, body.get("attachments"), uploads)
        if "embeds" in body:
            payload["embeds"] = [self._embed(embed, message) for embed in body["embeds"] or []]
        if message.attachments or uploads:
            self.refresh_links(message)
        if "content" in body:
            payload["content"] = (body["content"] or "").strip()
        if components is not None:
            payload["components"] = components
        if "content" in body or "allowed_mentions" in body:
            self._mention(message, body.get("allowed_mentions"), replied_to)
        shown = payload["content"] or payload["embeds"] or payload["components"] or message.attachments
        if not shown and not payload["flags"] & FLAG_LOADING:
            raise RefusedError(refusals.EMPTY_MESSAGE)

    # -- whom it pings

    def _mention(self, message: Message, allowed: Mapping[str, Any] | None, replied_to: User | None) -> None:
        payload, guild = message.payload, message.channel.guild
        if replied_to is None and "@" not in payload["content"]:
            pinged = NOBODY
        else:
            pinged = self._resolve(message, guild, allowed, replied_to)
        message.pinged = pinged
        payload["mention_everyone"] = pinged.everyone
        payload["mention_roles"] = [str(role_id) for role_id in sorted(pinged.roles)]
        users = self._world.users
        payload["mentions"] = [users[user_id].payload for user_id in sorted(pinged.users) if user_id in users]

    def _resolve(
        self, message: Message, guild: Guild | None, allowed: Mapping[str, Any] | None, replied_to: User | None
    ) -> Pinged:
        may_everyone, mentionable = False, set[int]()
        if guild is not None and message.author.id in guild.members:
            held = self._world.channel_permissions(guild.members[message.author.id], message.channel)
            may_everyone = bool(held & Permission.MENTION_EVERYONE)
            mentionable = {role.id for role in guild.roles.values() if role.mentionable or may_everyone}
            mentionable.discard(guild.id)
        return mentions.resolve(
            message.payload["content"],
            allowed,
            may_everyone=may_everyone,
            mentionable_roles=mentionable,
            replied_to=None if replied_to is None else replied_to.id,
        )

    # -- components and embeds

    def _written(self, given: Sequence[JSON], guild: Guild | None) -> list[JSON]:
        """Write rows, the very same of a thousand replies once; those with custom emojis depend on the guild."""
        raw = orjson.dumps(given)
        found = self._rows.get(raw)
        if found is None:
            found = self._components(given, guild, "components", count(1))
            if b'"id":"' not in raw:
                if len(self._rows) >= ROWS_KEPT:
                    self._rows.clear()
                self._rows[raw] = found
        return found

    def _components(self, given: Sequence[JSON], guild: Guild | None, path: str, numbers: "count[int]") -> list[JSON]:
        """Number the components and write them as Discord does, with its defaults."""
        written = []
        for index, component in enumerate(given):
            here = f"{path}.{index}"
            fresh = {key: value for key, value in component.items() if value is not None}
            fresh["id"] = component.get("id") or next(numbers)
            if "emoji" in fresh:
                fresh["emoji"] = self._emoji(fresh["emoji"], guild, f"{here}.emoji")
            if "components" in fresh:
                fresh["components"] = self._components(fresh["components"], guild, f"{here}.components", numbers)
            if fresh["type"] in _SELECTS:
                fresh.setdefault("min_values", 1)
                fresh.setdefault("max_values", 1)
            if "options" in fresh:
                fresh["options"] = [
                    {key: value for key, value in option.items() if value is not None}
                    | (
                        {"emoji": self._emoji(option["emoji"], guild, f"{here}.options.{number}.emoji")}
                        if option.get("emoji")
                        else {}
                    )
                    for number, option in enumerate(fresh["options"])
                ]
            written.append(fresh)
        return written

    def _emoji(self, given: JSON, guild: Guild | None, path: str) -> JSON:
        emoji_id = given.get("id")
        if not emoji_id:
            if not given.get("name"):
                raise invalid_form(f"{path}.name", "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")
            return {"name": given["name"]}
        found = self._world.usable_emoji(guild, int(emoji_id))
        if found is None:
            raise invalid_form(f"{path}.id", "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")
        written: JSON = {"id": str(found.id), "name": found.name}
        return written | {"animated": True} if found.animated else written

    def modal_components(self, given: Sequence[JSON]) -> list[JSON]:
        """Number the components of a modal."""
        return self._components(given, None, "data.components", count(1))

    def _embed(self, given: Mapping[str, Any], message: Message) -> JSON:
        embed: JSON = {"type": "rich"} | {key: value for key, value in given.items() if value is not None}
        if "fields" in embed:
            embed["fields"] = [
                {"name": one["name"].strip(), "value": one["value"].strip(), "inline": bool(one.get("inline"))}
                for one in embed["fields"]
            ]
            if not embed["fields"]:
                del embed["fields"]
        for key, url_key in (("image", "url"), ("thumbnail", "url"), ("author", "icon_url"), ("footer", "icon_url")):
            part = embed.get(key)
            if part and str(part.get(url_key, "")).startswith("attachment://"):
                name = part[url_key].removeprefix("attachment://")
                embed[key] = part | {url_key: self._attachment_url(message, name)}
        return embed

    # -- attachments

    def _attachment_url(self, message: Message, name: str) -> str:
        for attachment in message.attachments:
            if attachment.filename == name:
                return self._links.of(attachment, self._world.clock.now())
        return f"attachment://{name}"

    def _attach(self, message: Message, kept: Sequence[Mapping[str, Any]] | None, uploads: Uploads) -> None:
        """Keep the attachments that the body lists (all when it lists none) and add what was uploaded."""
        known = {attachment.id: attachment for attachment in message.attachments}
        described = {int(one["id"]): one for one in kept or ()}
        for index, attachment_id in enumerate(described):
            if attachment_id not in known and attachment_id not in uploads:
                raise invalid_form(f"attachments.{index}.id", "ATTACHMENT_NOT_FOUND", "Attachment data not found")
        if any(len(upload.content) > payloads.ATTACHMENT_SIZE_LIMIT for upload in uploads.values()):
            raise RefusedError(refusals.FILE_TOO_LARGE)
        staying = list(known.values()) if kept is None else [known[one] for one in described if one in known]
        for number, upload in uploads.items():
            description = described.get(number, {})
            staying.append(
                Attachment(
                    self._world.ids.next(),
                    message.channel.id,
                    description.get("filename") or upload.filename,
                    upload.content,
                    upload.content_type,
                    description.get("description"),
                )
            )
        for gone in known.keys() - {one.id for one in staying}:
            self._world.attachments.pop(gone, None)
        self._world.attachments |= {one.id: one for one in staying}
        message.attachments = staying

    def refresh_links(self, message: Message) -> None:
        """Give a message's attachments fresh links, as Discord does whenever a message is fetched.

        A picture that an embed shows does not appear among the attachments.
        """
        now = self._world.clock.now()
        shown = {
            part[key].split("?", 1)[0].rsplit("/", 2)[-2]
            for embed in message.payload["embeds"]
            for part in (embed.get("image"), embed.get("thumbnail"), embed.get("author"), embed.get("footer"))
            if part
            for key in ("url", "icon_url")
            if "/cdn/attachments/" in part.get(key, "")
        }
        message.payload["attachments"] = [
            self._links.attachment(one, now, ephemeral=message.visible_to is not None)
            for one in message.attachments
            if str(one.id) not in shown
        ]

    # -- nonces

    def remembered(self, channel: Channel, nonce: str) -> Message | None:
        """Find the message that was sent with this nonce in the past few minutes."""
        now = self._world.clock.now()
        known = channel.nonces.get(nonce)
        if known is None or now - known[0] >= NONCE_LIFE_S or known[1].deleted:
            return None
        return known[1]

    def remember(self, channel: Channel, nonce: str, message: Message) -> None:
        """Keep a message's nonce, and drop those that are too old to matter."""
        now = self._world.clock.now()
        for old in [key for key, (at, _) in channel.nonces.items() if now - at >= NONCE_LIFE_S]:
            del channel.nonces[old]
        channel.nonces[nonce] = (now, message)
