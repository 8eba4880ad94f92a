"""Tells the sample programme: writes what each system showed, week by week, and lets the engine find what it finds."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import as_file, files
from pathlib import Path

from slipwatch.engine.baselines import approve_baseline
from slipwatch.engine.notify import deliver
from slipwatch.engine.reporting import write_report
from slipwatch.engine.run import RunReport, run_once
from slipwatch.engine.wiring import Programme, open_programme, skip_pause
from slipwatch.sample.programme import COMMITTEES, PARIS, POLLS, SEED, Poll, write_poll

APPROVALS: tuple[tuple[int, date, str], ...] = (
    (1, date(2025, 12, 18), "kick-off of the programme"),
    (2, date(2026, 5, 28), "go-live moved after the summer; decided by the steering committee"),
)
"""Number, day and reason of the two baselines that the steering committee approves."""

AUTHOR = "steering committee"

LastRun = Callable[[Path, Path, datetime], None]
"""Another way to run the last poll: configuration folder, home, instant."""


@dataclass
class Clock:
    """The clock of a replay: it stands until it is set."""

    moment: datetime

    def __call__(self) -> datetime:
        return self.moment

    def set(self, moment: datetime) -> None:
        self.moment = moment.astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class Week:
    """One poll as it was played. `report` is None where the poll was run elsewhere."""

    poll: Poll
    report: RunReport | None
    delivered: int


@dataclass(kw_only=True)
class Demo:
    """What was played and where everything is."""

    folder: Path
    weeks: list[Week] = field(default_factory=list)
    report: Path | None = None

    @property
    def config(self) -> Path:
        return self.folder / "config"

    @property
    def home(self) -> Path:
        return self.folder / "home"


def prepare_folder(folder: Path) -> Demo:
    """Empty the folder of an earlier demo and copy the configuration of the sample programme into it.

    Refuses (`FileExistsError`) a folder that holds anything else.
    """
    marker = folder / ".slipwatch-demo"
    if folder.exists() and any(folder.iterdir()) and not marker.exists():
        raise FileExistsError(f"{folder} is not empty and was not made by the demo")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    marker.write_text("made by slipwatch demo; removed and made again by the next one\n", encoding="utf-8")
    with as_file(files("slipwatch.sample") / "config") as source:
        shutil.copytree(source, folder / "config", ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    return Demo(folder=folder)


def play(
    folder: Path,
    *,
    environ: Mapping[str, str],
    seed: int = SEED,
    polls: int = len(POLLS),
    told: Callable[[Week], None] | None = None,
    last_run: LastRun | None = None,
) -> Demo:
    """Replay the first `polls` polls into `folder`; `told` hears of each week, `last_run` may carry the last one.

    Each poll sees only the files that had arrived by then. Messages that wait for a working day leave on it.
    """
    demo = prepare_folder(folder)
    clock = Clock(POLLS[0].at.astimezone(UTC))
    programme = open_programme(demo.config, environ=environ, now=clock, home=demo.home, sleep=skip_pause)
    try:
        for poll in POLLS[:polls]:
            write_poll(folder / "drop", poll.number, seed)
            _approve_due(programme, clock, poll)
            clock.set(poll.at)
            elsewhere = last_run is not None and poll is POLLS[polls - 1]
            week = _play_elsewhere(demo, poll, last_run) if elsewhere and last_run else _play(programme, clock, poll)
            demo.weeks.append(week)
            if told:
                told(week)
        demo.report = write_report(programme, at=clock())
    finally:
        programme.close()
    return demo


def _play(programme: Programme, clock: Clock, poll: Poll) -> Week:
    report = run_once(programme, kind="replay")
    delivered = report.delivered + _deliver_deferred(programme, clock, poll)
    return Week(poll=poll, report=report, delivered=delivered)


def _play_elsewhere(demo: Demo, poll: Poll, last_run: LastRun) -> Week:
    last_run(demo.config, demo.home, poll.at)
    return Week(poll=poll, report=None, delivered=0)


def _approve_due(programme: Programme, clock: Clock, poll: Poll) -> None:
    """The acts of the steering committee since the poll before."""
    before = poll.at.date() - timedelta(days=7 if poll.number > 1 else 365)
    for number, day, reason in APPROVALS:
        if before <= day < poll.at.date():
            clock.set(datetime.combine(day, time(18), tzinfo=PARIS))
            approve_baseline(programme, number, author=AUTHOR, reason=reason, effective_on=day)


def _deliver_deferred(programme: Programme, clock: Clock, poll: Poll) -> int:
    """Let the week pass: what was held back over a day off leaves on the next working day."""
    sent = 0
    for day in range(1, 7):
        clock.set(poll.at + timedelta(days=day))
        sent += deliver(programme).sent
    clock.set(poll.at)
    return sent


def next_committee(day: date) -> date | None:
    """The steering committee that comes after a day; None after the last one."""
    return next((meeting for meeting in COMMITTEES if meeting > day), None)
