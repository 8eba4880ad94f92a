"""Entries: how the rows of a sheet become records, versions and promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slipwatch.model.records import Cause, WindowKind
from slipwatch.model.tables import ENTITIES
from slipwatch.store.absences import insert_absences
from slipwatch.store.archive import Spooled
from slipwatch.store.arrays import build_integers
from slipwatch.store.backfill import write_past
from slipwatch.store.bulk import Bulk, Repeated, map_cells
from slipwatch.store.heads import Head, find_heads, hash_journal
from slipwatch.store.instants import to_micros
from slipwatch.store.journal import write_journals
from slipwatch.store.promises import Stamp, write_differences
from slipwatch.store.sheet import Sheet, read_open_texts
from slipwatch.store.subjects import find_or_make
from slipwatch.store.versions import end_versions, insert_versions


@dataclass(frozen=True)
class Unplaced:
    """New records that need a subject: equally long columns of source ids, labels and canonical values.

    Values come in the ledger's form: ISO days, scaled int64, microseconds.
    """

    ids: Sequence[str]
    labels: Sequence[str]
    values: Mapping[str, Sequence[Any]]


SubjectKeys = Callable[[str, str, Unplaced], list[str]]
"""(entity, source, new records) -> subject keys, in the same order."""

REPAIRS = (Cause.MAPPING, Cause.CORRECTION)
"""Causes that replace what was known at the same instant, instead of telling something newer."""


class EntryWriter:
    """Writes sheets of one window."""

    def __init__(self, bulk: Bulk, spooled: Spooled, stamp: Stamp, subject_keys: SubjectKeys) -> None:
        self.bulk, self.spooled, self.stamp, self.subject_keys = bulk, spooled, stamp, subject_keys
        self.entity = ENTITIES[spooled.entity]
        self.as_of = to_micros(spooled.as_of)

    def insert_new(self, sheet: Sheet) -> Sequence[int]:
        """Records that the ledger does not know; returns their ids."""
        records = self.insert_heads(sheet, content=sheet.read_column("content"))
        _, told = split_by_journal(sheet)
        opening = map_cells(lambda journal: 0 if journal else 1, sheet.read_column("history"))
        insert_versions(self.bulk, sheet, records, sheet.known, self.stamp, opening=opening)
        if told:
            ids = [records[index] for index in told]
            write_journals(self.bulk, sheet.take(told), ids, Repeated(self.stamp.at, len(told)), self.stamp)
        return records

    def insert_heads(self, sheet: Sheet, *, content: Sequence[str | None]) -> Sequence[int]:
        count, labels = len(sheet), sheet.read_column("label")
        records = self.bulk.reserve("source_record", count)
        self.bulk.insert(
            "source_record",
            {
                "id": records,
                "entity": Repeated(self.entity.name, count),
                "source": Repeated(self.spooled.source, count),
                "stream": Repeated(self.spooled.stream, count),
                "source_id": sheet.keys,
                "label": labels,
                "subject": self.find_subjects(sheet, labels),
                "url": sheet.read_column("url"),
                "content": content,
                "history": map_cells(hash_journal, sheet.read_column("history")),
                "known_at": sheet.known,
                "first_seen": Repeated(self.stamp.at, count),
                "read_as_of": Repeated(self.as_of, count),
                "changed_run": Repeated(self.stamp.run, count),
            },
        )
        return records

    def find_subjects(self, sheet: Sheet, labels: Sequence[str]) -> list[int]:
        wanted = Unplaced(sheet.keys, labels, sheet.cells)
        keys = self.subject_keys(self.entity.name, self.spooled.source, wanted)
        return find_or_make(self.bulk, self.entity.name, keys, labels)

    def write_changed(self, sheet: Sheet, heads: Mapping[str, Head]) -> None:
        """Records whose values are no longer those of their open version."""
        owners = [heads[key] for key in sheet.keys]
        records = [head.id for head in owners]
        known = [self.date_change(head, instant) for head, instant in zip(owners, sheet.known, strict=True)]
        before = read_open_texts(self.bulk, self.entity, records)
        end_versions(self.bulk, self.entity.name, records, self.stamp.at)
        insert_versions(self.bulk, sheet, records, known, self.stamp)
        self.update_heads(sheet, records, known)
        plain, told = split_by_journal(sheet)
        if plain:
            picked = {name: texts.take(build_integers(plain)) for name, texts in before.items()}
            ids, instants = [records[index] for index in plain], [known[index] for index in plain]
            part = sheet.take(plain)
            write_differences(self.bulk, part, ids, known=instants, before=picked, stamp=self.stamp)
        self.tell_journals(sheet, owners, told)

    def date_change(self, head: Head, instant: int) -> int:
        """When a change was known. A stamp older than the version it replaces is no news: then it is the window's."""
        if self.stamp.cause in REPAIRS:
            return head.known_at
        return instant if instant >= head.known_at else max(self.as_of, head.known_at)

    def update_heads(self, sheet: Sheet, records: Sequence[int], known: Sequence[int]) -> None:
        count = len(sheet)
        rows = zip(
            sheet.read_column("label"),
            sheet.read_column("url"),
            sheet.read_column("content"),
            map_cells(hash_journal, sheet.read_column("history")),
            known,
            Repeated(self.as_of, count),
            Repeated(self.stamp.run, count),
            records,
            strict=True,
        )
        self.bulk.run_many(
            "UPDATE source_record SET label = ?, url = ?, content = ?, history = ?, known_at = ?, read_as_of = ?,"
            " changed_run = ? WHERE id = ?",
            rows,
        )

    def confirm(self, sheet: Sheet, heads: Mapping[str, Head]) -> None:
        """Records whose values are unchanged: labels, links and journals may still be news."""
        owners = [heads[key] for key in sheet.keys]
        labels, urls = sheet.read_column("label"), sheet.read_column("url")
        renamed = [
            (label, url, head.id)
            for head, label, url in zip(owners, labels, urls, strict=True)
            if (head.label, head.url) != (label, url)
        ]
        self.bulk.run_many("UPDATE source_record SET label = ?, url = ? WHERE id = ?", renamed)
        if self.spooled.window.kind is not WindowKind.COMPLETE:
            rows = [(self.as_of, head.id) for head in owners]
            self.bulk.run_many("UPDATE source_record SET read_as_of = ? WHERE id = ?", rows)
        journals = sheet.read_column("history")
        retold = [index for index, text in enumerate(journals) if hash_journal(text) != owners[index].history]
        told = [index for index in retold if journals[index] is not None]
        self.bulk.run_many(
            "UPDATE source_record SET history = ?, changed_run = ? WHERE id = ?",
            [(hash_journal(journals[index]), self.stamp.run, owners[index].id) for index in told],
        )
        self.tell_journals(sheet, owners, told)

    def tell_journals(self, sheet: Sheet, owners: Sequence[Head], told: Sequence[int]) -> None:
        if told:
            ids, seen = [owners[index].id for index in told], [owners[index].first_seen for index in told]
            write_journals(self.bulk, sheet.take(told), ids, seen, self.stamp)

    def write_past(self, sheet: Sheet, heads: Mapping[str, Head], *, sweeps: Sequence[int]) -> None:
        """Rows of an older window, with the instants of the complete windows that are newer.

        A record that none of those lists is absent from the first of them on, and gone with the second.
        """
        unknown = [index for index, key in enumerate(sheet.keys) if key not in heads]
        if unknown:
            part = sheet.take(unknown)
            records = self.insert_heads(part, content=Repeated(None, len(part)))
            vanished_at = sweeps[1] if len(sweeps) > 1 else None
            insert_absences(self.bulk, list(records), sweeps[0], self.stamp, vanished_at=vanished_at)
            heads = {**heads, **find_heads(self.bulk, self.spooled.source, self.spooled.stream, part.keys)}
        write_past(self.bulk, sheet, [heads[key] for key in sheet.keys], self.stamp, sweeps=sweeps)


def split_by_journal(sheet: Sheet) -> tuple[list[int], list[int]]:
    """Row numbers without and with a journal."""
    plain: list[int] = []
    told: list[int] = []
    for index, journal in enumerate(sheet.read_column("history")):
        (plain if journal is None else told).append(index)
    return plain, told
