"""Creating and moving the ledger's schema: locked, and all or nothing even when killed."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, inspect, text

from slipwatch.errors import LedgerError
from slipwatch.store.schema import REVISION

LOCK = 7_366_110_521
"""Key of PostgreSQL's advisory lock, so that two migrations never run at once; SQLite has its writer lock."""

_upgrading = Lock()
"""Alembic keeps what it works on in module variables: two threads would share them."""


def read_revision(connection: Connection) -> str | None:
    """The revision of the ledger, or None where there is none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def check_revision(revision: str | None, *, subject: str) -> None:
    """Raise `LedgerError` unless this code may read and write a ledger of that revision."""
    if revision == REVISION:
        return
    if revision is None:
        raise LedgerError("there is no ledger here", subject=subject, cure="run `slipwatch migrate`")
    if revision > REVISION:
        message = f"the ledger's schema is {revision}, newer than {REVISION} that this version knows"
        raise LedgerError(message, subject=subject, cure="install the newer slipwatch that wrote it")
    message = f"the ledger's schema is {revision}, this version needs {REVISION}"
    raise LedgerError(message, subject=subject, cure="run `slipwatch migrate`")


def upgrade(engine: Engine) -> None:
    """Move the schema to `REVISION` in one transaction. Raises `LedgerError` for a newer one."""
    with _upgrading, engine.connect().execution_options(write=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        revision = read_revision(connection)
        if revision is not None and revision > REVISION:
            check_revision(revision, subject=engine.url.render_as_string(hide_password=True))
        if revision != REVISION:
            run_alembic(connection)


def run_alembic(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
