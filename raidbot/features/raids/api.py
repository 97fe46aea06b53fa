"""What other features may ask of raids."""

from raidbot.features.raids.models import BusyError, NewRun, OpenedRun
from raidbot.features.raids.service import PUBLIC_PANEL, RunOpenings

__all__ = ["PUBLIC_PANEL", "BusyError", "NewRun", "OpenedRun", "RunOpenings"]
