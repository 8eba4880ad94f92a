"""`run`, `up`, `doctor`, `report`: what does the work."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from slipwatch.cli.call import Call
from slipwatch.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slipwatch.engine.collect import StreamReport
    from slipwatch.engine.run import RunReport

SERVING = "flows.up"
"""Looked up by name: the kernel never imports flows, and the wheel without Prefect must still show its help."""


def run_once(call: Call) -> int:
    """Read, judge and tell once. Exit code 3 when a source failed, else 4 when a message could not be delivered."""
    from slipwatch.engine.run import run_once as run

    with call.open_programme() as programme, _show_progress(call, "Reading sources") as progress:
        report = run(programme, only=call.get("only"), progress=progress)
    if call.get("json"):
        call.console.show_json(report.as_json())
    else:
        _show_run(call, report)
    if report.failed_sources:
        return 3
    return 4 if report.delivery_problems else 0


@contextmanager
def _show_progress(call: Call, title: str) -> Iterator[Callable[[StreamReport], None]]:
    """A line per stream as it is done; a spinner beside it where somebody watches."""
    with call.console.watch(title):
        yield lambda stream: call.console.note(describe_stream(stream))


def describe_stream(stream: StreamReport) -> str:
    """One line: source, stream, state, and the figures that are not zero."""
    counts = ("new", "changed", "rejects", "vanished")
    figures = [f"{stream.rows} rows"] if stream.rows else []
    figures += [f"{getattr(stream, name)} {name}" for name in counts if getattr(stream, name)]
    why = stream.detail or stream.reason
    parts = [f"{stream.source} {stream.stream}".rstrip(), str(stream.state).replace("_", " "), ", ".join(figures), why]
    return ": ".join(part for part in parts if part)


def _show_run(call: Call, report: RunReport) -> None:
    facts = report.as_json()
    call.console.say(f"Run {report.run}: {len(report.sources)} sources read, {len(report.failed_sources)} failed.")
    changes = facts.get("changes") or {}
    assert isinstance(changes, dict)  # noqa: S101 — the shape that `Told.as_json` promises
    told = ", ".join(f"{count} {change}" for change, count in changes.items()) or "nothing changed"
    call.console.say(f"{facts['findings']} findings: {told}.")
    call.console.say(f"{report.delivered} messages sent, {report.undelivered} waiting.")
    for problem in report.delivery_problems:
        call.console.note(problem)


def remap(call: Call) -> int:
    """Put a source right from its raw archive. Exit code 3 when a stream stayed as it was."""
    from slipwatch.engine.remap import remap_source

    with call.open_programme() as programme, call.console.watch("Reading the raw archive"):
        report = remap_source(programme, call.get("source"), author=call.author, reason=call.get("reason"))
    if call.get("json"):
        call.console.show_json(report.as_json())
    else:
        columns = ("stream", "windows", "records", "changed", "readable again", "set aside", "archives gone", "failed")
        call.console.show_table(columns, [list(asdict(stream).values()) for stream in report.streams])
    return 3 if report.failed else 0


def start_server(call: Call) -> int:
    """Start Prefect's server, a worker and the schedules; ends with Ctrl+C."""
    arguments = ["--config", str(call.config), "--port", str(call.get("port"))]
    if call.home is not None:
        arguments += ["--home", str(call.home)]
    if call.get("prefect_file"):
        arguments += ["--prefect-file", call.get("prefect_file")]
    try:
        serving = import_module(SERVING)
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"{error.name} is not installed", subject="slipwatch up", cure="install slipwatch with all its packages"
        ) from error
    code: int = serving.main(arguments)
    return code


def write_report(call: Call) -> None:
    """Write the status report and say where it is."""
    from slipwatch.engine.reporting import write_report as write

    output = Path(call.get("output")).absolute() if call.get("output") else None
    with call.open_programme() as programme:
        path = write(programme, language=call.get("language"), output=output)
    if call.get("json"):
        call.console.show_json({"report": str(path)})
    else:
        call.console.say(path)


def examine(call: Call) -> int:
    """Check everything without running it; exit code 1 when something must be corrected."""
    from slipwatch.engine.doctor import examine as look
    from slipwatch.engine.wiring import read_clock

    report = look(
        call.config,
        environ=call.environ,
        home=call.home,
        now=call.now or read_clock,
        offline=bool(call.get("offline")),
    )
    if call.get("json"):
        call.console.show_json(report.as_json())
        return 0 if report.ok else 1
    for finding in report.findings:
        call.console.say(f"{'well ' if finding.ok else 'WRONG'}  {finding.area}: {finding.text}")
    call.console.say("All is well." if report.ok else "Correct what is marked WRONG.")
    return 0 if report.ok else 1
