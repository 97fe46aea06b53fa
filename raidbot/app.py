"""The composition root: builds everything, lists the features, hands dependencies down, starts and stops."""

import asyncio
import contextlib
import gc
import itertools
import signal
from collections.abc import Coroutine, Sequence
from typing import Any, Final

import hikari
import lightbulb
from loguru import logger

from raidbot.features.about import feature as about
from raidbot.features.bot_log import feature as bot_log
from raidbot.features.dungeons import feature as dungeon_feature
from raidbot.features.dungeons.api import Catalogue, RecentDungeons, catalogue
from raidbot.features.early_locations import feature as early_locations
from raidbot.features.guild_config import feature as guild_config
from raidbot.features.headcounts import feature as headcounts
from raidbot.features.keys import feature as keys
from raidbot.features.parties import api as party_api
from raidbot.features.parties import feature as parties
from raidbot.features.quota import feature as quota
from raidbot.features.raid_log import feature as raid_log
from raidbot.features.raids import api as raid_api
from raidbot.features.raids import feature as raids
from raidbot.features.role_pings import feature as role_pings
from raidbot.features.schedule import feature as schedule
from raidbot.features.team import feature as team
from raidbot.kernel.clock import Clock, follow
from raidbot.kernel.database import Database, EmbeddedPostgres, check, migrate
from raidbot.kernel.database.migrations import FOLDER
from raidbot.kernel.discord import client, commands
from raidbot.kernel.discord.audit_texts import AuditTexts
from raidbot.kernel.discord.checkup import Check, Lookout
from raidbot.kernel.discord.command_log import CommandLog, Keeping
from raidbot.kernel.discord.easel import Easel
from raidbot.kernel.discord.easel.canvas import Canvas
from raidbot.kernel.discord.error_texts import ErrorTexts
from raidbot.kernel.discord.failures import Meaning, meaning, pause
from raidbot.kernel.discord.feature import Arrival, Feature, Kit, on_arrival
from raidbot.kernel.discord.first_answers import FirstAnswers
from raidbot.kernel.discord.forms import RefusedForms
from raidbot.kernel.discord.guide import Guide
from raidbot.kernel.discord.guild_view import GuildView
from raidbot.kernel.discord.limiter import Limiter
from raidbot.kernel.discord.payer import Payer
from raidbot.kernel.discord.posts import Posts
from raidbot.kernel.discord.reception import Reception
from raidbot.kernel.discord.registrar import Declared, Registrar
from raidbot.kernel.discord.role_queue import RoleQueue
from raidbot.kernel.discord.router import Router
from raidbot.kernel.discord.runner import Runner
from raidbot.kernel.discord.staff import Staff
from raidbot.kernel.events import Events
from raidbot.kernel.guilds import GuildStore
from raidbot.kernel.owed import Owed, Panel
from raidbot.kernel.pictures import Pictures
from raidbot.kernel.scheduler import Job, Scheduler
from raidbot.kernel.settings import Settings

DRAIN_S: Final = 10.0
REST_PANELS_EVERY_S: Final = 15.0
DROP_LOG_EVERY_S: Final = 3600.0
CHECKS: Final[Sequence[Check]] = (*quota.CHECKS,)
"""What the doctor has features look at."""


