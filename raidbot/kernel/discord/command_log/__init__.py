"""The log of what members asked for: one row an interaction, written in batches in the background."""

from raidbot.kernel.discord.command_log.keeping import Keeping
from raidbot.kernel.discord.command_log.tables import command_log
from raidbot.kernel.discord.command_log.writer import CommandLog, Entry, Outcome, noted

__all__ = ["CommandLog", "Entry", "Keeping", "Outcome", "command_log", "noted"]
