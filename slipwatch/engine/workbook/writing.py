"""Writes the workbook: every cell is a value or a text, never a formula, whatever a source calls its things."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from slipwatch.document.escape import clean_text, escape_xlsx_cell
from slipwatch.engine.workbook.cells import Cell, show_value
from slipwatch.engine.workbook.columns import Column, Sheet
from slipwatch.engine.workbook.entries import Correction, Entry
from slipwatch.engine.workbook.front import write_fixes, write_guide
from slipwatch.engine.workbook.rows import Row, fingerprint
from slipwatch.engine.workbook.sheets import LISTS, MEMORY, SHEETS
from slipwatch.engine.workbook.state import State
from slipwatch.engine.workbook.styles import TABS, Styles, choose_ground, find_height
from slipwatch.engine.workbook.validation import LIST_COLUMN, build_validation
from slipwatch.engine.workbook.wording import Wording

VERSION = 1
HEAD_ROW = 2
"""Row of the headings, counted from 0: title and a line about the sheet stand above it."""

FIRST_ROW = HEAD_ROW + 1
PROTECTION = dict.fromkeys(("format_columns", "format_rows", "sort", "autofilter", "objects"), True)


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What a workbook says of itself."""

    programme: str
    exported_at: datetime
    fingerprint: str
    shown_at: str


@dataclass(kw_only=True)
class Returned:
    """Rows of an imported workbook that were not taken, and where their corrections stand in the copy."""

    entries: list[Entry] = field(default_factory=list)
    places: list[tuple[Correction, str]] = field(default_factory=list)

    def take(self, sheet: str) -> tuple[dict[tuple[str, ...], Entry], list[Entry]]:
        """Entries of known rows by what they are called, and new ones."""
        own = [entry for entry in self.entries if entry.sheet == sheet]
        known = {entry.identity: entry for entry in own if entry.exported}
        return known, [entry for entry in own if known.get(entry.identity) is not entry]


