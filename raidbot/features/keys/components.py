"""The buttons, selects and the form of key logging."""

from collections.abc import Sequence
from typing import Any

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.keys import models as m
from raidbot.features.keys.service import KeyService
from raidbot.features.keys.views import ids, panels, texts
from raidbot.features.quota.api import UNDOES_ANY, AlreadyUndoneError, NoMemberError
from raidbot.kernel.discord.answers import Answer, AskAgain, Bucket, Policy, Reply, Result
from raidbot.kernel.discord.members import Members
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route
from raidbot.kernel.permissions import has_at_least


class KeyButtons:
    """Handlers of what organizers press; each draws the panel anew from the rows."""

    def __init__(self, keys: KeyService, members: Members, catalogue: Catalogue) -> None:
        self._keys = keys
        self._members = members
        self._catalogue = catalogue

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        look = Policy(m.LOG, Answer.PRIVATE, Bucket.ORGANIZER)
        act = Policy(m.LOG, Answer.UPDATE, Bucket.ORGANIZER)
        ask = Policy(m.LOG, Answer.MODAL, Bucket.ORGANIZER)
        undo = Policy(m.LOG, Answer.UPDATE, Bucket.BUTTON, quick=True)
        return [
            Route(ids.Open, look, self.open),
            Route(ids.ChooseRun, act, self.choose_run),
            Route(ids.Popped, act, self.popped),
            Route(ids.PickMember, act, self.pick_member),
            Route(ids.AskName, ask, self.ask_name),
            Route(ids.NameForm, act, self.find),
            Route(ids.Back, act, self.back),
            Route(ids.Skip, act, self.skip),
            Route(ids.UndoLast, act, self.undo_last),
            Route(ids.Undo, undo, self.undo),
        ]

    async def open(self, request: Request, custom_id: ids.Open) -> Result:
        """Open the panel of a run."""
        return await self._panel(request, custom_id.run_id)

    async def choose_run(self, request: Request, _: ids.ChooseRun) -> Result:
        """Open the panel of a run in place of the list."""
        return await self._panel(request, int(request.values[0]))

    async def back(self, request: Request, custom_id: ids.Back) -> Result:
        """Go back to a key."""
        return await self._panel(request, custom_id.run_id, custom_id.slot)

    async def skip(self, request: Request, custom_id: ids.Skip) -> Result:
        """Leave a key open."""
        return await self._panel(request, custom_id.run_id, custom_id.slot, texts.SKIPPED, beyond=True)

    async def popped(self, request: Request, custom_id: ids.Popped) -> Result:
        """Log a key for one of those who were offered."""
        return await self._log(request, custom_id.run_id, custom_id.slot, int(request.values[0]))

    async def pick_member(self, request: Request, custom_id: ids.PickMember) -> Result:
        """Log a key for any member. Raises NoMemberError."""
        user_id = int(request.values[0])
        resolved = getattr(request.interaction, "resolved", None)
        member = None if resolved is None else resolved.members.get(hikari.Snowflake(user_id))
        if member is None or member.is_bot:
            raise NoMemberError(user_id)
        return await self._log(request, custom_id.run_id, custom_id.slot, user_id)

    async def ask_name(self, _: Request, custom_id: ids.AskName) -> Result:
        """Ask for a name, mention or id."""
        return panels.name_form(custom_id.run_id, custom_id.slot)

    async def find(self, request: Request, custom_id: ids.NameForm) -> Result:
        """Log a key for whom the text means, or ask which of several it was."""
        run_id, slot, text = custom_id.run_id, custom_id.slot, request.fields["who"]
        names = await self._found(request.guild_id, run_id, text)
        form = panels.name_form(run_id, slot)
        if not names:
            return AskAgain(m.NobodyFoundError(text), form)
        if len(names) > m.LISTED:
            return AskAgain(m.TooManyFoundError(text), form)
        if len(names) == 1:
            return await self._log(request, run_id, slot, next(iter(names)))
        sheet = await self._keys.sheet(request.guild_id, run_id)
        return panels.which(sheet, slot, names, text)

    async def undo_last(self, request: Request, custom_id: ids.UndoLast) -> Result:
        """Take back what was logged last, and ask for that key again."""
        press = m.Press(request.id, request.guild_id, request.user_id)
        try:
            undone = await self._keys.undo_last(press, custom_id.run_id, custom_id.entry_id)
        except AlreadyUndoneError:
            return await self._panel(request, custom_id.run_id, note=texts.UNDONE_BEFORE)
        sheet = await self._keys.sheet(request.guild_id, custom_id.run_id)
        return await self._draw(request, sheet, sheet.open_from(undone.slot), texts.undone(undone, sheet.dungeon))

    async def undo(self, request: Request, custom_id: ids.Undo) -> Result:
        """Take back what `/logkey` counted."""
        undone = await self._keys.undo(
            request.guild_id,
            custom_id.entry_id,
            request.user_id,
            f"undo:{request.id}",
            any_time=has_at_least(request.actor, UNDOES_ANY, request.settings),
        )
        return texts.uncounted(undone, self._catalogue)

    # --- what they share ----------------------------------------------------------------------------------------

    async def _log(self, request: Request, run_id: int, slot: m.Slot, user_id: int) -> Result:
        """Log a key and go on with the next; where somebody was quicker, the panel shows what they did."""
        press = m.Press(request.id, request.guild_id, request.user_id)
        try:
            logged = await self._keys.log(press, run_id, slot, user_id)
        except m.AlreadyLoggedError as late:
            return await self._panel(request, run_id, slot, texts.ERROR_TEXTS[m.AlreadyLoggedError](late))
        sheet = await self._keys.sheet(request.guild_id, run_id)
        return await self._draw(request, sheet, sheet.open_from(slot), texts.logged(logged, sheet.dungeon))

    async def _panel(
        self,
        request: Request,
        run_id: int,
        slot: m.Slot | None = None,
        note: str | None = None,
        *,
        beyond: bool = False,
    ) -> Reply:
        sheet = await self._keys.sheet(request.guild_id, run_id)
        return await self._draw(request, sheet, sheet.open_from(slot, beyond=beyond), note)

    async def _draw(self, request: Request, sheet: m.Sheet, slot: m.Slot | None, note: str | None) -> Reply:
        candidates = [] if slot is None else sheet.candidates(slot)
        names = await self._members.named(request.guild_id, candidates)
        return panels.panel(sheet, slot, {user_id: name.shown for user_id, name in names.items()}, note)

    async def _found(self, guild_id: int, run_id: int, text: str) -> dict[int, str]:
        """Find the members that a text means, with what they are called: by id, as Discord finds them, then here.

        Discord finds how names begin, symbols included; of those on the run all is compared.
        """
        user_id = m.member_id(text)
        if user_id is not None:
            names = await self._members.named(guild_id, [user_id])
            return {user_id: name.shown for user_id, name in names.items()}
        names = {**await self._members.beginning(guild_id, text)}
        if (bare := m.bare(text)) != text.casefold():
            names |= await self._members.beginning(guild_id, bare)
        names |= await self._members.named(guild_id, await self._keys.people(run_id))
        best = m.best_matches(text, {user_id: name.every for user_id, name in names.items()})
        return {user_id: names[user_id].shown for user_id in best}
