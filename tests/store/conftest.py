"""Every test of the ledger runs on SQLite, and on PostgreSQL where a server is named."""

import shutil
import uuid

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from slipwatch.store.ledger import Ledger, migrate
from slipwatch.store.schema import METADATA
from tests.servers_available import find_postgres, report_missing
from tests.store.streams import World

BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory):
    """A migrated ledger file without content, to be copied."""
    path = tmp_path_factory.mktemp("ledger") / "empty.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres():
    """A migrated PostgreSQL ledger for all tests of this folder, emptied before each one and dropped at the end."""
    server = find_postgres() or report_missing("PostgreSQL", "start one and name it in SLIPWATCH_TEST_POSTGRES_URL")
    name = f"slipwatch_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        url = server.rsplit("/", 1)[0] + "/" + name
        migrate(url)
        yield url
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(params=BACKENDS)
def backend(request):
    return request.param


@pytest.fixture
def ledger_url(backend, request, tmp_path):
    """The address of an empty ledger."""
    if backend == "sqlite":
        shutil.copy(request.getfixturevalue("empty_sqlite"), tmp_path / "ledger.db")
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    url = request.getfixturevalue("migrated_postgres")
    empty_postgres(url)
    return url


def empty_postgres(url):
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        for table in reversed(METADATA.sorted_tables):
            connection.execute(table.delete())
    engine.dispose()


@pytest.fixture
def blank_url(backend, request, tmp_path):
    """The address of a database where no ledger was ever made."""
    if backend == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'ledger.db'}"
    url = make_url(request.getfixturevalue("migrated_postgres")).set(drivername="postgresql+psycopg")
    schema = f"blank_{uuid.uuid4().hex[:12]}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine.dispose()
    return url.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)


@pytest.fixture
def ledger(ledger_url):
    opened = Ledger.open(ledger_url)
    yield opened
    opened.close()


@pytest.fixture
def world(ledger, tmp_path):
    """An empty ledger with one stream of order lines, read day by day."""
    return World(ledger, tmp_path / "spool")
