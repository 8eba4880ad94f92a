"""One Prefect server, worker and schedule for all tests of flows, as `slipwatch up` starts them."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from slipwatch.sample.demo import play
from slipwatch.sample.programme import POLLS, write_poll

WAIT_SECONDS = 240
PLAYED = 4


@dataclass
class Up:
    """A running `slipwatch up` on the sample programme, played up to and including its fourth poll."""

    port: int
    folder: Path
    process: subprocess.Popen
    environ: dict

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path, **body):
        answer = requests.post(f"{self.url}/api/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def find_deployment(self, name="monitor"):
        return next(one for one in self.ask("deployments/filter") if one["name"] == name)

    def run(self, **parameters):
        """Run the deployment through the worker and return the finished flow run."""
        deployment = self.find_deployment()
        given = deployment["parameters"] | parameters
        run = self.ask(f"deployments/{deployment['id']}/create_flow_run", parameters=given)
        for _ in range(WAIT_SECONDS):
            run = requests.get(f"{self.url}/api/flow_runs/{run['id']}", timeout=30).json()
            if run["state"]["type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}:
                return run
            time.sleep(1)
        raise TimeoutError(run["state"])

    def list_tasks(self, run):
        return self.ask("task_runs/filter", flow_runs={"id": {"any_": [run["id"]]}})

    def list_artifacts(self):
        return {one["key"]: one for one in self.ask("artifacts/latest/filter")}


def find_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def up(tmp_path_factory):
    folder = tmp_path_factory.mktemp("up") / "demo"
    play(folder, environ={}, polls=PLAYED)
    port = find_port()
    command = [Path(sys.executable).parent / "slipwatch", "--config", folder / "config", "--home", folder / "home"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SLIPWATCH_", "PREFECT_"))}
    with (folder / "up.log").open("wb") as log:
        process = subprocess.Popen(
            [*map(str, command), "up", "--port", str(port)], env=environ, stdout=log, stderr=log, cwd=folder
        )
    try:
        wait_until_up(process, folder / "up.log")
        yield Up(port=port, folder=folder, process=process, environ=environ)
    finally:
        process.terminate()
        process.wait(60)


def wait_until_up(process, log):
    for _ in range(WAIT_SECONDS * 2):
        said = log.read_text()
        if "Prefect UI" in said:
            return
        if process.poll() is not None:
            break
        time.sleep(0.5)
    pytest.fail(f"slipwatch up did not come up: {log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def fifth_poll(up):
    """The run of the fifth poll, through deployment and worker."""
    write_poll(up.folder / "drop", PLAYED + 1)
    return up.run(at=POLLS[PLAYED].at.isoformat())
