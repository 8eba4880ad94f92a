"""Reads every drafted stream once, through the connector that will read it every week: what it gives is what the
proposals are made of, and a mapping that does not work shows at once."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from slipwatch.connector import Connector, Context
from slipwatch.engine.wiring import Clock
from slipwatch.errors import ConfigError, SourceError
from slipwatch.inference.marks import find_marks
from slipwatch.inference.sources import SourceDraft
from slipwatch.inference.stream_records import Facts, StreamFacts, read_text
from slipwatch.inference.streams import StreamDraft
from slipwatch.model.records import Record, Reject
from slipwatch.model.tables import ENTITIES
from slipwatch.registry import find_connector
from slipwatch.settings.commented import strip_notes

_TEXT_COLUMN = "status_raw"
"""A plain text that milestones and order lines have: a column without a canonical one is read through it."""


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
        records, rejects, as_of = _read_all(open_stream(options), stream)
        marks = dict(_read_marks(stream, options, open_stream))
    except (SourceError, ConfigError, ValueError) as error:
        return StreamFacts(**facts, error=str(error))
    return StreamFacts(**facts, records=records, rejects=rejects, as_of=as_of, marks=marks)


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
    """Every record of the newest list, or of all messages; a later one replaces an earlier one of the same key."""
    windows = connector.plan(stream.name, None)
    is_list = bool(strip_notes(stream.options["complete"]))
    records: dict[str, Record] = {}
    rejects: list[Reject] = []
    as_of: date | None = None
    for window in windows[-1:] if is_list else windows:
        for batch in connector.read(window):
            records.update((record.source_id, record) for record in batch.records)
            rejects += batch.rejects
            as_of = batch.as_of.date()
    connector.close()
    return list(records.values()), rejects, as_of


def _read_marks(stream: StreamDraft, options: dict[str, Any], open_stream: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """Columns that no canonical one takes but that tell something: the name of a supplier, the mark of a gate."""
    for topic, column in find_marks(stream.entity, stream.readings).items():
        needed = {one.name for one in ENTITIES[stream.entity].columns if one.required}
        key = options["key"] if isinstance(options["key"], list) else [options["key"]]
        needed |= {part["column"] for part in key if isinstance(part, dict) and "column" in part}
        columns = {name: told for name, told in options["columns"].items() if name in needed}
        probe = {**options, "columns": {**columns, _TEXT_COLUMN: {"from": column, "optional": True}}}
        records, _, _ = _read_all(open_stream(probe), stream)
        yield topic, {record.source_id: text for record in records if (text := read_text(record, _TEXT_COLUMN))}
