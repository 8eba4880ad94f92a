"""Carries a reading to its end: the mapping that `slipwatch start` would write reads the file, record by record."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.messy.judging import NEAR
from benchmarks.messy.scoring import ASSERTED, MISSED, RIGHT, SILENT, Score
from slipwatch.errors import SlipwatchError
from slipwatch.inference.reading import FileReading

REFERRING = ("confirmation", "receipt")
"""Entities that name the order line in one column, made of two of the file."""

Told = tuple[tuple[str, str], ...]
"""The comparable values of one record, by canonical column."""


def score_records(score: Score, reading: FileReading) -> None:
    """One point: every record is there with every day, figure and name; records set aside are missed, others silent."""
    fields = dict(list_fields(score))
    if not fields or score.truth.refused or reading.status != "read" or reading.questions or not reading.keys:
        return
    found, errors = read_records(reading)
    if errors:
        score.add("record", "", MISSED, errors)
        return
    damaged = {row for row, _ in score.truth.damaged}
    own = set(fields.values()) | ({"order_line"} if reading.entity in REFERRING else set())
    own -= {"order_number", "line_number"} if reading.entity in REFERRING else set()
    meant = Counter(
        tell_record(own, join_line({field: cells.get(name) for name, field in fields.items()}))
        for row, cells in score.truth.meant.items()
        if row not in damaged
    )
    there = Counter(tell_record(own, values) for values in found)
    wrong = [] if damaged else list((there - meant).elements())
    lost = list((meant - there).elements())
    result = SILENT if wrong else MISSED if lost else RIGHT
    notes = [f"{len(there)} of {len(score.truth.meant)} records"]
    notes += [f"wrong: {one}" for one in wrong[:1]] + [f"not there: {one}" for one in lost[:1]]
    score.add("record", "", result, "; ".join(notes))


def list_fields(score: Score) -> Iterator[tuple[str, str]]:
    """Columns that were mapped as they should be, and whose value the truth tells."""
    mapped = score.reading.get("columns", {})
    counts = Counter(mapped.values())
    doubts = {detail for _, detail in score.truth.doubts}
    for name, expected in score.truth.columns.items():
        field = mapped.get(score.names[name])
        known = expected.kind in ("date", "number", "share") or field in (*ASSERTED, "order_line")
        if field in expected.fields and counts[field] == 1 and known and not expected.doubtful and name not in doubts:
            yield name, field


def join_line(values: dict[str, Any]) -> dict[str, Any]:
    """The values with the order line that order and item stand for together."""
    parts = [str(values[name]) for name in ("order_number", "line_number") if name in values]
    return {"order_line": "/".join(parts)} | values if parts else values


def tell_record(fields: set[str], values: Mapping[str, Any]) -> Told:
    return tuple((field, tell_value(values.get(field))) for field in sorted(fields))


def tell_value(value: Any) -> str:
    """A value in one spelling, whatever its type."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | float | int):
        return f"{Decimal(str(value)):.4f}"
    return "" if value is None else " ".join(str(value).split())


def read_records(reading: FileReading) -> tuple[list[Mapping[str, Any]], str]:
    """The records that the drafted stream gives, and what kept it from giving any."""
    from slipwatch.inference.sources import propose_sources
    from slipwatch.settings.commented import strip_notes

    proposal = propose_sources([reading])
    if not proposal.sources:
        return [], "; ".join(one.why for one in proposal.left) or "no source"
    source = proposal.sources[0]
    try:
        return list(read_through(source.folder, strip_notes(source.streams[0].options))), ""
    except SlipwatchError as error:
        return [], str(error)


def read_through(folder: Path, stream: dict[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The values of every record that the files connector reads by this mapping, as a run would."""
    from connectors.files import FilesConnector, FilesOptions
    from slipwatch.connector import Context

    options = {"folder": ".", "time_zone": "UTC", "settle_seconds": 0, "streams": [stream]}
    with tempfile.TemporaryDirectory(prefix="slipwatch-messy-") as home:
        context = Context(
            source="MESSY", resolve=str, now=tell_time, sleep=lambda _: None, home=Path(home), base=folder.absolute()
        )
        connector = FilesConnector(FilesOptions.model_validate(options), context)
        for window in connector.plan(stream["stream"], None):
            for batch in connector.read(window):
                yield from (record.values for record in batch.records)
        connector.close()


def tell_time() -> datetime:
    return datetime(NEAR.year, NEAR.month, NEAR.day, 18, tzinfo=UTC)
