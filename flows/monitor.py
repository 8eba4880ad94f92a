"""The monitor: read every source, judge, tell. One task per source and stage; all work is the engine's."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from prefect import flow, get_run_logger, runtime, task
from prefect.blocks.system import Secret
from prefect.cache_policies import NO_CACHE
from prefect.futures import wait
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from flows.artifacts import publish_collection, publish_programme
from slipwatch.cli.running import describe_stream
from slipwatch.engine.collect import SourceReport, collect_source
from slipwatch.engine.run import begin_run, choose_sources, hold_lease, judge_and_tell, resume_run
from slipwatch.engine.wiring import Programme, open_programme, skip_pause
from slipwatch.errors import TransientError

RETRIES = 2
RETRY_DELAY_SECONDS = [30.0, 120.0]
MOST_AT_ONCE = 4

ConfigFolder = Annotated[str, Field(description="Folder of the configuration")]
Sources = Annotated[list[str] | None, Field(description="Sources to read; empty reads all")]
Instant = Annotated[datetime | None, Field(description="Replays only: the instant to judge at")]


def read_block(name: str) -> str:
    """Value of a Prefect secret block; resolved inside the task that needs it, never a parameter."""
    return str(Secret.load(name).get())  # type: ignore[union-attr]  # — synchronous outside an event loop


def choose_clock(at: datetime | None) -> Callable[[], datetime]:
    """The machine's clock, or a fixed instant for a replay."""
    if at is None:
        return lambda: datetime.now(UTC)
    moment = at.astimezone(UTC)
    return lambda: moment


def open_here(config: str, at: datetime | None) -> Programme:
    pause = time.sleep if at is None else skip_pause
    return open_programme(Path(config), environ=os.environ, now=choose_clock(at), resolve_block=read_block, sleep=pause)


def is_worth_retrying(_task: Any, _run: Any, state: Any) -> bool:
    """Only what may heal by itself is read again; a wrong key would lock an account."""
    return isinstance(state.result(raise_on_failure=False), TransientError)


@task(
    name="read source",
    task_run_name="read {source}",
    retries=RETRIES,
    retry_delay_seconds=RETRY_DELAY_SECONDS,
    retry_condition_fn=is_worth_retrying,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def read_source(config: str, run: int, source: str, at: datetime | None) -> SourceReport:
    """Read one source into the ledger."""
    programme = open_here(config, at)
    try:
        report = collect_source(
            programme, run, source, progress=lambda stream: get_run_logger().info(describe_stream(stream))
        )
    finally:
        programme.close()
    publish_collection(report)
    if report.retry and runtime.task_run.run_count <= RETRIES:
        raise TransientError("worth another try", subject=source)
    return report


@task(name="judge and tell", task_run_name="judge and tell", cache_policy=NO_CACHE, persist_result=False)
def judge(config: str, run: int, reports: list[SourceReport], at: datetime | None) -> dict[str, object]:
    """Judge what is in the ledger, write alerts and messages, send what is due, show the PMO everything."""
    programme = open_here(config, at)
    try:
        report = resume_run(programme, run, reports)
        judge_and_tell(programme, report)
        publish_programme(programme, report)
        return report.as_json()
    finally:
        programme.close()


def name_run() -> str:
    """A name that a PMO can read: programme folder and local hour."""
    parameters = runtime.flow_run.parameters
    at = parameters.get("at") or runtime.flow_run.scheduled_start_time
    return f"monitor {Path(parameters.get('config', 'config')).resolve().parent.name} {at:%a %d %b %Y %H:%M}"


@flow(
    name="monitor",
    flow_run_name=name_run,
    task_runner=ThreadPoolTaskRunner(max_workers=MOST_AT_ONCE),  # type: ignore[arg-type]  # — generic in its future type
    persist_result=False,
    validate_parameters=True,
)
def monitor(config: ConfigFolder = "config", only: Sources = None, at: Instant = None) -> dict[str, object]:
    """Read every source, judge dates, scope, budget and supplier promises, and tell the PMO what changed."""
    programme = open_here(config, at)
    try:
        with hold_lease(programme):
            started = begin_run(programme, kind="flow")
            futures = [
                read_source.with_options(tags=[source]).submit(config, started.run, source, at)
                for source in choose_sources(programme, only)
            ]
            wait(futures)
            reports: list[Any] = [future.result(raise_on_failure=False) for future in futures]
            good = [report for report in reports if isinstance(report, SourceReport)]
            return judge(config, started.run, good, at)
    finally:
        programme.close()
