"""What today's rates would change of a running period."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from raidbot.features.quota.models.periods import Period
from raidbot.kernel.guilds import Module, RoleKey
from raidbot.kernel.permissions import Capability

RECALCULATE: Final = Capability("recalculate a quota", RoleKey.ADMINISTRATOR, Module.QUOTA)
RERATE: Final = "rerate:"
"""The sources of corrections begin so, which tells them from what officers give and take."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a member's runs of a period count, corrections included, and what they are worth at today's rates."""

    user_id: int
    runs: int
    counted: Decimal
    worth: Decimal

    @property
    def change(self) -> Decimal:
        return self.worth - self.counted


@dataclass(frozen=True, slots=True)
class Recalculation:
    """Everything that today's rates change of a running period; members whose runs count right are left out."""

    period: Period
    corrections: Sequence[Correction]

    @property
    def hundredths(self) -> int:
        """Return what changes in all, to be compared: each change counts, whatever its sign."""
        return int(sum(abs(one.change) for one in self.corrections) * 100)
