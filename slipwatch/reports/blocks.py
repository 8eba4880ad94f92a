"""Blocks that only a report needs, beside the neutral ones; `simplify` turns them into those for any other medium."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from slipwatch.document import blocks as b

Chip = b.Chip


@dataclass(frozen=True)
class Note:
    """A head, set apart, and what is said under it, a line each."""

    head: b.Text
    lines: tuple[b.Text, ...]


@dataclass(frozen=True)
class Notes:
    """Notes below each other, their heads aligned."""

    notes: tuple[Note, ...]


@dataclass(frozen=True, kw_only=True)
class Row:
    """`notes` are printed under the row, over its whole width; `tone` marks rows that a reader should see first."""

    cells: tuple[b.Text, ...]
    notes: tuple[Note, ...] = ()
    tone: b.Tone = "neutral"


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A table that becomes one card per row on a phone; `kind` selects its look (`lights` for the table of lights)."""

    columns: tuple[b.Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """The same drawing for a wide and for a narrow page, and its legend in words for the narrow one. `native` is what
    a medium with charts of its own draws instead."""

    wide: str
    narrow: str
    alt: str
    legend: tuple[b.Text, ...] = ()
    caption: str = ""
    native: b.DateChart | None = None


@dataclass(frozen=True)
class Fold:
    """Parts that a reader may unfold; on paper they are all there."""

    summary: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Together:
    """Parts that paper does not tear apart."""

    parts: tuple[Part, ...]


Part = b.Block | Grid | Chart | Fold | Notes | Together
"""What a section is made of."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """What starts on a new sheet. `anchor` is its id, `title` its name in the contents, `mark` stands beside it."""

    anchor: str
    title: str
    parts: tuple[Part, ...]
    mark: Chip | None = None


def simplify_page(page: Page) -> tuple[b.Block, ...]:
    """The title, with its mark as a word, and the parts in neutral blocks."""
    title = f"{page.title} ({page.mark.text})" if page.mark else page.title
    return (b.Heading(2, title), *simplify(page.parts))


def simplify(parts: Iterable[Part]) -> tuple[b.Block, ...]:
    """The same in neutral blocks."""
    return tuple(simple for part in parts for simple in _simplify(part))


def _simplify(part: Part) -> tuple[b.Block, ...]:
    if isinstance(part, Chart):
        return (part.native or b.Picture(lay_ground(part.wide), part.alt, part.caption),)
    if isinstance(part, Grid):
        return (_simplify_grid(part), *_list_notes(part))
    if isinstance(part, Fold):
        return (b.Details(part.summary, simplify(part.parts)),)
    if isinstance(part, Together):
        return simplify(part.parts)
    if isinstance(part, Notes):
        return (b.Bullets(tuple(join_note(note) for note in part.notes)),)
    return (part,)


def lay_ground(svg: str) -> str:
    """The drawing on white: an image has no page of its own, and the one around it may be dark."""
    head, end, drawing = svg.partition(">")
    return f'{head}{end}<rect width="100%" height="100%" fill="#fff"/>{drawing}'


def _simplify_grid(grid: Grid) -> b.Table:
    rows = tuple(row.cells for row in grid.rows)
    return b.Table(grid.columns, rows, grid.caption, most_rows=max(100, len(rows)))


def _list_notes(grid: Grid) -> tuple[b.Block, ...]:
    """Notes follow the table, each under the first line of its row."""
    notes = [
        (b.Span(f"{b.flatten(row.cells[0]).splitlines()[0]}: ", strong=True), *join_note(note))
        for row in grid.rows
        for note in row.notes
    ]
    return (b.Bullets(tuple(notes)),) if notes else ()


def join_note(note: Note) -> tuple[b.Span, ...]:
    """A note as one line: its head, a dot, and what is said."""
    said = [span for line in note.lines for span in (b.Span(" "), *b.as_spans(line))]
    return (*b.as_spans(note.head), b.Span(" ·"), *said)
