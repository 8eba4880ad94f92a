"""How the workbook looks: one palette, and a format for every kind of cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from slipwatch.engine.workbook.columns import Area, Column, Kind

INK, MUTED, LINE, ACCENT = "#1d2733", "#4d5864", "#c9d1da", "#24507c"
GROUND = {
    "key": "#e8ebef",
    "shown": "#f3f5f7",
    "open": "#ffffff",
    "mark": "#fcefd2",
    "frozen": "#e2f1e7",
    "group": "#dbe7f3",
    "fault": "#fbd5d1",
    "conflict": "#fde3b8",
}
HEADS = {"key": ACCENT, "open": ACCENT, "shown": "#6b7785", "mark": "#8a5a00"}
TABS = {Area.DECIDE: "#c98a1b", Area.KEEP: "#2f7a4d", Area.DECLARE: ACCENT}
RED, AMBER = "#9f1f1a", "#7a4d00"
FONT = "Calibri"

MOST_LINES = 12
"""A longer text is cut by its cell, and shown whole in the line above the sheet."""

_SHAPES = {Kind.DAY: "dd/mm/yyyy", Kind.WHOLE: "0", Kind.NUMBER: "General", Kind.FLAG: "@", Kind.WORD: "@"}


class Styles:
    """Formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def make(self, **properties: Any) -> Any:
        """A format by its properties; the font is that of the workbook."""
        whole = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter", **properties}
        key = tuple(sorted(whole.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(whole)
        return self._made[key]

    def cell(self, column: Column, ground: str, *, locked: bool) -> Any:
        """The format of a cell: how its value is shown, what colour says about it, whether it may be typed over."""
        more: dict[str, Any] = {}
        if ground in ("key", "group"):
            more["bold"] = True
        if ground in ("shown", "frozen"):
            more["font_color"] = MUTED
        if ground == "fault":
            more |= {"font_color": RED, "bold": True}
        border = {"fault": RED, "conflict": AMBER}.get(ground, LINE)
        centred = column.kind in (Kind.DAY, Kind.FLAG, Kind.WHOLE)
        return self.make(
            num_format=_SHAPES.get(column.kind, "@"),
            bg_color=GROUND[ground],
            border=2 if ground in ("fault", "conflict") else 1,
            border_color=border,
            text_wrap=True,
            locked=locked,
            align="center" if centred else "right" if column.kind is Kind.NUMBER else "left",
            indent=0 if centred else 1,
            **more,
        )

    def head(self, ground: str) -> Any:
        return self.make(
            bold=True, font_color="#ffffff", bg_color=HEADS[ground], border=1, border_color="#ffffff", text_wrap=True,
            valign="vcenter", align="left", indent=1,
        )  # fmt: skip

    @property
    def title(self) -> Any:
        return self.make(bold=True, font_size=16, font_color=ACCENT, valign="vcenter")

    @property
    def about(self) -> Any:
        return self.make(font_color=MUTED, text_wrap=True, valign="top")


def find_height(texts: Iterable[tuple[str, int]]) -> float | None:
    """Height of a row by its wrapped texts and the widths of their columns; None where one line is enough. Not every
    spreadsheet program makes room by itself."""
    lines = max((_count_lines(text, width) for text, width in texts), default=1)
    return None if lines <= 1 else 3 + 13.5 * min(lines, MOST_LINES)


def _count_lines(text: str, width: int) -> int:
    return sum(-(-len(part) * 11 // (width * 10)) or 1 for part in text.split("\n"))


def choose_ground(column: Column) -> str:
    """What the colour of a column says: a key, for reading, a mark, or to fill in."""
    if column.key:
        return "key"
    return "shown" if column.shown else "mark" if column.field == "mark" else "open"
