"""Two servers share the bot: nothing that is pressed or typed in one reads or changes what is the other's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import hikari
import pytest

from raidbot.features.bot_log import views as audit
from raidbot.features.guild_config.views import ids as config
from raidbot.features.quota import models as m
from raidbot.features.quota.views import boards, history, ids, ledger, stats
from raidbot.kernel.audit import Filters
from raidbot.kernel.discord.custom_ids import CustomId, split
from raidbot.kernel.discord.easel import lanes
from raidbot.kernel.guilds import ChannelKey, GuildStore, Module, Option, RoleKey
from raidbot.playground import driver
from tests.stage import Stage
from tests.tables import rows

FEATURES: Final = tuple(f"raidbot.features.{name}." for name in ("quota", "guild_config", "team", "bot_log"))
SECRETS: Final = ("43.21", "12.34", "56.78", "8.76", "hush", "Chatham")
"""What is written down in the first server and nowhere else."""
BY_ITSELF: Final = {"command_log", "owed_effect", "panel", "quota_look"}
NUMBERS: Final = {"required_points": "5", "base_exalt_points": "2", "base_non_exalt_points": "1"}


@dataclass
class Neighbours:
    """The first server with its secrets, and a second one where they are looked for."""

    stage: Stage
    other: driver.Guild
    kate: driver.Member
    """Of the first server only."""
    lea: driver.Member
    """Of both: in the first she has a quota, an excuse and points; this is she in the second."""
    leaders: driver.Role
    administrators: driver.Role
    told: list[str] = field(default_factory=list)
    """All that was answered in the second server."""
    used: set[str] = field(default_factory=set)
    """The commands, and the prefixes of the custom ids, that were used there."""

    async def someone(self) -> tuple[driver.Member, driver.Channel]:
        """Lend an administrator of the second server and a channel, both new: nothing was done too often yet."""
        return await self.other.add_member("Ada", roles=[self.administrators]), await self.other.add_channel("talk")

    async def use(
        self,
        custom_id: CustomId,
        by: driver.Member | None = None,
        *,
        choose: str | None = None,
        fill: Mapping[str, str] | None = None,
    ) -> None:
        """Press a button, or choose in a select, and submit the form that opens if any does."""
        someone, channel = await self.someone()
        by = by or someone
        row, packed = hikari.impl.MessageActionRowBuilder(), custom_id.pack()
        if choose is None:
            row.add_interactive_button(hikari.ButtonStyle.PRIMARY, packed, label="Press")
        else:
            row.add_text_menu(packed).add_option("Choose", choose)
        assert self.stage.app is not None
        posted = await self.stage.app.bot.rest.create_message(channel.id, "look", component=row)
        carrier = await channel.wait_for(lambda message: message.id == posted.id)
        reply = await (by.press(carrier, packed) if choose is None else by.select(carrier, [choose]))
        self.hear(packed, reply)
        if fill is not None:
            assert reply.modal is not None, custom_id
            self.hear(reply.modal.custom_id, await by.submit(reply, fill))

    async def type(self, name: str, by: driver.Member | None = None, **options: Any) -> None:
        """Type a command; by an administrator where nobody is named."""
        someone, channel = await self.someone()
        reply = await (by or someone).command(channel, name, **options)
        self.hear(f"/{name}", reply)

    def hear(self, what: str, reply: driver.Reply) -> None:
        """Note what was answered."""
        assert not reply.failed
        self.used.add(split(what)[0][0])
        shown = [message.payload for message in (reply.message, *reply.followups) if message is not None]
        self.told.append(f"{what} {shown} {reply.modal}")
        assert "went wrong" not in self.told[-1]

    async def rows_of_the_first(self) -> dict[str, list[str]]:
        """Read everything that is the first server's, but for what the bot does there by itself."""
        query = (
            "SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_name) "
            "WHERE column_name = 'guild_id' AND table_type = 'BASE TABLE'"
        )
        tables = {table for (table,) in await rows(self.stage.database, query)} - BY_ITSELF
        found = {}
        for table in sorted(tables):
            query = f"SELECT to_jsonb(one) - 'told' FROM {table} AS one WHERE guild_id = {self.stage.guild.id}"
            found[table] = sorted(map(str, await rows(self.stage.database, query)))
        return found


