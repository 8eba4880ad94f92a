"""Backfill: what an older window says enters the past, and never what is true today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from slipwatch.model.records import Cause
from slipwatch.model.tables import ENTITIES
from slipwatch.store.bulk import Bulk, fill, quote_names
from slipwatch.store.heads import Head
from slipwatch.store.journal import name_days
from slipwatch.store.promises import Promise, Stamp, end_promises, read_series, write_promises
from slipwatch.store.sheet import Sheet
from slipwatch.store.versions import insert_versions


def write_past(bulk: Bulk, sheet: Sheet, heads: Sequence[Head], stamp: Stamp, *, newest: int) -> int:
    """Enter records of an older window into history. `newest` is the instant of the newest window merged, in
    microseconds. Returns how many told something that was not known."""
    told = find_new_pasts(bulk, sheet, heads)
    if not told:
        return 0
    part, owners = sheet.take(told), [heads[index] for index in told]
    records = [head.id for head in owners]
    insert_versions(bulk, part, records, part.known, stamp, ended_at=stamp.at)
    interrupted = [
        (head, max(head.read_as_of, newest))
        for head, known in zip(owners, part.known, strict=True)
        if head.content is not None and known >= head.known_at
    ]
    restate(bulk, sheet.entity.name, interrupted, stamp)
    rewrite_promises(bulk, part, records, {head.id: until for head, until in interrupted}, stamp)
    return len(told)


def find_new_pasts(bulk: Bulk, sheet: Sheet, heads: Sequence[Head]) -> list[int]:
    """Rows whose values are not those that the ledger already knew at that instant."""
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
        if before is None or before[2] != content:
            fresh.append(index)
    return fresh


def restate(bulk: Bulk, entity: str, interrupted: Sequence[tuple[Head, int]], stamp: Stamp) -> None:
    """A version that an older window interrupts holds again from the newest window that stated it."""
    for head, until in interrupted:
        copy_version(bulk, entity, head.id, until, stamp)
        bulk.run("UPDATE source_record SET known_at = ? WHERE id = ?", until, head.id)


def copy_version(bulk: Bulk, entity: str, record: int, known_at: int, stamp: Stamp) -> None:
    names = {"versions": f"{entity}_version", "cells": quote_names(ENTITIES[entity].by_name)}
    (number,) = bulk.fetch(fill("SELECT id FROM {versions} WHERE record = ? AND ended_at IS NULL", **names), record)[0]
    bulk.run(fill("UPDATE {versions} SET ended_at = ? WHERE id = ?", **names), stamp.at, number)
    bulk.run(
        fill(
            "INSERT INTO {versions} (record, known_at, recorded_at, run, cause, stated_by, opening, content, {cells})"
            " SELECT record, ?, ?, ?, ?, stated_by, 0, content, {cells} FROM {versions} WHERE id = ?",
            **names,
        ),
        *(known_at, stamp.at, stamp.run, Cause.BACKFILL.value, number),
    )


def rewrite_promises(bulk: Bulk, sheet: Sheet, records: list[int], restated: dict[int, int], stamp: Stamp) -> None:
    series = read_series(bulk, sheet.entity, records)
    added: list[Promise] = []
    ended: list[Promise] = []
    for column in sheet.entity.watched:
        for record, known, value in zip(records, sheet.known, sheet.read_texts(column).to_pylist(), strict=True):
            said = Promise(
                record=record, column=column.name, old=None, new=value, known_at=known, cause=Cause.BACKFILL.value
            )
            more, fewer = insert_value(series.get((record, column.name), []), said, restated.get(record))
            added += more
            ended += fewer
    end_promises(bulk, ended, stamp)
    write_promises(bulk, added, name_days(sheet.entity.watched), stamp)


def insert_value(
    known: Sequence[Promise], said: Promise, restated_at: int | None
) -> tuple[list[Promise], list[Promise]]:
    """Put a value between the changes already known: (changes to add, changes that they replace). Pure.

    The change after it is told anew from the value said; where the value is the same, that change was only made
    earlier than we thought and keeps its cause.
    """
    before = [one for one in known if one.known_at <= said.known_at]
    after = [one for one in known if one.known_at > said.known_at]
    was = before[-1].new if before else None
    if said.new == was:
        return [], []
    change = replace(said, old=was)
    if not after:
        return close_episode(change, was, restated_at), []
    following = after[0]
    if following.new == said.new:
        return [replace(change, cause=following.cause, stated_by=following.stated_by)], [following]
    return [change, replace(following, old=said.new, id=None)], [following]


def close_episode(change: Promise, was: str | None, restated_at: int | None) -> list[Promise]:
    """After the last change known, the value in force comes back with the window that stated it again."""
    if restated_at is None:
        return [change]
    return [change, replace(change, old=change.new, new=was, known_at=restated_at)]
