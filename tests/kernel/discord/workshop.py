"""The whole bot with one feature more, whose buttons, command, form and panels do what a test says."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import hikari
import lightbulb
import sqlalchemy as sa

from raidbot.app import App
from raidbot.features.dungeons.api import Catalogue
from raidbot.kernel.database import Database, Statement
from raidbot.kernel.discord.answers import Answer, Bucket, Form, Input, Policy, Reply, Result, ShowPanel
from raidbot.kernel.discord.commands import invoke
from raidbot.kernel.discord.custom_ids import CustomId
from raidbot.kernel.discord.easel import Drawing, PanelKind
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route
from raidbot.kernel.guilds import Module, RoleKey
from raidbot.kernel.owed import Panel
from raidbot.kernel.permissions import Capability
from raidbot.playground.driver import Channel, Member, Message, RecordedRequest
from raidbot.playground.driver import Reply as Shown
from tests.stage import Stage
from tests.tables import rows

BOARD, SLIP = "test.board", "test.slip"
MESSAGES = "/channels/{channel_id}/messages"
EDIT = f"{MESSAGES}/{{message_id}}"
_VERSION = Statement("test.workshop.version", sa.text("SELECT version FROM panel_topic WHERE topic = :topic"), int)
_LOCK = Statement("test.workshop.lock", sa.text("SELECT topic FROM panel_topic FOR UPDATE"), str)

Handler = Callable[[Request], Awaitable[Result]]


@dataclass(frozen=True)
class Press(CustomId):
    number: int


_ANYONE = Capability("try things", None, None)
POLICIES = {
    "private": Policy(_ANYONE, Answer.PRIVATE, Bucket.INFO),
    "private.quick": Policy(_ANYONE, Answer.PRIVATE, Bucket.INFO, quick=True),
    "public": Policy(_ANYONE, Answer.PUBLIC, Bucket.INFO),
    "public.quick": Policy(_ANYONE, Answer.PUBLIC, Bucket.INFO, quick=True),
    "update": Policy(_ANYONE, Answer.UPDATE, Bucket.INFO),
    "update.quick": Policy(_ANYONE, Answer.UPDATE, Bucket.INFO, quick=True),
    "form": Policy(_ANYONE, Answer.MODAL, Bucket.INFO),
    "submitted": Policy(_ANYONE, Answer.PRIVATE, Bucket.INFO),
    "organizers": Policy(Capability("organise things", RoleKey.ORGANIZER, None), Answer.PRIVATE, Bucket.KEY_POP),
    "rare": Policy(_ANYONE, Answer.PRIVATE, Bucket.KEY_POP, quick=True),
    "rare.each": Policy(_ANYONE, Answer.PRIVATE, Bucket.PING, quick=True, per="number"),
    "quota": Policy(Capability("count things", None, Module.QUOTA), Answer.PRIVATE, Bucket.INFO),
}


def _custom_id(name: str) -> type[Press]:
    class Made(Press):
        PREFIX: ClassVar[str] = f"test.{name}"

    return Made


IDS = {name: _custom_id(name) for name in POLICIES}


class Workshop(App):
    """The bot; `answers` says what each button does, `draw` how a board looks."""

    kit: Kit
    features: Sequence[Feature]

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.settings, stage.clock)
        self.answers: dict[str, Handler] = {}
        self.asked: list[Request] = []
        self.draw: Callable[[Panel], Awaitable[Drawing | None]] = self.draw_version

    async def _furnish(self, kit: Kit, features: Sequence[Feature], dungeons: Catalogue) -> None:
        self.kit = kit
        self.features = features
        mine = Feature(
            name="workshop",
            commands=[Greet],
            routes=[
                Route(IDS[name], policy, lambda request, _, name=name: self.handle(name, request))  # type: ignore[misc]
                for name, policy in POLICIES.items()
            ],
            panels={
                BOARD: PanelKind(self._draw),
                SLIP: PanelKind(self._draw, self._resting),
            },
            services=[self],
        )
        await super()._furnish(kit, [*features, mine], dungeons)

    async def handle(self, name: str, request: Request) -> Result:
        """Answer as the test said, or with the button's name."""
        self.asked.append(request)
        handler = self.answers.get(name)
        return Reply(f"{name} done") if handler is None else await handler(request)

    # --- buttons ------------------------------------------------------------------------------------------------

    async def buttons(self, channel: Channel, *names: str, numbers: Sequence[int] = (1,)) -> Message:
        """Post a message with these buttons; with several numbers they are labelled "name 1", "name 2" and so on."""
        labels = {
            f"{name} {number}" if len(numbers) > 1 else name: IDS[name](number).pack()
            for name in names
            for number in numbers
        }
        return await self.raw_buttons(channel, labels)

    async def raw_buttons(self, channel: Channel, labels: dict[str, str]) -> Message:
        """Post a message with buttons of any custom ids, by label."""
        in_rows: list[hikari.impl.MessageActionRowBuilder] = []
        for number, (label, custom_id) in enumerate(labels.items()):
            if number % 5 == 0:
                in_rows.append(hikari.impl.MessageActionRowBuilder())
            in_rows[-1].add_interactive_button(hikari.ButtonStyle.SECONDARY, custom_id, label=label)
        sent = await self.bot.rest.create_message(channel.id, "Press", components=in_rows)
        return await channel.wait_for(lambda message: message.id == int(sent.id))

    # --- panels -------------------------------------------------------------------------------------------------

    async def _draw(self, panel: Panel) -> Drawing | None:
        return await self.draw(panel)

    async def draw_version(self, panel: Panel) -> Drawing | None:
        """Draw what the database says of the topic: its version."""
        async with self.database.connection() as conn:
            version = await conn.one(_VERSION, topic=panel.topic)
        row = hikari.impl.MessageActionRowBuilder()
        mark = f"{panel.topic}|1"
        row.add_interactive_button(hikari.ButtonStyle.SECONDARY, mark, label="Nothing")
        text = f"{panel.topic} at {version}" + (f", {panel.note}" if panel.note else "")
        return Drawing("@here", hikari.Embed(title=text), [row], pings_here=True, mark=mark)

    @staticmethod
    def _resting(panel: Panel) -> Drawing:
        return Drawing(None, hikari.Embed(title=f"{panel.topic} rests"))

    async def open_board(self, topic: str, channel: Channel) -> int:
        """Owe a board and return its panel's id."""
        async with self.database.transaction() as conn:
            await self.owed.open_topic(conn, topic)
            panel = await self.owed.public_panel(
                conn, kind=BOARD, topic=topic, guild_id=channel.guild.id, channel_id=channel.id
            )
        return panel.id

    async def open_slip(self, topic: str, member: Member, on: Message) -> Shown:
        """Let a member open an ephemeral panel with the button "private"."""

        async def show(_: Request) -> Result:
            return ShowPanel(SLIP, topic)

        self.answers["private"] = show
        reply = await member.press(on, "private", wait=False)
        await reply.wait_for(lambda message: f"{topic} at" in message.text)
        return reply

    async def touch(self, *topics: str) -> None:
        """Have topics drawn anew."""
        async with self.database.transaction() as conn:
            for topic in topics:
                await self.owed.touch(conn, topic)


