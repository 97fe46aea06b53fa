"""The doctor: says what is missing for the bot to work, and what to do.

`doctor` is behind `python -m raidbot doctor`. What the bot needs of a server stands in `needs`, which the configuration
commands warn by too; `Lookout` sees a guild as far as the bot's rights go.
"""

from raidbot.kernel.discord.checkup.examination import Check, doctor, examine
from raidbot.kernel.discord.checkup.needs import (
    NEEDED,
    NEEDED_IN,
    PANELS,
    Hindrance,
    find_channel,
    hindrance,
    invitation,
    lacking,
    titles,
)
from raidbot.kernel.discord.checkup.rules import guild as look_at_guild
from raidbot.kernel.discord.checkup.sight import ChannelSight, GuildSight, Lookout, RoleSight
from raidbot.kernel.health import Finding, Level, all_well, render

__all__ = [
    "NEEDED",
    "NEEDED_IN",
    "PANELS",
    "ChannelSight",
    "Check",
    "Finding",
    "GuildSight",
    "Hindrance",
    "Level",
    "Lookout",
    "RoleSight",
    "all_well",
    "doctor",
    "examine",
    "find_channel",
    "hindrance",
    "invitation",
    "lacking",
    "look_at_guild",
    "render",
    "titles",
]
