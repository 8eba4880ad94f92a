"""How long the raw archive keeps what was read: for ever, unless the PMO set a limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from slipwatch.errors import LedgerError
from slipwatch.model.records import WindowKind, WindowState
from slipwatch.store.archive import SpoolSize, load_spooled, prune_spool
from slipwatch.store.quarantine import list_rejected_keys
from slipwatch.store.repair import READ
from slipwatch.store.runs import list_runs
from slipwatch.store.windows import WindowRow, forget_archives, list_archived

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme

SPOOL = "spool"
RUNS_SEARCHED = 200
WAITING = frozenset({WindowState.HELD, WindowState.RELEASED})


def prune_archive(programme: Programme, run: int) -> int:
    """Delete what is older than the limits of the PMO; returns how many windows. Without a limit nothing is touched.

    The ledger lets go of a window before its folder is deleted: a crash in between leaves a folder that nobody names,
    which the next time deletes. Once a day is enough: only the first run of a day looks.
    """
    limits, now = programme.settings.programme.archive, programme.now()
    ages = [days for days in (limits.superseded_days, limits.needed_days) if days is not None]
    if not ages or not is_first_of_day(programme, run):
        return 0
    rows, spool = list_archived(programme.ledger), programme.home / SPOOL
    if limits.superseded_days is not None:
        dropped = find_superseded(rows, spool, before=now - timedelta(days=limits.superseded_days))
        forget_archives(programme.ledger, dropped)
        rows = [row for row in rows if row.id not in dropped]
    if limits.needed_days is not None:
        rows = [row for row in rows if waits(row) or row.at >= now - timedelta(days=limits.needed_days)]
    keep = {row.archive for row in rows if row.archive is not None}
    return prune_spool(spool, before=now - timedelta(days=min(ages)), keep=keep)


def is_first_of_day(programme: Programme, run: int) -> bool:
    """True where no other run has ended on this day of the programme."""
    today = programme.now().astimezone(programme.zone).date()
    ends = (one.finished_at for one in list_runs(programme.ledger, RUNS_SEARCHED) if one.id != run)
    return all(end is None or end.astimezone(programme.zone).date() != today for end in ends)


def waits(row: WindowRow) -> bool:
    """True for a window that is held, or was released and is not merged yet."""
    return row.state in WAITING and row.closed_at is None


def find_superseded(rows: Iterable[WindowRow], spool: Path, *, before: datetime) -> set[int]:
    """Windows read before an instant that nothing needs: never let in, or with no record that they are the newest to
    tell. `rows` are newest first."""
    found: set[int] = set()
    ordered = sorted(rows, key=lambda row: (row.source, row.stream))  # stable: newest first within each stream
    for _, stream in groupby(ordered, key=lambda row: (row.source, row.stream)):
        windows = list(stream)
        old = {row.id for row in windows if row.at < before and not waits(row)}
        read = [row for row in windows if row.state.value in READ]
        if old:
            needed = set(find_needed(read, spool))
            found |= {row.id for row in windows if row.id in old and row.id not in needed}
    return found


def find_needed(rows: Sequence[WindowRow], spool: Path) -> Iterator[int]:
    """The windows of one stream, newest first, that a remap reads: each record from its newest text, and before the
    newest complete list only what that could not tell. Where an archive is missing, whatever is older may be needed."""
    told: set[str] = set()
    sought: set[str] | None = None
    for number, row in enumerate(rows):
        complete = row.kind == WindowKind.COMPLETE.value
        if sought is not None and not sought - told:
            return
        if not complete and not row.rows and not row.rejects:
            continue
        try:
            archive = load_spooled(spool, row.archive or "")
        except LedgerError:
            yield from (one.id for one in rows[number:])
            return
        keys = archive.read_keys()
        rejected, nameless = list_rejected_keys(archive)
        wanted = (keys.union(rejected) - told) if sought is None else (keys.union(rejected) - told) & sought
        if wanted or (sought is None and (complete or nameless)):
            yield row.id
        told |= keys
        if complete and sought is None:
            sought = set(rejected)


def describe_archive(programme: Programme, size: SpoolSize) -> str:
    """How much there is, since when, and what is deleted after how many days."""
    limits = programme.settings.programme.archive
    since = f", since {size.oldest:%Y-%m-%d}" if size.oldest else ""
    rules = [
        f"{what} after {days} days"
        for what, days in (("superseded", limits.superseded_days), ("needed or not", limits.needed_days))
        if days is not None
    ]
    deleted = f"deleted: {', '.join(rules)}" if rules else "nothing is deleted"
    return f"{size.windows} windows, {size.bytes / 1e6:.1f} MB{since}; {deleted}"
