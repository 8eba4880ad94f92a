"""Which real servers can be reached from here, and what a test says when one cannot.

Each is looked for at the address that its script in tests/servers/ uses, unless the environment names another. With
SLIPWATCH_REQUIRE_SERVERS=1 a missing server fails the test instead of skipping it.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests

from tests.servers.seed_redmine import Redmine

SEED_TRYTON = Path(__file__).parent / "servers" / "seed_tryton.py"
TRYTON_HOME = Path(os.environ.get("SLIPWATCH_SERVERS", Path.home() / ".slipwatch-servers")) / "tryton"


@dataclass(frozen=True)
class Tryton:
    """A real Tryton. `run` carries out acts of tests/servers/seed_tryton.py through Tryton's own client library."""

    url: str
    database: str
    user: str
    password: str
    python: str

    def run(self, *acts: dict[str, Any]) -> list[dict[str, Any]]:
        environment = {
            "PATH": os.environ["PATH"],
            "SLIPWATCH_TEST_TRYTON_URL": self.url,
            "SLIPWATCH_TEST_TRYTON_DB": self.database,
            "SLIPWATCH_TEST_TRYTON_USER": self.user,
            "SLIPWATCH_TEST_TRYTON_PASSWORD": self.password,
        }
        done = subprocess.run(
            [self.python, SEED_TRYTON], input=json.dumps(acts, default=str), env=environment, text=True,
            capture_output=True, timeout=120,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout)


@dataclass(frozen=True)
class Browser:
    """Headless Chromium, one process per picture, with a profile of its own under `profile`."""

    executable: str
    profile: Path

    def run(self, *arguments: str) -> str:
        fixed = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
        quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
        command = [self.executable, *fixed, *quiet, f"--user-data-dir={self.profile}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=90).stdout

    def take_screenshot(self, url: str, target: Path, *, width: int = 1280, height: int = 900) -> Path:
        """`target` as a PNG of the page after its scripts have had ten seconds of the page's own time."""
        self.run(f"--window-size={width},{height}", "--virtual-time-budget=10000", f"--screenshot={target}", url)
        return target

    def read_page(self, url: str) -> str:
        """The page's HTML as it stands after its scripts."""
        return self.run("--virtual-time-budget=10000", "--dump-dom", url)


@dataclass(frozen=True)
class Office:
    """LibreOffice without a window, with a profile of its own, and Poppler's tools that read what it prints."""

    executable: str
    profile: Path

    def print_files(self, folder: Path, *files: Path) -> list[Path]:
        """Each file as a PDF in `folder`, in one call."""
        fixed = [self.executable, f"-env:UserInstallation={self.profile.as_uri()}", "--headless", "--norestore"]
        command = [*fixed, "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)]
        subprocess.run(command, capture_output=True, text=True, check=True, timeout=240)
        return [folder / f"{file.stem}.pdf" for file in files]

    def read_words(self, pdf: Path) -> str:
        """Every word of a PDF with its rectangle, as Poppler's XHTML."""
        done = subprocess.run(
            ["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout

    def draw_pages(self, pdf: Path, *, dots_per_inch: int = 50) -> list[Path]:
        """Each page as a PNG beside the PDF."""
        stem = pdf.with_suffix("")
        command = ["pdftoppm", "-r", str(dots_per_inch), "-png", str(pdf), str(stem)]
        subprocess.run(command, capture_output=True, check=True, timeout=120)
        return sorted(pdf.parent.glob(f"{stem.name}-*.png"))


def report_missing(server: str, cure: str) -> None:
    text = f"no {server} to test against: {cure}"
    if os.environ.get("SLIPWATCH_REQUIRE_SERVERS") == "1":
        pytest.fail(text, pytrace=False)
    pytest.skip(text)


@cache
def find_postgres() -> str | None:
    url = os.environ.get("SLIPWATCH_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return None
    return url


@cache
def find_redmine() -> Redmine | None:
    url = os.environ.get("SLIPWATCH_TEST_REDMINE_URL", "http://127.0.0.1:8002")
    server = Redmine(url, os.environ.get("SLIPWATCH_TEST_REDMINE_KEY", "5e9717e15e9717e15e9717e15e9717e15e9717e1"))
    try:
        server.call("GET", "/users/current.json")
    except requests.RequestException:
        return None
    return server


@cache
def find_tryton() -> Tryton | None:
    server = Tryton(
        url=os.environ.get("SLIPWATCH_TEST_TRYTON_URL", "http://127.0.0.1:8001"),
        database=os.environ.get("SLIPWATCH_TEST_TRYTON_DB", "erp"),
        user=os.environ.get("SLIPWATCH_TEST_TRYTON_USER", "admin"),
        password=os.environ.get("SLIPWATCH_TEST_TRYTON_PASSWORD", "sentinel-tryton-password"),
        python=os.environ.get("SLIPWATCH_TEST_TRYTON_PYTHON", str(TRYTON_HOME / "venv" / "bin" / "python")),
    )
    login = {"id": 0, "method": "common.db.login", "params": [server.user, {"password": server.password}, "en"]}
    try:
        answer = requests.post(f"{server.url}/{server.database}/rpc/", json=login, timeout=10).json()
    except requests.RequestException:
        return None
    return server if answer.get("result") and shutil.which(server.python) else None


@cache
def find_browser() -> str | None:
    named = os.environ.get("SLIPWATCH_TEST_BROWSER")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome"]
    return next((path for name in names if (path := shutil.which(name))), None)


@cache
def find_office() -> str | None:
    """LibreOffice, where Poppler's tools are there too."""
    named = os.environ.get("SLIPWATCH_TEST_OFFICE")
    names = [named] if named else ["soffice", "libreoffice"]
    found = next((path for name in names if (path := shutil.which(name))), None)
    return found if all(map(shutil.which, ("pdftotext", "pdftoppm"))) else None
