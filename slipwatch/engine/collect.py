"""Reads the sources: one after the other or side by side, each on its own, so that a dead one stops nothing else.

The broad `except` of this file is the place where a fault of a connector becomes a failed window, which the rules on
sources then turn into one alert.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING

from slipwatch.engine.guard import Verdict, describe_rejects, judge_window
from slipwatch.engine.sweep import Sweep, describe_ended, is_due, settle_sweep
from slipwatch.errors import ContractError, IncompleteError, SlipwatchError, TransientError
from slipwatch.model.records import Window, WindowKind, WindowState
from slipwatch.store.spool import Spooled, spool_window
from slipwatch.store.windows import last_good_window, list_good_sizes, read_cursor, record_window, released_windows
from slipwatch.store.writer import merge_window

if TYPE_CHECKING:
    from slipwatch.connector import Connector, StreamInfo
    from slipwatch.engine.wiring import Programme

JUDGED_LATER = 100.0
"""The spool keeps a window of whatever quality as evidence; the guard decides what may enter the ledger."""

SIZES_REMEMBERED = 20

MOST_AT_ONCE = 4
"""Sources wait for the network or the disk, not for the processor."""

LET_IN = frozenset({WindowState.MERGED, WindowState.UNCHANGED, WindowState.OLDER})

_merging = Lock()
"""One writer at a time in this process; between processes the lease of the run guards."""

Progress = Callable[["StreamReport"], None]


@dataclass(frozen=True, kw_only=True)
class StreamReport:
    """What became of one window: state, counts of records, and reason and detail in words."""

    source: str
    stream: str
    state: WindowState
    rows: int = 0
    new: int = 0
    changed: int = 0
    rejects: int = 0
    vanished: int = 0
    reason: str = ""
    detail: str = ""


@dataclass(kw_only=True)
class SourceReport:
    """Everything that happened to one source in a run. `retry` is true when another try may help soon."""

    source: str
    streams: list[StreamReport] = field(default_factory=list)
    retry: bool = False

    @property
    def failed(self) -> bool:
        return any(stream.state is WindowState.FAILED for stream in self.streams)

    def as_json(self) -> dict[str, object]:
        return {"source": self.source, "streams": [asdict(stream) for stream in self.streams]}


def collect_sources(
    programme: Programme, run: int, sources: Iterable[str], *, progress: Progress | None = None
) -> list[SourceReport]:
    """Read the sources side by side. Never raises for a source: what went wrong is in its report and in the ledger."""
    keys = list(sources)
    with ThreadPoolExecutor(max_workers=max(1, min(MOST_AT_ONCE, len(keys)))) as pool:
        return list(pool.map(lambda key: collect_source(programme, run, key, progress=progress), keys))


def collect_source(programme: Programme, run: int, source: str, *, progress: Progress | None = None) -> SourceReport:
    """Read every stream of one source into the ledger. Never raises for a source."""
    reading = _Reading(programme=programme, run=run, report=SourceReport(source=source), progress=progress)
    try:
        connector = programme.open_connector(source)
    except Exception as error:  # a plug-in of a third party may raise anything while it is built
        reading.fail(error)
        return reading.report
    try:
        for info in connector.discover():
            reading.read_stream(connector, info)
    except Exception as error:  # listing failed: the source as a whole is dead
        reading.fail(error)
    reading.close(connector)
    return reading.report


@dataclass(kw_only=True)
class _Reading:
    """One source in one run."""

    programme: Programme
    run: int
    report: SourceReport
    progress: Progress | None

    @property
    def source(self) -> str:
        return self.report.source

    def read_stream(self, connector: Connector, info: StreamInfo) -> None:
        """Window after window. A complete one stands alone: where it cannot be read, a newer one still may. Any other
        follows the one before it: after a gap, the cursor would pass over what was not read."""
        try:
            windows = tuple(connector.plan(info.name, read_cursor(self.programme.ledger, self.source, info.name)))
        except Exception as error:  # one stream fails, the others go on
            self.fail(error, info)
            return
        for window in windows:
            if not self.try_window(connector, info, window) and window.kind is not WindowKind.COMPLETE:
                return
        self.try_sweep(connector, info)

    def try_window(self, connector: Connector, info: StreamInfo, window: Window) -> bool:
        """Whether the window got into the ledger; where it did not, its own row there says why."""
        try:
            report = self.read_window(connector, info, window)
        except Exception as error:  # one window fails, and leaves its row
            self.fail(error, info)
            return False
        self.tell(report)
        return report.state in LET_IN

    def try_sweep(self, connector: Connector, info: StreamInfo) -> None:
        """Ask what still exists, where all that changed was read and deletions show in no other way."""
        try:
            if is_due(self.programme, self.source, info):
                self.tell(self.sweep(connector, info))
        except Exception as error:  # one sweep fails, and leaves its row
            self.fail(error, info)

    def sweep(self, connector: Connector, info: StreamInfo) -> StreamReport:
        begun = self.programme.now()
        listed = frozenset(connector.sweep(info.name))
        sweep = Sweep(source=self.source, stream=info.name, entity=info.entity, begun=begun, listed=listed)
        with _merging:
            verdict, proved = settle_sweep(self.programme, sweep, run=self.run)
        return StreamReport(
            source=self.source,
            stream=info.name,
            state=verdict.state,
            rows=len(listed),
            vanished=proved.vanished if proved else 0,
            reason=verdict.reason,
            detail=describe_ended(proved) if proved and proved.ended else verdict.detail,
        )

    def close(self, connector: Connector) -> None:
        try:
            connector.close()
        except Exception as error:  # all was read by then: a fault while letting go is told, and undoes nothing
            self.tell(
                StreamReport(
                    source=self.source,
                    stream="",
                    state=WindowState.MERGED,
                    reason=type(error).__name__,
                    detail=self.programme.redact(f"closing failed: {error}"),
                )
            )

    def read_window(self, connector: Connector, info: StreamInfo, window: Window) -> StreamReport:
        spooled = spool_window(
            connector.read(window),
            self.programme.home / "spool",
            source=self.source,
            most_rejects_percent=JUDGED_LATER,
        )
        verdict = self.judge(spooled)
        with _merging:
            if verdict.state is WindowState.MERGED:
                return self.merge(spooled)
            return self.keep_out(spooled, verdict)

    def judge(self, spooled: Spooled) -> Verdict:
        ledger, limits = self.programme.ledger, self.programme.limits(self.source)
        verdict = judge_window(
            kind=spooled.window.kind,
            rows=spooled.rows,
            rejects=spooled.rejects,
            proven=spooled.completeness is not None and spooled.completeness.proven,
            previous_sizes=list_good_sizes(ledger, self.source, spooled.stream, limit=SIZES_REMEMBERED),
            limits=limits,
            released=_is_released(self.programme, spooled),
        )
        if verdict.state is WindowState.SET_ASIDE:
            return replace(verdict, detail=f"{verdict.detail}: {describe_rejects(spooled.read_rejects())}")
        if verdict.state is WindowState.HELD and self.tells_only_the_past(spooled):
            return Verdict(state=WindowState.MERGED)
        return verdict

    def tells_only_the_past(self, spooled: Spooled) -> bool:
        """Whether something newer is known: its size is compared with nothing, and its gaps make nothing absent."""
        last = last_good_window(self.programme.ledger, self.source, spooled.stream)
        return last is not None and last.as_of is not None and spooled.as_of < last.as_of

    def merge(self, spooled: Spooled) -> StreamReport:
        merged = merge_window(
            self.programme.ledger,
            spooled,
            run=self.run,
            at=self.programme.now(),
            subject_keys=self.programme.identities.find_keys,
        )
        return StreamReport(
            source=self.source,
            stream=spooled.stream,
            state=merged.state,
            rows=spooled.rows,
            new=merged.new,
            changed=merged.changed,
            rejects=spooled.rejects,
            vanished=merged.vanished,
        )

    def keep_out(self, spooled: Spooled, verdict: Verdict) -> StreamReport:
        self.record(verdict.state, verdict.reason, verdict.detail, spooled=spooled, entity=spooled.entity)
        return StreamReport(
            source=self.source,
            stream=spooled.stream,
            state=verdict.state,
            rows=spooled.rows,
            rejects=spooled.rejects,
            reason=verdict.reason,
            detail=verdict.detail,
        )

    def fail(self, error: Exception, info: StreamInfo | None = None) -> None:
        """Turn an error into a window that was not read, without secrets, and go on."""
        state, reason = _state_of(error), type(error).__name__
        detail = self.programme.redact(str(error) if isinstance(error, SlipwatchError) else f"{reason}: {error}")
        self.report.retry = self.report.retry or isinstance(error, TransientError)
        stream, entity = (info.name, info.entity) if info else ("", "")
        with _merging:
            self.record(state, reason, detail, stream=stream, entity=entity)
        self.tell(StreamReport(source=self.source, stream=stream, state=state, reason=reason, detail=detail))

    def record(
        self,
        state: WindowState,
        reason: str,
        detail: str,
        *,
        entity: str,
        stream: str = "",
        spooled: Spooled | None = None,
    ) -> None:
        record_window(
            self.programme.ledger,
            spooled,
            run=self.run,
            at=self.programme.now(),
            state=state,
            reason=reason,
            source=self.source,
            stream=spooled.stream if spooled else stream,
            entity=entity,
            detail=detail,
        )

    def tell(self, stream: StreamReport) -> None:
        self.report.streams.append(stream)
        if self.progress is not None:
            self.progress(stream)


def _is_released(programme: Programme, spooled: Spooled) -> bool:
    """True where the PMO let in a window with exactly this content."""
    return any(
        (row.source, row.stream, row.fingerprint) == (spooled.source, spooled.stream, spooled.fingerprint)
        for row in released_windows(programme.ledger)
    )


def _state_of(error: Exception) -> WindowState:
    if isinstance(error, ContractError):
        return WindowState.SET_ASIDE
    return WindowState.INCOMPLETE if isinstance(error, IncompleteError) else WindowState.FAILED
