"""Backfill: what an older window says enters the past, and never what is true today.

Of several older windows that arrive against their order, each one's news is kept, but not that it repeated the one
before it: a move between two of them may be dated a window later than it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from slipwatch.model.columns import Entity
from slipwatch.model.records import Cause
from slipwatch.store.bulk import Bulk, fill, quote_names
from slipwatch.store.cells import to_text
from slipwatch.store.heads import Head
from slipwatch.store.journal import name_days
from slipwatch.store.promises import Promise, Stamp, end_promises, read_series, write_promises
from slipwatch.store.sheet import Sheet, from_ledger
from slipwatch.store.versions import insert_versions

Point = tuple[int, str | None]
"""An instant in microseconds and the text that a column had from then on."""


class Version(NamedTuple):
    """A version row; `ended_at` is None while it is in force."""

    known_at: int
    id: int
    content: str
    ended_at: int | None


class Gap(NamedTuple):
    """Where a row of an older window belongs: between two versions of its record."""

    row: int
    before: Version | None
    after: Version | None


def write_past(bulk: Bulk, sheet: Sheet, heads: Sequence[Head], stamp: Stamp, *, sweeps: Sequence[int]) -> None:
    """Enter records of an older window into history. `sweeps` are the instants of the newer complete windows."""
    gaps = find_gaps(bulk, sheet, heads)
    if not gaps:
        return
    part, owners = sheet.take([gap.row for gap in gaps]), [heads[gap.row] for gap in gaps]
    records = [head.id for head in owners]
    insert_versions(bulk, part, records, part.known, stamp, ended_at=stamp.at)
    spells = read_spells(bulk, records)
    for gap, head, known in zip(gaps, owners, part.known, strict=True):
        again = find_restatement(
            gap, head, known, [one for one in sweeps if not is_absent(spells.get(head.id, []), one)]
        )
        if gap.before is not None and again is not None:
            restate(bulk, sheet.entity, head, gap.before, known_at=again, stamp=stamp)
    rewrite_promises(bulk, sheet.entity, [head.id for head in owners if head.history is None], stamp)


def find_gaps(bulk: Bulk, sheet: Sheet, heads: Sequence[Head], *, cause: Cause | None = None) -> list[Gap]:
    """Rows whose values the ledger does not know for their instant. On the same instant the newer window is right.

    With `cause`, only versions of that cause are looked at.
    """
    records = [head.id for head in heads]
    versions: dict[int, list[Version]] = {}
    sql = fill(
        "SELECT v.record, v.known_at, v.id, v.content, v.ended_at FROM {ids} JOIN {versions} v ON v.record = keys.value"
        " WHERE v.cause = coalesce(?, v.cause) ORDER BY v.known_at, v.id",
        versions=f"{sheet.entity.name}_version",
    )
    for record, *version in bulk.fetch(sql, records, cause and cause.value):
        versions.setdefault(record, []).append(Version(*version))
    gaps = []
    cells = zip(records, sheet.known, sheet.read_column("content"), strict=True)
    for row, (record, known, content) in enumerate(cells):
        series = versions.get(record, [])
        before = next((one for one in reversed(series) if one.known_at <= known), None)
        after = next((one for one in series if one.known_at > known), None)
        if before is None or (before.known_at != known and before.content != content):
            gaps.append(Gap(row, before, after))
    return gaps


def read_spells(bulk: Bulk, records: list[int]) -> dict[int, list[tuple[int, int | None]]]:
    """The absences of records: (since, returned at)."""
    sql = "SELECT a.record, a.absent_since, a.returned_at FROM {ids} JOIN absence a ON a.record = keys.value"
    spells: dict[int, list[tuple[int, int | None]]] = {}
    for record, since, returned_at in bulk.fetch(sql, records):
        spells.setdefault(record, []).append((since, returned_at))
    return spells


def is_absent(spells: Sequence[tuple[int, int | None]], instant: int) -> bool:
    return any(since <= instant and (back is None or instant < back) for since, back in spells)


def find_restatement(gap: Gap, head: Head, known: int, sweeps: Sequence[int]) -> int | None:
    """When the version before a gap was stated again after it, because a newer window listed it unchanged."""
    if gap.after is not None:
        return next((one for one in sweeps if known < one < gap.after.known_at), None)
    later = [one for one in (head.read_as_of, *sweeps) if one > known]
    return min(later, default=known) if head.content is not None else None


def restate(
    bulk: Bulk,
    entity: Entity,
    head: Head,
    version: Version,
    *,
    known_at: int,
    stamp: Stamp,
    cause: Cause = Cause.BACKFILL,
) -> None:
    """A version that what an older window tells has interrupted holds again from the window that stated it next.

    The values in force stay what they are: only since when they are known is told anew.
    """
    names = {"versions": f"{entity.name}_version", "cells": quote_names(entity.by_name)}
    is_open = version.ended_at is None
    if is_open:
        bulk.run(fill("UPDATE {versions} SET ended_at = ? WHERE id = ?", **names), stamp.at, version.id)
        bulk.run("UPDATE source_record SET known_at = ? WHERE id = ?", known_at, head.id)
    bulk.run(
        fill(
            "INSERT INTO {versions}"
            " (record, known_at, recorded_at, ended_at, run, cause, stated_by, opening, content, {cells})"
            " SELECT record, ?, ?, ?, ?, ?, stated_by, 0, content, {cells} FROM {versions} WHERE id = ?",
            **names,
        ),
        *(known_at, stamp.at, None if is_open else stamp.at, stamp.run, cause.value, version.id),
    )


def rewrite_promises(bulk: Bulk, entity: Entity, records: list[int], stamp: Stamp) -> None:
    """Tell the promises of records anew from their versions. Where a source keeps a journal, that one is believed."""
    series = read_series(bulk, entity, records)
    added: list[Promise] = []
    ended: list[Promise] = []
    for (record, column), points in read_points(bulk, entity, records).items():
        known = series.get((record, column), [])
        told = [
            Promise(record=record, column=column, old=old, new=new, known_at=known_at, cause=Cause.BACKFILL.value)
            for old, new, known_at in chain_points(points)
        ]
        more, fewer = replace_series(known, told)
        added += more
        ended += fewer
    end_promises(bulk, ended, stamp)
    write_promises(bulk, added, name_days(entity.watched), stamp)


def read_points(bulk: Bulk, entity: Entity, records: list[int]) -> dict[tuple[int, str], list[Point]]:
    """The values of watched columns over time, by record and column, as the versions tell them."""
    watched = entity.watched
    sql = fill(
        "SELECT {names} FROM {ids} JOIN {versions} v ON v.record = keys.value ORDER BY v.record, v.known_at, v.id",
        names=quote_names(["record", "known_at", *(column.name for column in watched)], "v."),
        versions=f"{entity.name}_version",
    )
    rows = bulk.fetch(sql, records)
    points: dict[tuple[int, str], list[Point]] = {}
    for position, column in enumerate(watched, start=2):
        texts = to_text(column, from_ledger(column, [row[position] for row in rows])).to_pylist()
        for row, value in zip(rows, texts, strict=True):
            points.setdefault((row[0], column.name), []).append((row[1], value))
    return points


def chain_points(points: Sequence[Point]) -> list[tuple[str | None, str | None, int]]:
    """The changes among points in time, from nothing on: (old, new, known at)."""
    return [(old, new, known_at) for (_, old), (known_at, new) in pairwise([(0, None), *points]) if old != new]


def replace_series(known: Sequence[Promise], told: Sequence[Promise]) -> tuple[list[Promise], list[Promise]]:
    """What to add and what to end so that `told` is in force. A change that is only dated otherwise keeps its cause
    and its author."""
    untold = list(known)
    added = []
    for one in told:
        same = next((other for other in untold if is_same(other, one) and other.known_at == one.known_at), None)
        if same is not None:
            untold.remove(same)
        else:
            added.append(one)
    return [inherit(one, untold) for one in added], untold


def is_same(one: Promise, other: Promise) -> bool:
    return (one.old, one.new) == (other.old, other.new)


def inherit(one: Promise, ended: Sequence[Promise]) -> Promise:
    before = next((other for other in ended if is_same(other, one)), None)
    return one if before is None else replace(one, cause=before.cause, stated_by=before.stated_by)
