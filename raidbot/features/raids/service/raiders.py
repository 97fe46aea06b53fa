"""What raiders do: look, join, leave, choose a class, offer keys. A storm of clicks is a handful of statements."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from raidbot.features.members.api import Standing, suspended
from raidbot.features.raids import models as m
from raidbot.features.raids.events import KeyConfirmed, PlaceShown
from raidbot.features.raids.queries import attendance, clicks, keys, overview, requests, runs, seats
from raidbot.features.raids.service.core import PUBLIC_PANEL
from raidbot.features.raids.service.seating import SeatingService
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database, Gather
from raidbot.kernel.database.patience import patient
from raidbot.kernel.events import Events
from raidbot.kernel.owed import Owed


class RaiderService(SeatingService):
    """Use cases of raiders."""

    def __init__(self, database: Database, owed: Owed, events: Events, clock: Clock) -> None:
        super().__init__(database, owed, events, clock)
        self._participation: Gather[tuple[int, int], m.Click, m.ClickResult] = Gather(
            "raid clicks", self._participate, key=lambda click: (click.run_id, click.user_id)
        )
        self._keys: Gather[tuple[int, int, str | None], m.Click, m.ClickResult] = Gather(
            "raid keys", self._toggle_keys, key=lambda click: (click.run_id, click.user_id, click.value)
        )
        self._answers: Gather[tuple[int, int], m.RequestClick, m.Outcome] = Gather(
            "raid requests", self._answer_requests, key=lambda click: (click.request_id, click.user_id)
        )

    @patient
    async def click(self, click: m.Click) -> m.ClickResult:
        """Do what a raider's click asks for; clicks that come together are one statement."""
        if click.wish is m.Wish.KEY:
            return await self._keys.submit(click)
        return await self._participation.submit(click)

    @patient
    async def confirm_key(self, click: m.Click, limits: Mapping[str, int]) -> m.Confirmation | m.Outcome:
        """Note that a raider will bring the key that they offered, or say why not; asked again it tells how it stands.

        `limits` are, by key, how many learn the place before the start. Raises NotOfferedError.
        """
        if click.standing is not Standing.FINE:
            return m.Outcome(click.standing.value)
        async with self.database.transaction() as conn:
            run = await runs.hold(conn, click.guild_id, click.run_id)
            if run is None or not run.status.active:
                return m.Outcome.OVER
            now = self._clock.now()
            if await suspended(conn, run.guild_id, click.user_id, now):
                return m.Outcome.SUSPENDED
            key = click.value or ""
            newly = await keys.confirm(conn, run.id, key, click.user_id, now)
            holders = await keys.confirmed(conn, run.id)
            if not any((holder.user_id, holder.key) == (click.user_id, key) for holder in holders):
                raise m.NotOfferedError
            early, live = click.user_id in m.early_holders(holders, limits), run.status is m.RunStatus.LIVE
            shown = (early or live) and run.party is not None and run.location is not None
            if shown:
                await keys.show_place(conn, run.id, click.user_id, now)
                await self._events.publish(conn, PlaceShown(run.id, click.user_id, now))
            if newly:
                await self._events.publish(conn, KeyConfirmed(run.guild_id, run.id, key, click.user_id, now))
                await self._owed.touch(conn, run.topic)
        return m.Confirmation(early, live, *((run.party, run.location) if shown else ()))

    @patient
    async def back_out(self, guild_id: int, run_id: int, user_id: int, key: str | None = None) -> None:
        """Take a raider's offer of a key, None: of every key, back; what is off the list already stays so."""
        now = self._clock.now()
        async with self.database.transaction() as conn:
            taken = await keys.back_out(conn, guild_id, run_id, key, user_id, now)
            if taken:
                await self._withdrawn(conn, guild_id, taken)
                await self._owed.touch(conn, m.topic_of(run_id))

    @patient
    async def answer_request(self, click: m.RequestClick) -> m.Outcome:
        """Note that a raider has what a run calls for, or has not any more; presses that come together are one."""
        return await self._answers.submit(click)

    @patient
    async def active_runs(self, guild_id: int, user_id: int, standing: Standing) -> Sequence[m.ActiveRun] | m.Outcome:
        """List the guild's open and live runs, the newest first, or say why a member may not join them anyway."""
        if standing is not Standing.FINE:
            return m.Outcome(standing.value)
        async with self.database.connection() as conn:
            if await suspended(conn, guild_id, user_id, self._clock.now()):
                return m.Outcome.SUSPENDED
            return await overview.active(conn, guild_id, PUBLIC_PANEL)

    async def drain(self) -> None:
        """Wait until no click is under way."""
        await self._participation.drain()
        await self._keys.drain()
        await self._answers.drain()

    async def _participate(self, batch: Sequence[m.Click]) -> Sequence[m.ClickResult]:
        async with self.database.connection() as conn:
            results = self._told(conn, await clicks.participate(conn, batch, self._clock.now()))
        return await self._with_limits(batch, results, self._participate_limited)

    async def _toggle_keys(self, batch: Sequence[m.Click]) -> Sequence[m.ClickResult]:
        async with self.database.connection() as conn:
            results = self._told(conn, await clicks.toggle_keys(conn, batch, self._clock.now()))
        return await self._with_limits(batch, results, self._toggle_limited)

    async def _with_limits(
        self,
        batch: Sequence[m.Click],
        results: Sequence[m.ClickResult],
        limited: Callable[[Sequence[m.Click]], Awaitable[Sequence[m.ClickResult]]],
    ) -> Sequence[m.ClickResult]:
        """Give the results, those of clicks on runs with limits from `limited`, which does them together."""
        waiting = [n for n, result in enumerate(results) if result.outcome is m.Outcome.LIMITED]
        if not waiting:
            return results
        done = dict(zip(waiting, await limited([batch[n] for n in waiting]), strict=True))
        return [done.get(n, result) for n, result in enumerate(results)]

    async def _participate_limited(self, batch: Sequence[m.Click]) -> Sequence[m.ClickResult]:
        """Join, leave and choose classes in runs with limits, which are held: no place is filled twice."""
        now = self._clock.now()
        async with self.database.transaction() as conn:
            held = await seats.hold_runs(conn, (click.run_id for click in batch))
            seatings = await self._seatings(conn, held)
            results = [
                seatings[click.run_id].click(click) if click.run_id in seatings else m.ClickResult(m.Outcome.OVER)
                for click in batch
            ]
            await self._seat(conn, held, seatings, now)
        return results

    async def _toggle_limited(self, batch: Sequence[m.Click]) -> Sequence[m.ClickResult]:
        """Offer keys that have limits, or take them back, as far as the limits let; the runs are held."""
        async with self.database.transaction() as conn:
            held = await seats.hold_runs(conn, (click.run_id for click in batch))
            offers = await seats.offers(conn, [run.id for run in held])
            offerings = {run.id: m.Offering(run, (one for one in offers if one.run_id == run.id)) for run in held}
            allowed = [
                click for click in batch if click.run_id not in offerings or offerings[click.run_id].allows(click)
            ]
            rows = await clicks.toggle_keys(conn, allowed, self._clock.now(), limits_kept=True)
            done = dict(zip(allowed, self._told(conn, rows), strict=True))
        return [done.get(click, m.ClickResult(m.Outcome.KEY_FULL)) for click in batch]

    async def _answer_requests(self, batch: Sequence[m.RequestClick]) -> Sequence[m.Outcome]:
        async with self.database.connection() as conn:
            rows = await requests.answer(conn, batch, self._clock.now())
            versions = {m.request_topic_of(row.request_id): row.request_version for row in rows}
            versions |= {m.topic_of(row.run_id): row.run_version for row in rows if row.run_id is not None}
            self._owed.touched(conn, {topic: version for topic, version in versions.items() if version is not None})
        return [row.outcome for row in rows]

    def _told(self, conn: Connection, rows: Sequence[clicks.ClickRow]) -> Sequence[m.ClickResult]:
        self._owed.touched(conn, {row.topic: row.version for row in rows if row.topic and row.version})
        self._owed.roles_changed(conn, sorted({row.guild_id for row in rows if row.guild_id}))
        if any(row.outcome is m.Outcome.KEY_BACKED_OUT for row in rows):
            self._owed.effects_owed(conn, m.KEY_WITHDRAWN)
        return [m.ClickResult(row.outcome, row.party, row.location) for row in rows]

    @patient
    async def take_off(self, guild_id: int, user_ids: Sequence[int]) -> None:
        """Take members who left, were banned or suspended off every active run of the guild; reserves move up."""
        now = self._clock.now()
        async with self.database.transaction() as conn:
            held = await seats.hold_guild(conn, guild_id)
            changed = await attendance.take_off(conn, guild_id, user_ids, now)
            taken = await attendance.take_keys(conn, guild_id, user_ids)
            await self._withdrawn(conn, guild_id, taken)
            for request in await requests.take_answers(conn, guild_id, user_ids):
                await self._owed.touch(conn, m.request_topic_of(request.id))
                changed.add(request.run_id)
            for run_id in sorted({*changed, *(key.run_id for key in taken)}):
                await self._owed.touch(conn, m.topic_of(run_id))
                run = await runs.by_id(conn, run_id)
                if run is not None and run.role_id is not None:
                    await self._owed.want_role(
                        conn, guild_id=guild_id, role_id=run.role_id, user_ids=user_ids, wanted=False
                    )
            await self._move_up(conn, [run for run in held if run.limited and run.id in changed], now)

    @patient
    async def active_raiders(self, guild_id: int) -> Sequence[int]:
        """List the members on the guild's active runs, those on reserve lists too."""
        async with self.database.connection() as conn:
            return await attendance.active_raiders(conn, guild_id)
