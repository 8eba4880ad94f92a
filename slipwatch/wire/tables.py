"""Tables in files: finding the header under title rows, matching names, rows with the wrong number of cells."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field

from slipwatch.errors import ContractError, IncompleteError
from slipwatch.wire.declaration import Declared, Names
from slipwatch.wire.maps import Path
from slipwatch.wire.rows import Damaged, Row, write_json, write_raw

Fit = Literal["exact", "short", "beyond"]

MOST_TITLE_ROWS = 50
"""So many rows from the top are searched for the header."""


class Line(NamedTuple):
    """What a file has between two ends of a row: first and last line of it (equal but for texts with line breaks), and
    its cells; None where the row itself is damaged."""

    first: int
    last: int
    cells: list[Any] | None


def list_names(value: Any) -> Any:
    """Each name alone stands for a list of one."""
    return [[one] if isinstance(one, str) else one for one in value] if isinstance(value, list | tuple) else value


class HeaderDeclaration(Declared):
    """Where the names of the columns stand. Without both, in the first row that is not empty."""

    row: int | None = Field(default=None, ge=1, description="Number of the row, as the spreadsheet counts")
    find: Annotated[tuple[Names, ...], BeforeValidator(list_names)] = Field(
        default=(), description="Names that stand together in the header, and in no row above it"
    )
    rows: int = Field(default=1, ge=1, le=3, description="Rows that the names take; they are joined by “ / ”")


def normalise_name(name: Any) -> str:
    """Case, spaces, line breaks and the spelling of accents make no difference between two names."""
    return "" if name is None else " ".join(unicodedata.normalize("NFC", str(name)).split()).casefold()


@dataclass(frozen=True)
class Header:
    """The names of the columns of a file, in order; `names` are unique, empty ones are called after their column."""

    names: tuple[str, ...]
    keys: tuple[str, ...]
    subject: str

    @classmethod
    def build(cls, cells: Sequence[Any], *, subject: str) -> Header:
        keys = tuple(normalise_name(cell) for cell in cells)
        while keys and not keys[-1]:
            keys = keys[:-1]
        names: list[str] = []
        for number, (key, cell) in enumerate(zip(keys, cells, strict=False), 1):
            name = " ".join(str(cell).split()) if key else f"column {number}"
            is_taken = normalise_name(name) in map(normalise_name, names)
            names.append(f"{name} (column {number})" if is_taken else name)
        return cls(tuple(names), keys, subject)

    def find(self, wanted: tuple[str, ...]) -> Path | None:
        """The position of the first of these names. Raises `ContractError` where two columns bear it."""
        for name in wanted:
            key = normalise_name(name)
            if self.keys.count(key) > 1:
                raise ContractError(f"two columns are called “{name}”", subject=self.subject, cure="rename one of them")
            if key in self.keys:
                return self.keys.index(key)
        return None


Merged = Sequence[tuple[int, int, int, int]]
"""First row, first column, last row, last column of merged ranges, counted from 1 at the first cell of a line."""


def join_header_rows(rows: Sequence[Sequence[Any]], *, first_row: int = 1, merged: Merged = ()) -> list[Any]:
    """The names of a header of several rows, from the top down, joined by “ / ”; what repeats is written once.

    A name over several columns belongs to all of them: by the merged range, else as far as the cells beside it are
    empty and those below are not.
    """
    width = max(map(len, rows), default=0)
    grid = [[*row, *[None] * (width - len(row))] for row in rows]
    spans = [one for one in merged if first_row <= one[0] < first_row + len(grid)]
    for index, row in enumerate(grid[:-1]):
        for column in range(1, width):
            if not is_blank(row[column : column + 1]) or is_blank(grid[index + 1][column : column + 1]):
                continue
            if not spans or any(_spans(one, first_row + index, column + 1) for one in spans):
                row[column] = row[column - 1]
    return [_join_names([row[column] for row in grid]) for column in range(width)]


def _spans(merged: tuple[int, int, int, int], row: int, column: int) -> bool:
    top, left, bottom, right = merged
    return top <= row <= bottom and left < column <= right


def _join_names(cells: Iterable[Any]) -> str | None:
    names: dict[str, str] = {}
    for cell in cells:
        if not is_blank((cell,)):
            names.setdefault(normalise_name(cell), " ".join(str(cell).split()))
    return " / ".join(names.values()) or None


def find_header(lines: Iterator[Line], declared: HeaderDeclaration, *, subject: str, merged: Merged = ()) -> Header:
    """Read up to the header and return it; `lines` then stands on the first row below.

    Raises `ContractError` with what was found instead.
    """
    seen: list[str] = []
    for line in lines:
        cells = line.cells or []
        if _is_header(line.first, cells, declared):
            below = [next(lines, Line(0, 0, [])).cells or [] for _ in range(declared.rows - 1)]
            names = join_header_rows([cells, *below], first_row=line.first, merged=merged) if below else cells
            return Header.build(names, subject=subject)
        if not is_blank(cells):
            seen.append(f"{line.first}: {_write_line(cells)}")
        if line.first >= max(declared.row or 0, MOST_TITLE_ROWS):
            break
    raise ContractError(
        f"no row is the header{_describe(declared)}; the file starts with {'; '.join(seen[:5]) or 'nothing'}",
        subject=subject,
        cure="correct `header`, and `delimiter` where all stands in one cell",
    )


def _write_line(cells: Sequence[Any]) -> str:
    return " | ".join(str(cell) for cell in cells if cell not in (None, ""))[:120]


def _is_header(number: int, cells: Sequence[Any], declared: HeaderDeclaration) -> bool:
    if declared.row is not None:
        return number == declared.row
    if is_blank(cells):
        return False
    present = {normalise_name(cell) for cell in cells}
    return all(present & {normalise_name(name) for name in names} for names in declared.find)


def _describe(declared: HeaderDeclaration) -> str:
    if declared.row is not None:
        return f" in row {declared.row}"
    return f" with {', '.join(' or '.join(names) for names in declared.find)}" if declared.find else ""


def is_blank(cells: Iterable[Any]) -> bool:
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def read_table_rows(
    lines: Iterable[Line],
    header: Header,
    *,
    place: str,
    unit: str,
    as_above: Sequence[int] = (),
    fit: Fit = "exact",
) -> Iterator[Row]:
    """The rows below a header; blank ones are left out, those with more or fewer cells are damaged. An empty cell at
    one of the positions `as_above` repeats the one above, as in merged cells.

    `fit` says which rows may have another number of cells: those that end before the last column (`short`), or those
    with cells beyond it, which are no part of the table (`beyond`).

    Raises `IncompleteError` where a damaged row runs over several lines: a quotation mark that is not closed has
    swallowed other rows, and nobody knows how many.
    """
    width = len(header.names)
    above: dict[int, Any] = {}
    for line in lines:
        if line.cells is not None and is_blank(line.cells):
            continue
        where = f"{place}, {unit} {line.first}"
        cells = fit_row(line.cells, width, fit) if line.cells is not None else None
        if cells is not None:
            if as_above:
                cells = repeat_above(cells, as_above, above)
            yield Row(where, cells, write_raw(header.names, cells))
        elif line.last > line.first:
            raise IncompleteError(
                f"a quotation mark opened on line {line.first} swallows the lines up to {line.last}",
                subject=header.subject, cure="export the file again, with quotation marks doubled inside texts",
            )  # fmt: skip
        else:
            raw = write_json(line.cells or [])
            yield Row(where, Damaged(raw), raw)


def repeat_above(cells: list[Any], positions: Sequence[int], above: dict[int, Any]) -> list[Any]:
    """The cells of a row, with what stands `above` where they are empty; `above` is kept for the next row."""
    cells = list(cells)
    for position in positions:
        if is_blank(cells[position : position + 1]):
            cells[position] = above.get(position, cells[position])
        else:
            above[position] = cells[position]
    return cells


def fit_row(cells: list[Any], width: int, fit: Fit = "exact") -> list[Any] | None:
    """The cells of a row without empty ones beyond the header; None where the number does not fit."""
    if len(cells) > width:
        return cells[:width] if fit == "beyond" or is_blank(cells[width:]) else None
    if len(cells) < width and fit == "short":
        return [*cells, *[""] * (width - len(cells))]
    return cells if len(cells) == width else None
