"""One run of the monitor at a given instant, on a temporary Prefect server: `python -m flows.replay --config … --at …`.

The demo plays its last poll with it, so that `slipwatch up` shows a run on the same data.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from flows.environment import build_environment


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 when the run is done; a fault of the flow ends with its own traceback."""
    parser = argparse.ArgumentParser(prog="flows.replay", description="Run the monitor once at a given instant.")
    parser.add_argument("--config", required=True, help="folder of the configuration")
    parser.add_argument("--home", type=Path, required=True, help="folder of ledger, reports and Prefect's data")
    parser.add_argument("--at", type=datetime.fromisoformat, required=True, help="instant to judge at, with its zone")
    chosen = parser.parse_args(arguments)
    os.environ.update(build_environment(chosen.home.resolve(), port=None, environ=os.environ))
    from flows.monitor import monitor

    monitor(config=chosen.config, at=chosen.at)
    return 0


if __name__ == "__main__":
    sys.exit(main())
