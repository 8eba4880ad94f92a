"""Column widths and row heights of a table in points, from the texts in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from slipwatch.document import blocks as b
from slipwatch.document.measuring import LEADING, Ruler, embolden, keep_items
from slipwatch.document.pieces import Cell, Line, Look, TablePiece, TextPiece

PAD_X, PAD_Y = 6.0, 3.0
"""Points inside each cell, on each side."""

FIGURE_SHARE = 1.5
"""Size of a figure, and of a verdict, against the text beside it."""

MOST_JUDGED = 100
"""Rows that decide how wide the columns are."""

MOST_LINES = 10
"""Lines of one cell; what is longer is cut with an ellipsis, and stands whole in the other documents."""

WIDEST_SHARE = 0.7
LEAST_SHARE = 0.28
LONGEST_SHARE = 0.25
SLACK = 1.2
"""Shares of a table's width: what a column may ask for, what its longest word may keep for itself, how long a word may
be to count as one that must not be torn, and how much wider than its longest word a column is to be read with ease."""

TITLE_END = "\u00a0 "

Row = tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A table whose texts fit their cells. `heights` are those of its rows, `head_height` that of its titles."""

    piece: TablePiece
    size: float
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    head_height: float = 0.0


def measure_table(
    piece: TablePiece, widths: tuple[float, ...], size: float, ruler: Ruler, *, most_lines: int = MOST_LINES
) -> Measured:
    """The table in columns of these widths; texts that are too long for a cell are cut."""
    rows = tuple(_Rows(ruler, widths, size, piece.look).cut(row, most_lines) for row in piece.rows)
    fitted = replace(piece, rows=rows)
    return Measured(
        piece=fitted,
        size=size,
        widths=widths,
        heights=tuple(_Rows(ruler, widths, size, piece.look).measure(row) for row in rows),
        head_height=_Rows(ruler, widths, size, "data").measure(tuple(map(_strong, piece.head))) if piece.head else 0.0,
    )


def _strong(cell: Cell) -> Cell:
    return Cell(embolden(cell.text), cell.tone, cell.right)


def find_widths(piece: TablePiece, width: float, size: float, ruler: Ruler) -> tuple[float, ...]:
    """Each column as wide as it would like where all fit; else the widest give, down to their longest words. Many rows
    are judged by the first of them."""
    if piece.look == "figures":
        return (width / len(piece.rows[0]),) * len(piece.rows[0])
    strong = [tuple(map(_strong, piece.head))] if piece.head else []
    columns = list(zip(*strong, *piece.rows[:MOST_JUDGED], strict=True))
    wanted = [
        _want(column, width, size * scale_cell(piece.look, number), ruler) for number, column in enumerate(columns)
    ]
    natural, least = [want for want, _ in wanted], [word for _, word in wanted]
    spare = width - sum(natural)
    if spare >= 0:
        widest = max(range(len(natural)), key=lambda index: natural[index])
        return tuple(want + (spare if index == widest else 0.0) for index, want in enumerate(natural))
    return _squeeze(natural, least, width)


def _want(column: Sequence[Cell], width: float, size: float, ruler: Ruler) -> tuple[float, float]:
    """Width wanted by the longest line, and by the longest word."""
    found = [ruler.measure_widest(embolden(cell.text) if cell.tone else cell.text, size) for cell in column]
    line, word = max(pair[0] for pair in found), max(pair[1] for pair in found)
    room = 2 * PAD_X + 1
    return min(line + room, width * WIDEST_SHARE), min(word + room, width * LEAST_SHARE)


def _squeeze(natural: Sequence[float], least: Sequence[float], width: float) -> tuple[float, ...]:
    """The widest columns give until all fit; none gives more than its longest word lets it."""
    if sum(least) >= width:
        share = width / sum(least)
        return tuple(word * share for word in least)
    low, high = 0.0, max(natural)
    for _ in range(40):
        cap = (low + high) / 2
        taken = sum(max(word, min(want, cap)) for want, word in zip(natural, least, strict=True))
        low, high = (cap, high) if taken <= width else (low, cap)
    return tuple(max(word, min(want, low)) for want, word in zip(natural, least, strict=True))


def tears_words(piece: TablePiece, width: float, size: float, ruler: Ruler) -> bool:
    """Whether so narrow a table has no room for its longest words, usual ones at least."""
    strong = [tuple(map(_strong, piece.head))] if piece.head else []
    columns = list(zip(*strong, *piece.rows[:MOST_JUDGED], strict=True))
    longest = [max(ruler.measure_widest(cell.text, size)[1] for cell in column) for column in columns]
    words = [min(word + 2 * PAD_X, width * LONGEST_SHARE) for word in longest]
    return max(words) * len(words) > width if piece.look == "figures" else sum(words) * SLACK > width


def list_rows(piece: TablePiece) -> TextPiece:
    """Each row as paragraphs: its first cell, then the others with their titles."""
    lines: list[Line] = []
    for row in piece.rows:
        first, *rest = row
        if piece.look == "figures":
            lines += [Line(_join_lines(cell.text), "bullet") for cell in row]
            continue
        lines.append(Line(first.text))
        titles = [b.flatten(cell.text) for cell in piece.head[1:]] or [""] * len(rest)
        for title, cell in zip(titles, rest, strict=True):
            name = [b.Span(f"{title}{TITLE_END}", muted=True)] if title else []
            if b.flatten(cell.text).strip():
                lines.append(Line((*name, *b.as_spans(cell.text)), "bullet", counts=False))
    return TextPiece(lines=tuple(lines), more=piece.more)


def _join_lines(text: b.Text) -> b.Text:
    return tuple(replace(span, text=span.text.replace("\n", " ")) for span in b.as_spans(text))


def scale_cell(look: Look, column: int) -> float:
    return FIGURE_SHARE if look == "verdict" and column == 0 else 1.0


@dataclass(frozen=True)
class _Rows:
    """Cuts and measures the rows of one table."""

    ruler: Ruler
    widths: Sequence[float]
    size: float
    look: Look

    def _list_cells(self, row: Row) -> Iterator[tuple[Cell, float, float]]:
        """Each cell with the width of its text and the share of its size."""
        for column, (cell, width) in enumerate(zip(row, self.widths, strict=True)):
            yield cell, width - 2 * PAD_X, scale_cell(self.look, column)

    def cut(self, row: Row, most_lines: int) -> Row:
        return tuple(
            replace(cell, text=self.ruler.cut_text(cell.text, width, self.size * share, most_lines))
            for cell, width, share in self._list_cells(row)
        )

    def measure(self, row: Row) -> float:
        heights = [
            self.ruler.count_lines(cell.text, width, self.size * share, strong=cell.tone is not None) * share
            for cell, width, share in self._list_cells(row)
        ]
        grown = FIGURE_SHARE - 1 if self.look == "figures" else 0.0
        return (max(heights) + grown) * self.size * LEADING + 2 * PAD_Y


def shorten_lists(piece: TablePiece, most: int) -> TablePiece:
    """Cells that are lists keep so many lines; the others are counted in them."""
    rows = tuple(
        tuple(replace(cell, text=keep_items(cell.text, most, piece.more)) for cell in row) for row in piece.rows
    )
    return replace(piece, rows=rows)


def count_hidden(piece: TablePiece, hidden: int) -> Row:
    """The last row of a table of which so many rows have no room."""
    width = len(piece.rows[0]) if piece.rows else len(piece.head)
    first = Cell((b.Span(piece.more.format(count=hidden), muted=True),))
    return (first, *(Cell("") for _ in range(width - 1)))