@pytest.fixture
async def neighbours(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Neighbours:
    monkeypatch.setattr(lanes, "TURN_S", 0.1)
    other = await stage.discord.add_guild("Neighbours")
    administrators = await other.add_role("Admins", permissions=driver.Permission.ADMINISTRATOR)
    chosen = {
        key: await other.add_role(key.title) for key in (RoleKey.ORGANIZER, RoleKey.VERIFIED_RAIDER, RoleKey.TEAM)
    }
    leaders = await stage.guild.add_role("Raid Leader")
    store = GuildStore(stage.database, stage.clock)
    await store.load()
    for guild in (stage.guild, other):
        channel = await guild.add_channel("quota")
        await store.map_channels(guild.id, {ChannelKey.QUOTA: channel.id}, guild.owner.id)
        await store.set_module(guild.id, Module.QUOTA, enabled=True, actor_id=guild.owner.id)
    await store.map_roles(other.id, {key: role.id for key, role in chosen.items()}, other.owner.id)
    await store.set_options(stage.guild.id, {Option.TIME_ZONE: "Pacific/Chatham"}, stage.guild.owner.id)
    lea = await stage.guild.add_member("Lea", roles=[leaders])
    (kate,) = await stage.add_raiders(1)
    lea_there = await other.admit(lea)
    await other.set_roles(lea_there, [chosen[RoleKey.VERIFIED_RAIDER]])
    await stage.start_bot()
    found = Neighbours(stage, other, kate, lea_there, leaders, administrators)
    await keep_secrets(stage, leaders, lea, kate)
    return found


async def keep_secrets(stage: Stage, leaders: driver.Role, lea: driver.Member, kate: driver.Member) -> None:
    """Write down in the first server what nobody in the second one is to read."""
    owner, talk = stage.guild.owner, stage.raids
    quota = await owner.command(talk, "configquota", role=leaders)
    await owner.submit(await owner.press(quota, "Points"), {**NUMBERS, "required_points": "43.21"})
    points = await owner.command(talk, "configpoints")
    choose = ids.ChooseWorth(m.Worth.COMPLETION, 0).pack()
    await owner.submit(await owner.select(points, ["THE_VOID"], custom_id=choose), points="8.76")
    await owner.command(talk, "addquotapoints", amount=12.34, member=lea, role=leaders, reason="hush")
    for member in (lea, kate):
        await owner.command(talk, "addpoints", amount=56.78, member=member, reason="hush")
    excused = await owner.command(talk, "excuse", member=lea, reason="hush")
    assert "is excused" in excused.text


async def test_what_is_pressed_or_typed_in_one_server_leaves_the_other_alone(neighbours: Neighbours) -> None:
    stage, kate, lea, role_id = neighbours.stage, neighbours.kate, neighbours.lea, neighbours.leaders.id
    before = await neighbours.rows_of_the_first()
    assert all(secret in str(before) for secret in SECRETS)
    ((entry_id,),) = await rows(stage.database, "SELECT max(id) FROM ledger")
    ((audit_id,),) = await rows(stage.database, "SELECT max(id) FROM audit")
    ((posting,),) = await rows(stage.database, "SELECT posting FROM quota_role")
    ranking = m.Ranking(m.Category.QUOTA_POINTS, role_id=role_id)
    top = m.Spot(Decimal(99999), kate.id)

    # The forms first: with them the second server has a quota of the very same role.
    await neighbours.use(ids.AskFigures(role_id, m.Figures.RUNS), fill=NUMBERS)
    await neighbours.use(ids.AskCalendar(role_id), fill={"calendar": "monthly", "anchor": "2026-01-01"})
    await neighbours.use(ids.ChooseOverride(role_id, 0), choose="THE_VOID", fill={"points": "3"})
    await neighbours.use(ids.ChooseWorth(m.Worth.COMPLETION, 0), choose="THE_VOID", fill={"points": "4"})
    await neighbours.use(config.AskOption(Option.TIME_ZONE), fill={"value": "Europe/Berlin"})
    await neighbours.use(config.SwitchModule(), choose="verification:off")
    await neighbours.type("leaderboard", category="points")
    await neighbours.type("leaderboard", category="quota_points")
    for member in (kate, lea):
        await neighbours.type("stats", member=member)
        await neighbours.type("excuse", member=member, end=True)
        await neighbours.type("addpoints", amount=-1, member=member)
        await neighbours.type("addquotapoints", amount=-1, member=member)
        await neighbours.type("logrun", dungeon="THE_VOID", amount=-1, member=member)
        await neighbours.type("addrole", member=member, role="organizer")
        await neighbours.type("audit", target=member)
    for name in ("stats", "quota", "myruns"):
        await neighbours.type(name, by=lea)
    for name in ("excuse", "audit", "config", "configpoints", "setup", "syncteam"):
        await neighbours.type(name)

    filters, moment = Filters(actor_id=stage.guild.owner.id), m.Place(datetime.now(UTC), entry_id)
    pressed: Sequence[CustomId] = (
        boards.OpenBoard.to(ranking, m.Way.BELOW, top),
        boards.TurnBoard.to(m.Ranking(m.Category.POINTS), m.Way.BELOW, top),
        boards.DrawBoard.of(ranking, kate.id, public=True),
        stats.DrawStats(kate.id),
        ids.ShowWorths(m.Worth.COMPLETION),
        ids.ShowQuota(role_id),
        ids.PostBoard(role_id),
        ids.FullList(role_id),
        ids.NextPage.behind(role_id, m.Standing(kate.id, Decimal(99999), 0, excused=False), 1),
        ids.Top(role_id),
        ids.Progress(role_id),
        ids.Preview(role_id),
        ids.LastReport(role_id),
        ids.Recalculate(role_id, 1, 1),
        ids.AskDelete(role_id),
        ids.Delete(role_id),
        ledger.Undo(entry_id),
        history.Older.from_place(moment),
        history.Newer.from_place(moment),
        audit.Older.at(audit_id + 1, filters),
        audit.Newer.at(1, filters),
        config.Refresh(),
        config.SwitchRunRoles(wanted=False),
        config.SetUp(create=False),
    )
    await neighbours.use(ids.MyQuota(posting), lea)
    for custom_id in pressed:
        await neighbours.use(custom_id)
    every = {kind.PREFIX for kind in kinds(CustomId) if kind.__module__.startswith(FEATURES)}
    assert {one for one in neighbours.used if not one.startswith("/")} == every

    answers = "\n".join(neighbours.told)
    assert [secret for secret in SECRETS if secret in answers] == []
    assert await neighbours.rows_of_the_first() == before
    taken = await rows(stage.database, f"SELECT * FROM ledger WHERE guild_id = {neighbours.other.id}")
    assert taken == []


def kinds(of: type[CustomId]) -> list[type[CustomId]]:
    """List the custom ids that can be pressed."""
    found = [kind for one in of.__subclasses__() for kind in kinds(one)]
    return [*found, *([of] if "PREFIX" in vars(of) else [])]
