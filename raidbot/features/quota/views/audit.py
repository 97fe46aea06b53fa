"""How staff are told what was done with quotas."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota import models as m
from raidbot.features.quota.views.config import LABELS
from raidbot.kernel.discord.audit_texts import AuditText, Details, old_to_new, plainly
from raidbot.kernel.discord.text import figure, time

_NAMES: Final = {"calendar": "how often"}


def audit_texts(catalogue: Catalogue) -> Mapping[str, AuditText]:
    """Tell each action on quotas."""

    def name(key: str) -> str:
        dungeon = catalogue.find(key)
        if dungeon is not None:
            return dungeon.name
        return LABELS[m.Figure(key)] if key in set(m.Figure) else _NAMES.get(key) or plainly(key)

    changed = old_to_new(name)
    worth = old_to_new(lambda key: f"<@{key}>", lambda points: figure(Decimal(points)))
    return {
        "config.raider_points.set": AuditText("Points of completions", "🪙", changed),
        "config.key_pop_points.set": AuditText("Points of keys", "🗝️", changed),
        "quota.create": AuditText("Quota begun", "📊", _of_role(changed)),
        "quota.set": AuditText("Quota", "📊", _of_role(changed)),
        "quota.delete": AuditText("Quota deleted", "📊", _of_role(lambda _: ())),
        "quota.recalculate": AuditText("Quota at today's points", "📊", _of_role(worth)),
        "quota.excuse": AuditText("Excused", "💤", _of_role(_until)),
        "quota.excuse.end": AuditText("Excused no longer", "💤", _of_role(lambda _: ())),
    }


def _of_role(rest: Details) -> Details:
    return lambda detail: [f"<@&{detail.get('role')}>", *rest(detail)]


def _until(detail: Mapping[str, Any]) -> list[str]:
    until = f"until {time(datetime.fromisoformat(detail['until']), 'f')}"
    return [until, *([plainly(detail["reason"])] if detail.get("reason") else [])]
