"""The slash commands of quota: `history`, `boards`, `ledger` for staff, `config` for administrators, `quotas`."""

from raidbot.features.quota.commands.boards import ShowLeaderboard, ShowStats
from raidbot.features.quota.commands.config import ConfigPoints, ConfigQuota
from raidbot.features.quota.commands.history import ShowMyRuns
from raidbot.features.quota.commands.ledger import AddPoints, AddQuotaPoints, LogRun
from raidbot.features.quota.commands.quotas import ExcuseMember, ShowQuota

__all__ = [
    "AddPoints",
    "AddQuotaPoints",
    "ConfigPoints",
    "ConfigQuota",
    "ExcuseMember",
    "LogRun",
    "ShowLeaderboard",
    "ShowMyRuns",
    "ShowQuota",
    "ShowStats",
]
