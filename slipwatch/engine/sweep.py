"""Finds what was deleted at a source that tells only of changes: once a day it is asked for all that exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from slipwatch.engine.guard import Verdict, judge_window
from slipwatch.model.records import WindowKind, WindowState
from slipwatch.store.sweeps import (
    Presence,
    SweepReport,
    count_present,
    hold_sweep,
    last_good_sweep,
    merge_sweep,
)
from slipwatch.store.windows import SWEEP, released_windows

if TYPE_CHECKING:
    from slipwatch.connector import StreamInfo
    from slipwatch.engine.wiring import Programme


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """The ids that a source listed for one stream, read to the end; `begun` is the instant before the first request."""

    source: str
    stream: str
    entity: str
    begun: datetime
    listed: frozenset[str]


def is_due(programme: Programme, source: str, info: StreamInfo) -> bool:
    """True once a day of the programme's own time zone. A complete window needs no sweep: it lists all by itself."""
    if info.deletes != "sweep" or info.kind is WindowKind.COMPLETE:
        return False
    last = last_good_sweep(programme.ledger, source, info.name)
    zone = programme.zone
    return last is None or last.at.astimezone(zone).date() < programme.now().astimezone(zone).date()


def settle_sweep(programme: Programme, sweep: Sweep, *, run: int) -> tuple[Verdict, SweepReport | None]:
    """Merge a sweep, or hold it where too many of the records known are missing from it."""
    presence = count_present(programme.ledger, source=sweep.source, stream=sweep.stream, source_ids=sweep.listed)
    verdict = judge_sweep(programme, sweep, presence)
    if verdict.state is not WindowState.MERGED:
        hold_sweep(
            programme.ledger,
            presence,
            source=sweep.source,
            stream=sweep.stream,
            entity=sweep.entity,
            run=run,
            at=programme.now(),
            as_of=sweep.begun,
            reason=verdict.reason,
            detail=verdict.detail,
        )
        return verdict, None
    proved = merge_sweep(
        programme.ledger,
        source=sweep.source,
        stream=sweep.stream,
        entity=sweep.entity,
        source_ids=sweep.listed,
        run=run,
        at=programme.now(),
        as_of=sweep.begun,
    )
    return Verdict(state=proved.state, reason=SWEEP), proved


def describe_ended(proved: SweepReport) -> str:
    """What left the quarantine because it no longer exists, in words."""
    return f"{proved.ended} set aside, no longer listed"


def judge_sweep(programme: Programme, sweep: Sweep, presence: Presence) -> Verdict:
    """The guard's test on size: of the records that were there, how many still are. What is new counts for neither."""
    return judge_window(
        kind=WindowKind.COMPLETE,
        rows=presence.listed,
        rejects=0,
        proven=True,
        previous_sizes=[presence.known],
        limits=programme.limits(sweep.source),
        released=is_released(programme, sweep, presence),
    )


def is_released(programme: Programme, sweep: Sweep, presence: Presence) -> bool:
    """True where the PMO let in a sweep that missed as many: the ids themselves change with every new record."""
    return any(
        (row.source, row.stream, row.kind) == (sweep.source, sweep.stream, SWEEP) and presence.listed >= row.rows
        for row in released_windows(programme.ledger)
    )
