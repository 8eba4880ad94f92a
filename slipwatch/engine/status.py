"""Whether the monitor itself is well: what a supervisor asks from outside. A silent monitor looks like good news."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from slipwatch.engine.retention import SPOOL, describe_archive
from slipwatch.engine.sources import describe_sources
from slipwatch.store.archive import SpoolSize, measure_spool
from slipwatch.store.outbox import oldest_pending
from slipwatch.store.runs import list_runs

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme

RUNS = ("run", "flow", "replay")
LONGEST_WAIT = timedelta(hours=1)
RUNS_SEARCHED = 200


@dataclass(frozen=True, kw_only=True)
class Status:
    """`problems` are sentences, empty when all is well; `last_good_run` is None where none ended yet; `archive` is the
    size of the raw archive, `archive_told` the same in words with what is deleted when."""

    last_good_run: datetime | None
    problems: tuple[str, ...]
    archive: SpoolSize
    archive_told: str

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_json(self) -> dict[str, object]:
        last = self.last_good_run.isoformat() if self.last_good_run else None
        oldest = self.archive.oldest.isoformat() if self.archive.oldest else None
        archive = {"windows": self.archive.windows, "bytes": self.archive.bytes, "oldest": oldest}
        return {"ok": self.ok, "last_good_run": last, "problems": list(self.problems), "archive": archive}


def summarise(programme: Programme, *, max_age: timedelta | None = None) -> Status:
    """Age of the last finished run, state of each source, and messages that wait. `max_age` limits the first."""
    last = _find_last_run(programme)
    problems = [*_judge_age(programme, last, max_age), *_list_sources(programme), *_judge_outbox(programme)]
    size = measure_spool(programme.home / SPOOL)
    told = describe_archive(programme, size)
    return Status(last_good_run=last, problems=tuple(problems), archive=size, archive_told=told)


def _find_last_run(programme: Programme) -> datetime | None:
    finished = [
        run.finished_at for run in list_runs(programme.ledger, RUNS_SEARCHED) if run.kind in RUNS and run.finished_at
    ]
    return max(finished, default=None)


def _judge_age(programme: Programme, last: datetime | None, max_age: timedelta | None) -> list[str]:
    if last is None:
        return ["no run has ended yet"]
    age = programme.now() - last
    if max_age is not None and age > max_age:
        return [f"the last run ended {age.total_seconds() / 3600:.1f} hours ago"]
    return []


def _list_sources(programme: Programme) -> list[str]:
    frame = describe_sources(programme, programme.now())
    troubled = frame[~frame["state"].eq("good")]
    return [
        f"source {key}: {str(state).replace('_', ' ')}{': ' + str(cause) if cause else ''}"
        for key, state, cause in zip(troubled["key"], troubled["state"], troubled["cause"], strict=True)
    ]


def _judge_outbox(programme: Programme) -> list[str]:
    oldest = oldest_pending(programme.ledger)
    if oldest is None or programme.now() - oldest <= LONGEST_WAIT:
        return []
    return [f"a message has been waiting since {oldest:%Y-%m-%d %H:%M} UTC"]
