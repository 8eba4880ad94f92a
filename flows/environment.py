"""Environment of everything that Prefect runs here: one home, telemetry off, plain results. Imports no Prefect."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

HOST = "127.0.0.1"
START_SECONDS = 120

QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(START_SECONDS),
    "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
}


def build_environment(home: Path, *, port: int | None, environ: Mapping[str, str]) -> dict[str, str]:
    """Environment for processes that share a home. With a `port` they speak to the server there; without one Prefect
    starts a temporary server of its own on the same data."""
    chosen = {**environ, **QUIET, "SLIPWATCH_HOME": str(home), "PREFECT_HOME": str(home / "prefect")}
    if port is None:
        chosen["PREFECT_SERVER_ALLOW_EPHEMERAL_MODE"] = "true"
        chosen.pop("PREFECT_API_URL", None)
        return chosen
    api = f"http://{HOST}:{port}/api"
    return chosen | {"PREFECT_API_URL": api, "PREFECT_SERVER_UI_API_URL": api, "PREFECT_SERVER_API_HOST": HOST}
