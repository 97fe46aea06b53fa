"""The organizer panel's buttons and forms."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from raidbot.features.dungeons.api import Catalogue, Dungeon
from raidbot.features.raids import models as m
from raidbot.features.raids.service import ORGANIZER_PANEL, OrganizerService
from raidbot.features.raids.views import ids, texts
from raidbot.features.raids.views import panels as views
from raidbot.kernel.discord.answers import Answer, AskAgain, Bucket, Policy, Reply, Result, ShowPanel
from raidbot.kernel.discord.guild_view import GuildView
from raidbot.kernel.discord.request import Request, actor_of
from raidbot.kernel.discord.router import Route
from raidbot.kernel.discord.text import plain, time


def _panel(run_id: int, note: str | None = None) -> ShowPanel:
    return ShowPanel(ORGANIZER_PANEL, m.topic_of(run_id), note)


class OrganizerButtons:
    """Handlers of what organizers press."""

    def __init__(self, organizers: OrganizerService, catalogue: Catalogue, guilds: GuildView) -> None:
        self._organizers = organizers
        self._catalogue = catalogue
        self._guilds = guilds

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        look = Policy(m.ORGANIZE, Answer.PRIVATE, Bucket.ORGANIZER)
        act = Policy(m.ORGANIZE, Answer.UPDATE, Bucket.ORGANIZER)
        ask = Policy(m.ORGANIZE, Answer.MODAL, Bucket.ORGANIZER)
        pop = Policy(m.ORGANIZE, Answer.UPDATE, Bucket.KEY_POP, per="run_id")
        ping = Policy(m.ORGANIZE, Answer.UPDATE, Bucket.PING, per="run_id")
        return [
            Route(ids.OpenPanel, look, self.open_panel),
            Route(ids.TakeOver, act, self.take_over),
            Route(ids.Refresh, act, self.refresh),
            Route(ids.Start, act, self.start),
            Route(ids.End, act, self.end),
            Route(ids.Cancel, act, self.cancel),
            Route(ids.LockJoin, act, self.lock),
            Route(ids.AskTexts, ask, self.ask_texts),
            Route(ids.TextsForm, act, self.set_texts),
            Route(ids.AskChain, ask, self.ask_chain),
            Route(ids.ChainForm, act, self.set_chain),
            Route(ids.PopKey, pop, self.pop_key),
            Route(ids.PingRaiders, ping, self.ping),
            Route(ids.Extend, look, self.extend),
            Route(ids.AskTransfer, look, self.ask_transfer),
            Route(ids.TransferTo, act, self.transfer),
        ]

    async def open_panel(self, request: Request, custom_id: ids.OpenPanel) -> Result:
        """Open the organizer panel; of somebody else's run only after a question."""
        run, dungeon = await self._run(request, custom_id.run_id)
        if run.organizer_id == request.user_id:
            return _panel(run.id)
        return views.takeover(run, texts.somebody_elses(run, dungeon))

    async def take_over(self, request: Request, custom_id: ids.TakeOver) -> Result:
        """Answer the question about somebody else's run."""
        if not custom_id.yes:
            return Reply(texts.TAKEOVER_DECLINED)
        await self._organizers.take_over(request.guild_id, custom_id.run_id, request.user_id)
        return _panel(custom_id.run_id)

    async def refresh(self, _: Request, custom_id: ids.Refresh) -> Result:
        """Wake a panel that rests; of a run that is over it shows that."""
        return _panel(custom_id.run_id)

    async def start(self, request: Request, custom_id: ids.Start) -> Result:
        """Take the run live."""
        hours = request.settings.live_run_hours
        await self._organizers.start(request.guild_id, custom_id.run_id, request.user_id, live_hours=hours)
        return _panel(custom_id.run_id, "The run is live and everybody was pinged.")

    async def end(self, request: Request, custom_id: ids.End) -> Result:
        """End the run."""
        await self._organizers.end(request.guild_id, custom_id.run_id, request.user_id)
        return _panel(custom_id.run_id)

    async def cancel(self, request: Request, custom_id: ids.Cancel) -> Result:
        """Cancel the run."""
        await self._organizers.cancel(request.guild_id, custom_id.run_id, request.user_id)
        return _panel(custom_id.run_id)

    async def lock(self, request: Request, custom_id: ids.LockJoin) -> Result:
        """Lock or unlock joining."""
        await self._organizers.set_lock(request.guild_id, custom_id.run_id, request.user_id, locked=custom_id.locked)
        return _panel(custom_id.run_id, "Joining is locked." if custom_id.locked else "Joining is open again.")

    async def ask_texts(self, request: Request, custom_id: ids.AskTexts) -> Result:
        """Ask for party and location."""
        run, _ = await self._run(request, custom_id.run_id)
        return views.texts_form(run, m.TEXT_MAX)

    async def set_texts(self, request: Request, custom_id: ids.TextsForm) -> Result:
        """Set party and location."""
        party, location = (request.fields.get(name) or None for name in ("party", "location"))
        await self._organizers.set_texts(request.guild_id, custom_id.run_id, request.user_id, party, location)
        return _panel(custom_id.run_id, "Party and location are set.")

    async def ask_chain(self, request: Request, custom_id: ids.AskChain) -> Result:
        """Ask for the length of the chain."""
        run, _ = await self._run(request, custom_id.run_id)
        return views.chain_form(run.id, run.chain_amount)

    async def set_chain(self, request: Request, custom_id: ids.ChainForm) -> Result:
        """Set the length of the chain."""
        amount = request.fields.get("amount", "")
        try:
            await self._organizers.set_chain(request.guild_id, custom_id.run_id, request.user_id, amount)
        except m.BadChainError as wrong:
            return AskAgain(wrong, views.chain_form(custom_id.run_id))
        return _panel(custom_id.run_id, f"Chain amount: {plain(amount) or 'unknown'}.")

    async def pop_key(self, request: Request, custom_id: ids.PopKey) -> Result:
        """Count a popped key."""
        run = await self._organizers.pop_key(request.guild_id, custom_id.run_id, request.user_id, seen=custom_id.seen)
        return _panel(run.id, f"Pop {run.pops} is counted and the raiders were pinged.")

    async def ping(self, request: Request, custom_id: ids.PingRaiders) -> Result:
        """Ping the raiders."""
        await self._organizers.ping(request.guild_id, custom_id.run_id, request.user_id)
        return _panel(custom_id.run_id, "The raiders were pinged.")

    async def extend(self, request: Request, custom_id: ids.Extend) -> Result:
        """Let the run go on for an hour."""
        seen = datetime.fromtimestamp(custom_id.seen, tz=UTC)
        run = await self._organizers.extend(request.guild_id, custom_id.run_id, request.user_id, seen=seen)
        return Reply(texts.EXTENDED.format(until=time(run.expires_at, "t")))

    async def ask_transfer(self, request: Request, custom_id: ids.AskTransfer) -> Result:
        """Ask who takes the run over."""
        run, dungeon = await self._run(request, custom_id.run_id)
        return Reply(texts.ask_transfer(run, dungeon), rows=views.transfer_rows(run))

    async def transfer(self, request: Request, custom_id: ids.TransferTo) -> Result:
        """Hand the run over to the chosen member."""
        chosen = request.chosen_member
        if chosen is None:
            raise m.UnfitOrganizerError(int(request.values[0]), m.Unfit.GONE)
        candidate = actor_of(chosen, self._guilds.owner_id(request.guild_id))
        why = m.unfit(candidate, request.settings, bot=chosen.is_bot)
        if why is not None:
            raise m.UnfitOrganizerError(candidate.user_id, why)
        await self._organizers.transfer(
            request.guild_id,
            custom_id.run_id,
            request.user_id,
            seen=custom_id.seen,
            to=m.NewOrganizer(candidate.user_id, chosen.display_name, candidate.role_ids),
            click_id=request.id,
        )
        return Reply(texts.transferred(candidate.user_id))

    async def _run(self, request: Request, run_id: int) -> tuple[m.Run, Dungeon]:
        run = await self._organizers.run(request.guild_id, run_id)
        dungeon = self._catalogue.find(run.dungeon)
        if dungeon is None:
            raise m.RunGoneError
        return run, dungeon
