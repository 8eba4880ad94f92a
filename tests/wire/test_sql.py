"""Databases are inspected, read and never written; their errors are told by what can be done."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Date, DateTime, Integer, String, event, text
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.sql import column, select, table
from sqlalchemy.sql.elements import quoted_name

from slipwatch.errors import (
    AccessError,
    AuthError,
    ConfigError,
    ContractError,
    PermanentError,
    SourceError,
    TransientError,
)
from slipwatch.wire.relations import (
    Relation,
    build_since,
    choose_name,
    count_rows,
    find_largest,
    inspect_relation,
    read_rows,
)
from slipwatch.wire.sql import describe_error, locate_file, open_connection, open_engine, translate_errors


@pytest.fixture
def path(tmp_path):
    """2,500 receipts; the key of two columns sorts otherwise than the rows were inserted."""
    path = tmp_path / "wms.sqlite"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute('CREATE TABLE "goods receipt" (no INTEGER, item TEXT, "Qty ""net""" REAL, day TEXT)')
        rows = [(number % 50, f"{number:04}", number / 2, f"2026-03-{number % 28 + 1:02}") for number in range(2500)]
        database.executemany('INSERT INTO "goods receipt" VALUES (?, ?, ?, ?)', rows)
        database.execute('CREATE VIEW v_receipts AS SELECT * FROM "goods receipt"')
    return path


@pytest.fixture
def engine(path):
    engine = open_engine(locate_file(path), timeout_seconds=60)
    yield engine
    engine.dispose()


def inspect(connection, name="v_receipts", schema=None):
    return inspect_relation(connection, name, schema, subject="WMS")


def test_a_view_is_inspected_and_streamed(engine):
    with open_connection(engine, subject="WMS") as connection:
        relation = inspect(connection, "V_RECEIPTS")
        assert relation.names == ("no", "item", 'Qty "net"', "day")
        assert relation.find_name(["gone", "ITEM"]) == "item"
        assert relation.find_name(["gone"]) is None
        rows = list(read_rows(connection, relation, ["item", 'Qty "net"'], keys=["no"]))
        assert len(rows) == count_rows(connection, relation, None) == 2500
        assert rows[0] == ("0000", 0.0)
        assert find_largest(connection, relation, "day") == "2026-03-28"


def test_pages_by_a_key_of_two_columns_give_every_row_once(engine):
    statements = []
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    with open_connection(engine, subject="WMS") as connection:
        relation = inspect(connection)
        condition = relation.clause.c.day >= "2026-03-05"
        streamed = list(read_rows(connection, relation, ["no", "item"], keys=["no", "item"], condition=condition))
        paged = read_rows(connection, relation, ["no", "item"], keys=["no", "item"], condition=condition, paged=True)
        assert list(paged) == sorted(streamed)
    pages = [one for one in statements if "LIMIT" in one]
    assert len(pages) == 3
    assert all("LIMIT" in one and "ORDER BY" in one for one in pages)


def test_pages_can_be_read_bit_by_bit(engine):
    with open_connection(engine, subject="WMS") as connection:
        pages = read_rows(connection, inspect(connection), ["item"], keys=["item"], paged=True)
        first = [next(pages) for _ in range(1001)]
        assert len({*first, *pages}) == 2500


@pytest.mark.parametrize(
    "name", ["v_recepits", "v_receipts; DROP TABLE x", 'v_receipts"', "(SELECT 1)", "v_receipts--", ""]
)
def test_a_name_that_the_database_does_not_list_never_reaches_it(engine, name):
    statements = []
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    with (
        pytest.raises(ContractError, match="our user sees goods receipt, v_receipts"),
        open_connection(engine, subject="WMS") as connection,
    ):
        inspect(connection, name)
    assert not any(name in statement for statement in statements if name)


@given(st.text(min_size=1, max_size=20))
def test_thousands_of_generated_names_select_only_what_was_inspected(tmp_path_factory, name):
    """Any text may be the name of a table and of a column; statements quote it, and are SELECTs."""
    if "\0" in name or name.casefold().startswith("sqlite_") or not name.isprintable() or name.strip() != name:
        return
    path = tmp_path_factory.getbasetemp() / "names.sqlite"
    path.unlink(missing_ok=True)
    quoted = '"' + name.replace('"', '""') + '"'
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"CREATE TABLE {quoted} ({quoted} TEXT, other TEXT)")
        database.execute(f"INSERT INTO {quoted} VALUES ('1', '2')")  # noqa: S608 — quoted above
    engine, statements = open_engine(locate_file(path), timeout_seconds=60), []
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    with open_connection(engine, subject="x") as connection:
        relation = inspect(connection, name)
        assert list(read_rows(connection, relation, [name], keys=["other"], paged=True)) == [("1",)]
        assert count_rows(connection, relation, None) == 1
    engine.dispose()
    assert all(one.lstrip().startswith(("SELECT", "PRAGMA", "BEGIN")) for one in statements)


