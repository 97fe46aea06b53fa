"""The permission rule holds for every hierarchy that a guild can configure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.kernel.guilds import HIERARCHY, GuildSettings, Module, RoleKey
from raidbot.kernel.permissions import (
    ADMINISTRATOR,
    Actor,
    Capability,
    Denied,
    Obstacle,
    Target,
    authorize,
    has_at_least,
    has_exact,
    held,
    obstacle,
    outranks,
)

GUILD = 1
role_ids = st.integers(100, 107)  # few, so that keys share roles
ranked = st.sampled_from(HIERARCHY)
markers = st.sampled_from([RoleKey.TEAM, RoleKey.SUSPENDED, RoleKey.MUTED])
all_settings = st.dictionaries(st.sampled_from(RoleKey), role_ids).map(lambda roles: GuildSettings(GUILD, roles))


def actors(*, administers: bool | None = None) -> st.SearchStrategy[Actor]:
    flag = st.booleans() if administers is None else st.just(administers)
    return st.builds(
        Actor,
        user_id=st.integers(1, 4),
        guild_id=st.just(GUILD),
        role_ids=st.frozensets(role_ids, max_size=4),
        administrator=flag,
        owner=flag,
    )


def may(actor: Actor, needs: RoleKey, settings: GuildSettings) -> bool:
    try:
        authorize(actor, Capability("test", needs, Module.RAIDS), settings)
    except Denied:
        return False
    return True


@given(actor=actors(), settings=all_settings, low=ranked, high=ranked)
def test_whoever_may_what_a_key_allows_may_all_that_lower_keys_allow(
    actor: Actor, settings: GuildSettings, low: RoleKey, high: RoleKey
) -> None:
    if low.rank <= high.rank and may(actor, high, settings):
        assert may(actor, low, settings)


@given(actor=actors(), settings=all_settings, key=ranked, more=role_ids)
def test_another_role_never_takes_a_right_away(actor: Actor, settings: GuildSettings, key: RoleKey, more: int) -> None:
    promoted = Actor(actor.user_id, GUILD, actor.role_ids | {more}, actor.administrator, actor.owner)
    assert may(promoted, key, settings) or not may(actor, key, settings)


@given(actor=actors(administers=False), settings=all_settings, key=ranked)
def test_a_member_may_exactly_what_a_mapped_role_of_the_key_or_a_higher_one_gives(
    actor: Actor, settings: GuildSettings, key: RoleKey
) -> None:
    giving = {role for mapped, role in settings.roles.items() if mapped.rank >= key.rank}
    assert may(actor, key, settings) == has_at_least(actor, key, settings) == bool(giving & actor.role_ids)


@given(settings=all_settings, key=ranked, flags=st.sampled_from([(True, False), (False, True), (True, True)]))
def test_owners_and_discord_administrators_may_everything_without_any_role(
    settings: GuildSettings, key: RoleKey, flags: tuple[bool, bool]
) -> None:
    actor = Actor(1, GUILD, frozenset(), *flags)
    assert may(actor, key, settings)
    assert has_exact(actor, key, settings)
    assert held(actor, settings) is RoleKey.ADMINISTRATOR
    authorize(actor, Capability("setroles", ADMINISTRATOR, None), settings)


@given(actor=actors(), settings=all_settings, marker=markers)
def test_a_marker_counts_only_when_worn(actor: Actor, settings: GuildSettings, marker: RoleKey) -> None:
    worn = settings.roles.get(marker) in actor.role_ids
    assert has_exact(actor, marker, settings) == has_at_least(actor, marker, settings) == worn


@given(actor=actors(administers=False), settings=all_settings, key=ranked)
def test_an_exact_key_is_its_own_role_or_if_unmapped_a_higher_one(
    actor: Actor, settings: GuildSettings, key: RoleKey
) -> None:
    mapped = settings.roles.get(key)
    expected = mapped in actor.role_ids if mapped is not None else has_at_least(actor, key, settings)
    assert has_exact(actor, key, settings) == expected


@given(one=actors(), two=actors(), three=actors(), settings=all_settings)
def test_outranking_is_a_strict_order(one: Actor, two: Actor, three: Actor, settings: GuildSettings) -> None:
    assert not outranks(one, one, settings)
    assert not (outranks(one, two, settings) and outranks(two, one, settings))
    if outranks(one, two, settings) and outranks(two, three, settings) and one.user_id != three.user_id:
        assert outranks(one, three, settings)


@given(actor=actors(), target=actors(administers=True), settings=all_settings)
def test_nobody_outranks_an_owner_or_discord_administrator(
    actor: Actor, target: Actor, settings: GuildSettings
) -> None:
    assert not outranks(actor, target, settings)


@given(actor=actors(), target=actors(), settings=all_settings)
def test_a_member_without_a_key_outranks_nobody(actor: Actor, target: Actor, settings: GuildSettings) -> None:
    if held(actor, settings) is None:
        assert not outranks(actor, target, settings)


@given(settings=all_settings, key=ranked)
def test_a_refusal_names_the_lowest_role_that_would_do(settings: GuildSettings, key: RoleKey) -> None:
    with pytest.raises(Denied) as denied:
        authorize(Actor(1, GUILD, frozenset()), Capability("run", key, Module.RAIDS), settings)
    needs, role_id = denied.value.needs, denied.value.role_id
    assert isinstance(needs, RoleKey)
    if role_id is None:
        assert needs is key
        assert not any(mapped.rank >= key.rank for mapped in settings.roles)
    else:
        assert settings.roles[needs] == role_id
        assert may(Actor(1, GUILD, frozenset({role_id})), key, settings)
        assert not any(key.rank <= mapped.rank < needs.rank for mapped in settings.roles)


RAIDERS = GuildSettings(GUILD, {RoleKey.OFFICER: 104, RoleKey.ORGANIZER: 102, RoleKey.VERIFIED_RAIDER: 101})
OFFICER, ORGANIZER, RAIDER = (Actor(user, GUILD, frozenset({role})) for user, role in ((1, 104), (2, 102), (3, 101)))
OWNER = Actor(9, GUILD, frozenset(), owner=True)
WARN = Capability("warn", RoleKey.ORGANIZER, Module.MODERATION)
OWN_NOTE = Capability("note", RoleKey.ORGANIZER, Module.MODERATION, on_self=True)


def test_an_unmapped_key_is_held_by_whoever_holds_a_higher_one() -> None:
    assert may(OFFICER, RoleKey.SECURITY, RAIDERS)
    assert not may(ORGANIZER, RoleKey.SECURITY, RAIDERS)
    with pytest.raises(Denied) as denied:
        authorize(ORGANIZER, Capability("verify", RoleKey.SECURITY, Module.VERIFICATION), RAIDERS)
    assert (denied.value.needs, denied.value.role_id) == (RoleKey.OFFICER, 104)


def test_a_key_that_no_role_can_give_asks_for_setroles() -> None:
    with pytest.raises(Denied) as denied:
        authorize(OFFICER, Capability("configquota", RoleKey.MODERATOR, Module.QUOTA), RAIDERS)
    assert (denied.value.needs, denied.value.role_id) == (RoleKey.MODERATOR, None)


def test_configuring_the_bot_needs_discords_administrator() -> None:
    setroles = Capability("setroles", ADMINISTRATOR, None)
    settings = GuildSettings(GUILD, {RoleKey.ADMINISTRATOR: 107})
    with pytest.raises(Denied) as denied:
        authorize(Actor(1, GUILD, frozenset({107})), setroles, settings)
    assert (denied.value.needs, denied.value.role_id) == (ADMINISTRATOR, None)
    authorize(OWNER, setroles, settings)


def test_what_needs_nothing_is_for_everybody() -> None:
    authorize(Actor(5, GUILD, frozenset()), Capability("about", None, None), GuildSettings(GUILD))


@pytest.mark.parametrize(
    ("actor", "capability", "target", "expected"),
    [
        (OFFICER, WARN, Target(ORGANIZER, below_bot=True), None),
        (OFFICER, WARN, Target(ORGANIZER, below_bot=False), Obstacle.ABOVE_BOT),
        (ORGANIZER, WARN, Target(OFFICER, below_bot=True), Obstacle.NOT_OUTRANKED),
        (ORGANIZER, WARN, Target(Actor(7, GUILD, frozenset({102})), below_bot=True), Obstacle.NOT_OUTRANKED),
        (OFFICER, WARN, Target(OWNER, below_bot=True), Obstacle.NOT_OUTRANKED),
        (OWNER, WARN, Target(OFFICER, below_bot=True), None),
        (OWNER, WARN, Target(OWNER, below_bot=True), Obstacle.SELF),
        (OFFICER, WARN, Target(OFFICER, below_bot=False), Obstacle.SELF),
        (OFFICER, OWN_NOTE, Target(OFFICER, below_bot=True), None),
        (OFFICER, OWN_NOTE, Target(OFFICER, below_bot=False), Obstacle.ABOVE_BOT),
    ],
)
def test_a_target_is_below_the_actor_and_the_bot(
    actor: Actor, capability: Capability, target: Target, expected: Obstacle | None
) -> None:
    assert obstacle(actor, target, RAIDERS, on_self=capability.on_self) is expected
    if expected is None:
        authorize(actor, capability, RAIDERS, target)
    else:
        with pytest.raises(Denied) as denied:
            authorize(actor, capability, RAIDERS, target)
        assert (denied.value.needs, denied.value.obstacle) == (None, expected)


def test_who_lacks_the_key_is_told_that_before_anything_of_the_target() -> None:
    with pytest.raises(Denied) as denied:
        authorize(RAIDER, WARN, RAIDERS, Target(OWNER, below_bot=False))
    assert (denied.value.needs, denied.value.obstacle) == (RoleKey.ORGANIZER, None)


def test_members_of_another_guild_are_a_fault_of_the_program() -> None:
    stranger = Actor(1, 2, frozenset({104}), administrator=True)
    with pytest.raises(ValueError, match="different guilds"):
        authorize(stranger, WARN, RAIDERS)
    with pytest.raises(ValueError, match="different guilds"):
        authorize(OFFICER, WARN, RAIDERS, Target(stranger, below_bot=True))
