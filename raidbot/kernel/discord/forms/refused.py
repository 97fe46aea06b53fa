"""Keeps refused forms and opens them again."""

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Final

import hikari

from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from raidbot.kernel.database.patience import patient
from raidbot.kernel.discord.answers import Answer, AskAgain, Bucket, Form, Input, Policy, Reply, Result
from raidbot.kernel.discord.custom_ids import CustomId
from raidbot.kernel.discord.error_texts import OutdatedError
from raidbot.kernel.discord.forms import queries
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route
from raidbot.kernel.permissions import Capability
from raidbot.kernel.scheduler import Job

KEPT_FOR: Final = timedelta(days=1)
SWEPT_EVERY_S: Final = 3600.0
_AGAIN: Final = Policy(Capability("open a form again", None, None), Answer.MODAL, Bucket.BUTTON)


@dataclass(frozen=True)
class OpenAgain(CustomId):
    """Opens the form that an interaction submitted and that was refused."""

    PREFIX: ClassVar[str] = "form.again"
    interaction_id: int


class RefusedForms:
    """Turns a refusal of what was typed into an answer with another try."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self._clock = clock
        self.routes: Sequence[Route[Any]] = [Route(OpenAgain, _AGAIN, self._open_again)]
        self.job = Job("forms.sweep", SWEPT_EVERY_S, due=self._old, work=self._forget)

    async def reply(self, request: Request, refusal: AskAgain, text: str) -> Reply:
        """Say what is wrong, with the button; what is typed next begins with what was typed now."""
        await self._keep(request, refusal.form)
        row = hikari.impl.MessageActionRowBuilder()
        row.add_interactive_button(hikari.ButtonStyle.PRIMARY, OpenAgain(request.id).pack(), label="Open it again")
        return Reply(text, rows=[row], refusal=True)

    @patient
    async def _keep(self, request: Request, form: Form) -> None:
        typed = [
            dataclasses.asdict(field) | {"value": request.fields.get(field.name, field.value)} for field in form.inputs
        ]
        written = {"custom_id": form.packed_id, "title": form.title, "inputs": typed}
        async with self.database.connection() as conn:
            await queries.keep(conn, request.id, request.user_id, written, self._clock.now())

    async def _open_again(self, request: Request, custom_id: OpenAgain) -> Result:
        async with self.database.connection() as conn:
            form = await queries.kept(conn, custom_id.interaction_id, request.user_id)
        if form is None:
            raise OutdatedError
        return Form(form["custom_id"], form["title"], [Input(**field) for field in form["inputs"]])

    async def _old(self, skip: Collection[int]) -> Sequence[int]:
        async with self.database.connection() as conn:
            return await queries.old(conn, self._clock.now() - KEPT_FOR, list(skip))

    async def _forget(self, interaction_id: int) -> None:
        async with self.database.connection() as conn:
            await queries.forget(conn, interaction_id)
