"""Takes the pictures of the docs anew, from a demo that really runs.

    python -m tools.pictures [--demo FOLDER] [--port 4310] [--only NAME ...]

Plays 21 of the 26 weeks of the sample programme (three days before its committee), starts `slipwatch up` on the result,
photographs report, mail and Prefect UI in headless Chromium and writes docs/pictures/*.png. `--demo` takes a demo that
was played before. Needs Chromium; reads and writes nothing outside this machine.
"""

import argparse
import html
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path

import requests
from PIL import Image

from tests.servers_available import Browser, find_browser

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
SLIPWATCH = [sys.executable, "-m", "slipwatch"]
WEEKS = 21
FIRST_PROOF = "2026-04-13"
MOST_BYTES = 300_000
COLOURS = 256
WAIT_MS = 60_000
"""Of the page's own time: the graph of a run is drawn last."""

MARGIN = 150
"""Pixels below the picture that the browser may leave undrawn."""

START_SECONDS = 180

ENVELOPE = """<!DOCTYPE html><meta charset="utf-8"><body style="margin:0;background:#eef1f6">
<table style="margin:0;padding:14px 24px;width:100%;background:#fff;border-bottom:1px solid #d5dbe3;
font:14px 'DejaVu Sans',sans-serif;color:#1d2733">{rows}</table>{body}</body>"""
LINE = '<tr><td style="color:#66727f;width:90px">{name}</td><td>{value}</td></tr>'

Shoot = Callable[..., None]


def play_demo(folder: Path) -> None:
    subprocess.run([*SLIPWATCH, "demo", "--weeks", str(WEEKS), "--folder", str(folder)], check=True, cwd=ROOT)


def shoot_report(shoot: Shoot, demo: Path) -> None:
    """The portfolio, and the page of the project that slips most, each as it stands in the file."""
    page = (demo / "home" / "reports" / "latest.html").read_text(encoding="utf-8")
    shoot("report-portfolio", write_page(demo, "portfolio", page), width=1180, height=1130)
    alone = "<style>.page:not(#project-erp-core), header, nav, body > :not(main) { display: none }</style></head>"
    shoot("report-project", write_page(demo, "project", page.replace("</head>", alone, 1)), width=1180, height=1390)


def shoot_mail(shoot: Shoot, demo: Path) -> None:
    """The message of the first proof, with its envelope above as a mail program shows it."""
    (path,) = (demo / "home" / "mails").glob(f"{FIRST_PROOF}*.eml")
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    rows = "".join(
        LINE.format(name=name, value=html.escape(str(message[name]))) for name in ("From", "To", "Date", "Subject")
    )
    body = message.get_body(("html",)).get_content()
    shoot("mail", write_page(demo, "mail", ENVELOPE.format(rows=rows, body=body)), width=760, height=1130)


def shoot_prefect(shoot: Shoot, url: str) -> None:
    """Portfolio and project page, the run, and the deployment with its description and its next runs.

    Two of them in Prefect's first UI: there the labels of a run are legible without a graphics card.
    """
    artifacts = {artifact["key"]: artifact["latest_id"] for artifact in ask(url, "artifacts/latest/filter")}
    (run,) = (run for run in ask(url, "flow_runs/filter") if run["state_type"] == "COMPLETED")
    (deployment,) = ask(url, "deployments/filter")
    shoot("prefect-portfolio", f"{url}/v2/artifacts/artifact/{artifacts['portfolio']}", width=1500, height=800)
    shoot("prefect-project", f"{url}/artifacts/artifact/{artifacts['project-erp-core']}", width=1400, height=1320)
    shoot("prefect-run", f"{url}/runs/flow-run/{run['id']}", width=1280, height=860)
    home = f"{url}/v2/deployments/deployment/{deployment['id']}"
    shoot("prefect-deployment", f"{home}?tab=Description", width=1280, height=700)
    shoot("prefect-next-runs", f"{home}?tab=Upcoming", width=1280, height=640)


def ask(url: str, what: str) -> list[dict]:
    answer = requests.post(f"{url}/api/{what}", json={}, timeout=30)
    answer.raise_for_status()
    return answer.json()


def write_page(demo: Path, name: str, text: str) -> str:
    path = demo / "home" / f"picture-{name}.html"
    path.write_text(text, encoding="utf-8")
    return path.as_uri()


@contextmanager
def serve(demo: Path, port: int) -> Iterator[str]:
    """`slipwatch up` on a demo's home, ended by its own process id."""
    command = [*SLIPWATCH, "up", "--config", demo / "config", "--home", demo / "home", "--port", str(port)]
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True)
    try:
        if "Prefect UI" not in process.stdout.readline():
            raise SystemExit("`slipwatch up` did not start")
        wait_for_schedule(url)
        yield url
    finally:
        process.send_signal(signal.SIGTERM if os.name != "nt" else signal.CTRL_BREAK_EVENT)
        process.wait(60)


def wait_for_schedule(url: str) -> None:
    """Until the scheduler has planned the next runs."""
    for _ in range(START_SECONDS):
        if any(run["state_type"] == "SCHEDULED" for run in ask(url, "flow_runs/filter")):
            return
        time.sleep(1)
    raise SystemExit("no run was scheduled")


def build_camera(browser: Browser, only: list[str]) -> Shoot:
    """A function that takes one picture and makes it small enough for a repository."""

    def shoot(name: str, url: str, *, width: int, height: int) -> None:
        if only and name not in only:
            return
        path = PICTURES / f"{name}.png"
        size = f"--window-size={width},{height + MARGIN}"
        browser.run(size, f"--virtual-time-budget={WAIT_MS}", f"--screenshot={path}", url)
        full = Image.open(path).convert("RGB").crop((0, 0, width, height))
        full.quantize(COLOURS, kmeans=5, dither=Image.Dither.NONE).save(path, optimize=True)
        weight = path.stat().st_size
        print(f"{path.relative_to(ROOT)}  {weight / 1000:.0f} kB")
        if weight > MOST_BYTES:
            raise SystemExit(f"{path.name} is larger than {MOST_BYTES / 1000:.0f} kB")

    return shoot


def main() -> None:
    parser = argparse.ArgumentParser(description="Take the pictures of the docs anew.")
    parser.add_argument("--demo", type=Path, help="folder of a demo that was played before")
    parser.add_argument("--port", type=int, default=4310, help="port of the Prefect UI while pictures are taken")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="pictures to take; all by default")
    chosen = parser.parse_args()
    executable = find_browser()
    if executable is None:
        raise SystemExit("no Chromium: install it, or name it in SLIPWATCH_TEST_BROWSER")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="slipwatch-pictures-") as scratch:
        demo = (chosen.demo or Path(scratch) / "confluence").resolve()
        if chosen.demo is None:
            play_demo(demo)
        shoot = build_camera(Browser(executable, Path(scratch) / "chromium"), chosen.only)
        shoot_report(shoot, demo)
        shoot_mail(shoot, demo)
        with serve(demo, chosen.port) as url:
            shoot_prefect(shoot, url)


if __name__ == "__main__":
    main()
