"""The schema is that of the model, moves by migration only, and survives being killed on the way."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url

from slipwatch.errors import LedgerError
from slipwatch.model.columns import Kind
from slipwatch.model.tables import ENTITIES
from slipwatch.store import migration
from slipwatch.store.archive import build_schema
from slipwatch.store.ledger import Ledger, migrate
from slipwatch.store.schema import METADATA, REVISION, VERSIONS
from slipwatch.store.texts import POSTGRESQL_TEXTS, SQLITE_TEXTS
from tests.store.killing import kill_everywhere

URL_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}


def set_revision(url, revision):
    ledger = Ledger.open(url)
    with ledger.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    ledger.close()


def test_the_migrations_make_exactly_the_schema_of_the_code(ledger):
    with ledger.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_the_newest_migration_is_the_revision_of_the_code():
    config = Config()
    folder = os.path.join(os.path.dirname(migration.__file__), "migrations")
    config.set_main_option("script_location", folder)
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=lambda entity: entity.name)
def test_no_canonical_column_collides_with_the_ledgers_own(entity):
    own = {"id", "record", "known_at", "recorded_at", "ended_at", "run", "cause", "stated_by", "opening", "content"}
    assert not own & set(entity.by_name)
    assert len(VERSIONS[entity.name].columns) == len(own) + len(entity.columns)
    assert len(set(build_schema(entity).names)) == len(build_schema(entity).names)


@pytest.mark.parametrize("texts", [SQLITE_TEXTS, POSTGRESQL_TEXTS])
def test_every_watched_column_can_be_told_as_text(texts):
    assert {column.kind for entity in ENTITIES.values() for column in entity.watched} <= set(texts)
    assert set(Kind) - set(texts) == {Kind.INSTANT}


def test_at_most_one_version_of_a_record_is_open(world):
    world.merge(0, {"a": {}})
    with pytest.raises(LedgerError), world.ledger.write() as connection:
        connection.execute(
            text(
                "INSERT INTO order_line_version (record, known_at, recorded_at, run, cause, opening, content)"
                " SELECT record, 1, 1, 1, 'source', 0, 'x' FROM order_line_version"
            )
        )


def test_opening_what_is_not_there_is_an_error_with_a_cure(blank_url):
    with pytest.raises(LedgerError) as caught:
        Ledger.open(blank_url)
    assert caught.value.cure
    if blank_url.startswith("sqlite"):
        assert not os.path.exists(make_url(blank_url).database)


def test_creating_makes_the_schema_once(blank_url):
    Ledger.open(blank_url, create=True).close()
    ledger = Ledger.open(blank_url, create=True)
    with ledger.read() as connection:
        assert migration.read_revision(connection) == REVISION
    ledger.close()


def test_a_newer_ledger_is_refused_by_name(ledger_url):
    set_revision(ledger_url, "9999")
    try:
        for attempt in (lambda: Ledger.open(ledger_url), lambda: Ledger.open(ledger_url, create=True),
                        lambda: migrate(ledger_url)):  # fmt: skip
            with pytest.raises(LedgerError, match="9999, newer than") as caught:
                attempt()
            assert "newer slipwatch" in caught.value.cure
    finally:
        restore(ledger_url)


def test_an_older_ledger_asks_for_its_migration(ledger_url):
    set_revision(ledger_url, "0000")
    try:
        with pytest.raises(LedgerError) as caught:
            Ledger.open(ledger_url)
        assert "slipwatch migrate" in caught.value.cure
    finally:
        restore(ledger_url)


def connect(url):
    """Past the ledger's own checks."""
    address = make_url(url)
    return create_engine(address.set(drivername=URL_DRIVERS[address.get_backend_name()]))


def restore(url):
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": REVISION})
    engine.dispose()


def test_a_password_is_never_shown():
    with pytest.raises(LedgerError) as caught:
        Ledger.open("postgresql://pmo:sentinel-secret@127.0.0.1:1/ledger?connect_timeout=2")
    assert "sentinel-secret" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def test_two_migrations_at_once_make_one_ledger(blank_url):
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(migrate, [blank_url] * 2))
    engine = connect(blank_url)
    with engine.connect() as connection:
        revisions = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    tables = set(inspect(engine).get_table_names())
    engine.dispose()
    assert revisions == [REVISION], "and not a row for each"
    assert tables == {*METADATA.tables, "alembic_version"}


def test_migrating_again_keeps_every_row(world, ledger_url):
    world.merge(0, {"a": {"name": "x"}})
    migrate(ledger_url)
    assert world.show("name") == {"a": "x"}


@pytest.fixture
def folder_made(blank_url):
    if blank_url.startswith("sqlite"):
        os.makedirs(os.path.dirname(make_url(blank_url).database))


@pytest.mark.kill
@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_a_migration_killed_anywhere_leaves_nothing(blank_url, folder_made):
    def check():
        with pytest.raises(LedgerError):
            Ledger.open(blank_url)
        engine = connect(blank_url)
        assert inspect(engine).get_table_names() == []
        engine.dispose()

    assert kill_everywhere(lambda: migrate(blank_url), check, step=4) >= 18
    Ledger.open(blank_url).close()
