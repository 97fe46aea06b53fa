"""What the doctor finds, from what is known."""

from dataclasses import replace
from datetime import UTC, datetime

import hikari
import pytest

from raidbot.kernel.discord.checkup import NEEDED, ChannelSight, Finding, GuildSight, Level, RoleSight, rules
from raidbot.kernel.discord.client import INTENTS
from raidbot.kernel.guilds import ChannelKey, GuildSettings, Module, RoleKey
from raidbot.kernel.health import all_well
from raidbot.kernel.owed import Effect

Right = hikari.Permissions
Flag = hikari.ApplicationFlags
GUILD, ME, BOT_ROLE, LOW, HIGH, RAIDS = 10, 20, 15, 11, 19, 40
BARRED = {ME: (Right.NONE, Right.EMBED_LINKS)}
SIGHT = GuildSight(
    id=GUILD,
    name="Realm",
    owner_id=30,
    me=ME,
    my_role_ids=frozenset({BOT_ROLE}),
    roles={
        GUILD: RoleSight(GUILD, "@everyone", 0, Right.NONE),
        LOW: RoleSight(LOW, "low", 1, Right.NONE),
        BOT_ROLE: RoleSight(BOT_ROLE, "raidbot", 5, NEEDED, managed=True),
        HIGH: RoleSight(HIGH, "high", 9, Right.NONE),
    },
    channels={RAIDS: ChannelSight(RAIDS, "raids", {})},
)
WELL = GuildSettings(
    GUILD, roles=dict.fromkeys(RoleKey, LOW), channels=dict.fromkeys(ChannelKey, RAIDS), modules=frozenset(Module)
)
ONLY_RAIDS = frozenset({Module.RAIDS})


def problems(found: list[Finding]) -> list[str]:
    return [finding.text for finding in found if finding.level is Level.PROBLEM]


def warnings(found: list[Finding]) -> list[str]:
    return [finding.text for finding in found if finding.level is Level.WARNING]


def test_a_guild_with_everything_is_one_good_line() -> None:
    assert rules.guild(SIGHT, WELL) == [Finding(Level.OK, "server Realm", "the bot is in it and has what it needs")]


def test_a_guild_that_configured_nothing_lacks_an_organizer_and_a_raid_channel() -> None:
    found = rules.guild(SIGHT, GuildSettings(GUILD))
    assert problems(found) == [
        "no Organizer role is chosen: only administrators can open runs",
        "no raid channel is chosen: /run cannot post",
    ]
    assert warnings(found) == [
        "optional roles not chosen: " + ", ".join(key.title for key in RoleKey if key is not RoleKey.ORGANIZER),
        "optional channels not chosen: Raid log, Bot log, Staff updates, Role pings, Party finder, Early location",
    ]
    assert [finding.remedy for finding in found if finding.level is Level.PROBLEM] == [
        "/setroles organizer:@role",
        "/setchannels raid:#channel",
    ]


def test_with_raids_off_nothing_is_missing() -> None:
    assert all_well(rules.guild(SIGHT, GuildSettings(GUILD, modules=frozenset())))


def test_a_higher_role_may_stand_for_the_organizer() -> None:
    settings = GuildSettings(GUILD, roles={RoleKey.OFFICER: LOW}, channels={ChannelKey.RAID: RAIDS})
    found = rules.guild(SIGHT, settings)
    assert problems(found) == []
    assert any("Security, Organizer, Verified Raider" in text for text in warnings(found))


def test_a_lower_role_does_not_stand_for_the_organizer() -> None:
    settings = GuildSettings(GUILD, roles={RoleKey.VERIFIED_RAIDER: LOW}, channels={ChannelKey.RAID: RAIDS})
    assert problems(rules.guild(SIGHT, settings)) == ["no Organizer role is chosen: only administrators can open runs"]


def test_what_was_deleted_is_a_problem_with_the_command_that_mends_it() -> None:
    settings = replace(WELL, roles={**WELL.roles, RoleKey.TEAM: 404}, channels={**WELL.channels, ChannelKey.QUOTA: 404})
    role, channel = rules.guild(SIGHT, settings)
    assert (role.level, role.text) == (Level.PROBLEM, "the role chosen as Team does not exist any more")
    assert role.remedy == "/setroles team:@role, or /unset role:Team"
    assert (channel.level, channel.text) == (Level.PROBLEM, "the channel chosen as Quota does not exist any more")
    assert channel.remedy == "/setchannels quota:#channel, or /unset channel:Quota"


