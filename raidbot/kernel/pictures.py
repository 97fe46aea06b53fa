"""Pictures for Discord: charts as PNG, readable on a phone, drawn in one thread beside the event loop.

matplotlib takes half a second and 60 MB to import, so that happens at the first picture. A name may hold anything: it
is reduced to what the font can draw.
"""

import asyncio
import gc
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, ParamSpec

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from matplotlib.font_manager import FontProperties

P = ParamSpec("P")

WIDTH: Final = 1000
"""Pixels; heights follow from what there is to show."""
BACKGROUND, TRACK, TEXT, FAINT, ACCENT = "#2b2d31", "#383a40", "#f2f3f5", "#b5bac1", "#5865f2"
GREEN, GOLD = "#3ba55d", "#f0b232"
"""Discord's own dark colours."""
_MARGIN: Final = 40
_ROW, _BAR = 58, 38
_LABELS_AT_MOST: Final = 420
_DPI: Final = 100
_TITLE, _SUBTITLE, _LABEL = 31, 21, 22
"""Points, of 1.4 pixels."""
_PLOT, _GAP = 330, 0.22
"""Height of the columns in pixels; what of a column's width is left empty."""
_STEPS: Final = (1, 2, 5)
_LINES_AT_MOST: Final = 4


class Pictures:
    """Draws pictures, one at a time; one object a process."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pictures")

    async def draw(self, paint: Callable[P, bytes], *args: P.args, **kwargs: P.kwargs) -> bytes:
        """Have a picture painted, by a function that knows nothing of the event loop."""

        def painted() -> bytes:
            try:
                return paint(*args, **kwargs)
            finally:
                gc.collect(1)  # a sheet is a tangle of references around its megabytes of pixels

        return await asyncio.get_running_loop().run_in_executor(self._thread, painted)

    def close(self) -> None:
        """Draw nothing any more."""
        self._thread.shutdown(wait=False, cancel_futures=True)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart. `told` stands at its end, the number itself if it is left out; `faint` sets it back."""

    label: str
    value: float
    told: str | None = None
    faint: bool = False
    colour: str = ACCENT


@dataclass(frozen=True, slots=True)
class Series:
    """What one part of each column counts."""

    name: str
    colour: str


def bars(
    title: str, rows: Sequence[Bar], *, subtitle: str = "", most: float | None = None, goal: float | None = None
) -> bytes:
    """Paint horizontal bars, one below the other, as PNG. The longest fills the width, or `most` would.

    A line stands at the `goal`.
    """
    top = _MARGIN + (124 if subtitle else 80)
    sheet = _Sheet(top + _ROW * len(rows) + _MARGIN - (_ROW - _BAR))
    sheet.write(title, _MARGIN, _MARGIN + 20, _TITLE, bold=True, width=WIDTH - 2 * _MARGIN)
    sheet.write(subtitle, _MARGIN, _MARGIN + 72, _SUBTITLE, colour=FAINT, width=WIDTH - 2 * _MARGIN)
    told = [f"{row.value:,.10g}" if row.told is None else row.told for row in rows]
    labels = min(_LABELS_AT_MOST, max((sheet.width(row.label, _LABEL) for row in rows), default=0))
    numbers = max((sheet.width(text, _LABEL, bold=True) for text in told), default=0)
    left, right = _MARGIN + labels + 24, WIDTH - _MARGIN - numbers - 20
    longest = most or max((row.value for row in rows), default=0) or 1
    for n, (row, number) in enumerate(zip(rows, told, strict=True)):
        middle = top + n * _ROW + _BAR / 2
        length = (right - left) * min(1.0, row.value / longest)
        sheet.write(row.label, _MARGIN, middle, _LABEL, colour=FAINT if row.faint else TEXT, width=labels)
        sheet.bar(left, middle, right - left, TRACK)
        sheet.bar(left, middle, length, FAINT if row.faint else row.colour)
        sheet.write(number, WIDTH - _MARGIN, middle, _LABEL, bold=True, to_the_left=True)
    if goal is not None:
        at = left + (right - left) * min(1.0, goal / longest)
        sheet.line((at, at), (top - 8, top + _ROW * len(rows) - (_ROW - _BAR) + 8), TEXT, width=3)
    return sheet.png()


