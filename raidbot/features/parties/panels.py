"""What parties keep on Discord: the panel, and the thread with its members and warnings."""

import contextlib
from datetime import datetime, timedelta
from typing import Final

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.parties import models as m
from raidbot.features.parties import views
from raidbot.features.parties.service import PUBLIC_PANEL, PartyService
from raidbot.kernel.database import Retry
from raidbot.kernel.discord.easel import Drawing, PanelKind
from raidbot.kernel.discord.posts import Posts
from raidbot.kernel.owed import Effect, Panel

ARCHIVED_AFTER: Final = timedelta(days=1)
"""Of silence; longer than any party, because nobody can be added to an archived thread."""
THREAD_EXISTS, THREAD_ARCHIVED, UNKNOWN_CHANNEL = 160004, 50083, 10003
"""Discord's JSON error codes."""


class PartyPanels:
    """The panel kind."""

    def __init__(self, parties: PartyService, catalogue: Catalogue) -> None:
        self._parties = parties
        self._catalogue = catalogue
        self.kinds = {PUBLIC_PANEL: PanelKind(self._draw)}

    async def _draw(self, panel: Panel) -> Drawing | None:
        """Draw the party; one that was closed before its panel was ever posted needs none."""
        party, members = await self._parties.roster(m.party_of(panel.topic))
        if party is None or (not party.open and panel.posts == 0):
            return None
        return views.panel(party, members, self._catalogue)


class PartyThreads:
    """The effects on threads; each brings Discord in line with the rows, however often it is done."""

    def __init__(self, parties: PartyService, catalogue: Catalogue, rest: hikari.api.RESTClient, posts: Posts) -> None:
        self._parties = parties
        self._catalogue = catalogue
        self._rest = rest
        self._posts = posts

    async def settle(self, effect: Effect) -> None:
        """Make the thread of an open party, or take down what a closed one left."""
        party = await self._parties.party(int(effect.subject))
        if party is None:
            return
        panel = await self._parties.panel(party)
        if panel is not None and panel.message_id is None:
            raise Retry(f"the panel of party {party.id} is not posted yet")
        message_id = None if panel is None else panel.message_id
        if party.open:
            if party.thread_id is None and message_id is not None:
                await self._make_thread(party, message_id)
            return
        try:
            await self._end_thread(party, party.thread_id or message_id)
        finally:  # a thread that the bot may not write to does not keep the panel of a closed party standing
            if message_id is not None:
                with contextlib.suppress(hikari.NotFoundError):
                    await self._rest.delete_message(party.channel_id, message_id)
                await self._parties.panel_deleted(party)

    async def _make_thread(self, party: m.Party, message_id: int) -> None:
        """Start the thread on the panel's message: it gets the message's id, so one that stands already is known."""
        try:
            await self._rest.create_message_thread(
                party.channel_id,
                message_id,
                views.thread_name(party, self._catalogue),
                auto_archive_duration=ARCHIVED_AFTER,
            )
        except hikari.BadRequestError as error:
            if error.code != THREAD_EXISTS:
                raise
        await self._parties.thread_made(party.id, message_id)

    async def _end_thread(self, party: m.Party, thread_id: int | None) -> None:
        """Say goodbye and archive the thread. The id may be that of a panel which never had one."""
        if thread_id is None or party.closed_at is None:
            return
        try:
            nonce = f"party.over.{party.id}"
            await self._posts.send(thread_id, content=views.over(party), nonce=nonce, owed_at=party.closed_at)
            await self._rest.edit_channel(thread_id, archived=True)
        except hikari.NotFoundError:
            return
        except hikari.BadRequestError as error:
            if error.code != THREAD_ARCHIVED:
                raise

    async def seat(self, effect: Effect) -> None:
        """Put a member into the thread of their party, or take them out."""
        party_id, user_id = map(int, effect.subject.split(":"))
        place = await self._parties.place(party_id, user_id)
        if place is None:
            return
        try:
            if place.joined:
                await self._rest.add_thread_member(place.thread_id, user_id)
            else:
                await self._take_out(place.thread_id, user_id)
        except hikari.NotFoundError as error:
            if error.code == UNKNOWN_CHANNEL:
                await self._parties.thread_gone(place.thread_id)
        except hikari.BadRequestError as error:
            if error.code != THREAD_ARCHIVED:  # staff archived it: who wants to talk opens it again
                raise

    async def _take_out(self, thread_id: int, user_id: int) -> None:
        # Needs Manage Threads, which the bot does not ask for: everybody can read the thread and leave it anyway.
        with contextlib.suppress(hikari.ForbiddenError):
            await self._rest.remove_thread_member(thread_id, user_id)

    async def warn(self, effect: Effect) -> None:
        """Tell the thread that the party ends soon, unless it goes on or has no thread."""
        party = await self._parties.party(int(effect.subject))
        if party is None or not party.open or party.thread_id is None:
            return
        if party.expires_at != datetime.fromisoformat(effect.payload["expires_at"]):
            return
        text, rows = views.ends_soon(party)
        try:
            await self._posts.send(
                party.thread_id,
                content=text,
                rows=rows,
                mentions=[party.owner_id],
                nonce=f"party.warn.{effect.id}",
                owed_at=effect.owed_at,
            )
        except hikari.NotFoundError:
            await self._parties.thread_gone(party.thread_id)
