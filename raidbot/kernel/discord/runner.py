"""The interaction runner: every command, button, select and modal goes through here.

It guarantees the first answer in time, the permission and the rate limit, a deadline, exactly one final answer whatever
happens, errors rendered once, and one row in the command log.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

import hikari
from loguru import logger

from raidbot.kernel.clock import Clock
from raidbot.kernel.database.patience import patience
from raidbot.kernel.discord.answers import Answer, AskAgain, Form, Policy, Reply, Result, ShowPanel
from raidbot.kernel.discord.command_log import CommandLog, Entry, Outcome, noted
from raidbot.kernel.discord.error_texts import (
    ErrorTexts,
    ModuleOffError,
    RateLimitedError,
    RestartingError,
    TooSlowError,
    incident_text,
)
from raidbot.kernel.discord.failures import Meaning, meaning
from raidbot.kernel.discord.first_answers import FirstAnswers
from raidbot.kernel.discord.limiter import Limiter
from raidbot.kernel.discord.request import Interaction, Request
from raidbot.kernel.discord.responder import LateError, Responder
from raidbot.kernel.errors import Unavailable, UserError, incident_id
from raidbot.kernel.logging import correlation
from raidbot.kernel.permissions import Denied, authorize

DEFER_QUICK_AFTER_S: Final = 1.0
"""Quick work that has not ended by then is deferred, long before Discord's 3 s."""
FORM_S: Final = 2.0
"""A form cannot be deferred: its handler has this long, then a text with another try is the answer."""
WORK_S: Final = 25.0
PATIENCE_S: Final = 12.0
"""How long after the click the work waits for a database that is away."""

Handler = Callable[[Request], Awaitable[Result]]


class Presses(Protocol):
    """Where ephemeral panels are kept (the easel)."""

    async def press(self, request: Request, panel: ShowPanel, message_id: int) -> None:
        """Keep the newest token of an ephemeral panel and have it drawn."""


class FormKeeper(Protocol):
    """Where refused forms are kept."""

    async def reply(self, request: Request, refusal: AskAgain, text: str) -> Reply:
        """Say what is wrong, with a button that opens the form as it was typed."""


class _Deferral:
    """Defers the answer of quick work that turns out not to be, and sets its deadline only then.

    Nearly all quick work ends before: it costs one timer.
    """

    def __init__(self, responder: Responder, deadline: asyncio.Timeout, ends_at: float) -> None:
        self._responder = responder
        self._deadline = deadline
        self._ends_at = ends_at
        self._task: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(DEFER_QUICK_AFTER_S, self._begin)

    def _begin(self) -> None:
        self._deadline.reschedule(self._loop.time() + self._ends_at - time.monotonic())
        self._task = asyncio.create_task(self._responder.defer())

    async def over(self) -> None:
        """Let no deferral begin any more, and one under way end. Raises LateError."""
        self._timer.cancel()
        if self._task is not None:
            await self._task