@pytest.mark.parametrize("dialect", [sqlite, postgresql, mysql, mssql, oracle], ids=lambda module: module.__name__)
@settings(max_examples=200)
@given(name=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20))
def test_a_quotation_mark_in_a_name_cannot_end_it(dialect, name):
    clause = table(quoted_name(name, quote=True), column(quoted_name(name, quote=True)))
    compiled = str(select(clause.c[name]).compile(dialect=dialect.dialect()))
    mark = {"mysql": "``", "mssql": "]]"}.get(dialect.dialect.name, '""')
    inner = name.replace(mark[0], mark)
    assert inner.replace("%", "%%") in compiled or inner in compiled


def test_the_file_cannot_be_written_nor_made(engine, path, tmp_path):
    with pytest.raises(SourceError, match="readonly"), open_connection(engine, subject="WMS") as connection:
        connection.execute(text("DELETE FROM [goods receipt]"))
    missing = open_engine(locate_file(tmp_path / "gone.sqlite"), timeout_seconds=60)
    with pytest.raises(TransientError, match="cannot be reached"), open_connection(missing, subject="WMS"):
        pass
    assert [one.name for one in tmp_path.iterdir()] == ["wms.sqlite"]


def test_an_address_that_asks_for_writing_does_not_get_it(path):
    engine = open_engine(f"sqlite:///file:{path}?mode=rwc&uri=true", timeout_seconds=60)
    with pytest.raises(SourceError, match="readonly"), open_connection(engine, subject="WMS") as connection:
        connection.execute(text("DELETE FROM [goods receipt]"))


@pytest.mark.parametrize("name", ["a b.sqlite", "a%20b.sqlite", "a?mode=rwc.sqlite", "a#b.sqlite", "é.sqlite"])
def test_any_name_of_a_file_is_that_file(tmp_path, name):
    with closing(sqlite3.connect(tmp_path / name)) as database, database:
        database.execute("CREATE TABLE t (a)")
    engine = open_engine(locate_file(tmp_path / name), timeout_seconds=60)
    with open_connection(engine, subject="x") as connection:
        assert inspect(connection, "t").names == ("a",)
        with pytest.raises(SourceError), translate_errors("x"):
            connection.execute(text("INSERT INTO t VALUES (1)"))


def test_a_statement_that_takes_too_long_is_ended(path):
    engine = open_engine(locate_file(path), timeout_seconds=0.05)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with (
        pytest.raises(TransientError, match="did not answer in time"),
        open_connection(engine, subject="WMS") as connection,
    ):
        connection.execute(text(endless))


def test_all_of_one_connection_is_of_one_moment(engine, path):
    with open_connection(engine, subject="WMS") as connection:
        relation = inspect(connection)
        before = count_rows(connection, relation, None)
        with closing(sqlite3.connect(path, timeout=0.1, isolation_level=None)) as other:
            for _ in range(2):
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    other.execute('DELETE FROM "goods receipt"')
        assert count_rows(connection, relation, None) == before


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("not an address", "no address of a database"),
        ("nosuchdatabase://host/name", "driver is missing"),
        ("oracle+oracledb://host/name", "driver is missing"),
    ],
)
def test_an_address_that_leads_nowhere_stops_the_configuration(address, message):
    with pytest.raises(ConfigError, match=message):
        open_engine(address, timeout_seconds=60)


def make_error(code="", words="", kind=ProgrammingError):
    """As psycopg (SQLSTATE), PyMySQL (number before the words) and oracledb (an object with a number) raise them."""

    class Raised(Exception):
        sqlstate = code if len(code) == 5 else "HY000"

    return kind("SELECT 1", {}, Raised(words) if len(code) == 5 else Raised(int(code) if code else words, words))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (make_error("28P01"), AuthError),
        (make_error("1045"), AuthError),
        (make_error("", 'connection failed: password authentication failed for user "u"', OperationalError), AuthError),
        (make_error("42501"), AccessError),
        (make_error("1142"), AccessError),
        (make_error("42P01"), ContractError),
        (make_error("1054"), ContractError),
        (make_error("", "no such column: x", OperationalError), ContractError),
        (make_error("57014"), TransientError),
        (make_error("1969", "", OperationalError), TransientError),
        (make_error("08006", "server closed the connection", OperationalError), TransientError),
        (make_error("22007", "date too large (after year 10K)", DBAPIError), PermanentError),
        (make_error("", "odd", InterfaceError), PermanentError),
    ],
)
def test_errors_are_told_by_what_can_be_done(error, expected):
    assert type(describe_error(error, subject="WMS")) is expected


def make_relation(**types):
    return Relation(table("v", *(column(name) for name in types)), types)


