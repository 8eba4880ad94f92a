"""The steps of one merge, inside the transaction that `writer.merge_window` holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from slipwatch.errors import LedgerError
from slipwatch.model.columns import Entity
from slipwatch.model.records import Cause, WindowKind
from slipwatch.model.tables import ENTITIES
from slipwatch.store.absences import end_absences, find_absent, note_absences, read_absences
from slipwatch.store.archive import Spooled
from slipwatch.store.bulk import Bulk, fill
from slipwatch.store.entries import EntryWriter, SubjectKeys
from slipwatch.store.heads import Head, find_heads
from slipwatch.store.instants import to_micros
from slipwatch.store.promises import Stamp
from slipwatch.store.quarantine import list_rejected_keys, update_quarantine
from slipwatch.store.sheet import Ids, Sheet

NEVER = 2**63 - 1
EVER = -NEVER


@dataclass
class Tally:
    """Counts of records."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    absent: int = 0
    vanished: int = 0
    returned: int = 0
    quarantined: int = 0
    released: int = 0

    @property
    def moved(self) -> bool:
        """True where the current state is no longer what it was."""
        return bool(self.new or self.changed or self.absent or self.vanished or self.returned)


@dataclass
class Sorted:
    """Row numbers of a sheet by what must be done with them."""

    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    same: list[int] = field(default_factory=list)
    past: list[int] = field(default_factory=list)


def check_entity(bulk: Bulk, stream: tuple[str, str], entity: Entity) -> bool:
    """True for a stream that brings its first records; raises `LedgerError` when it brought another entity."""
    known = bulk.fetch("SELECT entity FROM source_record WHERE source = ? AND stream = ? LIMIT 1", *stream)
    if known and known[0][0] != entity.name:
        message = f"the stream held {known[0][0]} records so far, not {entity.name}"
        raise LedgerError(message, subject=".".join(stream), cure="give the new mapping another stream name")
    return not known