class Greet(lightbulb.SlashCommand, name="greet", description="Answers in public"):
    @invoke(Policy(_ANYONE, Answer.PUBLIC, Bucket.COMMAND))
    async def invoke(self, request: Request, workshop: Workshop) -> Result:
        """Do what the test says."""
        return await workshop.handle("greet", request)


async def asks(_: Request) -> Result:
    """Open a form."""
    return Form(IDS["submitted"](1), "A form", [Input("word", "A word")])


async def fails(_: Request) -> Result:
    """Fail as a bug does."""
    raise LookupError("a secret inside")


class Holding:
    """Holds the rows of all topics for a while, as a slow database would: `async with Holding(database, 2.0)`."""

    def __init__(self, database: Database, seconds: float) -> None:
        self._database = database
        self._seconds = seconds
        self._held = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._hold())
        await self._held.wait()

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            await self._task

    async def _hold(self) -> None:
        async with self._database.transaction() as conn:
            await conn.all(_LOCK)
            self._held.set()
            await asyncio.sleep(self._seconds)


async def logged(stage: Stage, count: int = 1, within: float = 5.0) -> list[dict[str, Any]]:
    """Wait until the command log has so many rows and return them, oldest first."""
    names = ("kind", "name", "outcome", "error", "correlation", "acknowledged_ms", "latency_ms", "user_id", "guild_id")
    query = f"SELECT {', '.join(names)} FROM command_log ORDER BY id"
    async with asyncio.timeout(within):
        while len(found := await rows(stage.database, query)) < count:  # noqa: ASYNC110 - the condition is in the database
            await asyncio.sleep(0.02)
    return [dict(zip(names, row, strict=True)) for row in found]


async def requests(stage: Stage, method: str, route: str) -> list[RecordedRequest]:
    """List the requests to a route, and check that Discord never had to slow the bot down."""
    every = await stage.discord.requests()
    assert [one for one in every if one.status == 429] == []
    return [one for one in every if (one.method, one.route) == (method, route)]
