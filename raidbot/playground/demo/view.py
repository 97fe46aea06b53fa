"""How the demo shows itself: a live view in a terminal, plain lines elsewhere."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence

from rich.align import Align
from rich.console import Console, Group, RenderableType
from rich.layout import Layout
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from raidbot.playground.demo.card import card, markdown, narrow
from raidbot.playground.demo.diary import Answers, Diary, Line, Tone
from raidbot.playground.driver import Channel, LocalDiscord

FRAMES_A_SECOND = 8
LOOKS_A_SECOND = 4
"""How often the channel is read for the view."""
_BLURPLE, _DIM, _BORDER = "#5865f2", "#949ba4", "#4e5058"
_TITLE = "bold white"
_BLOCKS = "▁▂▃▄▅▆▇█"
_LIMIT_MS = 3000


def plainly(console: Console, diary: Diary) -> None:
    """Print each line as it comes."""

    def show(line: Line) -> None:
        text = Text.assemble((f"{clock(line.at)} ", _DIM), (narrow(line.text), line.tone.value))
        console.print(text, soft_wrap=True)

    diary.heard = show


@contextlib.asynccontextmanager
async def live(console: Console, diary: Diary) -> AsyncIterator[None]:
    """Show the diary on the whole terminal for the time of the block."""
    with Live(console=console, screen=True, auto_refresh=False) as screen:

        async def draw() -> None:
            while True:
                screen.update(frame(diary, console.width, console.height), refresh=True)
                await asyncio.sleep(1 / FRAMES_A_SECOND)

        task = asyncio.create_task(draw())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@contextlib.asynccontextmanager
async def watching(diary: Diary, discord: LocalDiscord, channel: Channel) -> AsyncIterator[None]:
    """Keep the diary's picture of the channel fresh for the time of the block."""

    async def look() -> None:
        while True:
            diary.channel = await channel.messages()
            diary.names.update((role.id, role.name) for role in await channel.guild.roles())
            diary.requests = await discord.total_requests()
            await asyncio.sleep(1 / LOOKS_A_SECOND)

    task = asyncio.create_task(look())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def frame(diary: Diary, width: int, height: int) -> RenderableType:
    """Draw one picture of so many cells."""
    layout = Layout()
    layout.split_column(Layout(name="head", size=1), Layout(name="middle"), Layout(name="foot", size=4))
    left = width // 2 + width % 2
    layout["middle"].split_row(Layout(_channel(diary, left - 4, height - 7), size=left), Layout(name="right"))
    layout["head"].update(_head(diary))
    layout["right"].update(_log(diary, width - left - 4, height - 7))
    layout["foot"].update(_foot(diary, width - 4))
    return layout


def clock(seconds: float) -> str:
    """Write 75 seconds as 01:15."""
    return f"{int(seconds) // 60:02}:{int(seconds) % 60:02}"


def sparkline(values: Sequence[float], width: int) -> str:
    """Draw values as blocks, the newest at the right; where there are too many, each block is the highest of some."""
    if not values or width < 1:
        return ""
    share = -(-len(values) // width)
    peaks = [max(values[at : at + share]) for at in range(0, len(values), share)]
    top = max(peaks) or 1
    return "".join(_BLOCKS[min(len(_BLOCKS) - 1, int(peak / top * len(_BLOCKS)))] for peak in peaks)


def _head(diary: Diary) -> RenderableType:
    grid = Table.grid(expand=True)
    grid.add_column()
    grid.add_column(justify="right")
    beads = Text("".join("●" if number < diary.act else "○" for number in range(len(diary.acts))), _BLURPLE)
    act = diary.acts[diary.act - 1] if diary.act else "Starting"
    grid.add_row(
        Text.assemble((" raidbot demo ", f"bold white on {_BLURPLE}"), " ", (act, "bold")),
        Text.assemble(beads, " ", (clock(diary.elapsed), _DIM), " "),
    )
    return grid


def _channel(diary: Diary, width: int, height: int) -> RenderableType:
    """Show the newest panel, and under it the newest other message."""
    now = time.time()
    panels = [message for message in diary.channel if message.embeds]
    others = [message for message in diary.channel if not message.embeds]
    parts: list[RenderableType] = [card(panels[-1], diary.names, now, width)] if panels else []
    if others:
        parts += [Text(), markdown(others[-1].content, diary.names, now)]
    inside = Group(*parts) if parts else Align.center(Text("nothing here yet", _DIM), vertical="middle", height=height)
    return Panel(inside, title=Text("# raids", _TITLE), title_align="left", border_style=_BORDER)


def _log(diary: Diary, width: int, height: int) -> RenderableType:
    """Show as many of the last lines as fit."""
    shown: list[RenderableType] = []
    rows = 0
    for line in reversed(diary.lines[-height:]):
        grid = Table.grid(padding=(0, 1))
        grid.add_column(style=_DIM)
        grid.add_column()
        text = Text(narrow(line.text), line.tone.value)
        taken = len(text.wrap(Console(width=width), max(1, width - 6)))
        if rows + taken > height:
            break
        rows += taken
        grid.add_row(clock(line.at), text)
        shown.append(grid)
    title = Text("what happens", _TITLE)
    return Panel(Group(*reversed(shown)), title=title, title_align="left", border_style=_BORDER)


def _foot(diary: Diary, width: int) -> RenderableType:
    answers = Answers.of(diary.acknowledged)
    numbers = Text.assemble(
        ("half within ", _DIM),
        (f"{answers.middle:,.0f} ms", "bold"),
        ("  99 of 100 within ", _DIM),
        (f"{answers.p99:,.0f} ms", "bold"),
        ("  slowest ", _DIM),
        (f"{answers.slowest:,.0f} ms", "bold" if answers.slowest < _LIMIT_MS else Tone.BAD.value),
    )
    counted = Text.assemble(
        (f"{diary.clicks:,}", "bold"), (" clicks  ", _DIM), (f"{diary.requests:,}", "bold"), (" requests", _DIM)
    )
    line = Table.grid(expand=True)
    line.add_column()
    line.add_column(justify="right")
    line.add_row(Text(sparkline(diary.acknowledged, width - counted.cell_len - 2), Tone.GOOD.value), counted)
    title = Text.assemble(("answers", _TITLE), (" (Discord waits 3,000 ms)", _DIM))
    address = Text.assemble((diary.address, "bold"), (" in a browser", _DIM)) if diary.address else None
    return Panel(
        Group(line, numbers),
        title=title,
        title_align="left",
        subtitle=address,
        subtitle_align="left",
        border_style=_BORDER,
    )
