"""A table of records laid out as rows of cells, as a person sees them: titles, headers, records, subtotals, notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from benchmarks.messy.truth import Expected, Truth, Value
from benchmarks.messy.writing import Formula, Percent

DATA = "data"


@dataclass(kw_only=True, eq=False)
class Column:
    """One column: what its cells mean, and how they are written. `heads` is its header, one text per header row.

    `kind` is text, date, week, instant, number or share. `fields` as in `Expected`.
    """

    heads: tuple[str, ...]
    values: list[Value]
    fields: tuple[str | None, ...] = (None,)
    write: Callable[[Any], Any] = str
    kind: str = "text"
    slot: str = ""
    doubtful: bool = False
    merged: bool = False

    @property
    def name(self) -> str:
        """The name as a reader gives it: the header rows joined, each text once."""
        return " / ".join(dict.fromkeys(head for head in self.heads if head))

    def write_cell(self, record: int) -> Any:
        value = self.values[record]
        return None if value is None else self.write(value)


@dataclass(eq=False)
class Row:
    """`why` is data, or what the row is instead; `record` counts from 0."""

    cells: list[Any]
    why: str = DATA
    record: int | None = None


@dataclass(kw_only=True)
class Layout:
    """Rows in order, and what is known of the file so far. Each mess changes it and adds its name to `messes`."""

    file: str
    language: str
    kinds: tuple[str, ...]
    columns: list[Column]
    keys: tuple[frozenset[str], ...]
    rows: list[Row] = field(default_factory=list)
    messes: set[str] = field(default_factory=set)
    header_rows: int = 1
    left: int = 0
    damaged: set[tuple[int, str]] = field(default_factory=set)
    """As (record, column name): rows still move."""
    doubts: set[tuple[str, str]] = field(default_factory=set)
    preset: str | None = None
    notice: bool = False
    spread: list[tuple[Row, Row, int]] = field(default_factory=list)
    """Merged cells of one column: first row, last row, place of the column."""

    def find(self, slot: str) -> Column | None:
        return next((column for column in self.columns if column.slot == slot), None)

    def place(self, column: Column) -> int:
        return self.columns.index(column)

    def list_data(self) -> list[tuple[int, Row]]:
        """The rows of records with their place, counted from 0."""
        return [(place, row) for place, row in enumerate(self.rows) if row.why == DATA]


def lay_out(layout: Layout) -> Layout:
    """Fill in the header and one row per record."""
    depth = max(len(column.heads) for column in layout.columns)
    layout.header_rows = depth
    for level in range(depth):
        cells = [column.heads[level] if level < len(column.heads) else "" for column in layout.columns]
        layout.rows.append(Row(cells, "header"))
    for record in range(len(layout.columns[0].values)):
        layout.rows.append(Row([column.write_cell(record) for column in layout.columns], DATA, record))
    return layout


def show(cell: Any) -> Any:
    """The cell as a reader of the file gets it: a formula by its result, a percent cell by its share."""
    if isinstance(cell, Percent):
        return cell.share
    return cell.shows if isinstance(cell, Formula) else cell


def tell_truth(layout: Layout, **more: Any) -> Truth:
    """The truth of a finished layout; `more` is what the container adds (format, encoding, sheet)."""
    heads = [place + 1 for place, row in enumerate(layout.rows) if row.why == "header"][: layout.header_rows]
    ignored = {
        place + 1: row.why
        for place, row in enumerate(layout.rows)
        if row.why != DATA and place + 1 > max(heads, default=0)
    }
    damaged = {
        (place + 1, name)
        for place, row in layout.list_data()
        for record, name in layout.damaged
        if row.record == record
    }
    plain = Truth(
        file=layout.file,
        language=layout.language,
        messes=frozenset(layout.messes),
        kinds=layout.kinds,
        preset=layout.preset,
        header_rows=tuple(heads),
        keys=layout.keys,
        ignored=ignored,
        columns={
            column.name: Expected(fields=column.fields, doubtful=column.doubtful, kind=column.kind)
            for column in layout.columns
            if column.name
        },
        cells=list_cells(layout),
        meant=list_meanings(layout),
        damaged=frozenset(damaged),
        doubts=frozenset(layout.doubts),
        notice=layout.notice,
        records=len(layout.list_data()),
    )
    return replace(plain, **more)


def list_cells(layout: Layout) -> Mapping[str, tuple[tuple[Any, Value], ...]]:
    """Raw cell and meaning of every record, for columns that are no text; damaged cells are left out."""
    found: dict[str, tuple[tuple[Any, Value], ...]] = {}
    for place, column in enumerate(layout.columns):
        if column.kind == "text" or not column.name:
            continue
        pairs: Sequence[tuple[Any, Value]] = [
            (show(row.cells[place]), column.values[row.record])
            for _, row in layout.list_data()
            if row.record is not None and (row.record, column.name) not in layout.damaged
        ]
        found[column.name] = tuple(pairs)
    return found


def list_meanings(layout: Layout) -> Mapping[int, Mapping[str, Value]]:
    """What every row of a record means, by row number; damaged cells are left out."""
    named = [(column.name, column.values) for column in layout.columns if column.name]
    return {
        place + 1: {name: values[row.record] for name, values in named if (row.record, name) not in layout.damaged}
        for place, row in layout.list_data()
        if row.record is not None
    }
