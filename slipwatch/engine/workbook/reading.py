"""Reads a workbook back: finds sheets and columns by their names in either language, wherever they were moved to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from slipwatch.engine.workbook.cells import Cell, Fault, read_value, term
from slipwatch.engine.workbook.columns import Column, Sheet
from slipwatch.engine.workbook.entries import Entry
from slipwatch.engine.workbook.rows import identify
from slipwatch.engine.workbook.sheets import SHEETS
from slipwatch.engine.workbook.wording import Wording, fold_name
from slipwatch.errors import ConfigError, PermanentError
from slipwatch.wire.workbook import BROKEN, list_sheet_names, open_sheet

LARGEST_BYTES = 50_000_000
"""A portfolio of 5,000 milestones unpacks to about 10 MB."""

MOST_ROWS_ABOVE = 15
"""Lines that somebody may have put above the headings."""

Rows = list[tuple[int, list[Any]]]


@dataclass(kw_only=True)
class Memory:
    """What the hidden sheet remembers of the export: facts, and a digest of every cell by sheet and row."""

    facts: Mapping[str, str]
    rows: Mapping[tuple[str, tuple[str, ...]], Mapping[str, str]]


@dataclass(kw_only=True)
class Book:
    """A workbook as it was read. `notes` are sentences about what was left out."""

    memory: Memory
    wording: Wording
    entries: list[Entry] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)


def read_book(path: Path) -> Book:
    """Every row that a person may have written. Raises `ConfigError` for a file that is no workbook of ours."""
    try:
        names = list_sheet_names(path, largest_bytes=LARGEST_BYTES)
        found = next((name for name in names if name.casefold() == MEMORY_NAME), None)
        if found is None:
            raise ConfigError(
                "is not a workbook of Slipwatch, or has lost its hidden sheet",
                subject=path.name,
                cure="export one with `slipwatch workbook export`, and copy your lines into it",
            )
        memory = _read_memory(_load(path, found))
        book = Book(memory=memory, wording=Wording(memory.facts.get("language", "en")))
        for sheet in SHEETS:
            own = next((name for name in names if name.casefold() in book.wording.titles(sheet.id)), None)
            if own is None:
                book.missing.append(sheet.id)
            else:
                _read_sheet(book, sheet, own, _load(path, own))
    except (PermanentError, OSError) as error:
        raise ConfigError(_tell(error), subject=path.name, cure=getattr(error, "cure", "")) from error
    return book


MEMORY_NAME = "_slipwatch"


def _tell(error: PermanentError | OSError) -> str:
    return error.message if isinstance(error, PermanentError) else f"cannot be read: {error.strerror}"


def _load(path: Path, name: str) -> Rows:
    sheet = open_sheet(path, [name], largest_bytes=LARGEST_BYTES)
    blanks: list[Any] = [""] * (sheet.starts_at - 1)
    return [(number, [*blanks, *cells]) for number, cells in sheet.read_rows()]


def _read_memory(rows: Rows) -> Memory:
    facts: dict[str, str] = {}
    known: dict[tuple[str, tuple[str, ...]], dict[str, str]] = {}
    try:
        for _, (kind, name, value, digests, *_) in ((number, [*cells, "", "", "", ""]) for number, cells in rows):
            if kind == "fact":
                facts[str(name)] = str(value)
            elif kind == "row":
                known[str(name), tuple(json.loads(value))] = json.loads(digests)
    except ValueError as error:
        raise ConfigError(
            "its hidden sheet is damaged", subject=MEMORY_NAME, cure="export the workbook again, and copy your lines"
        ) from error
    return Memory(facts=facts, rows=known)


def _read_sheet(book: Book, sheet: Sheet, name: str, rows: Rows) -> None:
    heads = {text: column for column in sheet.columns for text in book.wording.heads(sheet, column)}
    start, columns = _find_heads(rows, heads)
    if not columns:
        book.missing.append(sheet.id)
        return
    there = {column.field for column in columns.values()}
    if lost := [column for column in sheet.columns if column.key and column.field not in there]:
        head = book.wording.head(sheet, lost[0])
        book.strange.append(f"{name}: the column {head} is gone, so the sheet was left out")
        return
    book.strange += _list_strange(name, rows, start, columns)
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in rows[start + 1 :]:
        written = {column.field: cells[place] for place, column in columns.items() if place < len(cells)}
        entry = _read_row(book, sheet, number, written)
        if entry is not None:
            _refuse_repeat(sheet, entry, seen)
            book.entries.append(entry)


def _find_heads(rows: Rows, heads: Mapping[str, Column]) -> tuple[int, dict[int, Column]]:
    """Where the headings stand, and which column each of them is: the first line that has at least half of them."""
    for index, (_, cells) in enumerate(rows[:MOST_ROWS_ABOVE]):
        texts = [fold_name(str(cell)) for cell in cells]
        found = {place: heads[text] for place, text in enumerate(texts) if text in heads}
        if len(found) * 2 >= len({column.field for column in heads.values()}):
            return index, found
    return 0, {}


def _list_strange(name: str, rows: Rows, start: int, columns: Mapping[int, Column]) -> Iterator[str]:
    """Columns that somebody added: they are told, and left alone."""
    for place, cell in enumerate(rows[start][1]):
        if place not in columns and str(cell).strip():
            yield f"{name}: the column {str(cell).strip()!r} is not ours and was left out"


def _read_row(book: Book, sheet: Sheet, number: int, written: Mapping[str, Any]) -> Entry | None:
    """One line, or None where nobody wrote anything in it."""
    cells: dict[str, Cell] = {name: "#N/A" if cell is BROKEN else cell for name, cell in written.items()}
    entry = Entry(sheet=sheet.id, row=number, cells=cells)
    for column in sheet.columns:
        if column.shown or column.field not in written:
            continue
        try:
            entry.values[column.field] = read_value(column, written[column.field], book.wording)
        except Fault as fault:
            entry.refuse_fault(column.field, fault)
    entry.identity = identify(sheet, entry.values)
    entry.exported = (sheet.id, entry.identity) in book.memory.rows
    numbered = sheet.keys == ("number",)
    empty = not entry.faults and all(
        value in (None, ()) for name, value in entry.values.items() if not (numbered and name == "number")
    )
    return None if empty and not entry.exported else entry


def _refuse_repeat(sheet: Sheet, entry: Entry, seen: dict[tuple[str, ...], int]) -> None:
    if not any(entry.identity):
        return
    first = seen.setdefault(entry.identity, entry.row)
    if first != entry.row:
        entry.exported = False
        entry.refuse(sheet.keys[-1], entry.identity[-1], term("allowed.once"), term("cure.once", row=first))
