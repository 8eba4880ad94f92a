"""Reconstruction: a dated copy of an old file enters history, and nothing that is true today changes.

History ends where the source itself was read first. All that is written here is closed at birth, with the cause
*reconstructed*; whatever the source said stays word for word, so that copies may come before its first read or after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, select

from slipwatch.errors import IncompleteError, LedgerError
from slipwatch.model.records import Cause, WindowKind, WindowState
from slipwatch.model.tables import ENTITIES
from slipwatch.store.archive import Spooled
from slipwatch.store.arrays import INSTANT
from slipwatch.store.backfill import Gap, find_gaps, restate
from slipwatch.store.bulk import Bulk, fill, open_bulk
from slipwatch.store.entries import EntryWriter, SubjectKeys
from slipwatch.store.heads import Head, find_heads
from slipwatch.store.instants import to_micros
from slipwatch.store.ledger import Ledger
from slipwatch.store.merge import check_entity
from slipwatch.store.promises import Stamp
from slipwatch.store.quarantine import list_rejected_keys
from slipwatch.store.retold import retell_promises
from slipwatch.store.runs import Lease, check_lease
from slipwatch.store.schema import WINDOW
from slipwatch.store.sheet import Sheet
from slipwatch.store.spells import Spell, add_absence, add_presence
from slipwatch.store.versions import insert_versions
from slipwatch.store.windows import GOOD, SWEEP, WindowRow, build_row, insert_window, of_stream

READ = (*GOOD, WindowState.OLDER.value)
STATE = WindowState.RECONSTRUCTED
CAUSE = Cause.RECONSTRUCTED


@dataclass(frozen=True, kw_only=True)
class ReconstructionReport:
    """What one copy brought, in records: `known` were the same in the copies around it."""

    window: int
    told: int = 0
    known: int = 0


def find_first_read(ledger: Ledger, source: str, stream: str) -> datetime | None:
    """The oldest instant that the source itself told of a stream: history ends before it. None while unread."""
    with ledger.read() as connection:
        return read_first(connection, source, stream)


def read_first(connection: Connection, source: str, stream: str) -> datetime | None:
    reads = WINDOW.c.state.in_(READ) & (WINDOW.c.kind != SWEEP) & WINDOW.c.as_of.is_not(None)
    query = select(WINDOW.c.as_of).where(of_stream(source, stream), reads).order_by(WINDOW.c.as_of).limit(1)
    return connection.scalar(query)


def list_copies(ledger: Ledger, source: str, stream: str) -> list[WindowRow]:
    """The copies of a stream that were imported, oldest first."""
    with ledger.read() as connection:
        return read_copies(connection, source, stream)


def read_copies(connection: Connection, source: str, stream: str) -> list[WindowRow]:
    query = select(WINDOW).where(of_stream(source, stream), WINDOW.c.state == STATE.value).order_by(WINDOW.c.as_of)
    return [build_row(row) for row in connection.execute(query)]


def reconstruct_window(
    ledger: Ledger, spooled: Spooled, *, run: int, at: datetime, subject_keys: SubjectKeys, lease: Lease | None = None
) -> ReconstructionReport:
    """Enter a copy into history, in one transaction. The same copy again changes nothing.

    A value is known since the copy's date, or since the stamp that the mapping names, if that is older. Journals that
    copies hold are left to the source itself. Raises `LedgerError` for a copy that is not older than what the source
    told itself, and for another content of the same instant; `IncompleteError` for a window without proof.
    """
    subject = f"{spooled.source}.{spooled.stream}"
    if spooled.completeness is None or not spooled.completeness.proven:
        raise IncompleteError("only a window proven complete can be imported", subject=subject)
    stamp = Stamp(run=run, at=to_micros(at), cause=CAUSE)
    with ledger.write() as connection:
        check_lease(connection, lease)
        bulk = open_bulk(connection)
        bulk.lock(subject)
        first = read_first(connection, spooled.source, spooled.stream)
        if first is not None and spooled.as_of >= first:
            raise LedgerError(
                f"the source itself was read of {first:%Y-%m-%d %H:%M} UTC, and history ends before that",
                subject=subject,
                cure="drop the file where the source is read",
            )
        same = [row for row in read_copies(connection, spooled.source, spooled.stream) if row.as_of == spooled.as_of]
        if same:
            return refuse_other(same[0], spooled, subject)
        report = Reconstruction(bulk, spooled, stamp, subject_keys, connection).run()
        facts: dict[str, Any] = {"source": spooled.source, "stream": spooled.stream, "entity": spooled.entity}
        facts |= {"run": run, "at": at, "state": STATE, "reason": "", "detail": ""}
        window = insert_window(connection, spooled, facts)
    return ReconstructionReport(window=window, **report)


def refuse_other(known: WindowRow, spooled: Spooled, subject: str) -> ReconstructionReport:
    """Raises `LedgerError` where the copy known of this instant said something else."""
    if known.fingerprint != spooled.fingerprint:
        raise LedgerError(
            f"another copy of {spooled.as_of:%Y-%m-%d %H:%M} UTC is in the ledger",
            subject=subject,
            cure="which one holds? declare another time for this one, or leave it out",
        )
    return ReconstructionReport(window=known.id, known=spooled.rows)


class Reconstruction:
    """One copy on its way into history. `lists` are the instants of the other complete lists, `copies` those of
    imported ones, both ascending."""

    def __init__(
        self, bulk: Bulk, spooled: Spooled, stamp: Stamp, subject_keys: SubjectKeys, connection: Connection
    ) -> None:
        self.bulk, self.spooled, self.stamp = bulk, spooled, stamp
        self.entity = ENTITIES[spooled.entity]
        self.at = to_micros(spooled.as_of)
        check_entity(bulk, self.stream, self.entity)
        self.writer = EntryWriter(bulk, spooled, stamp, subject_keys)
        self.is_complete = spooled.window.kind is WindowKind.COMPLETE
        self.copies = self.list_instants(connection, (STATE.value,))
        self.lists = sorted({*self.copies, *self.list_instants(connection, GOOD)})
        self.firsts = self.read_firsts() if self.is_complete else {}
        self.spells = self.read_spells() if self.is_complete else {}

    def list_instants(self, connection: Connection, states: Sequence[str]) -> list[int]:
        complete = (WINDOW.c.kind == WindowKind.COMPLETE.value) & WINDOW.c.state.in_(states)
        query = select(WINDOW.c.as_of).where(of_stream(self.spooled.source, self.spooled.stream), complete).distinct()
        return sorted(to_micros(one) for one in connection.scalars(query))

    def read_firsts(self) -> dict[int, int]:
        """When each record of the stream was first known so far."""
        sql = (
            "SELECT v.record, min(v.known_at) FROM {versions} v JOIN source_record r ON r.id = v.record"
            " WHERE r.source = ? AND r.stream = ? GROUP BY v.record"
        )
        sql = fill(sql, versions=f"{self.entity.name}_version")
        return dict(self.bulk.fetch(sql, self.spooled.source, self.spooled.stream))

    def read_spells(self) -> dict[int, list[Spell]]:
        rows = self.bulk.fetch(
            "SELECT a.record, a.absent_since, a.vanished_at, a.returned_at, a.id FROM absence a"
            " JOIN source_record r ON r.id = a.record WHERE r.source = ? AND r.stream = ?",
            self.spooled.source,
            self.spooled.stream,
        )
        spells: dict[int, list[Spell]] = {}
        for record, *spell in rows:
            spells.setdefault(record, []).append(Spell(*spell))
        return spells

    def run(self) -> dict[str, int]:
        """Counts of records whose values are told, and of those that the copies around this one tell alike."""
        seen: set[int] = set()
        told = 0
        for table in self.spooled.read_records():
            sheet = date_rows(Sheet(self.entity, table), self.spooled.as_of)
            heads = self.find_owners(sheet)
            seen.update(head.id for head in heads)
            told += self.tell(sheet, heads)
        rejected, keyless = list_rejected_keys(self.spooled)
        seen.update(head.id for head in find_heads(self.bulk, *self.stream, rejected).values())
        if self.is_complete:
            self.write_spells(seen, is_whole=not keyless)
        return {"told": told, "known": self.spooled.rows - told}

    @property
    def stream(self) -> tuple[str, str]:
        return self.spooled.source, self.spooled.stream

    def find_owners(self, sheet: Sheet) -> list[Head]:
        """The head of each row; records that nobody knew get one without values of today."""
        known = find_heads(self.bulk, *self.stream, sheet.keys)
        unknown = [index for index, key in enumerate(sheet.keys) if key not in known]
        if unknown:
            part = sheet.take(unknown)
            self.writer.insert_heads(part, content=[None] * len(part))
            known |= find_heads(self.bulk, *self.stream, part.keys)
        return [known[key] for key in sheet.keys]

    def tell(self, sheet: Sheet, heads: Sequence[Head]) -> int:
        """Versions and promises of the rows that the copies around this one do not tell alike; returns how many."""
        gaps = find_gaps(self.bulk, sheet, heads, cause=CAUSE)
        if not gaps:
            return 0
        part, owners = sheet.take([gap.row for gap in gaps]), [heads[gap.row] for gap in gaps]
        records = [head.id for head in owners]
        insert_versions(self.bulk, part, records, part.known, self.stamp, ended_at=self.stamp.at)
        for gap, head, known in zip(gaps, owners, part.known, strict=True):
            again = self.find_restatement(gap, head, known)
            if gap.before is not None and again is not None:
                restate(self.bulk, self.entity, head, gap.before, known_at=again, stamp=self.stamp, cause=CAUSE)
        retell_promises(self.bulk, self.entity, [head.id for head in owners if head.history is None], CAUSE, self.stamp)
        return len(gaps)

    def find_restatement(self, gap: Gap, head: Head, known: int) -> int | None:
        """The next copy that lists the record, where its values were still those from before the gap."""
        spells = self.spells.get(head.id, ())
        end = gap.after.known_at if gap.after is not None else None
        later = (one for one in self.copies if one > known and (end is None or one < end))
        return next((one for one in later if not any(spell.covers(one) for spell in spells)), None)

    def write_spells(self, seen: set[int], *, is_whole: bool) -> None:
        """Absences that this list proves or ends. A record that could not be read, even its key, may be any of those
        that are missing: then none of them is."""
        changed: list[tuple[int, Spell]] = []
        for record in seen:
            own, first = self.spells.get(record, []), self.firsts.get(record)
            found = add_presence(own, self.at, first=first, lists=self.lists)
            changed += [(record, spell) for spell in found]
        for record in self.firsts.keys() - seen if is_whole else ():
            own = self.spells.get(record, [])
            found = add_absence(own, self.at, first=self.firsts[record], lists=self.lists)
            changed += [(record, spell) for spell in found]
        save_spells(self.bulk, changed, self.stamp)


def date_rows(sheet: Sheet, as_of: datetime) -> Sheet:
    """Nothing that a copy says was known after it, and no journal of a copy is believed beside the source's own."""
    table = sheet.table
    latest = pa.scalar(as_of, INSTANT)
    known = pc.if_else(pc.greater(table["known_at"], latest), latest, table["known_at"])
    table = table.set_column(table.schema.get_field_index("known_at"), "known_at", known)
    nothing = pa.nulls(len(table), pa.string())
    return Sheet(sheet.entity, table.set_column(table.schema.get_field_index("history"), "history", nothing))


def save_spells(bulk: Bulk, spells: Sequence[tuple[int, Spell]], stamp: Stamp) -> None:
    """Write what is new and change what is known otherwise; what is true today needs no judging again."""
    bulk.run_many(
        "UPDATE absence SET absent_since = ?, vanished_at = ?, vanished_recorded = ?, returned_at = ?,"
        " returned_recorded = ? WHERE id = ?",
        [
            (one.since, one.gone, one.gone and stamp.at, one.back, one.back and stamp.at, one.id)
            for _, one in spells
            if one.id is not None
        ],
    )
    fresh = [(record, one) for record, one in spells if one.id is None]
    if fresh:
        bulk.insert(
            "absence",
            {
                "record": [record for record, _ in fresh],
                "absent_since": [one.since for _, one in fresh],
                "absent_recorded": [stamp.at] * len(fresh),
                "vanished_at": [one.gone for _, one in fresh],
                "vanished_recorded": [one.gone and stamp.at for _, one in fresh],
                "returned_at": [one.back for _, one in fresh],
                "returned_recorded": [one.back and stamp.at for _, one in fresh],
                "run": [stamp.run] * len(fresh),
            },
        )
