"""What the model asks of every record, whatever the source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from slipwatch.model.columns import Column, Entity, Kind
from slipwatch.model.records import Batch, Record

TYPES: dict[Kind, type | tuple[type, ...]] = {
    Kind.TEXT: str,
    Kind.DAY: date,
    Kind.INSTANT: datetime,
    Kind.MONEY: Decimal,
    Kind.QUANTITY: Decimal,
    Kind.INTEGER: int,
    Kind.RATIO: (float, int),
    Kind.FLAG: bool,
    Kind.REFERENCE: str,
}


def find_record_faults(record: Record, entity: Entity, as_of: datetime) -> Iterator[str]:
    """Sentences on what is wrong with a record; none for a good one."""
    if not record.source_id or not record.label:
        yield f"{record!r}: source id or label is empty"
    for name, value in record.values.items():
        if name not in entity.by_name:
            yield f"{record.label}: {name} is no column of {entity.name}"
        elif value is not None:
            yield from find_value_faults(record, entity.by_name[name], value)
    for column in entity.columns:
        if column.required and record.values.get(column.name) is None:
            yield f"{record.label}: the required {column.name} is missing"
    yield from find_stamp_faults(record, as_of)


def find_stamp_faults(record: Record, as_of: datetime) -> Iterator[str]:
    """Nothing is known, or was stated, after it was read."""
    stamps = [record.known_at, *(statement.stated_at for statement in record.history)]
    for stamp in stamps:
        if stamp is not None and (stamp.utcoffset() != UTC.utcoffset(None) or stamp > as_of):
            yield f"{record.label}: {stamp!r} is not UTC, or later than the reading"


def find_value_faults(record: Record, column: Column, value: object) -> Iterator[str]:
    """A value must have the type of its column, and be among its choices."""
    if not has_kind(value, column.kind):
        yield f"{record.label}: {column.name} is a {column.kind}, got {value!r}"
    if isinstance(value, datetime) and value.utcoffset() != UTC.utcoffset(None):
        yield f"{record.label}: {column.name} is not UTC: {value!r}"
    if column.choices and value not in column.choices:
        yield f"{record.label}: {column.name} is none of {', '.join(column.choices)}: {value!r}"
    if isinstance(value, Decimal) and not value.is_finite():
        yield f"{record.label}: {column.name} is not finite: {value!r}"


def has_kind(value: object, kind: Kind) -> bool:
    """Whether a value has exactly the type of its kind: an instant is no day, a flag no number."""
    if kind is Kind.DAY and isinstance(value, datetime):
        return False
    return isinstance(value, TYPES[kind]) and (kind is Kind.FLAG or not isinstance(value, bool))


def find_batch_faults(batch: Batch, *, last: bool) -> Iterator[str]:
    """Bounds, raw texts, the instant of reading, and a proof on the last batch alone."""
    size = len(batch.records) + len(batch.rejects)
    if size > 1000:
        yield f"a batch of {size} records"
    if sum(len(text.encode()) for text in batch.raw) > 8 * 1024 * 1024:
        yield "a batch of more than 8 MiB"
    if len(batch.raw) != size:
        yield f"{size} records and rejects, {len(batch.raw)} raw texts"
    if last != (batch.completeness is not None):
        yield "completeness belongs on the last batch, and only there"
