"""What a case is, and the sizes that cases share."""

from datetime import timedelta
from typing import Any

Case = tuple[str, dict[str, Any]]
HOUR = timedelta(hours=1)
STORM = 500
"""Clicks, log entries, role changes: the most that go together."""
