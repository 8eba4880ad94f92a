"""Repairing what was read: records mapped anew replace what the ledger holds, as knowledge of the same instants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from slipwatch.model.records import Cause
from slipwatch.model.tables import ENTITIES
from slipwatch.store.archive import Spooled
from slipwatch.store.bulk import Bulk, open_bulk
from slipwatch.store.entries import EntryWriter, SubjectKeys
from slipwatch.store.heads import Head, find_heads
from slipwatch.store.instants import to_micros
from slipwatch.store.ledger import Ledger
from slipwatch.store.promises import Stamp
from slipwatch.store.quarantine import REMAPPED, Identity, close_rows, identify, insert_rejects, read_open
from slipwatch.store.schema import WINDOW
from slipwatch.store.sheet import Sheet
from slipwatch.store.windows import GOOD, WindowRow, build_row

READ = (*GOOD, "older")
"""States of windows whose records are in the ledger."""


@dataclass(frozen=True, kw_only=True)
class Repair:
    """One window mapped anew: `spooled` holds the records that it is the newest to tell, `window` is its row, and
    `replayed` are the rejects of its archive that were tried again."""

    window: WindowRow
    spooled: Spooled
    replayed: Sequence[Mapping[str, str | None]] = ()


@dataclass(frozen=True, kw_only=True)
class RepairReport:
    """What a repair did, in records; `released` counts rows of the quarantine that were closed."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    quarantined: int = 0
    released: int = 0


def list_read_windows(ledger: Ledger, source: str) -> Iterator[tuple[str, list[WindowRow]]]:
    """Stream by stream, the windows that were let into the ledger and archived, newest first."""
    query = select(WINDOW).where(
        WINDOW.c.source == source, WINDOW.c.state.in_(READ), WINDOW.c.archive.is_not(None), WINDOW.c.as_of.is_not(None)
    )
    with ledger.read() as connection:
        rows = [build_row(row) for row in connection.execute(query.order_by(WINDOW.c.as_of.desc(), WINDOW.c.id.desc()))]
    for stream in sorted({row.stream for row in rows}):
        yield stream, [row for row in rows if row.stream == stream]


def repair_stream(
    ledger: Ledger, repairs: Sequence[Repair], *, run: int, at: datetime, subject_keys: SubjectKeys
) -> RepairReport:
    """Put the windows of one stream right in one transaction, with the cause `mapping`.

    Values change as of the instant for which they were known; earlier values of a record stay as they were read.
    Nothing becomes absent, no window is added and no cursor moves: the source itself was not read.
    """
    stamp = Stamp(run=run, at=to_micros(at), cause=Cause.MAPPING)
    counts: Counter[str] = Counter()
    with ledger.write() as connection:
        bulk = open_bulk(connection)
        for repair in repairs:
            spooled = repair.spooled
            bulk.lock(f"{spooled.source}.{spooled.stream}")
            writer = EntryWriter(bulk, spooled, stamp, subject_keys)
            for table in spooled.read_records():
                counts.update(repair_sheet(bulk, writer, Sheet(ENTITIES[spooled.entity], table)))
            counts.update(settle_quarantine(bulk, repair, stamp))
            if spooled.window.kind.value == "complete":
                connection.execute(
                    update(WINDOW).where(WINDOW.c.id == repair.window.id).values(fingerprint=spooled.fingerprint)
                )
    return RepairReport(**counts)


def repair_sheet(bulk: Bulk, writer: EntryWriter, sheet: Sheet) -> dict[str, int]:
    """Write what is new or other than the ledger holds; a record that could not be read before is new."""
    heads = find_heads(bulk, writer.spooled.source, writer.spooled.stream, sheet.keys)
    new, changed, same = list[int](), list[int](), list[int]()
    for index, (key, content) in enumerate(zip(sheet.keys, sheet.read_column("content"), strict=True)):
        head = heads.get(key)
        (new if head is None else same if head.content == content else changed).append(index)
    if new:
        writer.insert_new(sheet.take(new))
    if changed:
        writer.write_changed(sheet.take(changed), heads | date_unread(sheet, heads, changed))
    if same:
        writer.confirm(sheet.take(same), heads)
    return {"new": len(new), "changed": len(changed), "unchanged": len(same)}


def date_unread(sheet: Sheet, heads: Mapping[str, Head], rows: Sequence[int]) -> dict[str, Head]:
    """Records that only old copies could tell so far are known since the source said so, not since those copies."""
    keys, known = sheet.keys, sheet.known
    unread = [row for row in rows if heads[keys[row]].content is None]
    return {keys[row]: heads[keys[row]]._replace(known_at=known[row]) for row in unread}


def settle_quarantine(bulk: Bulk, repair: Repair, stamp: Stamp) -> dict[str, int]:
    """Close what can be read now, and set aside what no longer can; the record keeps its last good version."""
    spooled = repair.spooled
    known = read_open(bulk, spooled.source, spooled.stream)
    rejects: dict[Identity, dict[str, str | None]] = {identify(one): one for one in spooled.read_rejects()}
    tried = {identify(dict(one)) for one in repair.replayed}
    over = [number for identity, (number, _) in known.items() if identity in tried and identity not in rejects]
    close_rows(bulk, dict.fromkeys(over, REMAPPED), stamp)
    fresh = [one for identity, one in rejects.items() if identity not in known]
    insert_rejects(bulk, spooled, fresh, stamp)
    return {"quarantined": len(fresh), "released": len(over)}