@pytest.mark.parametrize(("modules", "level"), [(frozenset(Module), Level.PROBLEM), (ONLY_RAIDS, Level.WARNING)])
def test_a_role_above_the_bot_matters_once_its_module_is_on(modules: frozenset[Module], level: Level) -> None:
    settings = replace(WELL, modules=modules, roles={**WELL.roles, RoleKey.MUTED: HIGH, RoleKey.OFFICER: HIGH})
    (found,) = rules.guild(SIGHT, settings)
    assert found.level is level
    assert found.text == 'role "high" (Muted) stands above the bot\'s highest role: it cannot be given'


@pytest.mark.parametrize(
    ("key", "level"),
    [(ChannelKey.RAID, Level.PROBLEM), (ChannelKey.BOT_LOG, Level.PROBLEM), (ChannelKey.MODMAIL, Level.WARNING)],
)
def test_a_channel_that_the_bot_cannot_use_matters_once_its_module_is_on(key: ChannelKey, level: Level) -> None:
    sight = replace(SIGHT, channels={**SIGHT.channels, 41: ChannelSight(41, "shut", BARRED)})
    settings = replace(WELL, modules=ONLY_RAIDS, channels={**WELL.channels, key: 41})
    (found,) = rules.guild(sight, settings)
    assert found.level is level
    assert found.text == f"#shut ({key.title}): the bot lacks Embed Links"


def test_manage_roles_is_needed_for_run_roles_and_for_roles_to_give() -> None:
    roles = {**SIGHT.roles, BOT_ROLE: replace(SIGHT.roles[BOT_ROLE], permissions=NEEDED & ~Right.MANAGE_ROLES)}
    sight = replace(SIGHT, roles=roles)
    lacks = ["the bot lacks Manage Roles: it can neither make nor give roles"]
    given: dict[RoleKey, int] = {key: role_id for key, role_id in WELL.roles.items() if key is not RoleKey.TEAM}
    only_raids = replace(WELL, modules=ONLY_RAIDS, roles=given)
    assert problems(rules.guild(sight, only_raids)) == lacks
    assert problems(rules.guild(sight, replace(only_raids, run_roles=False))) == []
    assert problems(rules.guild(sight, replace(WELL, run_roles=False))) == lacks
    assert problems(rules.guild(sight, replace(only_raids, run_roles=False, roles=WELL.roles))) == lacks


def test_rights_that_only_channels_give_are_a_warning() -> None:
    roles = {**SIGHT.roles, BOT_ROLE: replace(SIGHT.roles[BOT_ROLE], permissions=Right.MANAGE_ROLES)}
    rest = NEEDED & ~Right.MANAGE_ROLES
    sight = replace(SIGHT, roles=roles, channels={RAIDS: ChannelSight(RAIDS, "raids", {ME: (rest, Right.NONE)})})
    found = rules.guild(sight, WELL)
    assert [finding.level for finding in found] == [Level.WARNING]
    assert "View Channel, Send Messages" in found[0].text


def test_without_a_database_only_the_rights_are_looked_at() -> None:
    assert rules.guild(SIGHT, None)[0].level is Level.OK
    bare = replace(SIGHT, my_role_ids=frozenset())
    assert problems(rules.guild(bare, None)) == ["the bot lacks Manage Roles: it can neither make nor give roles"]


@pytest.mark.parametrize("flag", [Flag.GUILD_MEMBERS_INTENT, Flag.VERIFIED_FOR_GUILD_MEMBERS_INTENT])
def test_either_flag_says_that_the_members_intent_is_on(flag: Flag) -> None:
    assert all_well(rules.intents(INTENTS, flag))


def test_only_intents_that_the_bot_asks_for_are_missed() -> None:
    (found,) = rules.intents(INTENTS, Flag.MESSAGE_CONTENT_INTENT)
    assert found.level is Level.PROBLEM
    assert found.text.startswith("Server Members Intent is off")
    both = rules.intents(INTENTS | hikari.Intents.MESSAGE_CONTENT, Flag(0))
    assert [finding.text.split(" is off")[0] for finding in both] == ["Server Members Intent", "Message Content Intent"]


def test_what_is_owed_and_blocked_is_counted_by_guild_kind_and_reason() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    effects = [
        Effect(number, "raids.delete_role", guild_id, str(number), {}, now, now, 1, "Discord does not let me")
        for number, guild_id in enumerate([GUILD, GUILD, 77])
    ]
    mine, foreign = rules.owed(effects, [], {GUILD: "Realm"})
    assert (mine.subject, mine.text) == (
        "server Realm",
        "raids.delete_role is blocked (2 owed): Discord does not let me",
    )
    assert (foreign.subject, foreign.text) == (
        "server 77",
        "raids.delete_role is blocked (1 owed): Discord does not let me",
    )
