"""The first rows of a file beside what the product reads in them, by the very converters that will read it later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from slipwatch.errors import ConfigError, RecordError
from slipwatch.inference.assign import find_canonical
from slipwatch.inference.mappings import build_columns, collect_guesses
from slipwatch.inference.reading import ColumnGuess, FileReading, PreviewRow
from slipwatch.model.tables import ENTITIES
from slipwatch.wire.columns import Setting, build_converter
from slipwatch.wire.declaration import ColumnDeclaration, Conventions

ROWS = 5


def build_preview(reading: FileReading, records: Sequence[tuple[int, list[Any]]], *, today: date | None) -> FileReading:
    """The reading with its first records, raw and read. A cell that cannot be read is None."""
    readers = {
        column.position: (column, _build_reader(reading, column, today)) for column in reading.columns if column.field
    }
    rows = []
    for number, cells in records[:ROWS]:
        raw = {
            column.name: str(cells[column.position])
            for column in reading.columns
            if column.position < len(cells) and cells[column.position] not in (None, "")
        }
        read = {str(column.field): _read(reader, cells[position]) for position, (column, reader) in readers.items()}
        rows.append(PreviewRow(row=number, raw=raw, read=read))
    return replace(reading, preview=tuple(rows))


def _build_reader(reading: FileReading, column: ColumnGuess, today: date | None) -> Callable[[Any], Any] | None:
    canonical = find_canonical(str(reading.entity), str(column.field))
    if canonical is None:
        return None
    guesses = collect_guesses([replace(reading, columns=(replace(column, field=canonical.name),))])
    entity = str(reading.entity) if canonical.name != column.field or find_own(reading, column) else "order_line"
    try:
        built = build_columns(entity, guesses, shared={})[canonical.name].value
        declared = ColumnDeclaration.model_validate(built if isinstance(built, dict) else {"from": built})
        setting = Setting(conventions=Conventions(), near=today)
        return build_converter(canonical, declared, setting).build()
    except (ConfigError, ValidationError, KeyError):
        return None


def find_own(reading: FileReading, column: ColumnGuess) -> bool:
    """Whether the column belongs to the entity itself, not to the order line that it refers to."""
    return column.field in ENTITIES[str(reading.entity)].by_name


def _read(reader: Callable[[Any], Any] | None, cell: Any) -> Any:
    if reader is None or cell is None:
        return None
    try:
        return _write(reader(cell))
    except RecordError:
        return None


def _write(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value
