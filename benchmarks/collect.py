"""Reads the one source of a programme into its ledger; prints what it took as JSON.

`python -m benchmarks.collect FOLDER INSTANT`
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import benchmarks.paged_connector  # noqa: F401 — loaded before the clock starts, as the bare loop loads `requests`
from benchmarks.programme import SOURCE
from slipwatch.engine.collect import collect_source
from slipwatch.engine.run import begin_run
from slipwatch.engine.wiring import open_programme


def collect(folder: Path, at: datetime) -> dict[str, Any]:
    """Read the source into the ledger of `folder`/home. `seconds` is from opening the source to the committed merge:
    starting Python and making an empty ledger are left out, as they are for what it is compared with."""
    programme = open_programme(folder / "config", environ={}, home=folder / "home", now=lambda: at)
    try:
        run = begin_run(programme, kind="benchmark").run
        started, used = time.perf_counter(), time.process_time()
        report = collect_source(programme, run, SOURCE)
        seconds, cpu = time.perf_counter() - started, time.process_time() - used
    finally:
        programme.close()
    (stream,) = report.streams
    if report.failed or stream.reason:
        raise RuntimeError(f"the source was not read: {stream.reason} {stream.detail}")
    return {"seconds": seconds, "cpu": cpu, "rows": stream.rows, "new": stream.new, "state": str(stream.state)}


if __name__ == "__main__":
    print(json.dumps(collect(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]).astimezone(UTC))))
