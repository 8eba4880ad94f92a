"""From pages of a source's records to batches of canonical ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from slipwatch.model.records import Batch, Completeness, Record, Window
from slipwatch.wire.answers import write_json
from slipwatch.wire.mapping import MapRecord, map_items

MOST_RECORDS = 1000
MOST_CHARACTERS = 4 * 1024 * 1024
"""Of raw text in one batch: half the engine's bound, for a sign may take more than one byte."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """What the batches of one read have in common.

    `write` gives the raw text of a record. `keep` leaves out what is no fact of the entity; neither side counts it.
    """

    entity: str
    window: Window
    as_of: datetime
    map_record: MapRecord
    write: Callable[[Any], str] = write_json
    keep: Callable[[Any], bool] | None = None


def build_batches(
    pages: Iterable[Sequence[Any]], target: Target, *, complete: Callable[[int], Completeness]
) -> Iterator[Batch]:
    """Map page after page. `complete` is asked at the end, with the number of records listed, why that is all.

    Raises `ContractError` for a record of another shape, and whatever reading the pages raises.
    """
    read, arrived, waiting = 0, 0, open_batch(target)
    for page in pages:
        for start in range(0, len(page), MOST_RECORDS):
            part = page[start : start + MOST_RECORDS]
            batch = map_part(part, target, first=read)
            read, arrived = read + len(part), arrived + len(batch.raw)
            if not fits(waiting, batch):
                yield waiting
                waiting = open_batch(target)
            join_batches(waiting, batch)
    waiting.completeness = leave_out(complete(read), read - arrived)
    yield waiting


def leave_out(counted: Completeness, left_out: int) -> Completeness:
    """The proof for what arrives, where some of what was read is no fact of the entity."""
    expected = None if counted.expected is None else counted.expected - left_out
    return replace(counted, read=counted.read - left_out, expected=expected)


def open_batch(target: Target) -> Batch:
    return Batch(stream=target.window.stream, entity=target.entity, window=target.window, as_of=target.as_of)


def map_part(part: Sequence[Any], target: Target, *, first: int) -> Batch:
    """One batch of the records of a page; `first` is the number of records read before them."""
    kept = part if target.keep is None else list(filter(target.keep, part))
    raws = list(map(target.write, kept))
    mapped = map_items(kept, raws, target.map_record, where=lambda index: f"record {first + index + 1} of the answer")
    batch, as_of = open_batch(target), target.as_of
    batch.records = [
        refuse_future(record, as_of) if record.history or (record.known_at or as_of) > as_of else record
        for record in mapped.records
    ]
    batch.rejects, batch.raw = mapped.rejects, mapped.raw
    return batch


def refuse_future(record: Record, as_of: datetime) -> Record:
    """Nothing was known, or stated, after it was read: a clock that runs ahead gives way to the instant of reading."""
    if record.known_at is not None and record.known_at > as_of:
        record = replace(record, known_at=None)
    if any(statement.stated_at > as_of for statement in record.history):
        past = (replace(statement, stated_at=min(statement.stated_at, as_of)) for statement in record.history)
        record = replace(record, history=tuple(past))
    return record


def fits(waiting: Batch, batch: Batch) -> bool:
    """Whether two batches may become one; an empty one always takes what comes."""
    count = len(waiting.raw) + len(batch.raw)
    characters = sum(map(len, waiting.raw)) + sum(map(len, batch.raw))
    return not waiting.raw or (count <= MOST_RECORDS and characters <= MOST_CHARACTERS)


def join_batches(waiting: Batch, batch: Batch) -> None:
    """Append in place; the raw texts stay those of the records followed by those of the rejects."""
    edge, cut = len(waiting.records), len(batch.records)
    waiting.raw[edge:edge] = batch.raw[:cut]
    waiting.raw += batch.raw[cut:]
    waiting.records += batch.records
    waiting.rejects += batch.rejects
