"""Database views pass the suite that every connector passes."""

import sqlite3
from contextlib import closing

import pytest

from connectors.sql_view import SqlViewConnector
from slipwatch.testing.conformance import ConnectorConformance
from slipwatch.testing.harness import Harness
from tests.connectors.sql_view.views import NOW, OPTIONS, fill_postgres, fill_sqlite


class TestSqlite(ConnectorConformance):
    @pytest.fixture
    def harness(self, tmp_path):
        fill_sqlite(tmp_path / "wms.sqlite")
        return Harness(connector=SqlViewConnector, options=OPTIONS, folder=tmp_path, now=NOW)


class TestPages(ConnectorConformance):
    @pytest.fixture
    def harness(self, tmp_path):
        fill_sqlite(tmp_path / "wms.sqlite")
        streams = [stream | {"paged": True} for stream in OPTIONS["streams"]]
        return Harness(connector=SqlViewConnector, options=OPTIONS | {"streams": streams}, folder=tmp_path, now=NOW)


class TestPostgresql(ConnectorConformance):
    @pytest.fixture
    def harness(self, tmp_path, postgres_url):
        fill_postgres(postgres_url)
        options = {"url": "env:WMS_URL"} | {name: value for name, value in OPTIONS.items() if name != "sqlite"}
        secrets = {"env:WMS_URL": postgres_url}
        return Harness(connector=SqlViewConnector, options=options, secrets=secrets, folder=tmp_path, now=NOW)


def test_reading_leaves_nothing_beside_the_database(tmp_path):
    fill_sqlite(tmp_path / "wms.sqlite")
    harness = Harness(connector=SqlViewConnector, options=OPTIONS, folder=tmp_path, now=NOW)
    content = (tmp_path / "wms.sqlite").read_bytes()
    for info in harness.discover():
        harness.read(info.name)
    assert [one.name for one in tmp_path.iterdir()] == ["wms.sqlite"]
    assert (tmp_path / "wms.sqlite").read_bytes() == content
    with closing(sqlite3.connect(tmp_path / "wms.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM receipt").fetchone() == (1200,)
