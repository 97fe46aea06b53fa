"""Sends the answers of one interaction: the first within Discord's three seconds, exactly one final content."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar

import hikari
from loguru import logger

from raidbot.kernel.discord.answers import Answer, Form, Input, Reply
from raidbot.kernel.discord.failures import ALREADY_ACKNOWLEDGED, Meaning, meaning
from raidbot.kernel.discord.first_answers import FirstAnswers
from raidbot.kernel.discord.request import Request

FIRST_ANSWER_S: Final = 2.8
"""Discord takes the first answer for 3 s after the click; a part of that is spent before the click reaches us."""
LATER_TRIES_S: Final = 20.0
_PAUSES: Final = (0.05, 0.15, 0.4, 0.8)

T = TypeVar("T")


class LateError(Exception):
    """Discord no longer takes an answer to this interaction."""


class Responder:
    """The answers to one interaction."""

    def __init__(self, first_answers: FirstAnswers, request: Request, answer: Answer) -> None:
        self._first_answers = first_answers
        self._request = request
        self._answer = answer
        self.deferred = False
        self.acknowledged_after: float | None = None
        """Seconds from the click's arrival to Discord's confirmation of the first answer."""
        self.message_id: int | None = request.message_id if answer is Answer.UPDATE else None
        """The message that the final content stands in, once known."""

    @property
    def acknowledged(self) -> bool:
        return self.acknowledged_after is not None

    async def defer(self) -> None:
        """Acknowledge now, content later. Raises LateError."""
        if self._answer is Answer.UPDATE:
            await self._create(hikari.ResponseType.DEFERRED_MESSAGE_UPDATE)
        else:
            message_id = await self._create(
                hikari.ResponseType.DEFERRED_MESSAGE_CREATE, {"flags": int(self._flags)}, ask=True
            )
            self.message_id = message_id or self.message_id
        self.deferred = True

    async def send(self, reply: Reply) -> None:
        """Send the final content as declared. Raises LateError."""
        interaction = self._request.interaction
        if self.deferred:
            content = _content(reply)
            await self._later(lambda: interaction.edit_initial_response(**content))
        elif self._answer is Answer.UPDATE:
            data = self._first_answers.message(reply, hikari.MessageFlag.NONE, whole=True)
            await self._create(hikari.ResponseType.MESSAGE_UPDATE, data)
        else:
            data = self._first_answers.message(reply, self._flags, whole=False)
            await self._create(hikari.ResponseType.MESSAGE_CREATE, data)

    async def send_aside(self, reply: Reply) -> None:
        """Send a refusal or an error, always private and never over the message that was pressed. Raises LateError."""
        if self._answer is Answer.PRIVATE:
            await self.send(reply)
            return
        if not self.acknowledged:
            data = self._first_answers.message(reply, hikari.MessageFlag.EPHEMERAL, whole=False)
            await self._create(hikari.ResponseType.MESSAGE_CREATE, data)
            return
        interaction, content = self._request.interaction, _filled(_content(reply))
        if self._answer is Answer.PUBLIC:
            await self._later(interaction.delete_initial_response)
        await self._later(lambda: interaction.execute(flags=hikari.MessageFlag.EPHEMERAL, **content))

    async def open_form(self, form: Form) -> None:
        """Open a modal. Raises LateError."""
        if isinstance(self._request.interaction, hikari.ModalInteraction):
            raise TypeError("a form cannot answer a form")
        rows = [_input_row(field).build()[0] for field in form.inputs]
        data = {"title": form.title, "custom_id": form.packed_id, "components": rows}
        await self._create(hikari.ResponseType.MODAL, data)

    @property
    def _flags(self) -> hikari.MessageFlag:
        return hikari.MessageFlag.NONE if self._answer is Answer.PUBLIC else hikari.MessageFlag.EPHEMERAL

    async def _create(
        self, kind: hikari.ResponseType, data: Mapping[str, Any] | None = None, *, ask: bool = False
    ) -> int | None:
        return await self._first(lambda: self._first_answers.send(self._request.interaction, kind, data, ask=ask))

    async def _first(self, call: Callable[[], Awaitable[T]]) -> T | None:
        """Make the first answer, again and again until Discord's time is over; None when an earlier try had arrived."""
        received = self._request.received
        for pause in [*_PAUSES, *[1.0] * 3]:
            left = received + FIRST_ANSWER_S - time.monotonic()
            try:
                result = await call()  # the client gives one up that hangs
            except Exception as error:
                if isinstance(error, hikari.BadRequestError) and error.code == ALREADY_ACKNOWLEDGED:
                    self.acknowledged_after = time.monotonic() - received
                    return None
                if meaning(error) is Meaning.DEAD_TOKEN:
                    raise LateError from error
                if meaning(error) is not Meaning.RETRY:
                    raise
                logger.warning("first answer failed ({}), trying again", type(error).__name__)
            else:
                self.acknowledged_after = time.monotonic() - received
                return result
            if left <= pause:
                break
            await asyncio.sleep(pause)
        raise LateError

    async def _later(self, call: Callable[[], Awaitable[Any]]) -> None:
        """Make a later answer, again while Discord has a bad moment."""
        until = time.monotonic() + LATER_TRIES_S
        pause = 0.25
        while True:
            try:
                await call()
            except Exception as error:
                match meaning(error):
                    case Meaning.DEAD_TOKEN:
                        raise LateError from error
                    case Meaning.GONE:
                        return  # the member dismissed it
                    case Meaning.RETRY if time.monotonic() + pause < until:
                        await asyncio.sleep(pause)
                        pause = min(pause * 2, 5.0)
                    case _:
                        raise
            else:
                return


def _content(reply: Reply) -> dict[str, Any]:
    """Write a reply as hikari takes it for an edit: what is not there is cleared; nobody is mentioned."""
    return {
        "content": reply.content,
        "embeds": [reply.embed] if reply.embed else [],
        "components": list(reply.rows),
        "attachments": list(reply.attachments) or None,  # and those of the embed
        "mentions_everyone": False,
        "user_mentions": False,
        "role_mentions": False,
    }


def _filled(content: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty: a new message has nothing to clear."""
    return {key: value for key, value in content.items() if value not in (None, [])}


def _input_row(field: Input) -> hikari.impl.ModalActionRowBuilder:
    row = hikari.impl.ModalActionRowBuilder()
    row.add_text_input(
        field.name,
        field.label,
        style=hikari.TextInputStyle.PARAGRAPH if field.paragraph else hikari.TextInputStyle.SHORT,
        value=field.value or hikari.UNDEFINED,
        placeholder=field.placeholder or hikari.UNDEFINED,
        required=field.required,
        min_length=field.min_length,
        max_length=field.max_length,
    )
    return row
