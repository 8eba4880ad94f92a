"""Field maps: a table from a source's fields to the canonical columns, compiled once and then run page by page.

A map is data: `Field("due_on", "due_date", read=Day())` says our column, where it stands in the source's record and how
it is read. Whatever a table cannot say goes into the map's `finish`. A record that cannot be read raises `RecordError`
and is set aside; a field that is no longer there raises `ContractError`, because then no record can be trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from slipwatch.errors import ContractError, RecordError
from slipwatch.model.records import Record, Reject
from slipwatch.model.tables import ENTITIES
from slipwatch.wire.field_maps import (
    compile_field,
    compile_fields,
    compile_key,
    list_required,
    report_missing,
    require_values,
)
from slipwatch.wire.maps import Field, Finish, Key, Path, RecordMap, check_fields
from slipwatch.wire.page_maps import MapPage, compile_page

MapRecord = Callable[[Any], Record]


class RecordMapper:
    """A compiled map: call it with one source record, or with a page of them.

    A record raises `RecordError` (with key, column as `subject` and the `Reason` as message) or `ContractError`.
    """

    def __init__(self, map_record: MapRecord, map_page: MapPage) -> None:
        self._map_record, self._map_page = map_record, map_page

    def __call__(self, item: Any) -> Record:
        return self._map_record(item)

    def map_page(self, items: Sequence[Any]) -> list[Record] | None:
        """The same records, column by column, or None where one of them must be looked at by itself."""
        try:
            return self._map_page(items)
        except (RecordError, ContractError, LookupError, TypeError, AttributeError):
            return None


def compile_map(record_map: RecordMap) -> RecordMapper:
    """Check a map against the canonical model and compile it.

    Raises `ConfigError` for a column that the entity does not have, a converter of the wrong kind, a required column
    that is missing, or an amount without currency or unit.
    """
    check_fields(ENTITIES[record_map.entity], record_map)
    return RecordMapper(compile_record(record_map), compile_page(record_map))


def compile_record(record_map: RecordMap) -> MapRecord:
    """The function of one source record."""
    read_key = compile_key(record_map.key)
    read_values = compile_fields(ENTITIES[record_map.entity], record_map.fields)
    read_label = compile_key(record_map.label) if isinstance(record_map.label, Key) else record_map.label
    known = record_map.known_at
    read_known = compile_field(known) if isinstance(known, Field) else known
    read_stated = compile_field(record_map.stated_by) if record_map.stated_by else None
    required = list_required(record_map)
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


def map_items(
    items: Sequence[Any], raws: Sequence[str], map_record: MapRecord, *, where: Callable[[int], str]
) -> Mapped:
    """Map many source records, given with their raw texts; those that cannot be read become rejects.

    `where` says for the index of a record where to find it. Raises `ContractError`.
    """
    page = map_record.map_page(items) if isinstance(map_record, RecordMapper) else None
    return map_each(items, raws, map_record, where) if page is None else Mapped(page, [], list(raws))


def map_each(items: Sequence[Any], raws: Sequence[str], map_record: MapRecord, where: Callable[[int], str]) -> Mapped:
    """One after the other, so that each fault finds its record."""
    mapped, rejected = Mapped(), []
    for index, (item, raw) in enumerate(zip(items, raws, strict=True)):
        try:
            mapped.records.append(map_record(item))
            mapped.raw.append(raw)
        except RecordError as error:
            mapped.rejects.append(Reject(error.key, error.message, error.subject or None, where(index), error.excerpt))
            rejected.append(raw)
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
    "RecordMapper",
    "compile_map",
    "map_items",
]
