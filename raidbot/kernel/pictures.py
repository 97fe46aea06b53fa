"""Pictures for Discord: charts as PNG, readable on a phone, drawn in one thread beside the event loop.

matplotlib takes half a second and 60 MB to import, so that happens at the first picture. A name may hold anything: it
is reduced to what the font can draw.
"""

import asyncio
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
"""Discord's own dark colours."""
_MARGIN: Final = 40
_ROW, _BAR = 58, 38
_LABELS_AT_MOST: Final = 420
_DPI: Final = 100
_TITLE, _SUBTITLE, _LABEL = 31, 21, 22
"""Points, of 1.4 pixels."""


class Pictures:
    """Draws pictures, one at a time; one object a process."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pictures")

    async def draw(self, paint: Callable[P, bytes], *args: P.args, **kwargs: P.kwargs) -> bytes:
        """Have a picture painted, by a function that knows nothing of the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: paint(*args, **kwargs))

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


def bars(title: str, rows: Sequence[Bar], *, subtitle: str = "", most: float | None = None) -> bytes:
    """Paint horizontal bars, one below the other, as PNG. The longest fills the width, or `most` would."""
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
        sheet.bar(left, middle, length, FAINT if row.faint else ACCENT)
        sheet.write(number, WIDTH - _MARGIN, middle, _LABEL, bold=True, to_the_left=True)
    return sheet.png()


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
