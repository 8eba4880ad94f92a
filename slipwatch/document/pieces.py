"""Blocks as the three things that an office document is made of: paragraphs, tables and charts.

Slides and text documents draw the same pieces, so that both say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from typing import Any, Literal

from slipwatch.document import blocks as b

Role = Literal["heading", "body", "muted", "bullet"]
Look = Literal["data", "facts", "verdict", "figures"]


@dataclass(frozen=True)
class Line:
    """A paragraph; what belongs to the one before does not count as an entry of its own."""

    text: b.Text
    role: Role = "body"
    counts: bool = True


@dataclass(frozen=True)
class Cell:
    """`tone` colours the ground of the cell; None leaves the page's own."""

    text: b.Text
    tone: b.Tone | None = None
    right: bool = False


@dataclass(frozen=True, kw_only=True)
class TextPiece:
    """`more` counts the paragraphs that had no room."""

    lines: tuple[Line, ...]
    more: str = "… {count}"


@dataclass(frozen=True, kw_only=True)
class TablePiece:
    """`head` is empty where a table needs no titles. `more` counts the rows that had no room."""

    rows: tuple[tuple[Cell, ...], ...]
    head: tuple[Cell, ...] = ()
    look: Look = "data"
    more: str = "… {count}"


@dataclass(frozen=True, kw_only=True)
class ChartPiece:
    """A chart, and the sentence below it that says how to read it."""

    chart: b.DateChart
    caption: Line


Piece = TextPiece | TablePiece | ChartPiece


def list_pieces(blocks: Iterable[b.Block], *, more: str = "… {count}") -> tuple[Piece, ...]:
    """The pieces of blocks, in their order; neighbouring paragraphs are one piece."""
    pieces: list[Piece] = []
    for block in blocks:
        for piece in _LOWERED[type(block)](block):
            last = pieces[-1] if pieces else None
            if isinstance(piece, TextPiece) and isinstance(last, TextPiece):
                pieces[-1] = replace(last, lines=(*last.lines, *piece.lines))
            else:
                pieces.append(piece if isinstance(piece, ChartPiece) else replace(piece, more=more))
    return tuple(pieces)


def join_parts(pack: b.Pack, key: str, placed: Set[str] = frozenset()) -> b.Section:
    """A section with those that are a part of it and have no place of their own; each but a chart under its title."""
    section = next(section for section in pack.sections if section.key == key)
    parts = [one for one in pack.sections if one.part_of == key and one.key not in placed]
    titled = [one for one in parts if is_titled(one)]
    if not parts:
        return section
    blocks: list[b.Block] = [b.Heading(2, section.title)] if titled else []
    blocks += section.blocks
    for part in parts:
        blocks += [b.Heading(2, part.title)] if part in titled else []
        blocks += part.blocks
    return replace(
        section,
        title=" · ".join((section.title, *(one.title for one in titled))),
        blocks=tuple(blocks),
        notes=tuple(dict.fromkeys(note for part in (section, *parts) for note in part.notes)),
    )


def is_titled(part: b.Section) -> bool:
    """Whether a part needs its title above it: a chart stands for itself."""
    return not any(isinstance(block, b.DateChart) for block in part.blocks)


def list_parts(pack: b.Pack, key: str, placed: Set[str] = frozenset()) -> tuple[b.Section, ...]:
    """The section with its charts, and each of its other parts as a section of its own."""
    parts = [one for one in pack.sections if one.part_of == key and one.key not in placed and is_titled(one)]
    return (join_parts(pack, key, placed | {one.key for one in parts}), *parts)


def _write(text: b.Text, role: Role = "body") -> list[Piece]:
    return [TextPiece(lines=(Line(text, role),))]


def _lower_paragraph(block: b.Paragraph) -> list[Piece]:
    return _write(block.text, "muted" if block.muted else "body")


def _lower_facts(block: b.Facts) -> list[Piece]:
    rows = tuple((Cell((b.Span(name, muted=True),)), Cell(value)) for name, value in block.pairs)
    return [TablePiece(rows=rows, look="facts")] if rows else []


def _lower_counters(block: b.Counters) -> list[Piece]:
    cells = tuple(
        Cell((b.Span(figure, strong=True), b.Span(f"\n{word}")), None if tone == "neutral" else tone)
        for figure, word, tone in block.figures
    )
    return [TablePiece(rows=(cells,), look="figures")] if cells else []


def _lower_table(block: b.Table) -> list[Piece]:
    """Only rows that have no room are left out: `most_rows` is for media that scroll."""
    rights = [column.align == "right" for column in block.columns]
    head = tuple(Cell(column.title, right=right) for column, right in zip(block.columns, rights, strict=True))
    rows = tuple(
        tuple(lower_cell(text, right=right) for text, right in zip(row, rights, strict=True)) for row in block.rows
    )
    title = _write(block.caption, "muted") if block.caption else []
    return [*title, TablePiece(rows=rows, head=head)]


def lower_cell(text: b.Text, *, right: bool = False) -> Cell:
    """A cell that is nothing but a chip takes its tone as its ground."""
    spans = [span for span in b.as_spans(text) if span.text.strip()]
    if len(spans) == 1 and isinstance(spans[0], b.Chip):
        return Cell((b.Span(spans[0].text, strong=True),), spans[0].tone, right)
    return Cell(text, right=right)


def _lower_bullets(block: b.Bullets) -> list[Piece]:
    return [TextPiece(lines=tuple(Line(item, "bullet") for item in block.items))] if block.items else []


def _lower_link(block: b.Link) -> list[Piece]:
    return _write((b.Span(block.text, url=block.url),))


def _lower_picture(block: b.Picture) -> list[Piece]:
    """A drawing of figures would be a picture of text: its words take the place."""
    return _write(" ".join(filter(None, (block.alt, block.caption))), "muted")


def _lower_chart(block: b.DateChart) -> list[Piece]:
    return [ChartPiece(chart=block, caption=Line(block.reading, "muted"))] if block.lines else []


def _lower_banner(block: b.Banner) -> list[Piece]:
    cells = (Cell((b.Span(block.word, strong=True),), block.tone), Cell(block.text))
    return [TablePiece(rows=(cells,), look="verdict")]


def _lower_details(block: b.Details) -> list[Piece]:
    return [*_write(block.summary, "heading"), *list_pieces(block.blocks)]


_LOWERED: Mapping[type, Callable[[Any], list[Piece]]] = {
    b.Heading: lambda block: _write(block.text, "heading"),
    b.Paragraph: _lower_paragraph,
    b.Facts: _lower_facts,
    b.Counters: _lower_counters,
    b.Table: _lower_table,
    b.Bullets: _lower_bullets,
    b.Link: _lower_link,
    b.Picture: _lower_picture,
    b.DateChart: _lower_chart,
    b.Banner: _lower_banner,
    b.Details: _lower_details,
    b.Panel: lambda block: list(list_pieces(block.blocks)),
    b.Rule: lambda _block: [],
}
