"""Opening the ledger: one engine, transactions that say whether they write, and errors a PMO can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import numpy as np
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from slipwatch.errors import LedgerError
from slipwatch.store import migration
from slipwatch.store.texts import render_ratio

BUSY_SECONDS = 60
PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -16384",
    "PRAGMA journal_size_limit = 67108864",
)
SECRET_PARAMETERS = ("password", "sslpassword")
CURES = {
    "locked": "another run is writing: wait for it, or end it",
    "full": "free space on the disk, then run again: nothing was half written",
    "readonly": "give this user the right to write the ledger and its folder",
    "malformed": "restore the last copy of the ledger; the raw archive holds what was read since",
    "not a database": "this file is no ledger: check the address, or restore the last copy",
    "unable to open": "check that the folder exists and may be written",
}


def store_number(number: Any) -> int:
    """Ids out of frames: the driver would store numpy's integers as bytes, without a word."""
    return int(number)


for _kind in (np.int64, np.int32):
    sqlite3.register_adapter(_kind, store_number)


class Ledger:
    """The open ledger. `write` and `read` give transactions; everything else is a function that takes it first."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.dialect = engine.dialect.name

    @classmethod
    def open(cls, url: str, *, create: bool = False) -> Ledger:
        """Open the ledger at an SQLAlchemy `url`; `create` makes the schema where there is none.

        Raises `LedgerError` when there is none, or when its schema is newer or older than this code.
        """
        ledger = cls(build_engine(url, create=create))
        try:
            ledger.prepare(create=create)
        except LedgerError:
            ledger.close()
            raise
        return ledger

    def prepare(self, *, create: bool) -> None:
        with self.read() as connection:
            revision = migration.read_revision(connection)
        if revision is None and create:
            with self.translate():
                migration.upgrade(self.engine)
            return
        migration.check_revision(revision, subject=self.address)

    @property
    def address(self) -> str:
        """For people: the path of the file, or the URL of the database without its password."""
        url = self.engine.url
        if self.dialect == "sqlite":
            return str(Path(unquote((url.database or "").removeprefix("file:"))))
        shown = url.set(drivername=url.get_backend_name()).difference_update_query(SECRET_PARAMETERS)
        return shown._replace(password=None).render_as_string()

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the ledger."""
        with self.translate(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that writes: it takes the writer lock at once and commits at the end, or leaves nothing."""
        with self.translate(), self.engine.connect().execution_options(write=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def translate(self) -> Iterator[None]:
        """Turn the database's errors into `LedgerError`s with a cure."""
        refusals: tuple[type[Exception], ...] = (SQLAlchemyError, *list_driver_errors(self.dialect))
        try:
            yield
        except refusals as error:
            raise explain(error, self.address) from error


def migrate(url: str) -> None:
    """Create the ledger's schema or move it to this version: locked, and all or nothing even when killed."""
    ledger = Ledger(build_engine(url, create=True))
    try:
        with ledger.translate():
            migration.upgrade(ledger.engine)
    finally:
        ledger.close()


def list_driver_errors(dialect: str) -> tuple[type[Exception], ...]:
    """Facts are written through the driver itself, whose errors SQLAlchemy never sees."""
    if dialect == "sqlite":
        return (sqlite3.Error,)
    import psycopg

    return (psycopg.Error,)


def explain(error: BaseException, address: str) -> LedgerError:
    cause = error.orig if isinstance(error, DBAPIError) else error
    words = str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
    cure = next((cure for sign, cure in CURES.items() if sign in words), "run `slipwatch doctor`")
    return LedgerError(f"the database refused: {words}", subject=address, cure=cure)


def build_engine(url: str, *, create: bool) -> Engine:
    address = parse_address(url)
    if address.get_backend_name() == "sqlite":
        return build_sqlite(address, create=create)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    if address.drivername != "postgresql+psycopg":
        raise LedgerError(
            f"{address.get_backend_name()} cannot hold a ledger",
            subject=address.render_as_string(hide_password=True),
            cure="use sqlite:///path or postgresql+psycopg://host/database",
        )
    return create_engine(address, pool_pre_ping=True)


def parse_address(url: str) -> URL:
    """Raises `LedgerError` without the address itself, which may hold a password."""
    try:
        return make_url(url)
    except ArgumentError:
        cure = "write sqlite:///path or postgresql+psycopg://host/database"
        raise LedgerError("the address of the ledger cannot be read", subject="ledger", cure=cure) from None


def build_sqlite(address: URL, *, create: bool) -> Engine:
    """Without `create` a missing file is an error of SQLite, never a new empty ledger."""
    if not address.database or address.database == ":memory:":
        raise LedgerError("a ledger needs a file", subject="sqlite", cure="use sqlite:///path/ledger.db")
    if create:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    mode = "rwc" if create else "rw"
    path = "file:" + quote(address.database.replace("\\", "/"), safe="/:")
    location = address.set(database=path, query={"mode": mode, "uri": "true"})
    engine = create_engine(location, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", prepare_sqlite)
    event.listen(engine, "begin", begin_sqlite)
    return engine


def prepare_sqlite(connection: Any, _record: object) -> None:
    """The driver must not open transactions of its own: `begin_sqlite` says when, and whether it writes."""
    connection.isolation_level = None
    connection.create_function("ratio_text", 1, render_ratio, deterministic=True)
    for pragma in PRAGMAS:
        connection.execute(pragma)


def begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
