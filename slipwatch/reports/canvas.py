"""The ground that a trend chart is drawn on: sizes, scales, texts and lines as SVG, every text escaped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from slipwatch.document.escape import clean_line

INK, MUTED, HAIR, PASSED = "#1d2733", "#66727f", "#e3e7ec", "#f4f5f7"
PALETTE = ("#24507c", "#b0592a", "#6f4a8e", "#1f7f86", "#8a7420", "#a23b55", "#4f6b35", "#5b6b7b")
FONT = "'Segoe UI','Helvetica Neue',Roboto,'Noto Sans','Liberation Sans',Arial,'DejaVu Sans Condensed',sans-serif"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Size of a drawing in pixels, and its margins. `is_named` writes names beside the lines, else numbers."""

    width: int
    height: int
    left: int
    right: int
    top: int = 26
    bottom: int = 30
    size: int = 12
    is_named: bool = True


WIDE = Sheet(width=880, height=450, left=54, right=228)
NAME_ROOM = 200
"""Pixels that a name may need inside the plot."""

NAME_LIMIT = 31
"""Characters of a name beside its line."""

NARROW = Sheet(width=340, height=400, left=48, right=30, size=11, is_named=False)


@dataclass(frozen=True, kw_only=True)
class Plot:
    """First and last day across, earliest and latest date upwards."""

    first: date
    last: date
    low: date
    high: date


@dataclass(frozen=True)
class Scale:
    """From days to pixels. The vertical axis has a margin of 3 % above and below."""

    plot: Plot
    sheet: Sheet

    def x(self, day: date) -> float:
        span = max(1, (self.plot.last - self.plot.first).days)
        width = self.sheet.width - self.sheet.left - self.sheet.right
        return round(self.sheet.left + width * (day - self.plot.first).days / span, 1)

    def y(self, day: date) -> float:
        margin = max(7, (self.plot.high - self.plot.low).days * 0.03)
        span = (self.plot.high - self.plot.low).days + 2 * margin
        share = ((day - self.plot.low).days + margin) / span
        return round(self.sheet.height - self.sheet.bottom - self.height * share, 1)

    @property
    def height(self) -> int:
        return self.sheet.height - self.sheet.top - self.sheet.bottom

    @property
    def edges(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the plot."""
        sheet = self.sheet
        return sheet.left, sheet.top, sheet.width - sheet.right, sheet.height - sheet.bottom


def clean_label(text: str, limit: int | None = None) -> str:
    """One line without the two characters that XML refuses."""
    return clean_line("".join(sign for sign in text if sign not in "\ufffe\uffff"), limit)


def write_text(
    x: float, y: float, text: str, *, anchor: str = "start", fill: str = INK, weight: str = "", halo: str = ""
) -> Markup:
    """A text; a `halo` in the colour of its ground keeps lines from striking it through."""
    bold = Markup(' font-weight="600"') if weight else ""
    around = Markup(' stroke="{}" stroke-width="5" paint-order="stroke"').format(halo) if halo else ""
    return Markup('<text x="{}" y="{}" text-anchor="{}" fill="{}"{}{}>{}</text>').format(
        x, y, anchor, fill, bold, around, clean_label(text)
    )


def write_name(x: float, y: float, name: str, colour: str, *, weight: str = "") -> Markup:
    """A name cut to the room that there is; a pointer shows all of it."""
    text = write_text(x, y, clean_label(name, NAME_LIMIT), fill=colour, weight=weight)
    return Markup("<g><title>{}</title>{}</g>").format(clean_label(name), text)


def draw_line(x1: float, y1: float, x2: float, y2: float, *, stroke: str, dash: str = "") -> Markup:
    dashes = Markup(' stroke-dasharray="{}"').format(dash) if dash else ""
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"{}/>').format(x1, y1, x2, y2, stroke, dashes)
