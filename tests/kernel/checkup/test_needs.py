"""What the bot may do, computed as Discord does."""

from dataclasses import dataclass

import hikari
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.kernel.discord.checkup import (
    NEEDED,
    NEEDED_IN,
    PANELS,
    Hindrance,
    Lookout,
    find_channel,
    hindrance,
    invitation,
    titles,
)
from raidbot.kernel.discord.checkup.sight import ChannelSight, GuildSight, RoleSight
from raidbot.kernel.errors import UserError
from raidbot.kernel.guilds import GIVEN, OF_MODULE, ChannelKey, GuildSettings, Venue
from raidbot.playground import permissions as discord

Right = hikari.Permissions
GUILD, ME, OWNER, RAIDS = 10, 20, 30, 40
ROLES = (11, 12, 13)

rights = st.integers(0, int(Right.all_permissions())).map(Right)
overwrites = st.dictionaries(st.sampled_from([GUILD, ME, *ROLES, 99]), st.tuples(rights, rights))


def sight(
    permissions: dict[int, Right],
    *,
    mine: frozenset[int] = frozenset(),
    overwritten: dict[int, tuple[Right, Right]] | None = None,
    owner: int = OWNER,
) -> GuildSight:
    roles = {
        role_id: RoleSight(role_id, f"role {role_id}", role_id - GUILD, granted)
        for role_id, granted in permissions.items()
    }
    return GuildSight(GUILD, "Realm", owner, ME, mine, roles, {RAIDS: ChannelSight(RAIDS, "raids", overwritten or {})})


@given(
    st.fixed_dictionaries(dict.fromkeys((GUILD, *ROLES), rights)),
    st.frozensets(st.sampled_from(ROLES)),
    overwrites,
    st.booleans(),
)
def test_rights_in_a_channel_are_those_that_the_local_discord_computes(
    permissions: dict[int, Right], mine: frozenset[int], overwritten: dict[int, tuple[Right, Right]], owns: bool
) -> None:
    seen = sight(permissions, mine=mine, overwritten=overwritten, owner=ME if owns else OWNER)
    base = discord.guild_permissions(
        owner=owns, everyone=int(permissions[GUILD]), roles=[int(permissions[role]) for role in mine]
    )
    expected = discord.channel_permissions(
        base,
        [
            discord.Overwrite(whom, int(whom == ME), int(allow), int(deny))
            for whom, (allow, deny) in overwritten.items()
        ],
        guild_id=GUILD,
        member_id=ME,
        role_ids=mine,
    )
    looked_at = int(NEEDED)  # the two know different newer permissions, which the bot does not need
    assert int(seen.granted) & looked_at == base & looked_at
    assert int(seen.granted_in(RAIDS)) & looked_at == expected & looked_at


def test_a_channel_that_is_gone_allows_nothing() -> None:
    assert sight({GUILD: Right.ADMINISTRATOR}).granted_in(41) == Right.NONE


class NowhereError(UserError):
    """No channel is chosen, or it is gone."""


@dataclass(eq=False)
class ClosedError(UserError):
    """The channel is closed to the bot."""

    channel_id: int
    missing: str


class Known(Lookout):
    """Sees the guild as it is told to."""

    def __init__(self, granted: Right) -> None:
        self._sight = sight({GUILD: granted})

    async def look(self, _: int) -> GuildSight:
        return self._sight


@pytest.mark.parametrize(
    ("mapped", "granted", "expected"),
    [
        (RAIDS, PANELS, RAIDS),
        (None, PANELS, NowhereError()),
        (41, PANELS, NowhereError()),
        (RAIDS, PANELS & ~Right.EMBED_LINKS, ClosedError(RAIDS, "Embed Links")),
    ],
)
async def test_a_channel_is_used_only_where_it_is_chosen_there_and_open(
    mapped: int | None, granted: Right, expected: object
) -> None:
    settings = GuildSettings(GUILD, channels={} if mapped is None else {ChannelKey.RAID: mapped})
    found: object
    try:
        found = await find_channel(Known(granted), settings, Venue(ChannelKey.RAID, NowhereError, ClosedError))
    except UserError as refusal:
        found = refusal
    assert repr(found) == repr(expected)


@pytest.mark.parametrize(("role_id", "expected"), [(11, None), (12, Hindrance.ABOVE), (13, Hindrance.ABOVE)])
def test_a_role_can_be_given_only_from_above(role_id: int, expected: Hindrance | None) -> None:
    permissions = {GUILD: Right.MANAGE_ROLES, **dict.fromkeys(ROLES, Right.NONE)}
    assert hindrance(sight(permissions, mine=frozenset({12})), role_id) is expected


def test_administrator_includes_manage_roles() -> None:
    permissions = {GUILD: Right.NONE, 11: Right.NONE, 12: Right.ADMINISTRATOR}
    assert hindrance(sight(permissions, mine=frozenset({12})), 11) is None
    permissions[12] = Right.NONE
    assert hindrance(sight(permissions, mine=frozenset({12})), 11) is Hindrance.NO_RIGHT


def test_a_managed_role_is_given_by_discord_only() -> None:
    seen = sight({GUILD: Right.ADMINISTRATOR}, mine=frozenset({13}))
    roles = {11: RoleSight(11, "Boosters", 1, Right.NONE, managed=True), 13: RoleSight(13, "bot", 3, Right.NONE)}
    assert hindrance(GuildSight(GUILD, "Realm", OWNER, ME, seen.my_role_ids, roles, {}), 11) is Hindrance.MANAGED


def test_everything_needed_has_a_title_and_is_asked_for_by_the_invitation() -> None:
    for key in ChannelKey:
        needed = NEEDED_IN[key]
        assert NEEDED & needed == needed
        assert titles(needed).count(",") + 1 == int(needed).bit_count()
    assert titles(NEEDED).count(",") + 1 == int(NEEDED).bit_count()
    assert f"client_id=5&scope=bot+applications.commands&permissions={int(NEEDED)}&guild_id=7" in invitation(5, 7)


def test_every_channel_key_has_its_module_and_nobody_is_given_a_rank() -> None:
    assert set(OF_MODULE) == set(ChannelKey)
    assert {key.value for key in GIVEN} == {"verified_raider", "team", "suspended", "muted"}
