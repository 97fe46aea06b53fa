"""How the audit is told: each feature says it of its own actions, and staff read it as they read everything else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from raidbot.kernel.audit import Entry
from raidbot.kernel.discord.text import cut, listed, plain

Details = Callable[[Mapping[str, Any]], Sequence[str]]
"""Tells what an entry's detail says, a piece a change; nothing for what its title tells already."""
LINE: Final = 390
"""Characters of an entry's line where there are ten: with their times they fit into an embed's description."""


def plainly(value: object) -> str:
    """Show what a member or the program wrote."""
    return plain(cut(str(value), 100))


def old_to_new(name: Callable[[str], str] = plainly, value: Callable[[Any], str] = plainly) -> Details:
    """Tell a detail of old and new values: "Organizer @Old → @New"; other details are not told.

    `name` writes what was changed, `value` what it was and is; None reads "not set".
    """

    def shown(one: object) -> str:
        return "not set" if one is None else value(one)

    def told(detail: Mapping[str, Any]) -> list[str]:
        pairs = {key: one for key, one in detail.items() if isinstance(one, Mapping) and {"old", "new"} <= one.keys()}
        return sorted(f"{name(key)} {shown(pair['old'])} → {shown(pair['new'])}" for key, pair in pairs.items())

    return told


_PLAINLY: Final = old_to_new()


@dataclass(frozen=True, slots=True)
class AuditText:
    """How one action is told: "⚙️ **Roles**: Organizer @Old → @New"."""

    title: str
    emoji: str = "📝"
    details: Details = _PLAINLY


class AuditTexts:
    """The texts of all features; an action that nobody has a text for is told by its name."""

    def __init__(self, *tables: Mapping[str, AuditText]) -> None:
        self._texts: dict[str, AuditText] = {}
        for table in tables:
            if clash := self._texts.keys() & table.keys():
                raise RuntimeError(f"two audit texts for {sorted(clash)}")
            self._texts.update(table)

    def __getitem__(self, action: str) -> AuditText:
        name = action.replace(".", " ").replace("_", " ")
        return self._texts.get(action) or AuditText(name[:1].upper() + name[1:])

    def line(self, entry: Entry, limit: int = LINE) -> str:
        """Tell an entry in one line of so many characters: what, on whom, by whom."""
        text = self[entry.action]
        head = f"{text.emoji} **{text.title}**"
        whom = f" · <@{entry.target_id}>" if entry.target_id else ""
        tail = f"{whom} · {f'by <@{entry.actor_id}>' if entry.actor_id else 'by itself'}"
        pieces = text.details(entry.detail)
        if not pieces:
            return f"{head}{tail}"
        return f"{head}: {listed(pieces, limit - len(head) - len(tail) - 2)}{tail}"
