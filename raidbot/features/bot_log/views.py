"""What staff read of the audit: the bot log's messages, the pages of `/audit`, and their buttons."""

import base64
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, Self

import hikari

from raidbot.features.bot_log import models as m
from raidbot.kernel.audit import Entry, Filters
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.audit_texts import AuditTexts
from raidbot.kernel.discord.custom_ids import CustomId
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import DESCRIPTION, cut, plain, time
from raidbot.kernel.errors import UserError

CHOICE: Final = 100
_FIELDS: Final = struct.Struct(">QQQII")
"""The entry, actor and target, and both ends of the span in minutes since 1970; 0: none. 43 characters."""
_Row = hikari.impl.MessageActionRowBuilder

# --- custom ids: a changed field list needs a higher VERSION ---------------------------------------------------------


@dataclass(frozen=True)
class _Turn(CustomId):
    """Turns the page at an entry; `place` carries it with the filters that are numbers, `action` may be empty."""

    place: str
    action: str

    @classmethod
    def at(cls, entry_id: int, filters: Filters) -> Self:
        """Make the id of a turn at an entry."""
        numbers = (entry_id, filters.actor_id or 0, filters.target_id or 0)
        times = (_minutes(filters.since), _minutes(filters.until))
        packed = base64.urlsafe_b64encode(_FIELDS.pack(*numbers, *times))
        return cls(packed.decode().rstrip("="), filters.action or "")

    @property
    def entry_id(self) -> int:
        return int(self._numbers[0])

    @property
    def filters(self) -> Filters:
        _, actor_id, target_id, since, until = self._numbers
        return Filters(actor_id or None, target_id or None, self.action or None, _moment(since), _moment(until))

    @property
    def _numbers(self) -> tuple[int, ...]:
        return _FIELDS.unpack(base64.urlsafe_b64decode(f"{self.place}="))


@dataclass(frozen=True)
class Older(_Turn):
    PREFIX: ClassVar[str] = "audit.older"


@dataclass(frozen=True)
class Newer(_Turn):
    PREFIX: ClassVar[str] = "audit.newer"


def _minutes(moment: datetime | None) -> int:
    return 0 if moment is None else int(moment.timestamp()) // 60


def _moment(minutes: int) -> datetime | None:
    return datetime.fromtimestamp(minutes * 60, tz=UTC) if minutes else None


# --- /audit ----------------------------------------------------------------------------------------------------------


def page(shown: m.Page, texts: AuditTexts) -> Reply:
    """Show a page of the audit."""
    embed = hikari.Embed(title="Audit", colour=int(Colour.INFO))
    embed.description = "\n".join(f"{time(entry.created_at, 'f')} {texts.line(entry)}" for entry in shown.entries)
    looked_for = _looked_for(shown.filters, texts)
    if not shown.entries:
        return Reply(f"I found nothing{f' for {looked_for}' if looked_for else ''}.")
    if looked_for:
        embed.add_field("Only", looked_for)
    return Reply(embed=embed, rows=[_turns(shown)] if shown.newer or shown.older else ())


def _turns(shown: m.Page) -> _Row:
    row = _Row()
    for custom_id, label, there in (
        (Newer.at(shown.entries[0].id, shown.filters), "Newer", shown.newer),
        (Older.at(shown.entries[-1].id, shown.filters), "Older", shown.older),
    ):
        row.add_interactive_button(hikari.ButtonStyle.SECONDARY, custom_id.pack(), label=label, is_disabled=not there)
    return row


def _looked_for(filters: Filters, texts: AuditTexts) -> str:
    action = filters.action and f"**{plain(texts[filters.action].title)}**"
    parts = (
        ("by", filters.actor_id and f"<@{filters.actor_id}>"),
        ("on", filters.target_id and f"<@{filters.target_id}>"),
        ("of the kind", action),
        ("since", filters.since and time(filters.since, "f")),
        ("until", filters.until and time(filters.until, "f")),
    )
    return ", ".join(f"{word} {value}" for word, value in parts if value)


def kinds(actions: Sequence[str], text: str, texts: AuditTexts) -> list[tuple[str, str]]:
    """Offer the actions whose title or name has a text in it."""
    named = [(cut(f"{texts[action].title} ({action})", CHOICE), action) for action in actions]
    return sorted(one for one in named if text.casefold() in one[0].casefold())


# --- the bot log -----------------------------------------------------------------------------------------------------


def told(entries: Sequence[Entry], texts: AuditTexts) -> hikari.Embed:
    """Write a message of the bot log."""
    limit = DESCRIPTION // len(entries) - 1
    lines = "\n".join(texts.line(entry, limit) for entry in entries)
    return hikari.Embed(description=lines, colour=int(Colour.NEUTRAL))


ERROR_TEXTS: Final[Mapping[type[UserError], Callable[[Any], str]]] = {
    m.BadTimeError: lambda error: (
        f"I can't read “{plain(cut(error.text, 50))}” as a time. Write `2026-05-31` or `2026-05-31 18:00` in "
        "the server's time zone, or how long ago: `12h`, `7d`, `2w`."
    ),
    m.EmptySpanError: lambda _: "Your span of time ends before it begins: `since` must lie before `until`.",
}
