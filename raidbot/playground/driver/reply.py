"""One interaction as the member who started it sees it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from raidbot.playground.driver.link import Link
from raidbot.playground.driver.message import Message
from raidbot.playground.messages import FLAG_EPHEMERAL

if TYPE_CHECKING:
    from raidbot.playground.driver.member import Member

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A text input of a modal."""

    label: str
    custom_id: str
    value: str
    required: bool
    placeholder: str


@dataclass(frozen=True, slots=True)
class Modal:
    title: str
    custom_id: str
    fields: tuple[Field, ...]

    def field(self, wanted: str) -> Field:
        """Find a field by its label or custom id; raises LookupError."""
        for field in self.fields:
            if wanted in {field.label, field.custom_id}:
                return field
        raise LookupError(f"no field {wanted!r} among {[field.label for field in self.fields]}")


class Reply:
    """What came of an interaction; always as it stands now. Changes come by themselves, no need to refresh."""

    def __init__(self, link: Link, member: "Member", reply_id: int) -> None:
        self.id = reply_id
        self.member = member
        self._link = link

    def __repr__(self) -> str:
        return f"<Reply to {self._state.get('label', self.id)}: {self._summary()}>"

    @property
    def _state(self) -> JSON:
        return self._link.replies.get(self.id, {})

    @property
    def acknowledged_after(self) -> float | None:
        """Seconds from the click to the first answer, on the local Discord's clock."""
        return self._state.get("acknowledged_after")

    @property
    def completed_after(self) -> float | None:
        """Seconds from the click to its final content: the answer itself, or what followed a deferred one."""
        return self._state.get("completed_after")

    @property
    def failed(self) -> bool:
        """It shows "This interaction failed": no answer within 3 s."""
        return bool(self._state.get("failed"))

    @property
    def message(self) -> Message | None:
        """The reply, or the message that the answer updated; None when there is none or it was deleted."""
        return self._message(self._state.get("message_id"))

    @property
    def followups(self) -> list[Message]:
        found = [self._message(message_id) for message_id in self._state.get("followup_ids", ())]
        return [message for message in found if message is not None]

    @property
    def modal(self) -> Modal | None:
        modal = self._state.get("modal")
        if modal is None:
            return None
        fields = (
            Field(
                one.get("label") or "",
                one["custom_id"],
                one.get("value") or "",
                one.get("required", True),
                one.get("placeholder") or "",
            )
            for row in modal["components"]
            for one in row["components"]
        )
        return Modal(modal["title"], modal["custom_id"], tuple(fields))

    @property
    def choices(self) -> list[tuple[str, Any]] | None:
        """The (name, value) pairs that completed an option."""
        choices = self._state.get("choices")
        return None if choices is None else [(one["name"], one["value"]) for one in choices]

    @property
    def ephemeral(self) -> bool:
        """Only the member sees the reply."""
        message = self.message
        return message is not None and bool(message.payload["flags"] & FLAG_EPHEMERAL)

    @property
    def text(self) -> str:
        """What the reply and its follow-ups say."""
        shown = [self.message, *self.followups]
        return "\n".join(message.text for message in shown if message is not None)

    def _message(self, message_id: int | None) -> Message | None:
        view = None if message_id is None else self._link.messages.get(message_id)
        return None if view is None else Message(self._link, view)

    def _summary(self) -> str:
        if self.failed:
            return "failed, no answer in 3 s"
        if self.acknowledged_after is None:
            return "not answered yet"
        if self.completed_after is None:
            return "acknowledged, nothing followed yet"
        return repr(self.text or self.modal or self.choices)

    async def acknowledged(self, within: float = 5) -> "Reply":
        """Wait for the first answer, or for its failure."""
        await self._link.until(
            lambda: True if self.failed or self.acknowledged_after is not None else None, within, self.__repr__
        )
        return self

    async def wait(self, within: float = 5) -> "Reply":
        """Wait until it shows its final content, a modal, or has failed.

        After a deferred update that is the first edit or follow-up: what was sent to the channel meanwhile is no sign.
        """
        await self._link.until(
            lambda: True if self.failed or self.completed_after is not None else None, within, self.__repr__
        )
        return self

    async def wait_for(self, predicate: Callable[[Message], bool], within: float = 5) -> Message:
        """Wait until the reply or one of its follow-ups is as the predicate wants it."""

        def probe() -> Message | None:
            shown = [self.message, *self.followups]
            return next((message for message in shown if message is not None and predicate(message)), None)

        return await self._link.until(probe, within, lambda: f"not as wanted: {self!r}")
