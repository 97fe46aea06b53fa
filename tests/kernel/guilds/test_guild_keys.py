"""The keys fit Discord's options, and the hierarchy is the one of the specification."""

import pytest

from raidbot.kernel.guilds import HIERARCHY, ChannelKey, Module, RoleKey


def test_the_hierarchy_ranks_seven_keys_and_no_marker() -> None:
    assert [key.value for key in HIERARCHY] == [
        "administrator",
        "moderator",
        "head_organizer",
        "officer",
        "security",
        "organizer",
        "verified_raider",
    ]
    assert [key.rank for key in RoleKey] == [7, 6, 5, 4, 3, 2, 1, 0, 0, 0]


def test_there_are_ten_role_keys_thirteen_channel_keys_and_seven_modules() -> None:
    assert (len(RoleKey), len(ChannelKey), len(Module)) == (10, 13, 7)
    assert [module for module in Module if module.on_by_default] == [Module.RAIDS]
    assert Module.MODMAIL.title == "Modmail"


@pytest.mark.parametrize("key", [*RoleKey, *ChannelKey])
def test_a_key_fits_a_command_option(key: RoleKey | ChannelKey) -> None:
    assert len(key.value) <= 32
    assert key.value == key.value.lower()
    assert key.title
    assert 1 <= len(key.purpose) <= 100
    assert type(key)(key.value) is key
