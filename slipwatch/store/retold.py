"""Promises told anew from versions, with those who stated them, when a copy takes its place among others."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from slipwatch.model.columns import Entity
from slipwatch.model.records import Cause
from slipwatch.store.backfill import replace_series
from slipwatch.store.bulk import Bulk, fill, quote_names
from slipwatch.store.cells import to_text
from slipwatch.store.journal import name_days
from slipwatch.store.promises import Promise, Stamp, end_promises, write_promises
from slipwatch.store.sheet import from_ledger

Point = tuple[int, str | None, str | None]
"""An instant in microseconds, the text that a column had from then on, and who stated it."""


def retell_promises(bulk: Bulk, entity: Entity, records: list[int], cause: Cause, stamp: Stamp) -> None:
    """Tell the promises of one cause anew from the versions of that cause. Others are not touched."""
    known = read_history(bulk, records, cause)
    added: list[Promise] = []
    ended: list[Promise] = []
    for (record, column), points in read_points(bulk, entity, records, cause).items():
        told = [
            Promise(record=record, column=column, old=old, new=new, known_at=instant, stated_by=by, cause=cause.value)
            for (_, old, _), (instant, new, by) in pairwise([(0, None, None), *points])
            if old != new
        ]
        more, fewer = replace_series(known.get((record, column), []), told)
        added += more
        ended += fewer
    end_promises(bulk, ended, stamp)
    write_promises(bulk, added, name_days(entity.watched), stamp)


def read_history(bulk: Bulk, records: list[int], cause: Cause) -> dict[tuple[int, str], list[Promise]]:
    """The changes of one cause that are in force, by record and column, oldest first."""
    rows = bulk.fetch(
        "SELECT p.id, p.record, p.column_name, p.old_text, p.new_text, p.known_at, p.stated_by, p.cause"
        " FROM {ids} JOIN promise p ON p.record = keys.value WHERE p.ended_at IS NULL AND p.cause = ?"
        " ORDER BY p.known_at, p.id",
        records,
        cause.value,
    )
    series: dict[tuple[int, str], list[Promise]] = {}
    for number, record, column, old, new, known_at, by, why in rows:
        promise = Promise(
            id=number, record=record, column=column, old=old, new=new, known_at=known_at, stated_by=by, cause=why
        )
        series.setdefault((record, column), []).append(promise)
    return series


def read_points(bulk: Bulk, entity: Entity, records: list[int], cause: Cause) -> Mapping[tuple[int, str], list[Point]]:
    """The values of watched columns over time, by record and column, as the versions of one cause tell them."""
    watched = entity.watched
    sql = fill(
        "SELECT {names} FROM {ids} JOIN {versions} v ON v.record = keys.value WHERE v.cause = ?"
        " ORDER BY v.record, v.known_at, v.id",
        names=quote_names(["record", "known_at", "stated_by", *(column.name for column in watched)], "v."),
        versions=f"{entity.name}_version",
    )
    rows = bulk.fetch(sql, records, cause.value)
    points: dict[tuple[int, str], list[Point]] = {}
    for position, column in enumerate(watched, start=3):
        texts = to_text(column, from_ledger(column, [row[position] for row in rows])).to_pylist()
        for row, value in zip(rows, texts, strict=True):
            points.setdefault((row[0], column.name), []).append((row[1], value, row[2]))
    return points
