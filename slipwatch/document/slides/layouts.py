"""Where a slide that a template does not foresee is put: which of its layouts, and how much room that leaves."""

from __future__ import annotations

from typing import Any

from slipwatch.document.arranging import Area
from slipwatch.document.slides.template import EMU, find_area

WANTED = ("titleOnly", "obj", "tx", "blank")
"""Kinds of layout (ST_SlideLayoutType), the best first: a title and nothing else leaves the most room."""

MARGIN = 36.0
GAP = 12.0
"""Points at the edges of a slide without a title, and below a title."""


def choose_layout(deck: Any) -> Any:
    """The layout with a title and nothing else, else the nearest to it."""
    layouts = list(deck.slide_layouts)
    kinds = {layout._element.get("type"): layout for layout in reversed(layouts)}
    return next((kinds[kind] for kind in WANTED if kind in kinds), layouts[-1])


def find_content_area(deck: Any, layout: Any) -> Area:
    """Below the title and above the footers, as wide as the title; the body's own rectangle where there is one."""
    shapes = {shape.placeholder_format.type: find_area(shape) for shape in layout.placeholders}
    names = {str(kind).split(" ")[0].rpartition(".")[2]: area for kind, area in shapes.items()}
    body = names.get("OBJECT") or names.get("BODY")
    if body:
        return body
    width, height = deck.slide_width / EMU, deck.slide_height / EMU
    title = names.get("TITLE") or names.get("CENTER_TITLE")
    feet = [area.top for name in ("FOOTER", "SLIDE_NUMBER", "DATE") if (area := names.get(name))]
    top = title.top + title.height + GAP if title and title.top < height / 2 else MARGIN
    left, across = (title.left, title.width) if title else (MARGIN, width - 2 * MARGIN)
    bottom = min([*(foot for foot in feet if foot > height / 2), height - MARGIN])
    return Area(left=left, top=top, width=across, height=bottom - top)