class App:
    """The running bot."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or Clock(shiftable=settings.environment == "development")
        self._stack = contextlib.AsyncExitStack()
        self._failure: BaseException | None = None
        self._starter: asyncio.Task[Any] | None = None
        self._stopping = False

    async def start(self) -> None:
        """Start everything; whatever fails stops the start and is raised."""
        client.log_loop_errors(asyncio.get_running_loop())
        try:
            await self._start_database()
            self.bot = client.build(self.settings)
            self.bot.event_manager.subscribe(hikari.StartingEvent, self._open_doors)
            self._starter = asyncio.current_task()
            self._stack.push_async_callback(self._close_bot)
            await self._connect()
        except BaseException:
            await self._stack.aclose()
            raise
        logger.info("raidbot is up")

    async def _connect(self) -> None:
        try:
            await self.bot.start(check_for_updates=False)
        except asyncio.CancelledError:
            if self._failure is None:
                raise
        if self._failure is not None:
            raise self._failure

    async def stop(self) -> None:
        """Take no new work, finish what runs within ten seconds, and close everything."""
        if self._stopping:
            return
        self._stopping = True
        logger.info("raidbot is stopping")
        await self._stack.aclose()
        logger.info("raidbot has stopped")

    # --- the cellar ---------------------------------------------------------------------------------------------

    async def _start_database(self) -> None:
        settings = self.settings
        if settings.database_url is None:
            server = EmbeddedPostgres(settings.data_dir / "postgres")
            await asyncio.to_thread(server.start)
            self._stack.push_async_callback(asyncio.to_thread, server.stop)
            dsn = server.dsn()
            await asyncio.to_thread(migrate, dsn, FOLDER)
        else:
            dsn = settings.database_url.get_secret_value()
        await asyncio.to_thread(check, dsn, FOLDER)
        self.database = Database(
            dsn, pool_max=settings.database_pool_max, log_statements=settings.environment == "development"
        )
        await self.database.open()
        self._stack.push_async_callback(self.database.close)
        if settings.clock_file is not None:
            task = asyncio.create_task(follow(self.clock, settings.clock_file), name="clock")
            self._stack.callback(task.cancel)

    async def _close_bot(self) -> None:
        with contextlib.suppress(hikari.ComponentStateConflictError):
            await self.bot.close()

    # --- the house ----------------------------------------------------------------------------------------------

    async def _open_doors(self, _: hikari.StartingEvent) -> None:
        """Build the house once REST is there and before the gateway connects, so that no click is missed."""
        try:
            await self._build()
        except BaseException as error:  # noqa: BLE001 - hikari would log and go on; the start must fail
            self._failure = error
            if self._starter is not None:
                self._starter.cancel()

    async def _build(self) -> None:
        me = await self.bot.rest.fetch_my_user()
        events = Events()
        self.guilds = GuildStore(self.database, self.clock, events)
        await self.guilds.load()
        guild_view = GuildView(self.bot)
        await guild_view.load_application_emojis(int(me.id))
        staff = Staff(self.bot.rest, self.guilds)
        self.owed = Owed(self.clock)
        self.forms = RefusedForms(self.database, self.clock)
        pictures = Pictures()
        self._stack.callback(pictures.close)
        kit = Kit(
            database=self.database,
            owed=self.owed,
            events=events,
            clock=self.clock,
            guilds=self.guilds,
            guild_view=guild_view,
            lookout=Lookout(self.bot.rest, int(me.id), self.bot.cache),
            bot=self.bot,
            staff=staff,
            posted=self._posted,
            posts=Posts(self.bot.rest, self.clock, int(me.id)),
            pictures=pictures,
            me=int(me.id),
        )
        dungeons = catalogue()
        self.recent = await self._recent_dungeons()
        raid_feature = raids.build(kit, dungeons, self.recent, afterwards=keys.door)
        headcount_feature = headcounts.build(kit, dungeons, raid_feature.openings)
        schedule_feature = schedule.build(kit, dungeons, raid_feature.openings)
        quota_feature = quota.build(kit, dungeons)
        features = [
            dungeon_feature.build(),
            raid_feature.feature,
            early_locations.build(kit, dungeons, raid_feature.raiders),
            schedule_feature.feature,
            parties.build(kit, dungeons, self.recent),
            role_pings.build(kit, dungeons),
            headcount_feature.feature,
            quota_feature.feature,
            quota.build_history(kit, dungeons),
            keys.build(kit, dungeons, quota_feature.ledger),
            raid_log.build(kit, dungeons),
            team.build(kit),
            Feature("forms", routes=self.forms.routes, jobs=[self.forms.job]),
        ]
        features.append(guild_config.build(kit, features))
        features.append(bot_log.build(kit, AuditTexts(*(feature.audit_texts for feature in features))))
        features.append(about.build(kit, Guide(features)))  # which sees itself too
        await self._furnish(kit, features, dungeons)
        self._stack.push_async_callback(raid_feature.raiders.drain)
        self._stack.push_async_callback(headcount_feature.service.drain)
        self._stack.push_async_callback(schedule_feature.service.drain)
        self._stack.push_async_callback(self.runner.drain, DRAIN_S)

    async def _posted(self, panel_id: int) -> int | None:
        return await self.easel.posted(panel_id)  # it is built after the features

    async def _recent_dungeons(self) -> RecentDungeons:
        """Read what the guilds opened last; from then on memory follows what is opened."""
        recent, guild_ids = RecentDungeons(), self.guilds.known()
        async with self.database.connection() as conn:
            recent.load([*await raid_api.openings(conn, guild_ids), *await party_api.openings(conn, guild_ids)])
        return recent

    async def _furnish(self, kit: Kit, features: Sequence[Feature], dungeons: Catalogue) -> None:
        texts = ErrorTexts(*(feature.error_texts for feature in features))
        log = CommandLog(kit.database)
        log.start()
        self._stack.push_async_callback(log.stop)
        self.easel = Easel(
            database=kit.database,
            owed=kit.owed,
            clock=kit.clock,
            canvas=Canvas(self.bot.rest, kit.me),
            kinds={name: kind for feature in features for name, kind in feature.panels.items()},
            staff=kit.staff,
        )
        payer = Payer(
            database=kit.database,
            owed=kit.owed,
            clock=kit.clock,
            handlers={name: handler for feature in features for name, handler in feature.effects.items()},
            staff=kit.staff,
        )
        role_queue = RoleQueue(
            database=kit.database, owed=kit.owed, clock=kit.clock, rest=self.bot.rest, staff=kit.staff
        )
        keeping = Keeping(kit.database, kit.clock)
        own = [_let_panels_rest(self.easel), Job("command_log.drop", DROP_LOG_EVERY_S, keeping.outdated, keeping.drop)]
        self.scheduler = Scheduler([*own, *(job for feature in features for job in feature.jobs)], kit.clock)
        for worker in (self.easel, payer, role_queue):
            await worker.start()
            self._stack.push_async_callback(worker.stop)
        self.scheduler.start()
        self._stack.push_async_callback(self.scheduler.stop, DRAIN_S)
        answers = FirstAnswers(self.settings.discord_api_url, self.bot.entity_factory)
        await answers.start()
        self._stack.push_async_callback(answers.close)
        self.runner = Runner(
            clock=kit.clock,
            limiter=Limiter(),
            log=log,
            texts=texts,
            presses=self.easel,
            forms=self.forms,
            first_answers=answers,
        )
        await self._receive(kit, features, dungeons)

    async def _receive(self, kit: Kit, features: Sequence[Feature], dungeons: Catalogue) -> None:
        lightbulb_client = lightbulb.client_from_app(self.bot, sync_commands=False)
        self.bot.event_manager.unsubscribe(hikari.InteractionCreateEvent, *_listeners_of(self.bot))
        reception = Reception(guilds=kit.guilds, guild_view=kit.guild_view, client=lightbulb_client)
        registry = lightbulb_client.di.registry_for(lightbulb.di.Contexts.DEFAULT)
        desk = commands.Desk(self.runner, reception.request_of)
        commands.answer_failures(lightbulb_client, desk)
        services: list[object] = [
            desk,
            kit.guild_view,
            kit.lookout,
            kit.guilds,
            kit.staff,
            kit.clock,
            self.easel,
            dungeons,
            self.recent,
            *(service for feature in features for service in feature.services),
        ]
        for service in services:
            registry.register_value(type(service), service)
        declared: list[Declared] = [(feature.module, command) for feature in features for command in feature.commands]
        registrar = Registrar(
            client=lightbulb_client,
            rest=self.bot.rest,
            guilds=kit.guilds,
            commands=declared,
            guild_ids=self.settings.guild_ids,
        )
        await registrar.register()
        kit.guilds.modules_changed = registrar.modules_changed
        self._stack.callback(registrar.stop)
        await lightbulb_client.start()
        self._stack.push_async_callback(lightbulb_client.stop)
        router = Router(self.runner, [route for feature in features for route in feature.routes])
        reception.open(router, self.runner, registrar)
        listen = self.bot.event_manager.subscribe
        listen(hikari.InteractionCreateEvent, reception.receive)
        listen(hikari.GuildJoinEvent, registrar.came)
        listen(hikari.GuildJoinEvent, self.easel.came)
        listen(hikari.GuildMessageDeleteEvent, self._message_deleted)
        listen(hikari.GuildBulkMessageDeleteEvent, self._messages_deleted)
        for feature in features:
            for event, listener in feature.listeners:
                listen(event, listener)
        for arrival, arrived in on_arrival(self._guild_arrived):
            listen(arrival, arrived)

    async def _guild_arrived(self, _: Arrival) -> None:
        self.scheduler.guild_arrived()

    async def _message_deleted(self, event: hikari.GuildMessageDeleteEvent) -> None:
        await self.easel.message_gone(int(event.message_id))

    async def _messages_deleted(self, event: hikari.GuildBulkMessageDeleteEvent) -> None:
        for message_id in event.message_ids:
            await self.easel.message_gone(int(message_id))


def _settle_memory() -> None:
    """Keep the garbage collector from what lives for ever: it costs 40 % of the CPU of a storm otherwise."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _let_panels_rest(easel: Easel) -> Job:
    """Make the job by which ephemeral panels show Refresh before their token dies."""

    async def rest(panel: Panel) -> None:
        await easel.rest(panel)

    return Job("panels.rest", REST_PANELS_EVERY_S, due=easel.tired, work=rest)


