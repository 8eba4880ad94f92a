"""Which rows below a header are records: titles repeated, subtotals, totals, notes and empty rows are told apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any

from slipwatch.inference.profile import Profile
from slipwatch.inference.reading import DamagedCell, IgnoredRow
from slipwatch.inference.words import fold_text, load_words
from slipwatch.wire.tables import Fit, Header, Line, fit_row, is_blank, normalise_name, repeat_above

MOST_LISTED = 500
"""So many rows or cells are listed one by one; the rest is counted."""

_STRETCH = 5_000
_KEPT = 200
_CODE = re.compile(r"(?=.*\d)[\w\-./]{1,20}")


@dataclass
class Scan:
    """What all rows below the header hold. `first` are the first records with their row numbers."""

    profiles: list[Profile]
    rows: int = 0
    ignored: list[IgnoredRow] = field(default_factory=list)
    damaged: list[DamagedCell] = field(default_factory=list)
    first: list[tuple[int, list[Any]]] = field(default_factory=list)
    last_row: int = 0
    short_rows: int = 0
    fit: Fit = "short"

    def drop_trailing_blanks(self) -> None:
        self.ignored = [one for one in self.ignored if one.why != "blank" or one.row < self.last_row]


class RowSorter:
    """Tells records from other rows, one row at a time."""

    def __init__(self, header: Header, ordinary: Ordinary) -> None:
        self.header, self.typical, self.core = header, ordinary.width, ordinary.core
        self.keys = [key for key in header.keys if key]
        self.parts = [part for key in self.keys for part in (key, key.rpartition(" / ")[2])]
        self.heads = set(self.parts[:4])
        self.find_total = compile_totals()

    def sort(self, cells: Sequence[Any], filled: int) -> tuple[str, int]:
        """Why a row is no record, and the position of the cell that says so, be it by being empty; an empty reason for
        a record."""
        if filled == 0:
            return "blank", -1
        position = next(index for index, cell in enumerate(cells) if not is_blank((cell,)))
        first = cells[position]
        if isinstance(first, str):
            if why := self._judge_label(first.strip(), filled):
                return why, position
            if normalise_name(first) in self.parts and self._repeats_header(cells):
                return "repeated header", position
            if filled == 1 and self.typical >= 3 and not _CODE.fullmatch(first.strip()):
                return "note", position
        if self._is_apart(cells, filled):
            return "subtotal", next(one for one in self.core if is_blank(cells[one : one + 1]))
        return "", -1

    def _is_apart(self, cells: Sequence[Any], filled: int) -> bool:
        """A few cells, and hardly any of those that every record has: the head or the sum of a group."""
        if self.typical < 6 or filled > 0.35 * self.typical or len(self.core) < 4:
            return False
        missing = sum(is_blank(cells[position : position + 1]) for position in self.core)
        return missing >= 0.7 * len(self.core)

    def _judge_label(self, text: str, filled: int) -> str:
        found = self.find_total(fold_text(text))
        if not found:
            return ""
        is_bare = found[0] == fold_text(text).rstrip(" :")
        if not is_bare and filled > 0.6 * self.typical:
            return ""  # a record whose name begins with such a word
        return "subtotal" if found["part"] or not is_bare else "total"

    def _repeats_header(self, cells: Sequence[Any]) -> bool:
        texts = [normalise_name(cell) for cell in cells if not is_blank((cell,))]
        return len(texts) > 1 and sum(text in self.parts for text in texts) >= 0.8 * len(texts)


@cache
def compile_totals() -> Any:
    """A function that finds a word for a total at the beginning of a folded text; its group `part` is set for a
    subtotal."""
    words = load_words("values")
    parts, wholes = (
        "|".join(sorted((re.escape(fold_text(str(word))) for word in words[name]), key=len, reverse=True))
        for name in ("subtotals", "totals")
    )
    return re.compile(rf"(?:(?P<part>{parts})|(?:{wholes}))(?!\w)").match


@dataclass(frozen=True)
class Ordinary:
    """An ordinary row: how many cells are filled (`width`), and the positions that nearly every row fills (`core`)."""

    width: int
    core: tuple[int, ...] = ()


def measure_rows(lines: Iterable[Line]) -> Ordinary:
    """From the first rows: the upper quartile of filled cells, and the positions filled in most of the fuller rows."""
    rows = [line.cells for line in islice(lines, 300) if line.cells is not None and not is_blank(line.cells)]
    counts = sorted(sum(not is_blank((cell,)) for cell in cells) for cells in rows)
    if not counts:
        return Ordinary(0)
    width = counts[len(counts) * 3 // 4]
    full = [cells for cells in rows if sum(not is_blank((cell,)) for cell in cells) > 0.35 * width]
    filled = Counter(index for cells in full for index, cell in enumerate(cells) if not is_blank((cell,)))
    return Ordinary(width, tuple(index for index, count in filled.items() if count >= 0.9 * len(full)))


def scan_rows(
    lines: Iterator[Line],
    header: Header,
    *,
    ordinary: Ordinary,
    as_above: Sequence[int] = (),
    fit: Fit = "short",
) -> Scan:
    """Read all rows below the header once; `lines` stands on the first of them. Empty cells at the positions
    `as_above` repeat the one above."""
    above: dict[int, Any] = {}
    width = len(header.names)
    scan = Scan([Profile() for _ in range(width)], fit=fit)
    sorter = RowSorter(header, ordinary)
    while stretch := list(islice(lines, _STRETCH)):
        records = list(_take_records(stretch, width, sorter, scan))
        if as_above:
            records = [(row, repeat_above(cells, as_above, above)) for row, cells in records]
        if records:
            scan.first += records[: max(0, _KEPT - len(scan.first))]
            scan.rows += len(records)
            scan.last_row = records[-1][0]
            for profile, cells in zip(scan.profiles, zip(*(cells for _, cells in records), strict=True), strict=True):
                profile.add(cells)
    scan.drop_trailing_blanks()
    return scan


def _take_records(
    stretch: Iterable[Line], width: int, sorter: RowSorter, scan: Scan
) -> Iterator[tuple[int, list[Any]]]:
    names, typical = sorter.header.names, sorter.typical
    for line in stretch:
        cells = line.cells
        if cells is None:
            _set_aside(scan, line.first, "", "a quotation mark is not closed")
            continue
        blanks = cells.count("") + cells.count(None)
        filled = len(cells) - blanks
        if filled < typical or _needs_look(cells[0], sorter):
            filled = sum(not is_blank((cell,)) for cell in cells)
            why, position = sorter.sort(cells, filled)
            if why:
                text = str(cells[position]).strip() if position >= 0 else ""
                column = names[position] if 0 <= position < width else ""
                if len(scan.ignored) < 10 * MOST_LISTED:
                    scan.ignored.append(IgnoredRow(row=line.first, why=why, column=column, text=text))
                continue
        if len(cells) != width:
            fitted = fit_row(cells, width, scan.fit)
            if fitted is None:
                _set_aside(scan, line.first, _write_row(cells), f"has {len(cells)} cells, the header {width}")
                continue
            scan.short_rows += len(cells) < width
            cells = fitted
        yield line.first, cells


def _needs_look(first: Any, sorter: RowSorter) -> bool:
    """Whether a full row may be something else than a record, by its first cell."""
    if not isinstance(first, str):
        return first is None
    return first[:1] in _STARTS or not first.strip() or normalise_name(first) in sorter.heads


_STARTS = frozenset("tTgGsSeEzZ")
"""First letters of the words for totals; a row that starts otherwise and is full needs no closer look."""


def _set_aside(scan: Scan, row: int, value: str, why: str) -> None:
    if len(scan.damaged) < MOST_LISTED:
        scan.damaged.append(DamagedCell(row=row, column="", value=value, why=why))


def _write_row(cells: Sequence[Any]) -> str:
    return " | ".join(str(cell) for cell in cells if not is_blank((cell,)))[:120]


def locate_cells(
    lines: Iterator[Line], header: Header, wanted: dict[int, dict[Any, str]], *, ordinary: Ordinary
) -> Iterator[DamagedCell]:
    """The places of some values: `wanted` gives for the position of a column each value and what is wrong with it."""
    sorter, names = RowSorter(header, ordinary), header.names
    found = 0
    for line in lines:
        cells = line.cells or []
        for position, reasons in wanted.items():
            cell = cells[position] if position < len(cells) else None
            value = cell.strip() if isinstance(cell, str) else cell
            if value in reasons and not sorter.sort(cells, sum(not is_blank((one,)) for one in cells))[0]:
                yield DamagedCell(row=line.first, column=names[position], value=str(value), why=reasons[value])
                found += 1
        if found >= MOST_LISTED:
            return