@pytest.mark.parametrize(
    ("kind", "bound"),
    [
        (DateTime(timezone=True), datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        (DateTime(), datetime.fromisoformat("2026-03-29 00:30")),
        (Date(), date(2026, 3, 29)),
        (String(), "2026-03-29"),
    ],
)
def test_rows_since_an_instant_are_rather_too_many_than_too_few(kind, bound):
    since = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    condition = build_since(make_relation(at=kind), "at", since, ZoneInfo("Europe/Paris"))
    assert condition.right.value == bound


def test_a_name_that_differs_only_in_case_is_found_where_it_is_alone():
    assert choose_name("V_ORDERS", ["v_orders"], "view", "x") == "v_orders"
    assert choose_name("V_ORDERS", ["v_orders", "V_ORDERS"], "view", "x") == "V_ORDERS"
    with pytest.raises(ContractError):
        choose_name("V_Orders", ["v_orders", "V_ORDERS"], "view", "x")
    assert make_relation(a=Integer(), A=Integer()).find_name(["A"]) == "A"
    assert make_relation(b=Integer()).find_name(["A", "B"]) == "b"


# ------------------------------------------------------------------------------------------------------- PostgreSQL


@pytest.fixture
def postgres(postgres_url):
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS erp CASCADE")
        connection.execute("CREATE SCHEMA erp")
        connection.execute("CREATE TABLE erp.line (id uuid DEFAULT gen_random_uuid(), no char(12), at timestamptz)")
        connection.execute("INSERT INTO erp.line (no, at) SELECT n, now() FROM generate_series(1, 3000) n")
        connection.execute("CREATE MATERIALIZED VIEW erp.m AS SELECT * FROM erp.line")
        yield postgres_url


@pytest.mark.parametrize("paged", [False, True])
def test_postgresql_is_streamed_from_a_cursor_of_the_server_or_in_pages(postgres, paged):
    engine, statements = open_engine(postgres, timeout_seconds=60), []
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append((type(call[1]).__name__, call[2])))
    with open_connection(engine, subject="ERP") as connection:
        relation = inspect(connection, "m", "erp")
        rows = list(read_rows(connection, relation, ["id", "no", "at"], keys=["no"], paged=paged))
    assert len(rows) == 3000
    assert isinstance(rows[0][0], str)
    assert len(rows[0][0]) == 36
    assert rows[0][2].tzinfo is not None
    kinds = {kind for kind, statement in statements if "erp" in statement and "SELECT CAST" in statement}
    assert kinds == ({"Cursor"} if paged else {"ServerCursor"})


def test_postgresql_sessions_cannot_write_and_end_in_time(postgres):
    engine = open_engine(postgres, timeout_seconds=1)
    with (
        pytest.raises(SourceError, match="read-only transaction"),
        open_connection(engine, subject="ERP") as connection,
    ):
        connection.execute(text("DELETE FROM erp.line"))
    with (
        pytest.raises(TransientError, match="did not answer in time"),
        open_connection(engine, subject="ERP") as connection,
    ):
        connection.execute(text("SELECT pg_sleep(30)"))


def test_postgresql_shows_one_moment_to_one_connection(postgres):
    engine = open_engine(postgres, timeout_seconds=60)
    with open_connection(engine, subject="ERP") as connection:
        relation = inspect(connection, "line", "ERP")
        before = count_rows(connection, relation, None)
        with psycopg.connect(postgres, autocommit=True) as other:
            other.execute("DELETE FROM erp.line")
        assert count_rows(connection, relation, None) == before == 3000


def test_postgresql_tells_what_is_wrong_with_user_rights_or_names(postgres):
    user = f"reader_{abs(hash(postgres)) % 10**8}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {user} LOGIN")
        try:
            engine = open_engine(postgres.replace("postgres@", f"{user}@", 1), timeout_seconds=60)
            with pytest.raises((AccessError, ContractError)), open_connection(engine, subject="ERP") as reader:
                count_rows(reader, inspect(reader, "line", "erp"), None)
        finally:
            connection.execute(f"DROP ROLE {user}")
    with (
        pytest.raises(ContractError, match="no schema crm; our user sees "),
        open_connection(open_engine(postgres, timeout_seconds=60), subject="ERP") as reader,
    ):
        inspect(reader, "line", "crm")
    nobody = open_engine(postgres.replace("postgres@", "nobody_here@", 1), timeout_seconds=60)
    with pytest.raises((AuthError, TransientError), match="nobody_here"), open_connection(nobody, subject="ERP"):
        pass


def test_a_password_is_in_no_error(postgres):
    address = postgres.replace("postgres@", "postgres:sentinel-secret@", 1).replace(":5432", ":1")
    with (
        pytest.raises(TransientError) as failed,
        open_connection(open_engine(address, timeout_seconds=5), subject="ERP"),
    ):
        pass
    assert "sentinel-secret" not in str(failed.value)
    assert "sentinel-secret" not in repr(open_engine(address, timeout_seconds=5))
