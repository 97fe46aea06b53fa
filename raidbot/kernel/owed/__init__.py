"""What the bot owes to Discord, as rows: panels to draw, roles to give and take, effects to carry out.

A feature's service writes these rows in the transaction of the change that causes them; `kernel.discord` carries them
out after the commit and again after a crash. Nothing in here knows Discord.

Invariants:
    * A panel is stale while its topic's version is above what it shows.
    * A role is owed while `wanted` differs from `given`; `given` is null while a request is under way.
    * An effect is owed as long as its row exists; its handler is idempotent.

Tables: panel_topic, panel, member_role, owed_effect.
"""

from raidbot.kernel.owed.book import Owed
from raidbot.kernel.owed.models import Bell, Effect, Panel, RoleChange, TopicVersion
from raidbot.kernel.owed.queries.effects import owed_effects
from raidbot.kernel.owed.queries.panels import touched
from raidbot.kernel.owed.queries.roles import wanted_roles

__all__ = ["Bell", "Effect", "Owed", "Panel", "RoleChange", "TopicVersion", "owed_effects", "touched", "wanted_roles"]
