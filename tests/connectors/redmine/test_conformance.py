"""Redmine passes the suite that every connector passes."""

import pytest

from connectors.redmine import RedmineConnector
from slipwatch.testing.fault_server import FaultServer
from slipwatch.testing.harness import Harness
from slipwatch.testing.http_conformance import HttpConformance
from tests.connectors.redmine.double import (
    KEY,
    RedmineDouble,
    build_issue,
    build_journal,
    build_project,
    build_relation,
    build_version,
)


def build_double():
    double = RedmineDouble(
        projects=[
            build_project(1, "line-7"),
            build_project(2, "erp", public=False),
            build_project(3, "wiki", modules=("wiki",)),
            build_project(4, "old", status=5),
        ],
        versions=[
            build_version(1, 1, "M1", "2026-05-04"),
            build_version(2, 2, "M2", None, status="closed"),
            build_version(3, 2, "Shared", "2026-06-01", sharing="system"),
        ],
        issues=[build_issue(number, 1 + number % 2) for number in range(1, 5)],
        relations=[build_relation(1, 1, 2), build_relation(2, 3, 1, "blocks")],
    )
    double.issues[0]["journals"] = [build_journal(1, "2026-03-01T11:00:00Z", ("due_date", "2026-03-20", "2026-04-01"))]
    return double


class TestRedmine(HttpConformance):
    @pytest.fixture
    def harness(self, tmp_path):
        with FaultServer(build_double()) as server:
            harness = Harness(
                connector=RedmineConnector,
                options={"address": server.url, "key": "env:REDMINE_KEY"},
                secrets={"env:REDMINE_KEY": KEY},
                server=server,
                folder=tmp_path,
            )
            server.now = harness.clock.now
            yield harness