class Runner:
    """Runs the handlers of features, one call an interaction."""

    def __init__(
        self,
        *,
        clock: Clock,
        limiter: Limiter,
        log: CommandLog,
        texts: ErrorTexts,
        presses: Presses,
        forms: FormKeeper,
        first_answers: FirstAnswers,
    ) -> None:
        self._forms = forms
        self._first_answers = first_answers
        self._clock = clock
        self._limiter = limiter
        self._log = log
        self._texts = texts
        self._presses = presses
        self._running: set[asyncio.Task[Any]] = set()
        self._draining = False

    async def drain(self, seconds: float) -> None:
        """Take no new work and wait for the running work, `seconds` at most."""
        self._draining = True
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)

    async def run(self, request: Request, policy: Policy, handler: Handler, *, subject: object = None) -> None:
        """Answer one interaction; never raises. `subject` is what the bucket counts for, None: the member."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("the runner works inside a task")
        self._running.add(task)
        try:
            await self._run(request, policy, handler, subject)
        finally:
            self._running.discard(task)

    async def _run(self, request: Request, policy: Policy, handler: Handler, subject: object) -> None:
        correlation.set(str(request.id))
        patience.set(request.received + PATIENCE_S)
        responder = Responder(self._first_answers, request, policy.answer)
        outcome, error = Outcome.OK, None
        try:
            result = await self._work(request, policy, handler, subject, responder)
            if isinstance(result, AskAgain):
                outcome, error = Outcome.REFUSED, type(result.wrong).__name__
            elif isinstance(result, Reply) and result.refusal:
                outcome = Outcome.REFUSED
        except LateError:
            outcome = Outcome.LATE
        except UserError as refusal:
            outcome, error = _outcome(refusal), type(refusal).__name__
            outcome = await self._aside(responder, Reply(self._said(refusal), refusal=True), outcome)
        except Exception as unforeseen:  # noqa: BLE001 - whatever it is, the member gets an answer
            error = incident_id()
            logger.opt(exception=unforeseen).error("incident {}: {} failed", error, request.name)
            outcome = await self._aside(responder, Reply(incident_text(error)), Outcome.FAILED)
        self._record(request, responder, outcome, error)

    async def turn_away(self, interaction: Interaction, kind: str, name: str, refusal: UserError) -> None:
        """Refuse what comes from outside a server, where there is no request; never raises."""
        received, acknowledged, outcome = time.monotonic(), None, Outcome.REFUSED
        reply = Reply(self._said(refusal), refusal=True)
        data = self._first_answers.message(reply, hikari.MessageFlag.EPHEMERAL, whole=False)
        try:
            await self._first_answers.send(interaction, hikari.ResponseType.MESSAGE_CREATE, data)
            acknowledged = time.monotonic() - received
        except Exception as error:  # noqa: BLE001 - there is nobody left to tell
            outcome = Outcome.LATE if meaning(error) is Meaning.DEAD_TOKEN else Outcome.FAILED
            logger.warning("a refusal could not be sent: {}", type(error).__name__)
        self._log.add(
            Entry(
                at=self._clock.now(),
                guild_id=None,
                channel_id=None if interaction.channel_id is None else int(interaction.channel_id),
                user_id=int(interaction.user.id),
                kind=kind,
                name=name,
                outcome=outcome.value,
                error=type(refusal).__name__,
                correlation=str(interaction.id),
                acknowledged_ms=_milliseconds(acknowledged),
                latency_ms=round((time.monotonic() - received) * 1000),
            )
        )

    async def _work(
        self, request: Request, policy: Policy, handler: Handler, subject: object, responder: Responder
    ) -> Result:
        if self._draining:
            raise RestartingError
        await self._admit(request, policy, subject)
        if policy.answer is Answer.MODAL:
            return await self._form(request, handler, responder)
        if not policy.quick:
            await responder.defer()
        ends_at = request.received + WORK_S
        deadline = asyncio.timeout(None if policy.quick else ends_at - time.monotonic())
        deferral = _Deferral(responder, deadline, ends_at) if policy.quick else None
        try:
            async with deadline:
                result = await handler(request)
        except TimeoutError as slow:
            if deadline.expired():
                raise TooSlowError from slow
            raise
        finally:
            if deferral is not None:
                await deferral.over()
        await self._finish(request, responder, result)
        return result

    async def _admit(self, request: Request, policy: Policy, subject: object) -> None:
        module = policy.capability.module
        if module is not None and module not in request.settings.modules:
            raise ModuleOffError
        authorize(request.actor, policy.capability, request.settings)
        whom = ("user", request.user_id) if subject is None else (policy.per, subject)
        await self._limiter.hit(policy.bucket, request.guild_id, request.kind, _counted(request, policy), *whom)

    async def _form(self, request: Request, handler: Handler, responder: Responder) -> Result:
        try:
            async with asyncio.timeout(FORM_S):
                result = await handler(request)
        except (TimeoutError, Unavailable):
            result = self._try_again(request)
        if isinstance(result, Form):
            await responder.open_form(result)
        elif isinstance(result, Reply):
            await responder.send_aside(result)
        else:
            raise TypeError(f"{request.name} declared a form and opened none")
        return result

    def _try_again(self, request: Request) -> Reply:
        """A form cannot wait: say so, with the same button once more."""
        rows = []
        if isinstance(request.interaction, hikari.ComponentInteraction):
            row = hikari.impl.MessageActionRowBuilder()
            row.add_interactive_button(hikari.ButtonStyle.PRIMARY, request.interaction.custom_id, label="Try again")
            rows.append(row)
        return Reply(self._texts.render(TooSlowError()), rows=rows, refusal=True)

    async def _finish(self, request: Request, responder: Responder, result: Result) -> None:
        match result:
            case Reply(refusal=True):
                await responder.send_aside(result)
            case Reply():
                await responder.send(result)
            case AskAgain():
                await responder.send_aside(await self._forms.reply(request, result, self._said(result.wrong)))
            case ShowPanel():
                if not responder.acknowledged:
                    await responder.defer()
                if responder.message_id is None:
                    message = await request.interaction.fetch_initial_response()
                    responder.message_id = int(message.id)
                await self._presses.press(request, result, responder.message_id)
            case Form():
                raise TypeError(f"{request.name} opened a form without declaring it")
            case None:
                if not responder.acknowledged:
                    await responder.defer()

    def _said(self, refusal: UserError) -> str:
        try:
            return self._texts.render(refusal)
        except Exception:  # noqa: BLE001 - a sentence that cannot be written must not leave the member without an answer
            incident = incident_id()
            logger.exception("incident {}: no sentence for {}", incident, type(refusal).__name__)
            return incident_text(incident)

    async def _aside(self, responder: Responder, reply: Reply, outcome: Outcome) -> Outcome:
        try:
            await responder.send_aside(reply)
        except LateError:
            return Outcome.LATE
        except Exception:  # noqa: BLE001 - there is nobody left to tell
            logger.exception("an error could not be told to the member")
            return Outcome.FAILED
        return outcome

    def _record(self, request: Request, responder: Responder, outcome: Outcome, error: str | None) -> None:
        latency = time.monotonic() - request.received
        self._log.add(
            Entry(
                at=self._clock.now(),
                guild_id=request.guild_id,
                channel_id=request.channel_id,
                user_id=request.user_id,
                kind=request.kind,
                name=request.name,
                outcome=outcome.value,
                error=error,
                correlation=str(request.id),
                acknowledged_ms=_milliseconds(responder.acknowledged_after),
                latency_ms=round(latency * 1000),
                options=noted(request.options),
            )
        )
        logger.debug("{} {} in {:.0f} ms", request.name, outcome.value, latency * 1000)


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)


def _counted(request: Request, policy: Policy) -> str:
    """Commands are counted each for itself, buttons by their bucket."""
    return request.name if request.kind == "command" else policy.bucket.name


def _outcome(refusal: UserError) -> Outcome:
    match refusal:
        case Denied() | ModuleOffError():
            return Outcome.DENIED
        case RateLimitedError():
            return Outcome.LIMITED
        case TooSlowError() | Unavailable():
            return Outcome.FAILED
        case _:
            return Outcome.REFUSED
