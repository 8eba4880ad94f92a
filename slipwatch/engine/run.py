"""One run: collect, assess, tell. `slipwatch run` and the Prefect flow do the same work through these functions."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from slipwatch.engine.assess import Judgement, assess, choose_thresholds, list_checks
from slipwatch.engine.baselines import freeze_due_scopes
from slipwatch.engine.collect import SourceReport, StreamReport, collect_sources
from slipwatch.engine.notify import Told, deliver, tell
from slipwatch.engine.retention import prune_archive
from slipwatch.errors import LeaseError
from slipwatch.store.runs import finish_run, give_back, renew, start_run, take_lease

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme
    from slipwatch.store.runs import Lease

LEASE = "run"
LEASE_SECONDS = 120
RENEW_SECONDS = 30


@dataclass(kw_only=True)
class RunReport:
    """What one run did. `delivered` and `undelivered` count messages of this and of earlier runs."""

    run: int
    at: datetime
    sources: list[SourceReport] = field(default_factory=list)
    judgement: Judgement | None = None
    told: Told | None = None
    delivered: int = 0
    undelivered: int = 0
    delivery_problems: tuple[str, ...] = ()

    @property
    def failed_sources(self) -> list[str]:
        return [report.source for report in self.sources if report.failed]

    def as_json(self) -> dict[str, object]:
        """The report as plain values, small enough for a Prefect result."""
        told = self.told.as_json() if self.told else {}
        return {
            "run": self.run,
            "at": self.at.isoformat(),
            "sources": [report.as_json() for report in self.sources],
            "failed_sources": self.failed_sources,
            "findings": sum(len(assessment.findings) for assessment in self.judgement.assessments)
            if self.judgement
            else 0,
            "delivered": self.delivered,
            "undelivered": self.undelivered,
            "delivery_problems": list(self.delivery_problems),
            **told,
        }


def run_once(
    programme: Programme,
    *,
    only: Iterable[str] | None = None,
    progress: Callable[[StreamReport], None] | None = None,
    kind: str = "run",
    lease_seconds: int = LEASE_SECONDS,
) -> RunReport:
    """Collect, assess and tell once. Raises `LeaseError` while another run holds the programme."""
    with hold_lease(programme, seconds=lease_seconds):
        report = begin_run(programme, kind=kind)
        report.sources = collect_sources(programme, report.run, choose_sources(programme, only), progress=progress)
        judge_and_tell(programme, report)
    return report


def choose_sources(programme: Programme, only: Iterable[str] | None) -> list[str]:
    """Configured source keys, or those of `only`. Raises `ConfigError` for an unknown one."""
    from slipwatch.errors import ConfigError

    known = list(programme.settings.sources)
    chosen = list(only) if only else known
    for key in chosen:
        if key not in known:
            raise ConfigError("no such source", subject=key, cure=f"configured: {', '.join(known)}")
    return chosen


def begin_run(programme: Programme, *, kind: str) -> RunReport:
    """Register a run with the configuration in force. Raises `ConfigError` for wrong thresholds, before anything is
    read."""
    for check in list_checks(programme):
        choose_thresholds(programme, check)
    at = programme.now()
    run = start_run(programme.ledger, kind=kind, at=at, configuration=programme.settings.texts)
    return RunReport(run=run, at=at)


def resume_run(programme: Programme, run: int, reports: Iterable[SourceReport]) -> RunReport:
    """The report of a run that was begun elsewhere, with the sources that were read since."""
    return RunReport(run=run, at=programme.now(), sources=list(reports))


def judge_and_tell(programme: Programme, report: RunReport) -> None:
    """Second half of a run: freeze due scopes, judge, write alerts and messages in one transaction, then send;
    at last the raw archive, within the limits of the PMO.

    Judged as of now, after the last read: a source that failed a minute ago is a fact of this run.
    """
    report.at = programme.now()
    freeze_due_scopes(programme, report.at)
    report.judgement = assess(programme, report.at)
    report.told = tell(programme, report.run, report.at, report.judgement)
    delivery = deliver(programme)
    report.delivered, report.undelivered = delivery.sent, delivery.waiting
    report.delivery_problems = delivery.problems
    state = "partial" if report.failed_sources else "done"
    finish_run(programme.ledger, report.run, at=programme.now(), state=state, summary=report.as_json())
    prune_archive(programme, report.run)


@contextmanager
def hold_lease(programme: Programme, *, seconds: int = LEASE_SECONDS) -> Iterator[Lease]:
    """Hold the programme for one run; renewed while it lasts, free again at the latest `seconds` after a crash."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
    lease = take_lease(programme.ledger, LEASE, owner=owner, now=programme.now(), seconds=seconds)
    done = threading.Event()
    keeper = threading.Thread(target=_keep, args=(programme, lease, seconds, done), name="slipwatch-lease", daemon=True)
    keeper.start()
    programme.lease = lease
    try:
        yield lease
    finally:
        programme.lease = None
        done.set()
        keeper.join()
        give_back(programme.ledger, lease)


def _keep(programme: Programme, lease: Lease, seconds: int, done: threading.Event) -> None:
    while not done.wait(min(RENEW_SECONDS, max(1, seconds // 3))):
        with suppress(LeaseError):  # taken over while this machine slept: the run finds out before it writes
            renew(programme.ledger, lease, now=programme.now(), seconds=seconds)
