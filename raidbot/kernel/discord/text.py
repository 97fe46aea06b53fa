"""Text for Discord: user text made harmless, everything cut to Discord's limits."""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

CONTENT, TITLE, DESCRIPTION, FIELD_NAME, FIELD, FOOTER, LABEL = 2000, 256, 4096, 256, 1024, 2048, 80
"""Discord's limits in characters (UTF-16 code units are counted by nobody: the API counts code points)."""
EMBED_TOTAL = 6000
BUTTONS_A_ROW, ROWS, OPTIONS = 5, 5, 25

_MARKDOWN = re.compile(r"([\\*_~`|>#\[\]()<:-])")


def plain(text: str) -> str:
    """Escape what a user wrote, so that it shows as written: no mention, markdown, masked link or timestamp.

    A backslash does not keep Discord from reading @everyone; a space of no width behind the @ does.
    """
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split())).replace("@", "@\N{ZERO WIDTH SPACE}")


def cut(text: str, limit: int) -> str:
    """Shorten to `limit` characters, with an ellipsis where something is left out."""
    return text if len(text) <= limit else text[: limit - 1].rstrip("\\ ") + "…"


def time(moment: datetime, style: Literal["R", "t", "f", "F"] = "R") -> str:
    """Write a moment as Discord shows it to each reader: R relative, t short time, f date and time, F weekday too."""
    return f"<t:{int(moment.timestamp())}:{style}>"


def message_link(guild_id: int, channel_id: int, message_id: int) -> str:
    """Write the address of a message."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"


def listed(items: Sequence[str], limit: int, *, separator: str = ", ") -> str:
    """Join as many items as fit into `limit` characters and count the rest: "a, b and 38 more"."""
    if not items:
        return ""
    whole = separator.join(items)
    if len(whole) <= limit:
        return whole
    room = limit - len(f" and {len(items)} more")
    shown, length = 0, 0
    for item in items:
        length += len(item) + (len(separator) if shown else 0)
        if length > room:
            break
        shown += 1
    rest = len(items) - shown
    return f"{separator.join(items[:shown])} and {rest} more" if shown else cut(f"{rest} in all", limit)


def figure(points: Decimal, *, signed: bool = False) -> str:
    """Write points with two places at most: "1,250", "+0.5"."""
    return format(points, "+,.2f" if signed else ",.2f").rstrip("0").rstrip(".")


def count(number: int, one: str, many: str | None = None) -> str:
    """Write "1 raider", "2 raiders"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
