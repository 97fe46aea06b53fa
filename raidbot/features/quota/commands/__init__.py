"""The slash commands of quota: `history` of a raider, `boards` of everybody, `ledger` for staff."""

from raidbot.features.quota.commands.boards import ShowLeaderboard, ShowStats
from raidbot.features.quota.commands.history import ShowMyRuns
from raidbot.features.quota.commands.ledger import AddPoints, AddQuotaPoints, LogRun

__all__ = ["AddPoints", "AddQuotaPoints", "LogRun", "ShowLeaderboard", "ShowMyRuns", "ShowStats"]
