"""Server, worker and schedules with one command: `slipwatch up`, or `python -m flows.up --config config`.

Everything binds to loopback, keeps its data under the programme's home and ends with this process.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests

from flows.environment import HOST, START_SECONDS, build_environment
from slipwatch.engine.wiring import find_home
from slipwatch.errors import ConfigError, TransientError
from slipwatch.settings import load_settings

PORT = 4200
POOL = "slipwatch"
PREFECT_FILE = "prefect.yaml"
STOP_SECONDS = 15


def call_prefect(*words: str) -> list[str]:
    return [sys.executable, "-m", "prefect", "--no-prompt", *words]


@contextmanager
def run_beside(command: Sequence[str], *, environ: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that lives as long as the block; its output goes to a file, its end is asked for by its id."""
    with log.open("ab") as output:
        process = subprocess.Popen(list(command), env=dict(environ), stdout=output, stderr=output)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for_server(server: subprocess.Popen[bytes], *, port: int, log: Path) -> None:
    """Wait until the server answers. Raises `TransientError` with the log when it ends or does not come up."""
    for _ in range(START_SECONDS * 2):
        if server.poll() is not None:
            break
        try:
            if requests.get(f"http://{HOST}:{port}/api/health", timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.5)
    raise TransientError("the Prefect server did not start", subject=f"port {port}", cure=f"see {log}")


def deploy(prefect_file: Path, *, environ: Mapping[str, str]) -> None:
    """Make the work pool and apply every deployment of `prefect.yaml`. Raises `ConfigError` with Prefect's words."""
    steps = (
        call_prefect("work-pool", "create", POOL, "--type", "process", "--overwrite"),
        call_prefect("deploy", "--all", "--prefect-file", str(prefect_file)),
    )
    for step in steps:
        done = subprocess.run(step, env=dict(environ), capture_output=True, text=True, check=False)
        if done.returncode:
            raise ConfigError(done.stdout[-2000:] + done.stderr[-2000:], subject=str(prefect_file))


def stay_up(config: Path, prefect_file: Path, *, port: int, home: Path | None, say: Callable[[str], None]) -> None:
    """Run until interrupted. Raises `ConfigError`, `TransientError`."""
    settings = load_settings(config, os.environ)
    place = find_home(settings, config, os.environ, home)
    logs = place / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    environ = build_environment(place, port=port, environ=os.environ) | {"SLIPWATCH_CONFIG": str(config.resolve())}
    with ExitStack() as running:
        log = logs / "server.log"
        server = running.enter_context(
            run_beside(call_prefect("server", "start", "--host", HOST, "--port", str(port)), environ=environ, log=log)
        )
        wait_for_server(server, port=port, log=log)
        deploy(prefect_file, environ=environ)
        running.enter_context(
            run_beside(call_prefect("worker", "start", "--pool", POOL), environ=environ, log=logs / "worker.log")
        )
        say(f"Prefect UI: http://{HOST}:{port}   data: {place}   stop with Ctrl-C")
        server.wait()


def find_prefect_file(named: Path | None) -> Path:
    """The deployments to apply: the file that was named, that of this folder, else the one that came with the package.

    Raises `ConfigError` where a named file is missing.
    """
    packaged = Path(__file__).parent
    for path in (named,) if named else (Path(PREFECT_FILE), packaged / PREFECT_FILE, packaged.parent / PREFECT_FILE):
        if path.is_file():
            return path.resolve()
    raise ConfigError("there is no such file", subject=str(named or PREFECT_FILE), cure="name one by --prefect-file")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 after an interruption, 2 for a wrong configuration, 3 when the server does not start."""
    parser = argparse.ArgumentParser(prog="slipwatch up", description="Start Prefect server, worker and schedules.")
    parser.add_argument("--config", type=Path, default=Path("config"), help="folder of the configuration")
    parser.add_argument("--home", type=Path, default=None, help="folder of ledger, reports and Prefect's data")
    parser.add_argument("--port", type=int, default=PORT, help="port of the Prefect UI on this machine")
    parser.add_argument("--prefect-file", type=Path, default=None, help="deployments to apply")
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        stay_up(chosen.config, find_prefect_file(chosen.prefect_file), port=chosen.port, home=chosen.home, say=_say)
    except KeyboardInterrupt:
        return 0
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except TransientError as error:
        sys.stderr.write(f"{error}\n")
        return 3
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
