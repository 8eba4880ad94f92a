"""From numbered rows to batches: every row keeps its raw text and the place where it stands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from slipwatch.errors import RecordError
from slipwatch.model.records import Batch, Completeness, Record, Window
from slipwatch.wire.batches import MOST_CHARACTERS, MOST_RECORDS
from slipwatch.wire.mapping import MapRecord, map_items
from slipwatch.wire.values import Reason


@dataclass(frozen=True)
class Damaged:
    """Stands for a row that has another number of cells than the header, or no structure at all."""

    excerpt: str = ""


class Row(NamedTuple):
    """A row of a source. `place` says where to look (`plan.xlsx, sheet Plan, row 12`), `raw` is its text; a row that
    cannot be mapped has a `Damaged` for its item."""

    place: str
    item: Any
    raw: str


@dataclass(frozen=True, kw_only=True)
class RowTarget:
    """What the batches of one window have in common.

    `accept` tells which rows count; a damaged one always does, and is refused. `expected` is the source's own count of
    its rows, or None; then `proof` names what stands for it. `finish` is called when all was read, and may refuse the
    whole.
    """

    entity: str
    window: Window
    as_of: datetime
    map_record: MapRecord
    proof: str
    accept: Callable[[Any], bool] = lambda item: True
    expected: int | None = None
    finish: Callable[[], None] = lambda: None


class Tally:
    """Counts the rows that do not count."""

    def __init__(self) -> None:
        self.skipped = 0

    def keep(self, rows: Iterable[Row], accept: Callable[[Any], bool]) -> Iterator[Row]:
        for row in rows:
            if isinstance(row.item, Damaged) or accept(row.item):
                yield row
            else:
                self.skipped += 1


def build_row_batches(rows: Iterable[Row], target: RowTarget) -> Iterator[Batch]:
    """Batches within the bounds of the engine; the last one, perhaps empty, says why that is all."""
    read, tally = 0, Tally()
    waiting: Batch | None = None
    for part in split_rows(tally.keep(rows, target.accept)):
        if waiting is not None:
            yield waiting
        read += len(part)
        waiting = map_rows(part, target)
    target.finish()
    last = waiting or open_batch(target)
    expected = None if target.expected is None else target.expected - tally.skipped
    last.completeness = Completeness(read=read, expected=expected, proof=target.proof)
    yield last


def split_rows(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Stretches of at most MOST_RECORDS rows and MOST_CHARACTERS of raw text (one longer row stands alone)."""
    part: list[Row] = []
    characters = 0
    for row in rows:
        if part and (len(part) == MOST_RECORDS or characters + len(row.raw) > MOST_CHARACTERS):
            yield part
            part, characters = [], 0
        part.append(row)
        characters += len(row.raw)
    if part:
        yield part


def open_batch(target: RowTarget) -> Batch:
    return Batch(stream=target.window.stream, entity=target.entity, window=target.window, as_of=target.as_of)


def map_rows(part: Sequence[Row], target: RowTarget) -> Batch:
    map_record, as_of = target.map_record, target.as_of
    items, raws = [row.item for row in part], [row.raw for row in part]
    if any(isinstance(item, Damaged) for item in items):
        mapped = map_items(
            items, raws, lambda item: map_record(require_whole(item)), where=lambda index: part[index].place
        )
    else:
        mapped = map_items(items, raws, map_record, where=lambda index: part[index].place)
    batch = open_batch(target)
    batch.records = [limit_stamps(record, as_of) for record in mapped.records]
    batch.rejects, batch.raw = mapped.rejects, mapped.raw
    return batch


def require_whole(item: Any) -> Any:
    """The item itself. Raises `RecordError` for a damaged one."""
    if isinstance(item, Damaged):
        raise RecordError(Reason.BAD_ROW, excerpt=item.excerpt)
    return item


def limit_stamps(record: Record, as_of: datetime) -> Record:
    """What stands in a source was known when the source was as of, whatever a day's end or a wrong clock says."""
    if record.known_at is not None and record.known_at > as_of:
        record = replace(record, known_at=as_of)
    if any(statement.stated_at > as_of for statement in record.history):
        history = (replace(one, stated_at=min(one.stated_at, as_of)) for one in record.history)
        record = replace(record, history=tuple(history))
    return record


def write_raw(names: Sequence[str], cells: Iterable[Any]) -> str:
    """The raw text of a row: a JSON object of its filled cells by name; dates as ISO text."""
    return write_json({name: cell for name, cell in zip(names, cells, strict=False) if cell is not None and cell != ""})


write_json = json.JSONEncoder(ensure_ascii=False, default=str, separators=(",", ":"), check_circular=False).encode
