"""How what is typed for quotas is refused."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from raidbot.features.quota import models as m
from raidbot.kernel.errors import UserError

REFUSALS: Final[Mapping[type[UserError], Callable[[Any], str]]] = {
    m.WrongPointsError: lambda error: (
        f"{error.what}: points are a number such as 1, 1.1 or 0,29, with two places at most. Empty is the default."
    ),
    m.WrongCalendarError: lambda _: "A period begins weekly, two-weekly or monthly. Please type one of these words.",
    m.WrongDateError: lambda _: (
        "I can't read this date. Type it like 2026-11-30, with a time of day like 2026-11-30 18:00."
    ),
    m.PastDateError: lambda _: "This day is over. Please name one that is still to come.",
    m.UnfitQuotaRoleError: lambda error: (
        f"<@&{error.role_id}> can't have a quota: everybody has it, or only Discord gives it. Choose an ordinary role."
    ),
    m.NoQuotaYetError: lambda error: f"<@&{error.role_id}> has no quota any more. `/configquota` gives it one.",
    m.NoReportYetError: lambda error: (
        f"No period of <@&{error.role_id}> is over yet. When the first one ends, its report is here."
    ),
    m.PeriodOverError: lambda _: "This period has just ended. Please look again in a moment, when the next one runs.",
    m.NoQuotaChannelError: lambda _: "No channel is chosen for quotas. `/setchannels quota:` chooses one.",
    m.NotHeldError: lambda error: (
        f"<@{error.user_id}> has no role with a quota."
        if error.role_id is None
        else f"<@{error.user_id}> does not have <@&{error.role_id}>, or that role has no quota."
    ),
    m.NotExcusedError: lambda error: f"<@{error.user_id}> is not excused, so there is nothing to end.",
}
