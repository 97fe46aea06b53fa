from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.playground.mentions import Pinged, resolve

ALICE, BOB, MODS, STAFF = 10**17, 10**17 + 1, 2 * 10**17, 2 * 10**17 + 1
EVERYTHING = f"<@{ALICE}> <@!{BOB}> <@&{MODS}> <@&{STAFF}> @everyone"


def ping(content: str, allowed: dict[str, Any] | None, **changes: Any) -> Pinged:
    author: dict[str, Any] = {"may_everyone": True, "mentionable_roles": {MODS}}
    return resolve(content, allowed, **(author | changes))


def test_without_allowed_mentions_all_are_pinged_that_the_author_may_mention() -> None:
    assert ping(EVERYTHING, None) == (frozenset({ALICE, BOB}), frozenset({MODS}), True)
    assert ping(EVERYTHING, None, may_everyone=False, mentionable_roles=()).everyone is False


@pytest.mark.parametrize("allowed", [{}, {"parse": []}, {"users": [], "roles": [], "parse": None}])
def test_empty_allowed_mentions_ping_nobody(allowed: dict[str, Any]) -> None:
    assert ping(EVERYTHING, allowed) == (frozenset(), frozenset(), False)


def test_listed_ids_are_pinged_only_when_the_content_mentions_them() -> None:
    assert ping(f"<@{ALICE}> <@{BOB}>", {"users": [str(BOB), "77"]}).users == {BOB}
    assert ping(f"<@&{MODS}>", {"roles": [str(MODS), str(STAFF)]}).roles == {MODS}


def test_parse_lets_a_whole_kind_through() -> None:
    assert ping(EVERYTHING, {"parse": ["users"]}) == (frozenset({ALICE, BOB}), frozenset(), False)
    assert ping("@here", {"parse": ["everyone"]}).everyone


def test_what_stands_in_code_is_no_mention_but_a_backslash_does_not_help() -> None:
    assert ping(f"`<@{ALICE}>` ```\n@everyone <@{BOB}>```", None) == (frozenset(), frozenset(), False)
    assert ping(f"\\<@{ALICE}> \\@everyone", None) == (frozenset({ALICE}), frozenset(), True)


def test_a_broken_mention_is_none() -> None:
    assert ping("<@alice> @everyon <@1> someone@everyoneelse.org", None) == (frozenset(), frozenset(), False)


def test_the_author_answered_is_pinged_unless_allowed_mentions_leave_it_out() -> None:
    assert ping("no mention", None, replied_to=BOB).users == {BOB}
    assert ping("no mention", {"parse": []}, replied_to=BOB).users == set()
    assert ping("no mention", {"replied_user": True}, replied_to=BOB).users == {BOB}


@given(st.text(alphabet="<@!&>1234567890`ehrvyonE \\"))
def test_no_text_pings_through_empty_allowed_mentions(content: str) -> None:
    assert ping(content, {"parse": []}) == (frozenset(), frozenset(), False)
