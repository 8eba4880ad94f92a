"""Databases that are only read: sessions that cannot write, statements that end, errors told by what can be done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    NoSuchModuleError,
    NoSuchTableError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.pool import NullPool

from slipwatch.errors import (
    AccessError,
    AuthError,
    ConfigError,
    ContractError,
    PermanentError,
    SourceError,
    TransientError,
)

_SQLITE_STEPS = 10_000
"""Instructions of SQLite's machine between two looks at the clock."""

_LONGEST_LOOK_SECONDS = 0.25

_AUTH_CODES = frozenset({"28P01", "28000", "1045", "18456", "1017"})
_ACCESS_CODES = frozenset({"42501", "1142", "1143", "1044", "229", "1031"})
_GONE_CODES = frozenset({"42P01", "42703", "1146", "1054", "208", "207", "942", "904"})
_STOPPED_CODES = frozenset({"57014", "3024", "1969"})


def locate_file(path: Path) -> URL:
    """The address of an SQLite file."""
    return URL.create("sqlite", database=str(path))


def open_engine(address: str | URL, *, timeout_seconds: float) -> Engine:
    """An engine whose sessions are read-only, where the database knows such sessions, and whose statements are ended
    after `timeout_seconds`. Nothing is connected yet.

    Raises `ConfigError` for an address that is none, and for a driver that is not installed.
    """
    try:
        url = make_url(address)
        engine = create_engine(_protect_file(_choose_driver(url)), poolclass=NullPool, hide_parameters=True)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise ConfigError(f"the driver is missing: {error}", cure="install it beside slipwatch") from None
    except (ArgumentError, ValueError):
        raise ConfigError("is no address of a database", cure="write it as postgresql://user@host/name") from None
    prepare = _PREPARATIONS.get(engine.dialect.name)
    if prepare is not None:
        event.listen(engine, "connect", lambda raw, _record: prepare(raw, engine, timeout_seconds))
    return engine


def _choose_driver(url: URL) -> URL:
    """The driver that is installed with Slipwatch, where an address of PostgreSQL names none."""
    return url.set(drivername="postgresql+psycopg") if url.drivername in {"postgresql", "postgres"} else url


def _protect_file(url: URL) -> URL:
    """An SQLite file is opened read-only: it is neither created nor changed, and no journal is left beside it."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return url
    if url.database.startswith("file:"):
        return url
    path = quote(Path(url.database).absolute().as_posix(), safe="/:")
    return url.set(database=f"file:{path}", query={"mode": "ro", "uri": "true"})


def _prepare_sqlite(raw: Any, _engine: Engine, seconds: float) -> None:
    raw.execute("PRAGMA query_only = ON")
    raw.set_progress_handler(_Stopwatch(seconds), _SQLITE_STEPS)


class _Stopwatch:
    """Ends a statement once the database itself has worked on it for so long; what our side does between two rows, seen
    as a long gap between two looks, does not count."""

    def __init__(self, seconds: float) -> None:
        self.left, self.last = seconds, time.monotonic()

    def __call__(self) -> int:
        now = time.monotonic()
        if now - self.last < _LONGEST_LOOK_SECONDS:
            self.left -= now - self.last
        self.last = now
        return int(self.left < 0)


def _prepare_postgresql(raw: Any, _engine: Engine, seconds: float) -> None:
    with raw.cursor() as cursor:
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT set_config('statement_timeout', %s, false)", (str(int(seconds * 1000)),))
    raw.commit()


def _prepare_mysql(raw: Any, engine: Engine, seconds: float) -> None:
    with raw.cursor() as cursor:
        cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        if getattr(engine.dialect, "is_mariadb", False):
            cursor.execute("SET SESSION max_statement_time = %s", (seconds,))
        else:
            cursor.execute("SET SESSION max_execution_time = %s", (int(seconds * 1000),))


def _prepare_oracle(raw: Any, _engine: Engine, seconds: float) -> None:
    raw.call_timeout = int(seconds * 1000)
    with raw.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")


_PREPARATIONS: dict[str, Callable[[Any, Engine, float], None]] = {
    "sqlite": _prepare_sqlite,
    "postgresql": _prepare_postgresql,
    "mysql": _prepare_mysql,
    "mariadb": _prepare_mysql,
    "oracle": _prepare_oracle,
}


@contextmanager
def open_connection(engine: Engine, *, subject: str) -> Iterator[Connection]:
    """A connection in one transaction that is rolled back at the end: all that is read is of one moment, where the
    database can do that. Errors of the database come out as `SourceError`s."""
    with translate_errors(subject), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")  # the driver itself begins none for a SELECT
        yield connection


@contextmanager
def translate_errors(subject: str) -> Iterator[None]:
    """Tell errors of a database by what can be done about them."""
    try:
        yield
    except NoSuchTableError as error:
        raise ContractError(f"there is no table or view {error}", subject=subject) from None
    except DBAPIError as error:
        raise describe_error(error, subject=subject) from None
    except SQLAlchemyError as error:
        raise PermanentError(f"cannot be read: {_write_first_line(error)}", subject=subject) from None


def describe_error(error: DBAPIError, *, subject: str) -> SourceError:
    """Error codes are those of PostgreSQL (SQLSTATE), MySQL, SQL Server and Oracle; all else is told by its class."""
    codes, text = _list_codes(error.orig), _write_first_line(error.orig)
    if codes & _AUTH_CODES or "password authentication failed" in text:
        return AuthError(f"refuses us: {text}", subject=subject, cure="renew user and password behind `url`")
    if codes & _ACCESS_CODES:
        return AccessError(
            f"may not be read: {text}", subject=subject, cure="grant SELECT (and SHOW VIEW) on the view to our user"
        )
    if codes & _GONE_CODES or "no such table" in text or "no such column" in text:
        return ContractError(f"the view has changed: {text}", subject=subject, cure="correct the mapping, or the view")
    if codes & _STOPPED_CODES or text == "interrupted":
        return TransientError(
            "did not answer in time", subject=subject, cure="raise `timeout_seconds`, or index the view"
        )
    if isinstance(error, OperationalError):
        return TransientError(f"cannot be reached: {text}", subject=subject)
    return PermanentError(f"cannot be read: {text}", subject=subject, cure="read the view by hand with the same user")


def _list_codes(error: Any) -> set[str]:
    """What a driver says beside words: an SQLSTATE, a number, or an object that holds one."""
    number = error.args[0] if getattr(error, "args", ()) else ""
    return {str(getattr(error, "sqlstate", "")), str(getattr(number, "code", number))}


def _write_first_line(error: object) -> str:
    return str(error).strip().split("\n", 1)[0][:300]
