"""Backfill: what an older window says enters the past, and never what is true today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

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


def write_past(bulk: Bulk, sheet: Sheet, heads: Sequence[Head], stamp: Stamp, *, sweeps: Sequence[int]) -> None:
    """Enter records of an older window into history. `sweeps` are the instants of the newer complete windows."""
    told = find_new_pasts(bulk, sheet, heads)
    if not told:
        return
    part, owners = sheet.take(told), [heads[index] for index in told]
    insert_versions(bulk, part, [head.id for head in owners], part.known, stamp, ended_at=stamp.at)
    for head, known in zip(owners, part.known, strict=True):
        if head.content is not None and known >= head.known_at:
            later = [one for one in (head.read_as_of, *sweeps) if one > known]
            restate(bulk, sheet.entity, head, min(later, default=known), stamp)
    rewrite_promises(bulk, sheet.entity, [head.id for head in owners if head.history is None], stamp)


def find_new_pasts(bulk: Bulk, sheet: Sheet, heads: Sequence[Head]) -> list[int]:
    """Rows whose values the ledger does not know for their instant. On the same instant the newer window is right."""
    records = [head.id for head in heads]
    versions: dict[int, list[tuple[int, int, str]]] = {}
    sql = fill(
        "SELECT v.record, v.known_at, v.id, v.content FROM {ids} JOIN {versions} v ON v.record = keys.value",
        versions=f"{sheet.entity.name}_version",
    )
    for record, known, number, content in bulk.fetch(sql, records):
        versions.setdefault(record, []).append((known, number, content))
    fresh = []
    for index, (record, known, content) in enumerate(
        zip(records, sheet.known, sheet.read_column("content"), strict=True)
    ):
        before = max((one for one in versions.get(record, []) if one[0] <= known), default=None)
        if before is None or (before[0] != known and before[2] != content):
            fresh.append(index)
    return fresh


def restate(bulk: Bulk, entity: Entity, head: Head, known_at: int, stamp: Stamp) -> None:
    """The version in force, interrupted by what an older window tells, holds again from the window that stated it next.

    Its values stay those in force: only since when they are known is told anew.
    """
    names = {"versions": f"{entity.name}_version", "cells": quote_names(entity.by_name)}
    (number,) = bulk.fetch(fill("SELECT id FROM {versions} WHERE record = ? AND ended_at IS NULL", **names), head.id)[0]
    bulk.run(fill("UPDATE {versions} SET ended_at = ? WHERE id = ?", **names), stamp.at, number)
    bulk.run(
        fill(
            "INSERT INTO {versions} (record, known_at, recorded_at, run, cause, stated_by, opening, content, {cells})"
            " SELECT record, ?, ?, ?, ?, stated_by, 0, content, {cells} FROM {versions} WHERE id = ?",
            **names,
        ),
        *(known_at, stamp.at, stamp.run, Cause.BACKFILL.value, number),
    )
    bulk.run("UPDATE source_record SET known_at = ? WHERE id = ?", known_at, head.id)


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