def _listeners_of(bot: hikari.GatewayBot) -> Sequence[Any]:
    """Return lightbulb's own listener for interactions: the reception decides instead."""
    return list(bot.event_manager.get_listeners(hikari.InteractionCreateEvent, polymorphic=False))


async def serve(settings: Settings) -> None:
    """Run the bot until SIGTERM or SIGINT; while Discord has a bad moment the start is tried again.

    Raises what no second try mends: a refused token or intent, a wrong schema, a database that is not there.
    """
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    for attempt in itertools.count():
        app = App(settings)
        try:
            await _unless(over, app.start())
        except (hikari.HTTPError, hikari.GatewayConnectionError) as error:
            if isinstance(error, hikari.HTTPError) and meaning(error) is not Meaning.RETRY:
                raise
            logger.warning("Discord does not answer ({}), trying again in {:g} s", type(error).__name__, pause(attempt))
            await _unless(over, asyncio.sleep(pause(attempt)))
        else:
            _settle_memory()
            await over.wait()
        if over.is_set():
            await app.stop()
            return


async def _unless(over: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do the work, or leave it when the bot is told to end meanwhile."""
    task, end = asyncio.ensure_future(work), asyncio.ensure_future(over.wait())
    try:
        await asyncio.wait([task, end], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
    finally:
        for one in (task, end):
            one.cancel()
        await asyncio.gather(task, end, return_exceptions=True)
