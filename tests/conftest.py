"""What every test may ask for: real servers where there are any, a mail server always, and a machine left as it was."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import uuid
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import hypothesis
import psycopg
import pytest
from psycopg import sql

from tests.servers_available import (
    Browser,
    Office,
    find_browser,
    find_office,
    find_postgres,
    find_redmine,
    find_tryton,
    report_missing,
)

# Before anything imports Prefect: nothing is sent home, and neither ledger nor Prefect database of the user is touched.
HOME = tempfile.mkdtemp(prefix="slipwatch-test-")
os.environ |= {
    "SLIPWATCH_HOME": f"{HOME}/slipwatch",
    "PREFECT_HOME": f"{HOME}/prefect",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "GX_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}
hypothesis.settings.register_profile("slipwatch", deadline=None)  # no test fails for being slow on a busy machine
hypothesis.settings.load_profile("slipwatch")

MARK_BY_FIXTURE = {
    "postgres_url": "postgres",
    "redmine": "redmine",
    "redmine_project": "redmine",
    "tryton": "tryton",
    "mail_server": "smtp",
    "browser": "browser",
    "office": "office",
}


ONE_WRITER = ("redmine", "tryton")
"""Servers that keep data and logins in one file: their tests run on one worker, one after the other."""


def pytest_collection_modifyitems(items):
    for item in items:
        for fixture, mark in MARK_BY_FIXTURE.items():
            if fixture in item.fixturenames:
                item.add_marker(mark)
        for group in find_groups(item):
            item.add_marker(pytest.mark.xdist_group(group))


def find_groups(item):
    """Names that make tests share a worker; a group stated in the test itself stays the only one."""
    if item.get_closest_marker("xdist_group"):
        return []
    if "/tests/flows/" in item.path.as_posix():  # one worker, so that Prefect's local server starts once
        return ["prefect"]
    return ["systems"] if any(map(item.get_closest_marker, ONE_WRITER)) else []


def pytest_terminal_summary(terminalreporter):
    """One line for each reason why tests did not run, above the closing line."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"Not run here: {count} test{'s' * (count > 1)}, {reason}")


def pytest_unconfigure():
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def loopback_only():
    """A test that would reach another machine fails instead."""
    connect = socket.socket.connect

    def connect_here(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise ConnectionRefusedError(f"tests stay on this machine; {address[0]} is another")
        return connect(self, address)

    socket.socket.connect = connect_here
    yield
    socket.socket.connect = connect


@pytest.fixture(scope="module")
def postgres_url():
    """The address of an empty PostgreSQL database, dropped after the module."""
    server = find_postgres()
    if not server:
        report_missing("PostgreSQL", "start one and name it in SLIPWATCH_TEST_POSTGRES_URL")
    name = f"slipwatch_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield server.rsplit("/", 1)[0] + "/" + name
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def redmine():
    """A real Redmine, with the calls that fill it (tests.servers.seed_redmine.Redmine)."""
    return find_redmine() or report_missing("Redmine", "tests/servers/redmine.sh up starts one")


@pytest.fixture
def redmine_project(redmine):
    """The identifier of an empty Redmine project, deleted after the test."""
    identifier = f"test-{uuid.uuid4().hex[:12]}"
    redmine.create_project(identifier, f"Test {identifier}")
    yield identifier
    redmine.delete_project(identifier)


@pytest.fixture(scope="session")
def tryton():
    """A real Tryton with one company, two suppliers and two products (tests.servers_available.Tryton).

    Other tests' orders may be in it: choose references of your own.
    """
    return find_tryton() or report_missing("Tryton", "tests/servers/tryton.sh up starts one")


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Headless Chromium (tests.servers_available.Browser)."""
    executable = find_browser()
    if not executable:
        report_missing("Chromium", "install it, or name it in SLIPWATCH_TEST_BROWSER")
    return Browser(executable, tmp_path_factory.mktemp("chromium"))


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    """LibreOffice and Poppler's tools (tests.servers_available.Office)."""
    executable = find_office()
    if not executable:
        report_missing(
            "LibreOffice", "install libreoffice-calc, libreoffice-impress, libreoffice-writer and poppler-utils"
        )
    return Office(executable, tmp_path_factory.mktemp("libreoffice"))


@dataclass
class MailServer:
    """A mail server in a process of its own. `refused...@` is answered 550, `busy...@` 451; the rest is kept."""

    host: str
    port: int
    folder: Path
    process: subprocess.Popen

    def read_messages(self) -> list[EmailMessage]:
        """All kept so far, oldest first."""
        paths = sorted(self.folder.glob("*.eml"))
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]

    def read_envelopes(self) -> list[dict]:
        """Per kept message, oldest first: from, to (a list), size_bytes."""
        return [json.loads(path.read_text()) for path in sorted(self.folder.glob("*.json"))]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)


@pytest.fixture
def mail_server(tmp_path):
    """A real SMTP server on a free port (MailServer), ended after the test."""
    script = Path(__file__).parent / "servers" / "smtp_sink.py"
    folder = tmp_path / "mailbox"
    process = subprocess.Popen([sys.executable, script, "--folder", folder], stdout=subprocess.PIPE, text=True)
    with process.stdout:
        address = json.loads(process.stdout.readline())
        server = MailServer(address["host"], address["port"], folder, process)
        yield server
        server.stop()
