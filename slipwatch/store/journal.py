"""Journals: what a source itself remembers of a record, brought together with what the ledger already knows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from slipwatch.model.columns import Column, Kind
from slipwatch.model.records import Cause
from slipwatch.store.bulk import Bulk
from slipwatch.store.instants import to_micros
from slipwatch.store.promises import Promise, Stamp, end_promises, read_series, write_promises
from slipwatch.store.sheet import Sheet


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One column of one record: what is known, what the journal says, and the value in force."""

    record: int
    column: str
    known: Sequence[Promise]
    stated: Sequence[Promise]
    current: str | None
    current_at: int
    opened_at: int | None


@dataclass(frozen=True, kw_only=True)
class Revision:
    """What must be added to the promise ledger and what is ended by it."""

    added: list[Promise]
    ended: list[Promise]


def write_journals(bulk: Bulk, sheet: Sheet, records: Sequence[int], seen: Sequence[int], stamp: Stamp) -> None:
    """Bring the journals of the sheet's records into the promise ledger. `seen` is when we first saw each record.

    Statements made before that are *reconstructed*. Changes that the ledger found by comparing are ended where the
    journal explains them with its own instants and names.
    """
    series = read_series(bulk, sheet.entity, list(records))
    watched = sheet.entity.watched
    current = {column.name: sheet.read_texts(column).to_pylist() for column in watched}
    opened = read_openings(sheet)
    added: list[Promise] = []
    ended: list[Promise] = []
    for index, (record, text) in enumerate(zip(records, sheet.read_column("history"), strict=True)):
        statements = read_statements(record, json.loads(text) if text else [], first_seen=seen[index], stamp=stamp)
        for column in watched:
            chapter = Chapter(
                record=record,
                column=column.name,
                known=series.get((record, column.name), []),
                stated=[one for one in statements if one.column == column.name],
                current=current[column.name][index],
                current_at=sheet.known[index],
                opened_at=opened[index],
            )
            revision = revise(chapter, stamp)
            added += revision.added
            ended += revision.ended
    end_promises(bulk, ended, stamp)
    write_promises(bulk, added, name_days(watched), stamp)


def name_days(columns: Sequence[Column]) -> frozenset[str]:
    return frozenset(column.name for column in columns if column.kind is Kind.DAY)


def read_openings(sheet: Sheet) -> Sequence[int | None]:
    """When each record was raised in its source, where the entity has that column."""
    if "created_at" not in sheet.entity.by_name:
        return [None] * len(sheet)
    return sheet.cells["created_at"]


def read_statements(record: int, entries: Sequence[Any], *, first_seen: int, stamp: Stamp) -> list[Promise]:
    statements = []
    for entry in entries:
        stated_at = to_micros(datetime.fromisoformat(entry["at"]))
        cause = Cause.RECONSTRUCTED if stated_at < first_seen else stamp.cause
        statements.append(
            Promise(
                record=record,
                column=entry["column"],
                old=entry["old"],
                new=entry["new"],
                known_at=stated_at,
                stated_by=entry["by"],
                cause=cause.value,
            )
        )
    return sorted(statements, key=lambda one: one.known_at)


def revise(chapter: Chapter, stamp: Stamp) -> Revision:
    """Decide what one column of one record needs; a pure function."""
    told = {(one.known_at, one.old, one.new) for one in chapter.known}
    fresh = [one for one in chapter.stated if (one.known_at, one.old, one.new) not in told]
    ended = [one for one in chapter.known if is_explained(one, chapter)]
    kept = [one for one in chapter.known if one not in ended]
    events = sorted([*kept, *fresh], key=lambda one: one.known_at)
    added = [*open_series(events, chapter), *fresh]
    last = events[-1].new if events else None
    if last != chapter.current:
        known_at = max(chapter.current_at, events[-1].known_at if events else chapter.current_at)
        cause = Cause.RECONSTRUCTED if fresh and not kept else stamp.cause
        added.append(
            Promise(
                record=chapter.record,
                column=chapter.column,
                old=last,
                new=chapter.current,
                known_at=known_at,
                cause=cause.value,
            )
        )
    return Revision(added=added, ended=ended)


def is_explained(one: Promise, chapter: Chapter) -> bool:
    """True for a change found by comparing, when the journal tells how its value came to be since the change before."""
    if any((told.known_at, told.old, told.new) == (one.known_at, one.old, one.new) for told in chapter.stated):
        return False
    before = max((other.known_at for other in chapter.known if other.known_at < one.known_at), default=None)
    between = [
        told for told in chapter.stated if told.known_at <= one.known_at and (before is None or told.known_at > before)
    ]
    return bool(between) and between[-1].new == one.new


def open_series(events: Sequence[Promise], chapter: Chapter) -> list[Promise]:
    """The value that the oldest statement replaced was itself a promise: known since the record was raised."""
    if not events or events[0].old is None:
        return []
    first = events[0]
    opened_at = first.known_at if chapter.opened_at is None else min(chapter.opened_at, first.known_at)
    opening = replace(first, old=None, new=first.old, known_at=opened_at, stated_by=None, id=None)
    return [replace(opening, cause=Cause.RECONSTRUCTED.value)]
