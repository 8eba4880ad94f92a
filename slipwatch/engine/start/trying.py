"""Reads every drafted stream once, through the connector that will read it every week: what it gives is what the
proposals are made of, and a mapping that does not work shows at once."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from slipwatch.connector import Connector, Context
from slipwatch.engine.wiring import Clock
from slipwatch.errors import ConfigError, SourceError
from slipwatch.inference.marks import find_marks
from slipwatch.inference.sources import SourceDraft
from slipwatch.inference.stream_records import Facts, StreamFacts, read_text
from slipwatch.inference.streams import StreamDraft
from slipwatch.model.columns import Kind
from slipwatch.model.records import Batch, Record, Reject
from slipwatch.model.tables import ENTITIES
from slipwatch.registry import find_connector
from slipwatch.settings.commented import strip_notes

_TEXT_COLUMN = "status_raw"
"""A plain text that milestones and order lines have: a column without a canonical one is read through it."""

_KEPT = frozenset({
    "project_code", "site_code", "supplier", "responsible_code", "forecast_on", "currency", "order_number",
    _TEXT_COLUMN,
})  # fmt: skip
"""Columns that say whose a record is."""

_NAMED = ("milestone", "supplier", "project")
"""Entities that the portfolio calls by their names."""


def read_facts(sources: Iterable[SourceDraft], *, time_zone: str, now: Clock, home: Path) -> Facts:
    """What each stream gives. A stream that cannot be read is there with the sentence that says why."""
    return Facts(
        streams=tuple(
            read_stream(source, stream, time_zone=time_zone, now=now, home=home)
            for source in sources
            for stream in source.streams
        )
    )


def read_stream(source: SourceDraft, stream: StreamDraft, *, time_zone: str, now: Clock, home: Path) -> StreamFacts:
    facts: dict[str, Any] = {"source": source.key, "stream": stream.name, "entity": stream.entity}

    def open_stream(options: Mapping[str, Any]) -> Connector:
        return _open(source.folder, options, time_zone=time_zone, now=now, home=home)

    try:
        options = strip_notes(stream.options)
        marks = find_marks(stream.entity, stream.readings)
        for column in marks.values():  # where the text column is free, one reading tells all
            options["columns"].setdefault(_TEXT_COLUMN, {"from": column, "optional": True})
        records, rejects, as_of = _read_all(open_stream(options), stream)
        told = {topic: _read_marks(stream, options, column, open_stream, records) for topic, column in marks.items()}
    except (SourceError, ConfigError, ValueError) as error:
        return StreamFacts(**facts, error=str(error))
    return StreamFacts(**facts, records=records, rejects=rejects, as_of=as_of, marks=told)


def _open(folder: Path, stream: Mapping[str, Any], *, time_zone: str, now: Clock, home: Path) -> Connector:
    kind = find_connector("files")
    options = kind.Options.model_validate(
        {"folder": str(folder.absolute()), "time_zone": time_zone, "settle_seconds": 0, "streams": [stream]}
    )
    context = Context(
        source="start", resolve=_refuse, now=now, sleep=time.sleep, home=home, base=folder, time_zone=time_zone
    )
    build: Any = kind
    opened: Connector = build(options, context)
    return opened


def _refuse(reference: str) -> str:
    raise ConfigError("files need no secret", subject=reference)


def _read_all(connector: Connector, stream: StreamDraft) -> tuple[list[Record], list[Reject], date | None]:
    """Every record; a later one replaces an earlier one of the same key."""
    records: dict[str, Record] = {}
    rejects: list[Reject] = []
    as_of: date | None = None
    for batch in _read_batches(connector, stream):
        records.update((record.source_id, slim_record(record, stream.entity)) for record in batch.records)
        rejects += batch.rejects
        as_of = batch.as_of.date()
    return list(records.values()), rejects, as_of


def _read_batches(connector: Connector, stream: StreamDraft) -> Iterator[Batch]:
    """The newest list, or all messages."""
    windows = connector.plan(stream.name, None)
    is_list = bool(strip_notes(stream.options["complete"]))
    for window in windows[-1:] if is_list else windows:
        yield from connector.read(window)
    connector.close()


def slim_record(record: Record, entity: str) -> Record:
    """Only what proposals are made of, each text held once: a list of a year of orders must fit into memory."""
    kept = _KEPT | _list_references(entity) | ({"name"} if entity in _NAMED else frozenset())
    values = {
        name: sys.intern(value) if isinstance(value, str) else value
        for name, value in record.values.items()
        if name in kept and value is not None
    }
    return Record(record.source_id, record.label, values)


@cache
def _list_references(entity: str) -> frozenset[str]:
    return frozenset(column.name for column in ENTITIES[entity].columns if column.kind is Kind.REFERENCE)


def _read_marks(
    stream: StreamDraft, options: dict[str, Any], column: str, open_stream: Any, records: Iterable[Record]
) -> dict[str, str]:
    """A column that no canonical one takes, but that tells something: the name of a supplier, the mark of a gate.

    Read a second time where the text column that could carry it is taken by another."""
    if options["columns"][_TEXT_COLUMN] != {"from": column, "optional": True}:
        needed = {one.name for one in ENTITIES[stream.entity].columns if one.required}
        key = options["key"] if isinstance(options["key"], list) else [options["key"]]
        needed |= {part["column"] for part in key if isinstance(part, dict) and "column" in part}
        columns = {name: told for name, told in options["columns"].items() if name in needed}
        probe = {**options, "columns": {**columns, _TEXT_COLUMN: {"from": column, "optional": True}}}
        records, _, _ = _read_all(open_stream(probe), stream)
    return {one.source_id: text for one in records if (text := read_text(one, _TEXT_COLUMN))}
