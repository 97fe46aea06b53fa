"""Deeds on a world without a server: what must hold whatever happens."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.playground import payloads
from raidbot.playground.deeds import Deeds
from raidbot.playground.process import DEFAULT_TOKEN
from raidbot.playground.rest import router
from raidbot.playground.snowflakes import Snowflakes, WorldClock
from raidbot.playground.world import Attachment, Guild, Message, Role, World, application_id


class Silence:
    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []

    def dispatch(self, event: str, payload: dict[str, Any], *, guild_id: int | None) -> None:
        self.events.append((event, payload))

    def message_changed(self, message: Message) -> None:
        pass


def make() -> tuple[World, Deeds, Guild, Silence]:
    clock, audience = WorldClock(), Silence()
    world = World(DEFAULT_TOKEN, clock, Snowflakes(clock))
    deeds = Deeds(world, audience, payloads.Links("http://local", b"secret"))
    return world, deeds, deeds.found_guild("Realm", "owner", 0, 0), audience


steps = st.lists(
    st.tuples(st.sampled_from(["add", "move", "delete"]), st.integers(0, 9), st.integers(1, 12)), max_size=30
)


@given(steps)
def test_role_positions_have_no_ties_or_gaps_and_every_change_is_told(moves: list[tuple[str, int, int]]) -> None:
    world, deeds, guild, audience = make()
    for kind, index, position in moves:
        movable = [role for role in guild.roles.values() if role.id != guild.id and not role.managed]
        before = {role.id: role.position for role in guild.roles.values()}
        audience.events.clear()
        if kind == "add":
            deeds.add_role(guild, Role(world.ids.next(), "new", 0, 1), position=position)
        elif movable:
            role = movable[index % len(movable)]
            if kind == "delete":
                deeds.delete_role(guild, role)
            else:
                deeds.move_roles(guild, {role.id: position})
                assert role.position == min(position, len(guild.roles) - 1)
        assert sorted(role.position for role in guild.roles.values()) == list(range(len(guild.roles)))
        told = {int(payload["role"]["id"]) for event, payload in audience.events if "role" in payload}
        after = {role.id: role.position for role in guild.roles.values()}
        assert {role_id for role_id in after if before.get(role_id) != after[role_id]} <= told


@given(st.text(min_size=1, max_size=30).filter(lambda name: "/" not in name), st.integers(0, 10**6))
def test_a_link_is_good_for_its_own_path_and_day_only(filename: str, age: int) -> None:
    links, now = payloads.Links("http://local", b"secret"), 1_700_000_000.0
    url = links.of(Attachment(1, 2, filename, b"", "text/plain"), now)
    path, query = url.removeprefix("http://local").split("?", 1)
    values = dict(pair.split("=") for pair in query.strip("&").split("&"))
    assert links.valid(path, values, now + age) == (age < payloads.LINK_LIFE_S)
    assert not links.valid(path + "x", values, now)
    assert not links.valid(path, values | {"ex": "ffffffff"}, now)
    assert not links.valid(path, {}, now)


@pytest.mark.parametrize("token", ["fake", "!!!.x.y", ""])
def test_a_token_without_an_id_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="base64"):
        application_id(token)


def test_what_is_written_out_in_a_path_goes_before_a_parameter() -> None:
    routes = router()
    found = routes.find("GET", "/channels/1/messages/pins")
    assert found is not None
    assert (found[0].template, found[1]) == ("/channels/{channel_id}/messages/pins", {"channel_id": "1"})
    assert routes.find("GET", "/channels/1/messages/pins/2") is None
    assert routes.find("POST", "/channels") is None


def test_no_event_tells_a_bot_of_a_channel_of_direct_messages() -> None:
    world, deeds, guild, audience = make()
    audience.events.clear()
    owner = world.user(guild.owner_id)
    assert deeds.dm_channel(owner) is deeds.dm_channel(owner)
    assert audience.events == []
