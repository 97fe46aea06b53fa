"""Living messages: panels drawn from rows, at Discord's pace, until they equal the database.

Edits are coalesced per panel. Panels of one channel take turns, the longest waiting first, one request a second
(Discord: 5 edits in 5 s a channel). A panel that is gone is posted again once, without a ping. An ephemeral panel
lives on the token of its last press: 14 minutes, then it shows Refresh.
"""

from raidbot.kernel.discord.easel.easel import Easel
from raidbot.kernel.discord.easel.kinds import Drawing, PanelKind

__all__ = ["Drawing", "Easel", "PanelKind"]