class Merge:
    """One window on its way into the ledger. `sweeps` are the instants of the complete windows that are newer."""

    def __init__(
        self, bulk: Bulk, spooled: Spooled, stamp: Stamp, subject_keys: SubjectKeys, *, sweeps: Sequence[int]
    ) -> None:
        self.bulk, self.spooled, self.stamp = bulk, spooled, stamp
        self.sweeps = sweeps
        self.absent_since: dict[int, int] = {}
        self.entity = ENTITIES[spooled.entity]
        self.stream = (spooled.source, spooled.stream)
        self.as_of = to_micros(spooled.as_of)
        self.complete = spooled.window.kind is WindowKind.COMPLETE
        self.writer = EntryWriter(bulk, spooled, stamp, subject_keys)
        self.tally = Tally()
        self.seen: list[Ids] = []
        self.good: set[str] = set()
        self.first = check_entity(bulk, self.stream, self.entity)

    def run(self) -> Tally:
        """A window that is the newest of its stream."""
        for table in self.spooled.read_records():
            self.merge_sheet(Sheet(self.entity, table), older=False)
        absences = read_absences(self.bulk, *self.stream)
        rejected, keyless = list_rejected_keys(self.spooled)
        seen = self.list_seen(rejected)
        self.tally.returned = end_absences(self.bulk, absences, seen, self.as_of, self.stamp)
        if self.complete and not keyless:
            absent = find_absent(self.bulk, *self.stream, seen)
            counts = note_absences(self.bulk, absent, absences, self.as_of, self.stamp)
            self.tally.absent, self.tally.vanished = counts
        counts = update_quarantine(self.bulk, self.spooled, self.good, self.stamp)
        self.tally.quarantined, self.tally.released = counts
        return self.tally

    def confirm(self) -> Tally:
        """A complete window that says what the last one said: only what is still absent can vanish."""
        absences = read_absences(self.bulk, *self.stream)
        absent = [one.record for one in absences]
        _, self.tally.vanished = note_absences(self.bulk, absent, absences, self.as_of, self.stamp)
        self.tally.unchanged = self.spooled.rows
        return self.tally

    def tell_past(self) -> Tally:
        """A window older than one already merged: absence and rejects mean nothing."""
        absences = read_absences(self.bulk, *self.stream)
        self.absent_since = {one.record: one.absent_since for one in absences}
        for table in self.spooled.read_records():
            self.merge_sheet(Sheet(self.entity, table), older=True)
        return self.tally

    def merge_sheet(self, sheet: Sheet, *, older: bool) -> None:
        heads = {} if self.first else find_heads(self.bulk, *self.stream, sheet.keys)
        rows = self.sort_rows(sheet, heads, older=older)
        known = np.array([head.id for head in heads.values()], np.int64)
        fresh = self.writer.insert_new(sheet.take(rows.new)) if rows.new else []
        newcomers = [row for row in rows.changed if heads[sheet.keys[row]].content is None]
        if newcomers:
            heads = {**heads, **self.adopt(sheet.take(newcomers), heads)}
        if rows.changed:
            self.writer.write_changed(sheet.take(rows.changed), heads)
        if rows.same:
            self.writer.confirm(sheet.take(rows.same), heads)
        if rows.past:
            self.writer.write_past(sheet.take(rows.past), heads, sweeps=self.sweeps)
        self.tally.new += len(rows.new) + len(newcomers)
        self.tally.changed += len(rows.changed) - len(newcomers)
        self.tally.unchanged += len(rows.same) + len(rows.past)
        self.seen += [known, np.array(fresh, np.int64)]
        if self.spooled.rejects or not self.complete:
            self.good.update(sheet.keys)

    def adopt(self, sheet: Sheet, heads: Mapping[str, Head]) -> dict[str, Head]:
        """Records of which only history speaks so far: the source says anew what they are, as if nobody knew them.

        What its own late windows told stays before what it says now, whatever stamp this bears.
        """
        subjects = self.writer.find_subjects(sheet, sheet.read_column("label"))
        owners = [heads[key] for key in sheet.keys]
        self.bulk.run_many(
            "UPDATE source_record SET subject = ?, first_seen = ? WHERE id = ?",
            [(subject, self.stamp.at, head.id) for subject, head in zip(subjects, owners, strict=True)],
        )
        told = self.read_told([head.id for head in owners])
        return {
            key: head._replace(known_at=told.get(head.id, EVER), first_seen=self.stamp.at)
            for key, head in zip(sheet.keys, owners, strict=True)
        }

    def read_told(self, records: list[int]) -> dict[int, int]:
        """Until when the source itself told of records, for those of which not only copies speak."""
        sql = (
            "SELECT v.record, max(v.known_at) FROM {ids} JOIN {versions} v ON v.record = keys.value"
            " WHERE v.cause <> ? GROUP BY v.record"
        )
        rows = self.bulk.fetch(fill(sql, versions=f"{self.entity.name}_version"), records, Cause.RECONSTRUCTED.value)
        return dict(rows)

    def list_seen(self, rejected: list[str]) -> Ids:
        """Record ids that the window lists, readable or not."""
        unread = find_heads(self.bulk, *self.stream, rejected) if rejected else {}
        self.seen.append(np.array([head.id for head in unread.values()], np.int64))
        return np.concatenate(self.seen)

    def sort_rows(self, sheet: Sheet, heads: Mapping[str, Head], *, older: bool) -> Sorted:
        rows = Sorted()
        if not heads and not older:
            rows.new = list(range(len(sheet)))
            return rows
        for index, (key, content) in enumerate(zip(sheet.keys, sheet.read_column("content"), strict=True)):
            head = heads.get(key)
            if older and self.is_past(head):
                rows.past.append(index)
            elif head is None:
                rows.new.append(index)
            elif head.content != content:
                rows.changed.append(index)
            else:
                rows.same.append(index)
        return rows

    def is_past(self, head: Head | None) -> bool:
        """True where something newer than this window was already read about the record.

        A record that no newer window lists is past too, unless the ledger knows it: then this is its last word.
        """
        if head is None:
            return bool(self.sweeps)
        missed_all = bool(self.sweeps) and self.absent_since.get(head.id, NEVER) <= self.sweeps[0]
        return head.read_as_of > self.as_of or (bool(self.sweeps) and not missed_all)
