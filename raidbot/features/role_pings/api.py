"""What other features may ask of role pings."""

from raidbot.features.role_pings.service import ping_roles

__all__ = ["ping_roles"]
