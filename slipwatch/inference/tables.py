"""One table of a file on its way to a reading: its header, its rows, the facts of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from slipwatch.errors import PermanentError
from slipwatch.inference.facts import ColumnFacts
from slipwatch.inference.header import HeaderGuess, find_header_rows
from slipwatch.inference.lexicon import Lexicon
from slipwatch.inference.opening import Table
from slipwatch.inference.rows import Ordinary, Scan, measure_rows, scan_rows
from slipwatch.wire.tables import Fit, Header, Line, is_blank

_HEAD = 120
_SKETCHED = 400


@dataclass
class TableSketch:
    """A table whose header was found."""

    table: Table
    guess: HeaderGuess
    ordinary: Ordinary

    @property
    def header(self) -> Header:
        return self.guess.header

    def read_lines(self) -> Iterator[Line]:
        """The lines below the header."""
        lines = self.table.read()
        last = self.guess.rows[-1]
        return (line for line in lines if line.first > last)

    def scan(self, *, most: int | None = None, as_above: Sequence[int] = ()) -> Scan:
        lines = self.read_lines()
        fit: Fit = "beyond" if self.table.sheet else "short"
        taken = islice(lines, most) if most else lines
        return scan_rows(taken, self.header, ordinary=self.ordinary, as_above=as_above, fit=fit)

    def list_titles(self) -> list[str]:
        """The texts above the header."""
        return [str(cell) for line in self.guess.titles for cell in line.cells or [] if not is_blank((cell,))]


def sketch_table(table: Table, lexicon: Lexicon, *, subject: str) -> TableSketch:
    """Find the header. Raises `PermanentError` for an empty table and one without names of columns."""
    head = list(islice(table.read(), _HEAD))
    if not any(line.cells and not is_blank(line.cells) for line in head):
        raise PermanentError("is empty: no cell is filled", subject=subject, cure="export it again")
    if table.is_document:
        names = tuple(str(name) for name in head[0].cells or [])
        header = Header(names, names, subject)
        guess = HeaderGuess(rows=(0,), header=header, titles=(), why="names of the fields")
    else:
        found = find_header_rows(head, lexicon, merged=table.merged, subject=subject)
        if found is None:
            raise PermanentError(
                "has no row with names of columns", subject=subject, cure="write them into the row above the data"
            )
        guess = found
    below = [line for line in head if line.first > guess.rows[-1]]
    return TableSketch(table, guess, measure_rows(below))


def list_facts(sketch: TableSketch, scan: Scan) -> list[ColumnFacts]:
    return [
        ColumnFacts(name, position, profile)
        for position, (name, profile) in enumerate(zip(sketch.header.names, scan.profiles, strict=True))
    ]


def sketch_facts(sketch: TableSketch) -> list[ColumnFacts]:
    """The facts of the first rows only: enough to tell what kind of list it is."""
    return list_facts(sketch, sketch.scan(most=_SKETCHED))


def find_merged_columns(sketch: TableSketch) -> list[int]:
    """Positions of columns in which cells below the header are merged over several rows."""
    last = sketch.guess.rows[-1]
    positions = {
        left - 1 for top, left, bottom, right in sketch.table.merged if left == right and bottom > top and top > last
    }
    return sorted(one for one in positions if 0 <= one < len(sketch.header.names))


def is_grouped(sketch: TableSketch, position: int) -> bool | None:
    """Whether the filled cells of a column head groups: each text comes once, in one place. None where a text comes
    back after another one, so that an empty cell may mean something else."""
    seen: set[Any] = set()
    for line in sketch.read_lines():
        cells = line.cells or []
        value = cells[position] if position < len(cells) else None
        if is_blank((value,)):
            continue
        if value in seen:
            return None
        seen.add(value)
    return len(seen) > 1
