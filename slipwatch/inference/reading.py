"""What was found in one unknown file: its kind, its columns and formats, and what must be asked.

Every object writes itself as JSON by `as_json`; `FileReading.as_json` is what `slipwatch start --json` prints per file.
Row numbers count from 1, as a spreadsheet or an editor shows them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

Kind = Literal[
    "plan", "tracker", "orders", "confirmations", "receipts", "actions", "decisions", "risks", "budget", "costs",
    "suppliers", "requirements", "changes", "notices", "trainings", "unknown",
]  # fmt: skip
"""What a file is to a PMO."""

ENTITY_OF_KIND: dict[str, str] = {
    "plan": "milestone", "tracker": "work_item", "orders": "order_line", "confirmations": "confirmation",
    "receipts": "receipt", "actions": "action", "decisions": "decision", "risks": "risk", "budget": "budget_line",
    "costs": "cost_entry", "suppliers": "supplier", "requirements": "requirement", "changes": "change_request",
    "notices": "shipment", "trainings": "training",
}  # fmt: skip
"""The canonical entity (model/tables.py) that one row of each kind of file becomes."""

LEAVE_OUT = "leave out"
"""The answer that keeps a column out of the mapping; every question about a column offers it."""


@dataclass(frozen=True, kw_only=True)
class Inference:
    """One conclusion. `what` is a dotted path (`kind`, `columns.Fin prévue`, `formats.Fin prévue`, `keys`, `sheet`);
    `sure` is false where it must be confirmed, and then a question asks for it."""

    what: str
    value: Any
    why: str
    sure: bool = True

    def as_json(self) -> dict[str, Any]:
        return {"what": self.what, "value": self.value, "why": self.why, "sure": self.sure}


@dataclass(frozen=True, kw_only=True)
class Question:
    """What only a person can tell. The id is `<file>/<topic>/<detail>` and stays the same as long as the file does.

    An answer is one of `choices`, or any text where there are none; `proposed` is what Enter accepts, None where there
    is no telling.
    """

    id: str
    file: str
    text: str
    choices: tuple[str, ...] = ()
    proposed: str | None = None
    why: str = ""

    @property
    def topic(self) -> str:
        """`column`, `format`, `keys`, `kind`, `sheet`, `unit`, `currency`, `vocabulary`..."""
        return self.id.removeprefix(f"{self.file}/").partition("/")[0]

    @property
    def detail(self) -> str:
        """What the topic is about, mostly a source column; empty where it is the whole file."""
        return self.id.removeprefix(f"{self.file}/").partition("/")[2]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "file": self.file, "text": self.text, "choices": list(self.choices),
            "proposed": self.proposed, "why": self.why,
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class IgnoredRow:
    """`why` is one of title, blank, repeated header, subtotal, total, note. Where one cell marks the row, `column` and
    `text` say which."""

    row: int
    why: str
    column: str = ""
    text: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "why": self.why}


@dataclass(frozen=True, kw_only=True)
class DamagedCell:
    """A cell that is set aside; `value` is what stands in it."""

    row: int
    column: str
    value: str
    why: str

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "value": self.value, "why": self.why}


@dataclass(frozen=True, kw_only=True)
class OtherSheet:
    sheet: str
    why: str

    def as_json(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "why": self.why}


@dataclass(frozen=True, kw_only=True)
class ColumnFormat:
    """How the cells of one column are written.

    `kind` is date, week, instant, number, percent, text or flag. `formats` are those of the files connector (patterns,
    `iso`, `serial`, `instant`); empty for a date column whose cells are all real dates. `decimal` and `group` are None
    where the cells are native numbers, or where no cell shows such a mark.
    """

    kind: str
    formats: tuple[str, ...] = ()
    decimal: str | None = None
    group: str | None = None
    weekday: str | None = None
    empty: tuple[str, ...] = ()
    affixes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        facts: dict[str, Any] = {"kind": self.kind}
        for name in ("formats", "empty", "affixes"):
            if value := getattr(self, name):
                facts[name] = list(value)
        for name in ("decimal", "group", "weekday"):
            if (value := getattr(self, name)) is not None:
                facts[name] = value
        return facts


@dataclass(frozen=True, kw_only=True)
class ColumnGuess:
    """One column of the file. `field` is the canonical column, None where it is left unmapped.

    `values` are its most frequent texts with their number, `distinct` how many different ones all rows have: what
    proposes projects, suppliers and sites. `choices` says what the source's words mean in a closed vocabulary.
    `as_above` is true where an empty cell repeats the one above (merged cells).
    """

    name: str
    position: int
    field: str | None = None
    format: ColumnFormat | None = None
    unit_factor: int | None = None
    unit: str | None = None
    choices: tuple[tuple[str, str | bool | None], ...] = ()
    width: int | None = None
    as_above: bool = False
    filled: int = 0
    distinct: int = 0
    values: tuple[tuple[str, int], ...] = ()
    why: str = ""
    sure: bool = True


@dataclass(frozen=True, kw_only=True)
class PreviewRow:
    """One row as it stands, and as it is read: canonical column to value, dates as ISO text, figures as texts."""

    row: int
    raw: dict[str, str]
    read: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "raw": self.raw, "read": self.read}


@dataclass(frozen=True, kw_only=True)
class FileReading:
    """All that was found in one file. A refused one has `error` (what, where) and `cure` (what to do), and no columns.

    `short_rows` is true where rows of a text end before the last column. `notices` are sentences to show that need no
    answer: macros that were not run, leading zeros that may be lost.
    `rows` counts the rows of data. `part` is the sheet or list that was asked for, `today` the day of the reading.
    `records` is the dotted path to the list in a JSON or XML document.
    """

    file: str
    path: Path = field(repr=False)
    status: Literal["read", "refused"] = "read"
    error: str | None = None
    cure: str | None = None
    kind: Kind = "unknown"
    entity: str | None = None
    preset: str | None = None
    preset_missed: tuple[str, ...] = ()
    sheet: str | None = None
    other_sheets: tuple[OtherSheet, ...] = ()
    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str = '"'
    records: str | None = None
    short_rows: bool = False
    header_rows: tuple[int, ...] = ()
    columns: tuple[ColumnGuess, ...] = ()
    keys: tuple[str, ...] = ()
    ignored_rows: tuple[IgnoredRow, ...] = ()
    damaged: tuple[DamagedCell, ...] = ()
    preview: tuple[PreviewRow, ...] = ()
    inferences: tuple[Inference, ...] = ()
    questions: tuple[Question, ...] = ()
    notices: tuple[str, ...] = ()
    rows: int = 0
    part: str | None = None
    today: date | None = field(default=None, repr=False)

    @property
    def asked_as(self) -> str:
        """What the ids of its questions begin with: the file, and its part where that was asked for."""
        return f"{self.file}#{self.part}" if self.part else self.file

    def find_column(self, name: str) -> ColumnGuess | None:
        """The column of this name in the file."""
        return next((column for column in self.columns if column.name == name), None)

    def find_field(self, field_name: str) -> ColumnGuess | None:
        """The column that is read as this canonical one."""
        return next((column for column in self.columns if column.field == field_name), None)

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file, "status": self.status, "error": self.error, "cure": self.cure,
            "kind": self.kind, "entity": self.entity,
            "preset": self.preset, "preset_missed": list(self.preset_missed),
            "sheet": self.sheet, "other_sheets": [one.as_json() for one in self.other_sheets],
            "format": self.format, "encoding": self.encoding, "delimiter": self.delimiter,
            "header_row": self.header_rows[0] if self.header_rows else None, "header_rows": list(self.header_rows),
            **self._list_columns(),
            "keys": list(self.keys),
            "ignored_rows": [one.as_json() for one in self.ignored_rows],
            "damaged": [one.as_json() for one in self.damaged],
            "preview": [one.as_json() for one in self.preview],
            "inferences": [one.as_json() for one in self.inferences],
            "questions": [one.id for one in self.questions],
            "notices": list(self.notices), "rows": self.rows,
        }  # fmt: skip

    def _list_columns(self) -> dict[str, Any]:
        columns = self.columns
        return {
            "columns": {one.name: one.field for one in columns if one.field},
            "unmapped": [one.name for one in columns if not one.field],
            "formats": {one.name: one.format.as_json() for one in columns if one.format and one.format.kind != "text"},
            "unit_factor": {one.name: one.unit_factor for one in columns if one.unit_factor},
            "units": {one.name: one.unit for one in columns if one.unit},
            "vocabularies": {one.name: dict(one.choices) for one in columns if one.choices},
        }


def refuse_file(path: Path, error: str, cure: str) -> FileReading:
    return FileReading(file=path.name, path=path, status="refused", error=error, cure=cure)


def replace_column(reading: FileReading, column: ColumnGuess) -> FileReading:
    """The same reading with one column replaced by position."""
    columns = tuple(column if one.position == column.position else one for one in reading.columns)
    return replace(reading, columns=columns)
