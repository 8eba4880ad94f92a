"""Puts pieces below each other on pages of a given size: nothing overlaps, nothing sticks out, nothing gets too small.

Texts get smaller in small steps down to `SIZES`' last, which can still be read; then tables go on on another page, and
what needs more pages than there may be is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from slipwatch.document.measuring import LEADING, Ruler
from slipwatch.document.pieces import ChartPiece, Line, Piece, TablePiece, TextPiece
from slipwatch.document.tabling import (
    MOST_LINES,
    Measured,
    count_hidden,
    find_widths,
    list_rows,
    measure_table,
    shorten_lists,
    tears_words,
)

SIZES = (12.0, 11.0, 10.0)
"""Sizes of letters in points, tried in this order; the last is the least that a page is read at."""

GAP = 10.0
"""Points between two pieces."""

INDENT = 12.0
"""Points before the text of a list's item."""

CAPTION_GAP = 2.0
"""Points between a chart and its caption."""

HEAD_SHARE = 0.8
"""Room above a heading as a share of its size."""

LEAST_CHART = 150.0
MOST_ITEMS = (4, 3, 2, 1)


@dataclass(frozen=True, kw_only=True)
class Area:
    """A rectangle in points."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class PlacedText:
    lines: tuple[Line, ...]
    area: Area
    size: float


@dataclass(frozen=True, kw_only=True)
class PlacedTable:
    table: Measured
    area: Area


@dataclass(frozen=True, kw_only=True)
class PlacedChart:
    """`below` is where the caption stands."""

    piece: ChartPiece
    area: Area
    below: Area
    size: float
    caption_size: float


Placed = PlacedText | PlacedTable | PlacedChart
Page = tuple[Placed, ...]


@dataclass(frozen=True, kw_only=True)
class Arranged:
    """`hidden` counts rows and paragraphs that had no room."""

    pages: tuple[Page, ...]
    hidden: int = 0


def arrange(
    pieces: Sequence[Piece], area: Area, ruler: Ruler, *, rest: Area | None = None, most_pages: int = 4
) -> Arranged:
    """The pieces on as few pages as they need, the first in `area`, the others in `rest`."""
    pieces = [_open_narrow(piece, min(area.width, (rest or area).width), ruler) for piece in pieces]
    for size in SIZES:
        single = _Flow(ruler, area, rest or area, size, most_pages=1).place(pieces)
        if not single.hidden:
            return single
    if most_pages > 1:
        return _arrange_pages(pieces, _Flow(ruler, area, rest or area, SIZES[-1], most_pages))
    found = single
    for most in MOST_ITEMS:
        shorter = [shorten_lists(piece, most) if isinstance(piece, TablePiece) else piece for piece in pieces]
        found = _Flow(ruler, area, area, SIZES[-1], most_pages=1, most_lines=2 * most).place(shorter)
        if not found.hidden:
            break
    return found


def _open_narrow(piece: Piece, width: float, ruler: Ruler) -> Piece:
    """A table whose words would be torn apart is a list."""
    is_narrow = isinstance(piece, TablePiece) and tears_words(piece, width, SIZES[-1], ruler)
    return list_rows(piece) if is_narrow and isinstance(piece, TablePiece) else piece


def _arrange_pages(pieces: Sequence[Piece], flow: _Flow) -> Arranged:
    """In the larger letters, unless smaller ones show more or save a page."""
    sizes = SIZES[1:]
    found = [_Flow(flow.ruler, flow.area, flow.rest, size, flow.most_pages).place(pieces) for size in sizes]
    return min(found, key=lambda arranged: (arranged.hidden, len(arranged.pages)))


@dataclass
class _Flow:
    """Fills pages from top to bottom."""

    ruler: Ruler
    area: Area
    rest: Area
    size: float
    most_pages: int
    most_lines: int = MOST_LINES
    pages: list[list[Placed]] = field(default_factory=lambda: [[]])
    used: float = 0.0
    hidden: int = 0

    @property
    def here(self) -> Area:
        return self.area if len(self.pages) == 1 else self.rest

    @property
    def room(self) -> float:
        return self.here.height - self.used

    @property
    def line(self) -> float:
        return self.size * LEADING

    def place(self, pieces: Iterable[Piece]) -> Arranged:
        for piece in pieces:
            if self.hidden:
                self.hidden += _count_items(piece)
            elif isinstance(piece, TextPiece):
                self._place_text(piece)
            elif isinstance(piece, TablePiece):
                self._place_table(piece)
            else:
                self._place_chart(piece)
        return Arranged(pages=tuple(tuple(page) for page in self.pages if page), hidden=self.hidden)

    def _turn(self) -> bool:
        """Start another page; False where there may be none."""
        if len(self.pages) >= self.most_pages:
            return False
        self.pages.append([])
        self.used = 0.0
        return True

    def _take(self, height: float) -> Area:
        here = self.here
        area = Area(left=here.left, top=here.top + self.used, width=here.width, height=height)
        self.used += height + GAP
        return area

    def _place_text(self, piece: TextPiece) -> None:
        most = max(1, int(self.here.height / self.line))
        lines = [self._cut_line(line, most) for line in piece.lines]
        while lines:
            count = self._count_fitting(lines)
            if count == len(lines) or len(self.pages) < self.most_pages:
                self._put_lines(lines[:count])
                lines = lines[count:]
                if lines:
                    self._turn()
                continue
            count = self._count_fitting(lines, reserved=2 * self.line)
            hidden = max(1, sum(line.counts for line in lines[count:]))
            self.hidden += hidden
            self._put_lines([*lines[:count], Line(piece.more.format(count=hidden), "muted")])
            return

    def _cut_line(self, line: Line, most: int) -> Line:
        return replace(line, text=self.ruler.cut_text(line.text, self._width(line), self.size, most))

    def _put_lines(self, lines: Sequence[Line]) -> None:
        height = sum(map(self._measure_line, lines))
        if (lines and height <= self.room + 0.01) or not self.pages[-1]:
            self.pages[-1].append(PlacedText(lines=tuple(lines), area=self._take(height), size=self.size))

    def _width(self, line: Line) -> float:
        return self.here.width - (INDENT if line.role == "bullet" else 0.0)

    def _measure_line(self, line: Line) -> float:
        count = self.ruler.count_lines(line.text, self._width(line), self.size, strong=line.role == "heading")
        return count * self.line + self.size * (0.3 + (HEAD_SHARE if line.role == "heading" else 0.0))

    def _count_fitting(self, lines: Sequence[Line], reserved: float = 0.0) -> int:
        """Paragraphs that fit here; a heading never stays alone at the end, on a page that has anything else."""
        used, count = reserved, 0
        for line in lines:
            used += self._measure_line(line)
            if used > self.room + 0.01:
                break
            count += 1
        is_head = count > 0 and lines[count - 1].role == "heading"
        if is_head and (count < len(lines) or self.room - used < 4 * self.line):
            count -= 1
        return count or (0 if self.pages[-1] or reserved else 1)

    def _place_table(self, piece: TablePiece) -> None:
        most = max(1, min(self.most_lines, int(self.here.height / self.line / 3)))
        widths: dict[float, tuple[float, ...]] = {}
        while piece.rows:
            room = self.here.width
            widths[room] = widths.get(room) or find_widths(piece, room, self.size, self.ruler)
            few = replace(piece, rows=piece.rows[: self._count_most()])
            table = measure_table(few, widths[room], self.size, self.ruler, most_lines=most)
            count = self._count_rows(table)
            if count == len(piece.rows):
                self._put_rows(table, count)
                return
            is_last = len(self.pages) >= self.most_pages
            if is_last:
                self._close_table(piece, table, most)
                return
            if count:
                self._put_rows(table, count)
                piece = replace(piece, rows=piece.rows[count:])
            self._turn()

    def _count_most(self) -> int:
        """More rows than a page can hold need not be measured."""
        return int(self.here.height / self.line) + 1

    def _count_rows(self, table: Measured, reserved: float = 0.0) -> int:
        used, count = table.head_height + reserved, 0
        for height in table.heights:
            used += height
            if used > self.room + 0.01:
                break
            count += 1
        return count or (0 if self.pages[-1] or reserved else 1)

    def _put_rows(self, table: Measured, count: int) -> None:
        part = replace(table, piece=replace(table.piece, rows=table.piece.rows[:count]), heights=table.heights[:count])
        height = part.head_height + sum(part.heights)
        self.pages[-1].append(PlacedTable(table=part, area=self._take(height)))

    def _close_table(self, piece: TablePiece, table: Measured, most: int) -> None:
        """The last page: as many rows as leave room for the one that counts the others."""
        count = self._count_rows(table, reserved=self.line + 6.0)
        self.hidden += len(piece.rows) - count
        if count:
            closed = replace(piece, rows=(*piece.rows[:count], count_hidden(piece, len(piece.rows) - count)))
            self._put_rows(measure_table(closed, table.widths, self.size, self.ruler, most_lines=most), count + 1)

    def _place_chart(self, piece: ChartPiece) -> None:
        if self.room < LEAST_CHART and self.pages[-1] and not self._turn():
            self.hidden += 1
            return
        size = self.size - 1
        lines = self.ruler.count_lines(piece.caption.text, self.here.width, size)
        caption = lines * size * LEADING + size * 0.3
        area = self._take(self.room - caption - CAPTION_GAP)
        self.used -= GAP - CAPTION_GAP
        below = self._take(caption)
        self.pages[-1].append(PlacedChart(piece=piece, area=area, below=below, size=self.size, caption_size=size))


def _count_items(piece: Piece) -> int:
    if isinstance(piece, TablePiece):
        return len(piece.rows)
    return sum(line.counts for line in piece.lines) if isinstance(piece, TextPiece) else 1
