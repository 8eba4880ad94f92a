"""The promise ledger: every change of a watched column, who stated it, and when it was known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from slipwatch.model.columns import Column, Entity, Kind
from slipwatch.model.records import Cause
from slipwatch.store.arrays import build_integers
from slipwatch.store.bulk import Bulk, fill
from slipwatch.store.sheet import Sheet

COLUMNS = (
    *("record", "column_name", "old_text", "new_text", "old_day", "new_day"),
    *("known_at", "recorded_at", "stated_by", "cause", "run"),
)


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What every row written by one merge carries; `at` in microseconds."""

    run: int
    at: int
    cause: Cause


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One change of one watched column; instants in microseconds. `id` is None until it is written."""

    record: int
    column: str
    old: str | None
    new: str | None
    known_at: int
    stated_by: str | None = None
    cause: str
    id: int | None = field(default=None, compare=False)


def select_first_values(texts: Mapping[Kind, str], entity: Entity, column: Column) -> dict[str, str]:
    """SQL of the first value of a watched column, by column of the promise table, from an opening version `v`.

    First values are not copied into the promise table: they would be most of its rows.
    """
    name = f'v."{column.name}"'
    return {
        "record": "v.record",
        "column_name": f"'{column.name}'",
        "old_text": "NULL",
        "new_text": fill(texts[column.kind], x=name),
        "old_day": "NULL",
        "new_day": name if column.kind is Kind.DAY else "NULL",
        "known_at": "v.known_at",
        "recorded_at": "v.recorded_at",
        "stated_by": "v.stated_by",
        "cause": "v.cause",
        "run": "v.run",
    }


def copy_first_values(bulk: Bulk, entity: Entity, records: list[int]) -> None:
    """Copy the first values of records into the promise table, as they are, so that they can be revised one by one."""
    names = {"versions": f"{entity.name}_version"}
    for column in entity.watched:
        parts = select_first_values(bulk.texts, entity, column)
        sql = (
            "INSERT INTO promise ({names}) SELECT {parts} FROM {ids} JOIN {versions} v ON v.record = keys.value"
            " WHERE v.opening = 1 AND {value} IS NOT NULL"
        )
        value = f'v."{column.name}"'
        bulk.run(fill(sql, names=", ".join(parts), parts=", ".join(parts.values()), value=value, **names), records)
    close = "UPDATE {versions} SET opening = 0 WHERE opening = 1 AND record = ?"
    bulk.run_many(fill(close, **names), ((record,) for record in records))


def write_differences(
    bulk: Bulk,
    sheet: Sheet,
    records: Sequence[int],
    *,
    known: Sequence[int],
    before: dict[str, pa.Array],
    stamp: Stamp,
) -> None:
    """The watched columns of changed records whose text is no longer that of `before`; `known` is when they changed."""
    ids, instants = build_integers(records), build_integers(known)
    stated = sheet.table["stated_by"].combine_chunks()
    for column in sheet.entity.watched:
        old, new = before[column.name], sheet.read_texts(column)
        same = pc.or_kleene(pc.equal(old, new), pc.and_(pc.is_null(old), pc.is_null(new)))
        chosen = pc.invert(pc.and_kleene(same, pc.is_valid(same)))
        parts = (ids, old, new, instants, stated)
        write_changes(bulk, column, [part.filter(chosen) for part in parts], stamp)


def write_changes(bulk: Bulk, column: Column, parts: Sequence[pa.Array], stamp: Stamp) -> None:
    records, old, new, known, stated = (part.to_pylist() for part in parts)
    count = len(records)
    if not count:
        return
    nothing = [None] * count
    is_day = column.kind is Kind.DAY
    cells: list[Sequence[Any]] = [records, [column.name] * count, old, new, old if is_day else nothing]
    cells += [new if is_day else nothing, known, [stamp.at] * count, stated]
    cells += [[stamp.cause.value] * count, [stamp.run] * count]
    bulk.insert("promise", dict(zip(COLUMNS, cells, strict=True)))


def write_promises(bulk: Bulk, promises: Iterable[Promise], days: frozenset[str], stamp: Stamp) -> None:
    """Write single changes; `days` names the columns that hold days."""
    rows = [
        (
            *(one.record, one.column, one.old, one.new),
            *((one.old, one.new) if one.column in days else (None, None)),
            *(one.known_at, stamp.at, one.stated_by, one.cause, stamp.run),
        )
        for one in promises
    ]
    if rows:
        bulk.insert("promise", dict(zip(COLUMNS, zip(*rows, strict=True), strict=True)))


def end_promises(bulk: Bulk, promises: Iterable[Promise], stamp: Stamp) -> None:
    """Close rows that were replaced by better knowledge: they stay readable as of the time they held."""
    bulk.run_many("UPDATE promise SET ended_at = ? WHERE id = ?", [(stamp.at, one.id) for one in promises])


def read_series(bulk: Bulk, entity: Entity, records: list[int]) -> dict[tuple[int, str], list[Promise]]:
    """The changes in force of some records, by record and column, oldest first, ready to be revised."""
    copy_first_values(bulk, entity, records)
    rows = bulk.fetch(
        "SELECT p.id, p.record, p.column_name, p.old_text, p.new_text, p.known_at, p.stated_by, p.cause"
        " FROM {ids} JOIN promise p ON p.record = keys.value WHERE p.ended_at IS NULL ORDER BY p.known_at, p.id",
        records,
    )
    series: dict[tuple[int, str], list[Promise]] = {}
    for number, record, column, old, new, known_at, stated_by, cause in rows:
        promise = Promise(
            id=number,
            record=record,
            column=column,
            old=old,
            new=new,
            known_at=known_at,
            stated_by=stated_by,
            cause=cause,
        )
        series.setdefault((record, column), []).append(promise)
    return series
