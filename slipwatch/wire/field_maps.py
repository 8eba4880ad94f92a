"""Fields and keys of a map, compiled once to functions of a source's record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any

from slipwatch.errors import ContractError, RecordError
from slipwatch.model.columns import Entity
from slipwatch.model.records import Value
from slipwatch.model.tables import ENTITIES
from slipwatch.wire.maps import Field, Key, Path, RecordMap, find_units
from slipwatch.wire.values import Reason


def list_required(record_map: RecordMap) -> tuple[str, ...]:
    """The columns that every record must have."""
    model = (column.name for column in ENTITIES[record_map.entity].columns if column.required)
    return (*model, *record_map.required)


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
    reads = list(map(compile_field, key.list_fields()))
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
