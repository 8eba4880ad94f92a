"""Past changes that a source's records carry with them, as statements about our watched columns."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from slipwatch.errors import ConfigError, RecordError
from slipwatch.model.columns import Entity
from slipwatch.model.records import Statement, Value
from slipwatch.wire.columns import Setting, build_converter
from slipwatch.wire.dates import FileInstant
from slipwatch.wire.declaration import HistoryDeclaration, RecordsDeclaration
from slipwatch.wire.fields import Fields, fetch_path, find_column
from slipwatch.wire.maps import ReadHistory
from slipwatch.wire.texts import Person
from slipwatch.wire.values import Read, Reason, Text


def build_history(entity: Entity, records: RecordsDeclaration, fields: Fields, setting: Setting) -> ReadHistory | None:
    """The function that reads a record's history, or None where none is declared. Raises `ConfigError`."""
    declared = records.history
    if declared is None:
        return None
    fetch = fetch_path(fields.locate((declared.path,), column="history"))
    reads = {
        name: (target, _read_column(entity, target, records, setting)) for name, target in declared.columns.items()
    }
    read_at = FileInstant(formats=declared.formats, zone=setting.conventions.time_zone or "UTC").build()
    read_by = Person(pseudonymise=setting.pseudonymise).build() if declared.person else Text().build()

    def read(item: Any, _values: Mapping[str, Value]) -> tuple[Statement, ...]:
        changes = [change for change in fetch(item) or () if _get(change, declared.field) in reads]
        statements = [_read_change(change, declared, reads, read_at, read_by) for change in changes]
        return tuple(sorted(statements, key=attrgetter("stated_at")))

    return read


def _read_column(entity: Entity, name: str, records: RecordsDeclaration, setting: Setting) -> Read:
    """Old and new values are read as the column itself is."""
    column, declared = find_column(entity, name), records.columns.get(name)
    if not column.watched or declared is None or not declared.from_:
        raise ConfigError(f"history: {name} is no watched column with a field of its own", subject=entity.name)
    return build_converter(column, declared, setting).build()


def _get(change: Any, key: str) -> Any:
    return change.get(key) if isinstance(change, dict) else None


def _read_change(
    change: dict[str, Any],
    declared: HistoryDeclaration,
    reads: dict[Any, tuple[str, Read]],
    read_at: Read,
    read_by: Read,
) -> Statement:
    column, read = reads[change[declared.field]]
    try:
        old, new = (None if (raw := change.get(key)) is None else read(raw) for key in (declared.old, declared.new))
        stated_at = read_at(change.get(declared.at, ""))
        if stated_at is None:
            raise RecordError(Reason.BAD_INSTANT, excerpt=repr(change))
        by = change.get(declared.by) if declared.by else None
        return Statement(column, old, new, stated_at, None if by is None else read_by(by))  # type: ignore[arg-type]  # the converters' kinds
    except RecordError as error:
        raise RecordError(error.message, excerpt=error.excerpt, subject=column) from None
