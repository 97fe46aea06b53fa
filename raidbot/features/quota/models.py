"""Rules of points."""

from decimal import Decimal
from typing import Final

COMPLETION_POINTS: Final = Decimal("1.00")
"""What a completion earns."""