def write_workbook(
    path: Path, state: State, wording: Wording, edition: Edition, returned: Returned | None = None
) -> None:
    """Write the file; with `returned`, it is the copy to correct."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    book.set_properties({"title": clean_text(edition.programme), "created": edition.exported_at.replace(tzinfo=None)})
    book.set_calc_mode("auto")
    styles, back = Styles(book), returned or Returned()
    guide = book.add_worksheet(wording.title("guide"))
    fixes = book.add_worksheet(wording.title("fix")) if back.entries else None
    pages = {sheet.id: book.add_worksheet(wording.title(sheet.id)) for sheet in SHEETS}
    spots = {sheet.id: place_rows(sheet, state, back) for sheet in SHEETS}
    for sheet in SHEETS:
        writer = _Page(pages[sheet.id], sheet, styles, wording)
        writer.write(spots[sheet.id], back, {name: len(rows) for name, rows in spots.items()})
    _write_memory(book.add_worksheet(wording.title(MEMORY)), state, wording, edition)
    write_guide(guide, state, styles, wording, (edition.programme, edition.shown_at))
    if fixes is not None:
        write_fixes(fixes, back.places, styles, wording)
        fixes.activate()
    book.close()


@dataclass(frozen=True)
class Spot:
    """One line of a page: a row in force, what a person wrote over it, or both; a spare line has no row."""

    row: Row | None
    entry: Entry | None = None
    number: str = ""


def place_rows(sheet: Sheet, state: State, returned: Returned) -> list[Spot]:
    """Rows in force with what came back of them, then what came back of new ones, then spare lines."""
    known, new = returned.take(sheet.id)
    spots = [Spot(row, known.pop(row.identity, None)) for row in state.rows[sheet.id]]
    spots += [Spot(None, entry) for entry in (*known.values(), *new)]
    taken = {spot.row.identity[0] for spot in spots if spot.row} | {
        str(spot.entry.cells.get("number") or "") for spot in spots if spot.entry
    }
    numbers = _count_on(sheet, taken)
    return spots + [Spot(None, None, next(numbers)) for _ in range(sheet.spare)]


def _count_on(sheet: Sheet, taken: set[str]) -> Any:
    """Numbers for spare lines of sheets that number their rows; else nothing."""
    prefix = {"statements": "S", "actions": "A", "decisions": "D", "risks": "R"}.get(sheet.id)
    position = len(taken)
    while prefix is None:
        yield ""
    while True:
        position += 1
        if (number := f"{prefix}-{position:03d}") not in taken:
            yield number


class _Page:
    """One sheet on its way into the workbook."""

    def __init__(self, page: Any, sheet: Sheet, styles: Styles, wording: Wording) -> None:
        self.page, self.sheet, self.styles, self.wording = page, sheet, styles, wording

    def write(self, spots: Sequence[Spot], returned: Returned, lengths: Mapping[str, int]) -> None:
        self.write_head()
        for position, spot in enumerate(spots):
            self.write_spot(FIRST_ROW + position, spot, returned)
        last = FIRST_ROW + max(len(spots), 1) - 1
        for number, column in enumerate(self.sheet.columns):
            rule = build_validation(column, self.wording, lengths, FIRST_ROW)
            if rule and not column.shown:
                self.page.data_validation(FIRST_ROW, number, last, number, rule)
        self.page.autofilter(HEAD_ROW, 0, last, len(self.sheet.columns) - 1)

    def write_head(self) -> None:
        page, columns = self.page, self.sheet.columns
        page.hide_gridlines(2)
        page.set_default_row(17)
        page.set_tab_color(TABS[self.sheet.area])
        page.set_row(0, 30)
        page.set_row(1, 32)
        page.set_row(HEAD_ROW, 34)
        page.write_string(0, 0, self.wording.title(self.sheet.id), self.styles.title)
        shown = max(1, sum(not column.hidden for column in columns) - 1)
        page.merge_range(1, 0, 1, shown, self.wording.say(f"about.{self.sheet.id}"), self.styles.about)
        for number, column in enumerate(columns):
            page.set_column(number, number, column.width, None, {"hidden": column.hidden})
            text = self.wording.head(self.sheet, column)
            page.write_string(HEAD_ROW, number, text, self.styles.head(choose_ground(column)))
            note = self.wording.explain(self.sheet, column)
            page.write_comment(HEAD_ROW, number, note, {"author": "Slipwatch", "x_scale": 2, "y_scale": 0.9})
        page.freeze_panes(FIRST_ROW, 1 if columns[0].key else 0)
        page.protect("", PROTECTION)
        page.outline_settings(symbols_below=False)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(HEAD_ROW)
        page.set_footer("&L&A&R&P / &N")

    def write_spot(self, line: int, spot: Spot, returned: Returned) -> None:
        cells = [self.find_cell(column, spot) for column in self.sheet.columns]
        texts = zip(cells, self.sheet.columns, strict=True)
        height = find_height((cell, column.width) for cell, column in texts if isinstance(cell, str))
        inside = spot.row and self.sheet.id == "inventory" and not spot.row.group
        self.page.set_row(line, height, None, {"level": 1} if inside else {})
        for number, (column, cell) in enumerate(zip(self.sheet.columns, cells, strict=True)):
            ground, locked = self.choose_look(column, spot)
            fault = spot.entry.faults.get(column.field) if spot.entry else None
            if fault is not None:
                ground, locked = ("conflict" if fault.conflict else "fault"), False
                self.note(line, number, fault, returned)
            write_cell(self.page, (line, number), cell, self.styles.cell(column, ground, locked=locked))

    def choose_look(self, column: Column, spot: Spot) -> tuple[str, bool]:
        row, ground = spot.row, choose_ground(column)
        if row is None:
            locked = column.shown or bool(spot.number and column.field == "number")
            return (ground if locked else "mark" if ground == "mark" else "open"), locked
        if row.group and ground not in ("mark",) and column.field != "act_reason":
            return "group", True
        is_act = column.field in ("mark", "act_reason")
        if row.frozen and not is_act:
            return "frozen", True
        return ground, column.key or column.shown or (row.frozen and self.sheet.id != "baselines")

    def find_cell(self, column: Column, spot: Spot) -> Cell:
        """What a person wrote stays as it was written; of a conflict, the value in force is shown."""
        entry = spot.entry
        if entry is not None and column.field in entry.cells and not column.shown:
            fault = entry.faults.get(column.field)
            if fault is None or not fault.conflict:
                return entry.cells[column.field]
        if spot.row is not None:
            return show_value(column, spot.row.values.get(column.field), self.wording)
        return spot.number if column.field == "number" and spot.number else None

    def note(self, line: int, number: int, fault: Correction, returned: Returned) -> None:
        from xlsxwriter.utility import xl_rowcol_to_cell

        text = f"{self.wording.tell(fault.allowed)}\n→ {self.wording.tell(fault.cure)}"
        options = {"author": "Slipwatch", "x_scale": 2.4, "y_scale": 1.4, "color": "#fbe7e5"}
        self.page.write_comment(line, number, clean_text(text)[:2000], options)
        returned.places.append((fault, xl_rowcol_to_cell(line, number)))


def write_cell(page: Any, at: tuple[int, int], cell: Cell, style: Any) -> None:
    """A value in its own type; a text is always a string cell, so that nothing in it is computed or followed."""
    if cell is None or cell == "":
        page.write_blank(*at, None, style)
    elif isinstance(cell, bool):
        page.write_boolean(*at, cell, style)
    elif isinstance(cell, datetime):
        page.write_datetime(*at, cell.replace(tzinfo=None), style)
    elif isinstance(cell, date):
        page.write_datetime(*at, cell, style)
    elif isinstance(cell, (int, float)):
        page.write_number(*at, cell, style)
    else:
        page.write_string(*at, escape_xlsx_cell(str(cell)), style)


def _write_memory(page: Any, state: State, wording: Wording, edition: Edition) -> None:
    """What was exported, so that the import can tell what a person changed from what somebody else did."""
    facts = {
        "version": str(VERSION),
        "programme": edition.programme,
        "exported_at": edition.exported_at.isoformat(),
        "language": wording.language,
        "fingerprint": edition.fingerprint,
    }
    lines: list[tuple[str, ...]] = [("fact", name, escape_xlsx_cell(value), "") for name, value in facts.items()]
    for sheet in SHEETS:
        for row in state.rows[sheet.id]:
            known = json.dumps(fingerprint(sheet, row), sort_keys=True)
            lines.append(("row", sheet.id, json.dumps(row.identity), known))
    for line, cells in enumerate(lines):
        for number, text in enumerate(cells):
            page.write_string(line, number, text)
    for number, name in enumerate(LISTS):
        for line, text in enumerate(state.names.get(name, ())):
            page.write_string(line, LIST_COLUMN + number, escape_xlsx_cell(text))
    page.protect("")
    page.very_hidden()
