"""A Discord message, drawn for the terminal."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text

from raidbot.playground.driver import Message

_INK, _PAPER, _DIM = "#dbdee1", "#2b2d31", "#949ba4"
_MENTION = "#c9cdfb on #3c4270"
_LINK = "#00a8fc"
_BUTTON = 2
"""The type of the component."""
_BUTTONS: Mapping[int, str] = {1: "#5865f2", 2: "#4e5058", 3: "#248046", 4: "#da373c", 5: "#4e5058"}
"""Backgrounds by Discord's button style."""
_OFF = "#8a8d93 on #3b3d44"
_BAR = "▌"
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_TOKENS = re.compile(
    r"(?P<bold>\*\*(?P<strong>.+?)\*\*)|(?P<italic>\*(?P<slanted>[^*]+)\*)|\\(?P<escaped>.)"
    r"|<(?P<kind>@&|@|#)(?P<id>\d+)>|<t:(?P<time>\d+)(?::\w)?>|(?P<here>@here|@everyone)"
    r"|\[(?P<label>[^\]]+)\]\((?P<address>[^)]+)\)|(?P<url>https?://\S+)"
)


class Barred:
    """Something on a ground of its own, with a coloured bar at its left: an embed."""

    def __init__(self, inside: RenderableType, colour: str) -> None:
        self._inside = inside
        self._colour = colour

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        ground = Style.parse(f"{_INK} on {_PAPER}")
        bar, gap = Segment(_BAR, Style.parse(f"{self._colour} on {_PAPER}")), Segment(" ", ground)
        inner = options.update(width=max(1, options.max_width - 3), height=None)
        for line in console.render_lines(self._inside, inner, style=ground):
            yield bar
            yield gap
            yield from line
            yield gap
            yield Segment.line()


def card(message: Message, names: Mapping[int, str], now: float, width: int) -> RenderableType:
    """Draw a message; names by id stand in mentions, now is Unix seconds, width the cells that buttons may take."""
    parts: list[RenderableType] = []
    if message.content:
        parts.append(markdown(message.content, names, now))
    parts += [_embed(embed, names, now) for embed in message.embeds]
    parts += _button_rows(message.components, width)
    return Group(*parts)


def markdown(text: str, names: Mapping[int, str], now: float) -> Text:
    """Read what of Discord's markdown the bot writes."""
    text = narrow(text)
    out, at = Text(), 0
    for token in _TOKENS.finditer(text):
        out.append(text[at : token.start()])
        at = token.end()
        part = token.groupdict()
        if part["bold"]:
            out.append_text(_styled(markdown(part["strong"], names, now), "bold"))
        elif part["italic"]:
            out.append_text(_styled(markdown(part["slanted"], names, now), "italic"))
        elif part["escaped"]:
            out.append(part["escaped"])
        elif part["kind"]:
            out.append(f"{part['kind'].rstrip('&')}{names.get(int(part['id']), 'somebody')}", _MENTION)
        elif part["time"]:
            out.append(relative(int(part["time"]) - now), f"{_INK} on #41434a")
        elif part["here"]:
            out.append(part["here"], _MENTION)
        elif part["label"]:
            out.append(part["label"], _LINK)
        else:
            out.append("→ the panel" if "/channels/" in part["url"] else part["url"], _LINK)
    out.append(text[at:])
    return out


def relative(seconds: float) -> str:
    """Write a span as Discord does: "in 20 seconds", "2 minutes ago"."""
    size = int(abs(seconds))
    length, unit = next((entry for entry in _UNITS if size >= entry[0]), _UNITS[-1])
    number = size // length
    told = f"{number} {unit}{'' if number == 1 else 's'}"
    return f"in {told}" if seconds >= 0 else f"{told} ago"


def narrow(text: str) -> str:
    """Drop the sign that asks for an emoji's coloured form: terminals disagree on how wide that makes it."""
    return text.replace("\N{VARIATION SELECTOR-16}", "")


def _styled(text: Text, style: str) -> Text:
    text.stylize_before(style)
    return text


def _embed(embed: Mapping[str, Any], names: Mapping[int, str], now: float) -> RenderableType:
    parts: list[RenderableType] = []
    if embed.get("title"):
        parts.append(Text(narrow(embed["title"]), "bold white"))
    if embed.get("description"):
        parts.append(markdown(embed["description"], names, now))
    for together in _field_rows(embed.get("fields", ())):
        grid = Table.grid(expand=True, padding=(0, 1))
        for _ in together:
            grid.add_column(ratio=1)
        grid.add_row(*(Text(narrow(field["name"]), f"bold {_DIM}") for field in together))
        grid.add_row(*(markdown(field["value"], names, now) for field in together))
        parts.append(grid)
    return Barred(Group(*parts), f"#{embed.get('color') or 0x1E1F22:06x}")


def _field_rows(fields: Iterable[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Put up to three inline fields in a row, as Discord does."""
    rows: list[list[Mapping[str, Any]]] = []
    for field in fields:
        if rows and field.get("inline") and rows[-1][-1].get("inline") and len(rows[-1]) < 3:
            rows[-1].append(field)
        else:
            rows.append([field])
    return rows


def _button_rows(rows: Iterable[Mapping[str, Any]], width: int) -> list[Text]:
    """Draw rows of buttons; one that is too wide goes on in the next line."""
    lines: list[Text] = []
    for row in rows:
        line = Text(no_wrap=True)
        for button in row["components"]:
            if button["type"] != _BUTTON:
                continue
            emoji = (button.get("emoji") or {}).get("name")
            label = narrow(f" {emoji} {button['label']} " if emoji else f" {button['label']} ")
            if line and line.cell_len + 1 + cell_len(label) > width:
                lines.append(line)
                line = Text(no_wrap=True)
            line.append(" " if line else "")
            line.append(label, _OFF if button.get("disabled") else f"white on {_BUTTONS[button['style']]}")
        lines.append(line)
    return lines
