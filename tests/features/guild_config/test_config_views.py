"""What administrators read of the configuration fits Discord's limits, whatever is chosen and missing."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.guild_config.models import Change, Forgotten, K, Mapped, NothingChosenError, Plan
from raidbot.features.guild_config.views import mappings, overview, setup
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.checkup import Hindrance
from raidbot.kernel.discord.text import CONTENT
from raidbot.kernel.guilds import ChannelKey, GuildSettings, Module, Option, RoleKey
from raidbot.kernel.health import Finding, Level
from tests.limits import LARGEST, errors_of, too_long

NOW: Final = datetime(2026, 9, 30, 23, 59, tzinfo=UTC)
ROLES: Final = dict.fromkeys(RoleKey, LARGEST)
CHANNELS: Final = dict.fromkeys(ChannelKey, LARGEST)
CHANGED: Final = Change(LARGEST, LARGEST - 1)
findings = st.builds(
    Finding, st.sampled_from(Level), st.just("a server"), st.text(max_size=500), st.none() | st.text(max_size=300)
)
servers = st.builds(
    GuildSettings,
    st.just(LARGEST),
    st.just(ROLES) | st.dictionaries(st.sampled_from(RoleKey), st.just(LARGEST)),
    st.just(CHANNELS) | st.dictionaries(st.sampled_from(ChannelKey), st.just(LARGEST)),
    st.frozensets(st.sampled_from(Module)),
    st.booleans(),
    st.integers(1, 24),
    st.just(max(available_timezones(), key=len)),
    st.none() | st.integers(0, 0xFFFFFF),
)
WORST: Final = [Finding(Level.PROBLEM, "a server", "*" * 500, "_" * 300)] * 100


@given(servers, st.lists(findings, max_size=30) | st.just(WORST))
def test_the_configuration_fits(settings: GuildSettings, found: list[Finding]) -> None:
    assert errors_of(overview.overview(settings, found, NOW, list(Module), "Verification is off.")) is None
    for option in (Option.LIVE_RUN_HOURS, Option.TIME_ZONE, Option.ACCENT_COLOUR):
        assert too_long(overview.option_form(option, settings)) == []


@pytest.mark.parametrize("warnings", [0, 30])
def test_what_was_chosen_fits(warnings: int) -> None:
    told = [mappings.cannot_give(LARGEST, Hindrance.ABOVE), mappings.lacks(LARGEST, "Send Messages, Embed Links")]
    roles, channels = Mapped(ROLES, all_changed(ROLES)), Mapped(CHANNELS, all_changed(CHANNELS))
    assert errors_of(mappings.roles_set(roles, told * warnings)) is None
    assert errors_of(mappings.channels_set(channels, told * warnings)) is None
    assert errors_of(mappings.unset(roles, channels)) is None
    nothing = mappings.ERROR_TEXTS[NothingChosenError](NothingChosenError(ROLES, CHANNELS))
    assert len(nothing) <= CONTENT


def all_changed(mapped: Mapping[K, int]) -> Mapping[K, Change]:
    """Say that everything stood for something else before."""
    return dict.fromkeys(mapped, CHANGED)


def test_a_setup_of_everything_fits_before_and_after() -> None:
    whole = Plan(ROLES, CHANNELS, list(RoleKey), list(ChannelKey))
    assert errors_of(setup.plan(whole, "Manage Channels, Manage Roles")) is None
    changes = mappings.changes(Mapped(ROLES, all_changed(ROLES)), Mapped(CHANNELS, all_changed(CHANNELS)))
    posted = [f"The panel of role pings, in <#{LARGEST}>"] * 5
    left = [setup.refused(f"#{key.channel_name}", "@" * 500) for key in ChannelKey]
    assert errors_of(setup.done(changes, posted, left)) is None


def test_what_was_deleted_fits_into_one_message() -> None:
    assert errors_of(Reply(mappings.forgotten(Forgotten(list(RoleKey), list(ChannelKey))))) is None
