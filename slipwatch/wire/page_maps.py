"""Field maps run over a page of records at once, column by column: what many records share is read once.

They say the same as mapping the records one by one, or raise where one of them must be looked at by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import Any

from slipwatch.errors import RecordError
from slipwatch.model.records import Record, Value
from slipwatch.model.tables import ENTITIES
from slipwatch.wire.field_maps import compile_field, list_required, require_values, split_path
from slipwatch.wire.maps import Field, Key, RecordMap, find_units
from slipwatch.wire.values import Converter, Reason, Text

MapPage = Callable[[Sequence[Any]], list[Record]]
ReadColumn = Callable[[Sequence[Any]], Sequence[Any]]

_ALIKE = ({str}, {int})
"""Types whose equal values are the same value: 1, 1.0 and true are equal too, but are read otherwise."""


def compile_page(record_map: RecordMap) -> MapPage:
    """The function of a page. Where a record of it cannot be read, it raises what mapping that record would, or
    `LookupError`, `TypeError` or `AttributeError`."""
    read_ids, read_values = compile_ids(record_map.key), compile_values(record_map)
    label = record_map.label
    read_labels = compile_ids(label) if isinstance(label, Key) else compile_extra(label)
    read_known, read_stated = compile_extra(record_map.known_at), compile_extra(record_map.stated_by)
    url, history = record_map.url, record_map.history

    def map_page(items: Sequence[Any]) -> list[Record]:
        ids, values = read_ids(items), read_values(items)
        labels = (label or source_id for label, source_id in zip(read_labels(items), ids, strict=True))
        urls: Iterable[str | None] = map(url, ids) if url else repeat(None)
        told: Iterable[Any] = map(history, items, values) if history else repeat(())
        return list(map(Record, ids, labels, values, read_known(items), read_stated(items), urls, told))

    return map_page


def compile_values(record_map: RecordMap) -> Callable[[Sequence[Any]], list[dict[str, Value]]]:
    """The canonical values of each record."""
    fields = record_map.fields
    constants = {row.column: row.constant for row in fields if row.path is None}
    constants |= find_units(ENTITIES[record_map.entity], fields)
    reads = {row.column: compile_column(row) for row in fields if row.path is not None}
    required, finish = list_required(record_map), record_map.finish

    def read_values(items: Sequence[Any]) -> list[dict[str, Value]]:
        columns: dict[str, Sequence[Any]] = {name: [value] * len(items) for name, value in constants.items()}
        columns |= {name: read(items) for name, read in reads.items()}
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        if finish is None:
            require_columns(columns, required)
            return rows
        rows = rows or [{} for _ in items]
        for item, values in zip(items, rows, strict=True):
            finish(item, values)
            require_values(values, required)
        return rows

    return read_values


def require_columns(columns: dict[str, Sequence[Any]], required: Iterable[str]) -> None:
    """Raises `RecordError` where a required column has a gap."""
    for name in required:
        if name not in columns or None in columns[name]:
            raise RecordError(Reason.MISSING_VALUE, subject=name)


def compile_ids(key: Key) -> Callable[[Sequence[Any]], Sequence[str]]:
    """The keys of the records. It raises `RecordError` where a part is missing."""
    parts = [compile_column(row) for row in key.list_fields()]
    separator, prefix = key.separator, key.prefix

    def read_ids(items: Sequence[Any]) -> Sequence[str]:
        columns = [read(items) for read in parts]
        if any(None in column for column in columns):
            raise RecordError(Reason.MISSING_KEY)
        if len(columns) == 1 and not prefix:
            return columns[0]
        return [prefix + separator.join(row) for row in zip(*columns, strict=True)]

    return read_ids


def compile_extra(given: Field | Callable[[Any], Any] | None) -> ReadColumn:
    """What stands beside the values: read as a field, computed by a function, or nowhere."""
    if given is None:
        return lambda items: [None] * len(items)
    if isinstance(given, Field):
        return compile_column(given)
    return lambda items: list(map(given, items))


def compile_column(row: Field) -> ReadColumn:
    """The function of one field. A record that lacks it is looked at by itself: the field may be optional."""
    path = split_path(row.path)
    read_cells, read_field = share_reading(row.read), compile_field(row)

    def read_column(items: Sequence[Any]) -> Sequence[Any]:
        cells = items
        try:
            for step in path:
                cells = [None if cell is None else cell[step] for cell in cells]
        except LookupError:
            return list(map(read_field, items))
        return read_cells(cells)

    return read_column


def reads_like(converter: Converter, kind: type[Text]) -> bool:
    """A source's own converter may be made from ours and read otherwise."""
    return type(converter).build is kind.build


def share_reading(converter: Converter) -> ReadColumn:
    """The function of a column, which reads equal cells once where at least half of them repeat."""
    read = converter.build()
    read_texts = converter.build_texts() if isinstance(converter, Text) and reads_like(converter, Text) else None

    def read_cells(cells: Sequence[Any]) -> Sequence[Any]:
        kinds = set(map(type, cells))
        if read_texts is not None and kinds in _ALIKE:
            return read_texts(cells if kinds == {str} else list(map(str, cells)))
        if kinds - {type(None)} in _ALIKE:
            distinct = set(cells)
            if 2 * len(distinct) <= len(cells):
                known = {cell: None if cell is None else read(cell) for cell in distinct}
                return [known[cell] for cell in cells]
        return [None if cell is None else read(cell) for cell in cells]

    return read_cells
