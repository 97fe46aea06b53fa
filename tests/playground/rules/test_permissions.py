from hypothesis import given
from hypothesis import strategies as st

from raidbot.playground.permissions import (
    ALL,
    MEMBER_OVERWRITE,
    ROLE_OVERWRITE,
    Overwrite,
    Permission,
    channel_permissions,
    guild_permissions,
    outranks,
    timed_out,
    top_position,
)

GUILD, MEMBER, ROLE, OTHER = 1, 2, 3, 4
VIEW, SEND, KICK = Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES, Permission.KICK_MEMBERS
bits = st.integers(0, ALL)


def in_channel(base: int, *overwrites: Overwrite, roles: tuple[int, ...] = (ROLE,)) -> int:
    return channel_permissions(base, overwrites, guild_id=GUILD, member_id=MEMBER, role_ids=roles)


def test_roles_add_up_with_everyone() -> None:
    assert guild_permissions(owner=False, everyone=VIEW, roles=[SEND, KICK]) == VIEW | SEND | KICK


def test_the_owner_and_an_administrator_have_all() -> None:
    assert guild_permissions(owner=True, everyone=0, roles=[]) == ALL
    assert guild_permissions(owner=False, everyone=0, roles=[Permission.ADMINISTRATOR]) == ALL


def test_a_member_overwrite_beats_role_overwrites_which_beat_everyones() -> None:
    everyone = Overwrite(GUILD, ROLE_OVERWRITE, allow=0, deny=VIEW | SEND)
    role = Overwrite(ROLE, ROLE_OVERWRITE, allow=VIEW | SEND, deny=0)
    own = Overwrite(MEMBER, MEMBER_OVERWRITE, allow=0, deny=SEND)
    assert in_channel(VIEW | SEND, everyone) == 0
    assert in_channel(VIEW | SEND, role, everyone) == VIEW | SEND
    assert in_channel(VIEW | SEND, own, role, everyone) == VIEW


def test_among_role_overwrites_an_allow_beats_a_deny() -> None:
    deny, allow = Overwrite(ROLE, 0, allow=0, deny=SEND), Overwrite(OTHER, 0, allow=SEND, deny=0)
    assert in_channel(VIEW | SEND, allow, deny, roles=(ROLE, OTHER)) == VIEW | SEND


def test_overwrites_of_others_do_not_matter() -> None:
    strangers = Overwrite(99, MEMBER_OVERWRITE, 0, VIEW), Overwrite(OTHER, ROLE_OVERWRITE, 0, VIEW)
    # A member overwrite with the id of a role, and the other way round, is not the role's.
    crossed = Overwrite(ROLE, MEMBER_OVERWRITE, 0, VIEW), Overwrite(MEMBER, ROLE_OVERWRITE, 0, VIEW)
    assert in_channel(VIEW | SEND, *strangers, *crossed) == VIEW | SEND


def test_who_may_not_view_a_channel_may_do_nothing_in_it() -> None:
    assert in_channel(VIEW | SEND | KICK, Overwrite(ROLE, ROLE_OVERWRITE, 0, VIEW)) == 0


@given(overwrites=st.lists(st.builds(Overwrite, st.integers(1, 4), st.sampled_from([0, 1]), bits, bits)))
def test_no_overwrite_holds_an_administrator(overwrites: list[Overwrite]) -> None:
    assert in_channel(Permission.ADMINISTRATOR, *overwrites) == ALL


@given(base=bits, overwrite=st.builds(Overwrite, st.integers(1, 4), st.sampled_from([0, 1]), bits, bits))
def test_an_overwrite_never_gives_what_neither_base_nor_allow_has(base: int, overwrite: Overwrite) -> None:
    base &= ~Permission.ADMINISTRATOR
    assert in_channel(base, overwrite) & ~(base | overwrite.allow) == 0


def test_a_timeout_leaves_reading_but_an_administrator_everything() -> None:
    assert timed_out(VIEW | SEND | Permission.READ_MESSAGE_HISTORY) == VIEW | Permission.READ_MESSAGE_HISTORY
    assert timed_out(ALL) == ALL


def test_equals_do_not_outrank_each_other_and_nobody_outranks_the_owner() -> None:
    assert top_position([]) == 0
    assert outranks(top_position([1, 3]), 2)
    assert not outranks(3, 3)
    assert not outranks(3, 1, they_own=True)
