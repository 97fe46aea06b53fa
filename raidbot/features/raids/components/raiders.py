"""The public panel's buttons: Join, Leave, keys; the class select of the join answer and the buttons of the key's."""

from collections.abc import Sequence
from typing import Any

from raidbot.features.dungeons.api import Catalogue, Dungeon, DungeonKey, RaiderClass
from raidbot.features.members.api import standing_of
from raidbot.features.raids import models as m
from raidbot.features.raids.service import OrganizerService, RaiderService
from raidbot.features.raids.views import ids, texts
from raidbot.features.raids.views.panels import class_rows, key_rows
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Reply, Result
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route
from raidbot.kernel.guilds import RoleKey

_DONE = {m.Outcome.LEFT, m.Outcome.OFF_RESERVE}


class RaiderButtons:
    """Handlers of what raiders press."""

    def __init__(self, raiders: RaiderService, organizers: OrganizerService, catalogue: Catalogue) -> None:
        self._raiders = raiders
        self._organizers = organizers
        self._catalogue = catalogue
        self._dungeons: dict[int, Dungeon] = {}

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        join = Policy(m.JOIN, Answer.PRIVATE, Bucket.PARTICIPATION, quick=True)
        choose = Policy(m.JOIN, Answer.UPDATE, Bucket.BUTTON, quick=True)
        key = Policy(m.JOIN, Answer.PRIVATE, Bucket.KEY_REACTION, quick=True)
        promise = Policy(m.JOIN, Answer.UPDATE, Bucket.BUTTON)
        return [
            Route(ids.Join, join, self.join),
            Route(ids.Leave, join, self.leave),
            Route(ids.ChooseClass, choose, self.choose_class),
            Route(ids.OfferKey, key, self.offer_key),
            Route(ids.ConfirmKey, promise, self.confirm_key),
            Route(ids.BackOut, promise, self.back_out),
        ]

    async def join(self, request: Request, custom_id: ids.Join) -> Result:
        """Join the run."""
        result = await self._click(request, custom_id.run_id, m.Wish.JOIN)
        match result.outcome:
            case m.Outcome.JOINED:
                dungeon = await self._dungeon(custom_id.run_id)
                text = texts.joined(dungeon, party=result.party, location=result.location)
            case m.Outcome.ALREADY_JOINED:
                text = texts.already_joined(party=result.party, location=result.location)
            case m.Outcome.CLASS_NEEDED:
                text = texts.CLASS_NEEDED
            case m.Outcome.RESERVED | m.Outcome.RESERVED_FOR_CLASS:
                text = texts.reserved(result)
            case _:
                return _told(request, result.outcome)
        return Reply(text, rows=class_rows(custom_id.run_id))

    async def leave(self, request: Request, custom_id: ids.Leave) -> Result:
        """Leave the run; offered keys stay."""
        return _told(request, (await self._click(request, custom_id.run_id, m.Wish.LEAVE)).outcome)

    async def choose_class(self, request: Request, custom_id: ids.ChooseClass) -> Result:
        """Choose a class."""
        chosen = RaiderClass(request.values[0])
        result = await self._click(request, custom_id.run_id, m.Wish.CLASS, chosen.value)
        rows = class_rows(custom_id.run_id)
        match result.outcome:
            case m.Outcome.CLASS_SET:
                return Reply(texts.class_set(chosen), rows=rows)
            case m.Outcome.JOINED:
                dungeon = await self._dungeon(custom_id.run_id)
                party, location = result.party, result.location
                return Reply(texts.joined(dungeon, party=party, location=location, raider_class=chosen), rows=rows)
            case m.Outcome.RESERVED | m.Outcome.RESERVED_FOR_CLASS:
                return Reply(texts.reserved(result), rows=rows)
            case m.Outcome.CLASS_FULL:
                return Reply(texts.class_full(chosen, result), rows=rows, refusal=True)
        return _told(request, result.outcome)

    async def offer_key(self, request: Request, custom_id: ids.OfferKey) -> Result:
        """Offer a key, or take the offer back."""
        _, key = await self._key(custom_id)
        result = await self._click(request, custom_id.run_id, m.Wish.KEY, key.code)
        if result.outcome is m.Outcome.KEY_ADDED:
            text = texts.key_added(key, party=result.party, location=result.location)
            return Reply(text, rows=key_rows(custom_id.run_id, key.code))
        if result.outcome is m.Outcome.KEY_REMOVED:
            return Reply(texts.key_removed(key))
        if result.outcome is m.Outcome.KEY_BACKED_OUT:
            return Reply(texts.key_backed_out(key))
        if result.outcome is m.Outcome.KEY_FULL:
            return Reply(texts.key_full(key), refusal=True)
        return _told(request, result.outcome)

    async def confirm_key(self, request: Request, custom_id: ids.ConfirmKey) -> Result:
        """Promise to bring the key, or ask again where to bring it."""
        dungeon, key = await self._key(custom_id)
        limits = {one.code: one.early_location for one in dungeon.keys}
        click = _clicked(request, custom_id.run_id, m.Wish.CONFIRM, key.code)
        confirmed = await self._raiders.confirm_key(click, limits)
        if isinstance(confirmed, m.Outcome):
            return _told(request, confirmed)
        return Reply(texts.key_confirmed(key, confirmed), rows=key_rows(custom_id.run_id, key.code, confirmed=True))

    async def back_out(self, request: Request, custom_id: ids.BackOut) -> Result:
        """Take the key back; it stays so however often it is pressed."""
        _, key = await self._key(custom_id)
        await self._raiders.back_out(request.guild_id, custom_id.run_id, request.user_id, key.code)
        return Reply(texts.key_removed(key))

    async def _click(self, request: Request, run_id: int, wish: m.Wish, value: str | None = None) -> m.ClickResult:
        return await self._raiders.click(_clicked(request, run_id, wish, value))

    async def _key(self, custom_id: ids.OfferKey | ids.ConfirmKey | ids.BackOut) -> tuple[Dungeon, DungeonKey]:
        dungeon = await self._dungeon(custom_id.run_id)
        key = dungeon.key(custom_id.key)
        if key is None:
            raise m.RunGoneError
        return dungeon, key

    async def _dungeon(self, run_id: int) -> Dungeon:
        """Return a run's dungeon, which never changes: read once."""
        if run_id not in self._dungeons:
            view = await self._organizers.view(run_id)
            dungeon = None if view is None else self._catalogue.find(view.run.dungeon)
            if dungeon is None:
                raise m.RunGoneError
            if len(self._dungeons) >= 1000:
                self._dungeons.clear()
            self._dungeons[run_id] = dungeon
        return self._dungeons[run_id]


def _clicked(request: Request, run_id: int, wish: m.Wish, value: str | None = None) -> m.Click:
    standing = standing_of(request.actor, request.settings)
    return m.Click(request.id, run_id, request.guild_id, request.user_id, wish, standing, value)


def _told(request: Request, outcome: m.Outcome) -> Reply:
    text = texts.outcome(outcome, request.settings.roles.get(RoleKey.VERIFIED_RAIDER))
    return Reply(text, refusal=outcome not in _DONE)
