"""A message as a member reads it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from raidbot.playground.driver.link import Link
from raidbot.playground.messages import FLAG_LOADING

JSON = dict[str, Any]

_BUTTON = 2
_SELECTS = frozenset({3, 5, 6, 7, 8})


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    custom_id: str | None
    disabled: bool
    style: int
    emoji: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Select:
    custom_id: str
    kind: int
    """The component's type: 3 text, 5 user, 6 role, 7 either, 8 channel."""
    placeholder: str
    disabled: bool
    labels: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pinged:
    """Whom a message notifies, by id."""

    users: frozenset[int]
    roles: frozenset[int]
    everyone: bool


class Message:
    """A message as it stood when it was looked at; `refresh` looks again."""

    def __init__(self, link: Link, view: JSON) -> None:
        self._link = link
        self._view = view

    def __repr__(self) -> str:
        return f"<Message {self.id} {self.text!r} {[button.label for button in self.buttons]}>"

    @property
    def id(self) -> int:
        return int(self._view["id"])

    @property
    def channel_id(self) -> int:
        return int(self._view["channel_id"])

    @property
    def payload(self) -> JSON:
        """The message as REST gives it."""
        payload: JSON = self._view["payload"]
        return payload

    @property
    def content(self) -> str:
        return str(self.payload["content"])

    @property
    def author_id(self) -> int:
        return int(self.payload["author"]["id"])

    @property
    def embeds(self) -> list[JSON]:
        return list(self.payload["embeds"])

    @property
    def components(self) -> list[JSON]:
        return list(self.payload["components"])

    @property
    def attachments(self) -> list[JSON]:
        return list(self.payload["attachments"])

    @property
    def reactions(self) -> dict[str, int]:
        """How often each emoji (its name) was given."""
        return {one["emoji"]["name"]: one["count"] for one in self.payload.get("reactions", ())}

    @property
    def pinned(self) -> bool:
        return bool(self.payload["pinned"])

    @property
    def ephemeral(self) -> bool:
        return self._view["visible_to"] is not None

    @property
    def thinking(self) -> bool:
        """It shows "thinking…" so far."""
        return bool(self.payload["flags"] & FLAG_LOADING)

    @property
    def pinged(self) -> Pinged:
        pinged = self._view["pinged"]
        return Pinged(frozenset(pinged["users"]), frozenset(pinged["roles"]), pinged["everyone"])

    @property
    def buttons(self) -> list[Button]:
        return [
            Button(
                one.get("label") or "",
                one.get("custom_id"),
                bool(one.get("disabled")),
                one["style"],
                (one.get("emoji") or {}).get("name"),
                one.get("url"),
            )
            for one in _walk(self.components)
            if one["type"] == _BUTTON
        ]

    @property
    def selects(self) -> list[Select]:
        return [
            Select(
                one["custom_id"],
                one["type"],
                one.get("placeholder") or "",
                bool(one.get("disabled")),
                tuple(option["label"] for option in one.get("options", ())),
                tuple(option["value"] for option in one.get("options", ())),
            )
            for one in _walk(self.components)
            if one["type"] in _SELECTS
        ]

    def button(self, wanted: str) -> Button:
        """Find a button by its label or custom id; raises LookupError that lists what there is."""
        for button in self.buttons:
            if wanted in {button.label, button.custom_id}:
                return button
        raise LookupError(f"no button {wanted!r} in {self!r}")

    @property
    def text(self) -> str:
        """Everything there is to read: content, then each embed's author, title, description, fields and footer."""
        lines: list[str | None] = [self.content]
        for embed in self.embeds:
            lines += [(embed.get("author") or {}).get("name"), embed.get("title"), embed.get("description")]
            for field in embed.get("fields", ()):
                lines += [field["name"], field["value"]]
            lines.append((embed.get("footer") or {}).get("text"))
        return "\n".join(line for line in lines if line)

    async def refresh(self) -> "Message | None":
        """Look at the message again; None when it was deleted."""
        view = await self._link.call("message", message_id=self.id)
        return None if view is None else Message(self._link, view)

    async def delete(self) -> None:
        """Delete it, as a moderator would."""
        await self._link.call("delete_message", message_id=self.id)


def _walk(components: Sequence[JSON]) -> Iterator[JSON]:
    for component in components:
        yield component
        yield from _walk(component.get("components", ()))
