"""Field maps: a table from a source's fields to the canonical columns, compiled once and then run per record.

A map is data: `Field("due_on", "due_date", read=Day())` says our column, where it stands in the source's record and how
it is read. Whatever a table cannot say goes into the map's `finish`. A record that cannot be read raises `RecordError`
and is set aside; a field that is no longer there raises `ContractError`, because then no record can be trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from slipwatch.errors import ContractError, RecordError
from slipwatch.model.columns import Entity
from slipwatch.model.records import Record, Reject, Value
from slipwatch.model.tables import ENTITIES
from slipwatch.wire.maps import Field, Finish, Key, Path, RecordMap, check_fields, find_units
from slipwatch.wire.values import Reason, Text

MapRecord = Callable[[Any], Record]


def compile_map(record_map: RecordMap) -> MapRecord:
    """Check a map against the canonical model and compile it.

    Raises `ConfigError` for a column that the entity does not have, a converter of the wrong kind, a required column
    that is missing, or an amount without currency or unit. The function returned raises `RecordError` (with key, column
    as `subject` and the `Reason` as message) and `ContractError`.
    """
    entity = ENTITIES[record_map.entity]
    check_fields(entity, record_map)
    read_key, read_values = compile_key(record_map.key), compile_fields(entity, record_map.fields)
    read_label = compile_key(record_map.label) if isinstance(record_map.label, Key) else record_map.label
    known = record_map.known_at
    read_known = compile_field(known) if isinstance(known, Field) else known
    read_stated = compile_field(record_map.stated_by) if record_map.stated_by else None
    required = tuple(column.name for column in entity.columns if column.required)
    finish, url, history = record_map.finish, record_map.url, record_map.history

    def read_record(item: Any, source_id: str) -> Record:
        values = read_values(item)
        if finish is not None:
            finish(item, values)
        require_values(values, required)
        return Record(
            source_id,
            (read_label(item) if read_label else None) or source_id,
            values,
            read_known(item) if read_known else None,  # type: ignore[arg-type]  # — check_fields saw its kind
            read_stated(item) if read_stated else None,  # type: ignore[arg-type]  # — check_fields saw its kind
            url(source_id) if url else None,
            history(item, values) if history else (),
        )

    def map_record(item: Any) -> Record:
        source_id = read_key(item)
        try:
            return read_record(item, source_id)
        except RecordError as error:
            raise RecordError(error.message, key=source_id, excerpt=error.excerpt, subject=error.subject) from None
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise report_missing((), item, error) from error

    return map_record


def require_values(values: Mapping[str, Value], required: Iterable[str]) -> None:
    """Raises `RecordError` naming the first required column that is empty."""
    for name in required:
        if values.get(name) is None:
            raise RecordError(Reason.MISSING_VALUE, subject=name)


def split_path(path: Path | None) -> tuple[str | int, ...]:
    """The steps of a path; a row without one is a constant and has none."""
    if isinstance(path, tuple):
        return path
    return () if path is None else (path,)


def compile_fields(entity: Entity, fields: Iterable[Field]) -> Callable[[Any], dict[str, Value]]:
    """A function from a source record to canonical values; plain keys are fetched in one call, others one by one."""
    fields = tuple(fields)
    constants = {row.column: row.constant for row in fields if row.path is None} | find_units(entity, fields)
    plain = [row for row in fields if isinstance(row.path, str | int) and not row.optional]
    others = [(row.column, compile_field(row)) for row in fields if row.path is not None and row not in plain]
    columns, reads = [row.column for row in plain], [row.read.build() for row in plain]
    fetch_plain = compile_plain([row.path for row in plain])

    def read_values(item: Any) -> dict[str, Value]:
        values, column = dict(constants), ""
        try:
            for column, read, raw in zip(columns, reads, fetch_plain(item), strict=True):
                values[column] = None if raw is None else read(raw)
        except RecordError as error:
            raise RecordError(error.message, excerpt=error.excerpt, subject=column) from None
        for column, read_field in others:
            values[column] = read_field(item)
        return values

    return read_values


def compile_plain(paths: list[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """Fetch several plain keys (or positions) of a record at once. The function raises `ContractError`."""
    if not paths:
        return lambda item: ()
    fetch = itemgetter(*paths) if len(paths) > 1 else lambda item: (item[paths[0]],)

    def fetch_plain(item: Any) -> tuple[Any, ...]:
        try:
            return fetch(item)
        except (KeyError, IndexError, TypeError) as error:
            raise report_missing(paths, item, error) from None

    return fetch_plain


def compile_field(row: Field) -> Callable[[Any], Value]:
    """A function from a source record to the one value of this row. It raises `RecordError` and `ContractError`."""
    path = split_path(row.path)
    read, optional, column = row.read.build(), row.optional, row.column
    first, rest = path[:1], path[1:]

    def read_field(item: Any) -> Value:
        try:
            value = item[first[0]] if first and item is not None else item
            for step in rest:
                if value is None:
                    return None
                value = value[step]
            return None if value is None else read(value)
        except (KeyError, IndexError, TypeError) as error:
            if optional and not isinstance(error, TypeError):
                return None
            raise report_missing([path], item, error) from None
        except RecordError as error:
            raise RecordError(error.message, excerpt=error.excerpt, subject=column) from None

    return read_field


def compile_key(key: Key) -> Callable[[Any], str]:
    """A function that joins the parts of a key; it raises `RecordError` where one is missing or empty."""
    converters = key.reads or (Text(),) * len(key.paths)
    reads = [
        compile_field(Field("", path, read=converter, optional=True))
        for path, converter in zip(key.paths, converters, strict=True)
    ]
    separator, prefix = key.separator, key.prefix

    def read_key(item: Any) -> str:
        parts = [read(item) for read in reads]
        if None in parts:
            raise RecordError(Reason.MISSING_KEY, excerpt=repr(item))
        return prefix + separator.join(parts)  # type: ignore[arg-type]  # — Text gives str or None

    return read_key


def report_missing(paths: Iterable[Path], item: Any, error: Exception) -> ContractError:
    """Name the field that the mapping uses and the source no longer has, with those it has."""
    if not isinstance(error, LookupError):
        return ContractError(f"a record has another shape than its mapping: {error}", cure="correct the mapping")
    has = ", ".join(map(str, item)) if isinstance(item, Mapping) else f"{len(item)} fields"
    wants = ", ".join(".".join(map(str, path)) if isinstance(path, tuple) else str(path) for path in paths)
    words = f"; the mapping wants {wants}" if wants else ""
    return ContractError(f"the field {error} is gone{words}; the source has {has}", cure="correct the mapping")


def map_items(
    items: Iterable[Any], map_record: MapRecord, *, write: Callable[[Any], str], where: Callable[[int], str]
) -> Mapped:
    """Map many source records; those that cannot be read become rejects.

    `write` gives the raw text of a record, `where` says for its index where to find it. Raises `ContractError`.
    """
    mapped, rejected = Mapped(), []
    for index, item in enumerate(items):
        try:
            mapped.records.append(map_record(item))
            mapped.raw.append(write(item))
        except RecordError as error:
            mapped.rejects.append(Reject(error.key, error.message, error.subject or None, where(index), error.excerpt))
            rejected.append(write(item))
    mapped.raw.extend(rejected)
    return mapped


@dataclass
class Mapped:
    """Records, rejects, and the raw text of the records followed by that of the rejects, as `Batch` wants them."""

    records: list[Record] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)


__all__ = [
    "Field",
    "Finish",
    "Key",
    "MapRecord",
    "Mapped",
    "Path",
    "RecordMap",
    "compile_field",
    "compile_fields",
    "compile_key",
    "compile_map",
    "map_items",
]