def columns(title: str, series: Sequence[Series], rows: Sequence[tuple[str, Sequence[int]]], *, subtitle: str) -> bytes:
    """Paint columns beside each other as PNG: what each is called, and a number for each of the series, stacked.

    A column without a name leaves its room to the name before it.
    """
    top = _MARGIN + 170
    bottom = top + _PLOT
    sheet = _Sheet(bottom + 44 + _MARGIN)
    sheet.write(title, _MARGIN, _MARGIN + 20, _TITLE, bold=True, width=WIDTH - 2 * _MARGIN)
    sheet.write(subtitle, _MARGIN, _MARGIN + 72, _SUBTITLE, colour=FAINT, width=WIDTH - 2 * _MARGIN)
    _legend(sheet, series, _MARGIN + 122)
    most = max((sum(values) for _, values in rows), default=0)
    step = _step(most)
    highest = max(step, -(-most // step) * step)
    left = _MARGIN + sheet.width(f"{highest:,}", _SUBTITLE) + 20
    for number in range(0, highest + 1, step):
        at = bottom - _PLOT * number / highest
        sheet.line((left, WIDTH - _MARGIN), (at, at), TRACK)
        sheet.write(f"{number:,}", left - 20, at, _SUBTITLE, colour=FAINT, to_the_left=True)
    width = (WIDTH - _MARGIN - left) / max(len(rows), 1)
    for number, (name, values) in enumerate(rows):
        x, base = left + width * number, float(bottom)
        for value, one in zip(values, series, strict=True):
            height = _PLOT * value / highest
            sheet.block(x + width * _GAP / 2, base - height, width * (1 - _GAP), height, one.colour)
            base -= height
        sheet.write(name, x + width * _GAP / 2, bottom + 30, _SUBTITLE, colour=FAINT)
    return sheet.png()


def _legend(sheet: "_Sheet", series: Sequence[Series], middle: float) -> None:
    x = float(_MARGIN)
    for one in series:
        sheet.block(x, middle - 11, 22, 22, one.colour)
        sheet.write(one.name, x + 34, middle, _SUBTITLE)
        x += 34 + sheet.width(one.name, _SUBTITLE) + 40


def _step(most: int) -> int:
    """Choose a round distance between lines, so that there are few."""
    size = 1
    while True:
        for step in _STEPS:
            if step * size * _LINES_AT_MOST >= most:
                return step * size
        size *= 10


def drawable(text: str) -> str:
    """Reduce a text to what the font can draw: ornate letters become plain ones, emoji are dropped; "?" if all is."""
    known = _glyphs()
    kept = "".join(one if ord(one) in known else " " for one in unicodedata.normalize("NFKC", text))
    return " ".join(kept.split()) or ("?" if text else "")


class _Sheet:
    """A dark sheet whose units are pixels, from its upper left corner."""

    def __init__(self, height: float) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure = Figure(figsize=(WIDTH / _DPI, height / _DPI), dpi=_DPI, facecolor=BACKGROUND)
        self._canvas = FigureCanvasAgg(figure)
        self._renderer: RendererBase = self._canvas.get_renderer()  # type: ignore[no-untyped-call]
        self._axes: Axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0))
        self._axes.set_axis_off()

    def width(self, text: str, points: float, *, bold: bool = False) -> float:
        """Measure a text, in pixels."""
        return self._measured(drawable(text), _font(points, bold=bold))

    def write(
        self,
        text: str,
        x: float,
        middle: float,
        points: float,
        *,
        bold: bool = False,
        colour: str = TEXT,
        width: float = WIDTH,
        to_the_left: bool = False,
    ) -> None:
        """Write a text that begins (or ends) at x, shortened to a width."""
        font = _font(points, bold=bold)
        shown = self._shortened(drawable(text), font, width)
        side = "right" if to_the_left else "left"
        self._axes.text(x, middle, shown, font=font, color=colour, ha=side, va="center_baseline", parse_math=False)

    def bar(self, left: float, middle: float, length: float, colour: str) -> None:
        """Draw a bar with round ends, of little a dot; nothing where there is nothing."""
        from matplotlib.patches import FancyBboxPatch

        if length > 0:
            corner, style = (left, middle - _BAR / 2), f"round,pad=0,rounding_size={_BAR / 2}"
            self._axes.add_patch(
                FancyBboxPatch(corner, max(length, _BAR), _BAR, boxstyle=style, facecolor=colour, linewidth=0)
            )

    def block(self, left: float, top: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle; nothing where there is nothing."""
        from matplotlib.patches import Rectangle

        if height > 0:
            self._axes.add_patch(Rectangle((left, top), width, height, facecolor=colour, linewidth=0))

    def line(self, xs: tuple[float, float], ys: tuple[float, float], colour: str, *, width: float = 2) -> None:
        """Draw a straight line, `width` pixels wide, under what is drawn later."""
        self._axes.plot(xs, ys, color=colour, linewidth=width * 72 / _DPI, zorder=1)  # as patches have it

    def png(self) -> bytes:
        """Return the picture."""
        file = BytesIO()
        self._canvas.figure.savefig(file, format="png")
        return file.getvalue()

    def _shortened(self, text: str, font: "FontProperties", width: float) -> str:
        """Cut a text to a width, with an ellipsis where something is left out."""
        if self._measured(text, font) <= width + 1:
            return text

        def measured(length: int) -> float:
            return self._measured(f"{text[:length].rstrip()}…", font)

        return f"{text[: bisect_right(range(len(text)), width, key=measured) - 1].rstrip()}…"

    def _measured(self, text: str, font: "FontProperties") -> float:
        width, _, _ = self._renderer.get_text_width_height_descent(text, font, ismath=False)
        return width


@cache
def _font(points: float, *, bold: bool) -> Any:
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=_file(bold=bold), size=points)


def _file(*, bold: bool) -> str:
    """Find the font that comes with matplotlib: the machine may have none."""
    from matplotlib import get_data_path

    return f"{get_data_path()}/fonts/ttf/{'DejaVuSans-Bold' if bold else 'DejaVuSans'}.ttf"


@cache
def _glyphs() -> frozenset[int]:
    """List the characters that both weights of the font have."""
    from matplotlib.ft2font import FT2Font

    return frozenset.intersection(*(frozenset(FT2Font(_file(bold=bold)).get_charmap()) for bold in (False, True)))
