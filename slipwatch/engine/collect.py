"""Reads the sources: one after the other or side by side, each on its own, so that a dead one stops nothing else.

The broad `except` of this file is the place where a fault of a connector becomes a failed window, which the rules on
sources then turn into one alert.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from slipwatch.engine.guard import judge_window
from slipwatch.errors import ContractError, IncompleteError, SlipwatchError, TransientError
from slipwatch.model.records import Window, WindowState
from slipwatch.store.spool import Spooled, spool_window
from slipwatch.store.windows import list_good_sizes, read_cursor, record_window, released_windows
from slipwatch.store.writer import MergeReport, merge_window

if TYPE_CHECKING:
    from slipwatch.connector import Connector, StreamInfo
    from slipwatch.engine.wiring import Programme

JUDGED_LATER = 100.0
"""The spool keeps a window of whatever quality as evidence; the guard decides what may enter the ledger."""

MOST_AT_ONCE = 4
"""Sources wait for the network or the disk, not for the processor."""

_merging = Lock()
"""One writer at a time in this process; between processes the lease of the run guards."""

Progress = Callable[["StreamReport"], None]


@dataclass(frozen=True, kw_only=True)
class StreamReport:
    """What became of one window: its state, rows read, new, changed, set aside, vanished; reason and detail in words."""

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
    """Read every stream of one source into the ledger."""
    report = SourceReport(source=source)
    try:
        connector = programme.open_connector(source)
    except Exception as error:  # a plug-in of a third party may raise anything while it is built
        _fail(programme, run, report, "", "", error, progress)
        return report
    try:
        for info in connector.discover():
            _collect_stream(programme, run, connector, info, report, progress)
    except Exception as error:  # listing failed: the source as a whole is dead
        _fail(programme, run, report, "", "", error, progress)
    finally:
        connector.close()
    return report


def _collect_stream(
    programme: Programme,
    run: int,
    connector: Connector,
    info: StreamInfo,
    report: SourceReport,
    progress: Progress | None,
) -> None:
    try:
        for window in connector.plan(info.name, read_cursor(programme.ledger, report.source, info.name)):
            _tell(report, _collect_window(programme, run, connector, info, report.source, window), progress)
    except Exception as error:  # one stream fails, the others go on
        _fail(programme, run, report, info.name, info.entity, error, progress)


def _collect_window(
    programme: Programme, run: int, connector: Connector, info: StreamInfo, source: str, window: Window
) -> StreamReport:
    limits = programme.limits(source)
    spooled = spool_window(
        connector.read(window), programme.home / "spool", source=source, most_rejects_percent=JUDGED_LATER
    )
    verdict = judge_window(
        kind=window.kind,
        rows=spooled.rows,
        rejects=spooled.rejects,
        proven=spooled.completeness is not None and spooled.completeness.proven,
        previous_sizes=list_good_sizes(programme.ledger, source, info.name, limit=20),
        limits=limits,
        released=_is_released(programme, spooled),
    )
    with _merging:
        if verdict.state is not WindowState.MERGED:
            record_window(
                programme.ledger, spooled, run=run, at=programme.now(), state=verdict.state,
                reason=verdict.reason, source=source, stream=info.name, entity=info.entity, detail=verdict.detail,
            )  # fmt: skip
            return StreamReport(
                source=source, stream=info.name, state=verdict.state, rows=spooled.rows, rejects=spooled.rejects,
                reason=verdict.reason, detail=verdict.detail,
            )  # fmt: skip
        merged = merge_window(
            programme.ledger, spooled, run=run, at=programme.now(), subject_keys=programme.identities.find_keys
        )
    return _report_merge(source, info, spooled, merged)


def _is_released(programme: Programme, spooled: Spooled) -> bool:
    """True where the PMO let in a window with exactly this content."""
    return any(
        (row.source, row.stream, row.fingerprint) == (spooled.source, spooled.stream, spooled.fingerprint)
        for row in released_windows(programme.ledger)
    )


def _report_merge(source: str, info: StreamInfo, spooled: Spooled, merged: MergeReport) -> StreamReport:
    return StreamReport(
        source=source,
        stream=info.name,
        state=merged.state,
        rows=spooled.rows,
        new=merged.new,
        changed=merged.changed,
        rejects=spooled.rejects,
        vanished=merged.vanished,
    )


def _state_of(error: Exception) -> WindowState:
    if isinstance(error, ContractError):
        return WindowState.SET_ASIDE
    return WindowState.INCOMPLETE if isinstance(error, IncompleteError) else WindowState.FAILED


def _fail(
    programme: Programme,
    run: int,
    report: SourceReport,
    stream: str,
    entity: str,
    error: Exception,
    progress: Progress | None,
) -> None:
    state = _state_of(error)
    reason = type(error).__name__
    detail = programme.redact(str(error) if isinstance(error, SlipwatchError) else f"{reason}: {error}")
    report.retry = report.retry or isinstance(error, TransientError)
    with _merging:
        record_window(
            programme.ledger, None, run=run, at=programme.now(), state=state, reason=reason,
            source=report.source, stream=stream, entity=entity, detail=detail,
        )  # fmt: skip
    failed = StreamReport(source=report.source, stream=stream, state=state, reason=reason, detail=detail)
    _tell(report, failed, progress)


def _tell(report: SourceReport, stream: StreamReport, progress: Progress | None) -> None:
    report.streams.append(stream)
    if progress is not None:
        progress(stream)
