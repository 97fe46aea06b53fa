"""Who is on the team, and who may promote whom: for every configuration that a guild can make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.team import models as m
from raidbot.kernel.guilds import GuildSettings, RoleKey
from raidbot.kernel.permissions import Actor

GUILD, TEAM = 1, 100
role_ids = st.integers(TEAM, TEAM + 6)  # few, so that keys share roles
all_settings = st.dictionaries(st.sampled_from(RoleKey), role_ids).map(lambda roles: GuildSettings(GUILD, roles))
members = st.lists(st.builds(m.Seen, st.integers(1, 5), st.frozensets(role_ids)), unique_by=lambda one: one.user_id)


@given(all_settings, members)
def test_the_team_role_follows_the_staff_roles_and_nothing_moves_where_that_is_not_sure(
    settings: GuildSettings, found: list[m.Seen]
) -> None:
    marker = settings.roles.get(RoleKey.TEAM)
    staff = {settings.roles[key] for key in m.STAFF if key in settings.roles}
    sure = marker is not None and list(settings.roles.values()).count(marker) == 1 and bool(staff)
    if not sure:
        with pytest.raises(m.TeamError):
            m.wishes(found, settings)
        return
    wishes = m.wishes(found, settings)
    for member in found:
        after = wishes.get(member.user_id, marker in member.role_ids)
        assert after == bool(staff & set(member.role_ids))
        assert wishes.get(member.user_id) is not (marker in member.role_ids)


@pytest.mark.parametrize(
    ("before", "roles", "asked"),
    [
        ({}, {RoleKey.TEAM: 1}, True),
        ({RoleKey.TEAM: 1}, {RoleKey.ORGANIZER: 2}, True),
        ({RoleKey.TEAM: 1}, {RoleKey.MUTED: 2, RoleKey.ADMINISTRATOR: 3}, True),
        ({RoleKey.TEAM: 1}, {RoleKey.MUTED: 2, RoleKey.VERIFIED_RAIDER: 3}, False),
        ({RoleKey.TEAM: 1}, {RoleKey.ORGANIZER: None}, False),
        ({RoleKey.TEAM: 1}, {RoleKey.TEAM: None, RoleKey.ORGANIZER: 2}, False),
        ({}, {RoleKey.ORGANIZER: 2}, False),
    ],
)
def test_a_choice_that_decides_about_the_team_has_everybody_looked_at_and_an_unset_one_nobody(
    before: dict[RoleKey, int], roles: dict[RoleKey, int | None], asked: bool
) -> None:
    assert m.asks_for_sync(GuildSettings(GUILD, before), roles) is asked


@given(all_settings, st.frozensets(role_ids), role_ids)
def test_nobody_gives_a_role_that_stands_as_high_as_they_do(
    settings: GuildSettings, held: frozenset[int], role_id: int
) -> None:
    stands_for = [key.rank for key, mapped in settings.roles.items() if mapped == role_id]
    own = max((key.rank for key, mapped in settings.roles.items() if mapped in held), default=0)
    if not stands_for:
        return
    if own > max(stands_for):
        m.check_rank(Actor(1, GUILD, held), role_id, settings)
    else:
        with pytest.raises(m.RoleTooHighError):
            m.check_rank(Actor(1, GUILD, held), role_id, settings)
    m.check_rank(Actor(1, GUILD, held, owner=True), role_id, settings)
