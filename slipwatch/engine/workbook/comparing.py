"""Compares what came back with what was exported and with what is in force: what a person changed, and what somebody
else did meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from slipwatch.engine.workbook.cells import digest, show_value, term
from slipwatch.engine.workbook.columns import Column, Kind, Sheet
from slipwatch.engine.workbook.entries import Entry
from slipwatch.engine.workbook.reading import Book
from slipwatch.engine.workbook.rows import Row
from slipwatch.engine.workbook.sheets import BY_ID
from slipwatch.engine.workbook.state import TABLES, State
from slipwatch.engine.workbook.wording import Wording

ACTED = ("mark", "act_reason")
NUMBERED = ("statements", "actions", "decisions", "risks")
SETTLED = ("inventory", "alerts", "unassigned")
"""Sheets whose rows are gone as soon as somebody has dealt with them."""

KEY = re.compile(r"[^\s:/#\[\]]{1,80}")
MOST_NAMES = 12


@dataclass(kw_only=True)
class Change:
    """One row that a person changed or added: old and new value by field. `row` is the one in force, None for a new."""

    entry: Entry
    sheet: Sheet
    row: Row | None
    edits: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def identity(self) -> tuple[str, ...]:
        return self.entry.identity

    @property
    def mark(self) -> str | None:
        return self.edits["mark"][1] if "mark" in self.edits else None

    @property
    def reason(self) -> str:
        return str(self.entry.values.get("act_reason") or "")

    def get(self, name: str) -> Any:
        """The value that the row has from now on."""
        return self.entry.values.get(name)

    @property
    def plain_edits(self) -> dict[str, tuple[Any, Any]]:
        """Edits of what is declared, marks and reasons left out."""
        return {name: edit for name, edit in self.edits.items() if name not in ACTED}


def compare_book(book: Book, state: State) -> list[Change]:
    """Every row with a change, also those with a fault; what cannot be taken is noted in its entry."""
    known = {sheet: state.index(sheet) for sheet in state.rows}
    changes = []
    for entry in book.entries:
        sheet = BY_ID[entry.sheet]
        compare = _compare_known if entry.exported else _compare_new
        change = compare(book, sheet, entry, known[sheet.id])
        if change is not None:
            changes.append(change)
    _check_names(changes, state, book.wording)
    return changes


def _compare_known(book: Book, sheet: Sheet, entry: Entry, known: Mapping[tuple[str, ...], Row]) -> Change | None:
    exported = book.memory.rows[sheet.id, entry.identity]
    row = known.get(entry.identity)
    if row is None and (sheet.id in SETTLED or entry.values.get("mark") == "remove"):
        return None
    change = Change(entry=entry, sheet=sheet, row=row)
    for column in sheet.entered:
        name = column.field
        if name in entry.values and digest(entry.values[name]) != exported.get(name):
            _compare_cell(change, column, exported.get(name), book.wording)
    return change if entry.faults or change.edits.keys() - {"act_reason"} else None


def _compare_cell(change: Change, column: Column, exported: str | None, wording: Wording) -> None:
    """One cell that a person changed."""
    entry, row, new = change.entry, change.row, change.entry.values[column.field]
    if row is None:
        entry.refuse(change.sheet.keys[0], entry.identity[0], term("allowed.gone"), term("cure.gone"))
        return
    old = row.values.get(column.field)
    if new == old:
        return
    change.edits[column.field] = (old, new)
    if digest(old) != exported:
        _refuse_conflict(entry, column, (old, new), wording)
    elif row.frozen and column.field not in ACTED:
        entry.refuse(column.field, _show(column, new, wording), term("allowed.frozen"), term("cure.frozen"))
    elif column.required and new is None:
        entry.require(column.field)


def _refuse_conflict(entry: Entry, column: Column, edit: tuple[Any, Any], wording: Wording) -> None:
    now, mine = (_show(column, value, wording) or "–" for value in edit)
    entry.refuse(
        column.field, mine, term("allowed.unchanged", now=now), term("cure.conflict", mine=mine), conflict=True
    )


def _show(column: Column, value: Any, wording: Wording) -> str:
    shown = show_value(column, value, wording)
    return "" if shown is None else str(shown)


def _compare_new(book: Book, sheet: Sheet, entry: Entry, known: Mapping[tuple[str, ...], Row]) -> Change | None:
    row = known.get(entry.identity)
    if not entry.faults and _is_there(sheet, entry, row, known):
        return None
    if sheet.id in NUMBERED and row is not None:
        entry.identity, row = (_find_free(known),), None
        entry.values["number"] = entry.identity[0]
    change = Change(entry=entry, sheet=sheet, row=row)
    change.edits = {
        column.field: (row.values.get(column.field) if row else None, entry.values[column.field])
        for column in sheet.entered
        if entry.values.get(column.field) not in (None, ())
    }
    if row is not None:
        _refuse_taken(book, change, row)
    _check_new(sheet, entry)
    return change


def _is_there(sheet: Sheet, entry: Entry, row: Row | None, known: Mapping[tuple[str, ...], Row]) -> bool:
    """True for a row that was added in the very same words already: this file was imported before."""
    rows = known.values() if sheet.id in NUMBERED else [row] if row else []
    names = [column.field for column in sheet.entered if column.field in entry.values and column.field not in ACTED]
    return any(all(_is_same(one, name, entry) for name in names) for one in rows)


def _is_same(row: Row, name: str, entry: Entry) -> bool:
    mine, theirs = entry.values[name], row.values.get(name)
    default = BY_ID[row.sheet].by_field[name].default
    return bool(mine == theirs or (mine in (None, ()) and theirs == default))


def _find_free(known: Iterable[tuple[str, ...]]) -> str:
    """The number after the last one in use."""
    numbers = [identity[0] for identity in known]
    prefix = numbers[0].rpartition("-")[0]
    last = max((int(tail) for number in numbers if (tail := number.rpartition("-")[2]).isdigit()), default=0)
    return f"{prefix}-{last + 1:03d}"


def _refuse_taken(book: Book, change: Change, row: Row) -> None:
    """Somebody added a row with this key meanwhile, in other words."""
    name = change.sheet.keys[-1]
    shown = ", ".join(str(part) for part in row.identity if part)
    mine = change.entry.identity[-1]
    change.entry.refuse(
        name, mine, term("allowed.unchanged", now=shown), term("cure.conflict", mine=mine), conflict=True
    )


def _check_new(sheet: Sheet, entry: Entry) -> None:
    if not sheet.spare:
        entry.refuse(sheet.keys[0], entry.identity[0], term("allowed.known_row"), term("cure.known_row"))
        return
    for column in sheet.columns:
        if column.required and entry.values.get(column.field) in (None, ()):
            entry.require(column.field)
    if sheet in TABLES and entry.identity[0] and not KEY.fullmatch(entry.identity[0]):
        entry.refuse("key", entry.identity[0], term("allowed.key"), term("cure.key"))


def _check_names(changes: Iterable[Change], state: State, wording: Wording) -> None:
    """Every key that is used must be there, or be added by the same workbook."""
    listed = list(changes)
    known = {name: set(keys) for name, keys in state.names.items()}
    for change in listed:
        if change.row is None and change.sheet.id in known and not change.entry.faults:
            known[change.sheet.id].add(change.identity[0])
            if change.sheet.id in ("committees", "roles"):
                known["deciders"].add(change.identity[0])
    for change in listed:
        for column in change.sheet.columns:
            if column.kind in (Kind.NAME, Kind.NAMES) and _is_touched(change, column):
                _check_name(change.entry, column, known[column.names], wording)


def _is_touched(change: Change, column: Column) -> bool:
    return change.row is None if column.key else column.field in change.edits


def _check_name(entry: Entry, column: Column, known: set[str], wording: Wording) -> None:
    value = entry.values.get(column.field)
    used = [] if value is None else list(value) if isinstance(value, tuple) else [str(value)]
    for name in used:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            sheet = wording.title(column.names) if column.names in BY_ID else ""
            cure = term("cure.close", close=close[0]) if close else term("cure.name", sheet=sheet)
            entry.refuse(column.field, name, term("allowed.names", names=list_names(sorted(known))), cure)


def list_names(names: list[str]) -> str:
    """The first names, and that there are more."""
    return ", ".join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")
