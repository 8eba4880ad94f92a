"""The ledger under trouble: no false success, nothing half written, an error with a cure."""

import os
import sqlite3
import sys
import threading

import numpy as np
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.engine import URL

from slipwatch.errors import LedgerError
from slipwatch.store import ledger as module
from slipwatch.store.acts import list_acts, record_act
from slipwatch.store.ledger import Ledger, build_engine
from slipwatch.store.schema import ACT, RUN
from tests.store.streams import World, day


@pytest.fixture
def path(empty_sqlite, tmp_path):
    target = tmp_path / "ledger.db"
    target.write_bytes(empty_sqlite.read_bytes())
    return target


@pytest.fixture
def opened(path):
    ledger = Ledger.open(f"sqlite:///{path}")
    yield ledger
    ledger.close()


def act(ledger, subject="x"):
    record_act(ledger, kind="test", subject=subject, author="pmo", reason="why", at=day(0))


def read_pragma(ledger, name):
    with ledger.read() as connection:
        return connection.execute(text(f"PRAGMA {name}")).scalar()


def test_a_commit_survives_a_power_cut(opened):
    assert read_pragma(opened, "journal_mode") == "wal"
    assert read_pragma(opened, "synchronous") == 2
    assert read_pragma(opened, "foreign_keys") == 1
    assert read_pragma(opened, "busy_timeout") == 60_000


def test_a_writer_waits_for_another_and_both_are_kept(ledger, ledger_url):
    entered, done = threading.Event(), threading.Event()

    def hold():
        other = Ledger.open(ledger_url)
        with other.write() as connection:
            values = {"kind": "held", "subject": "x", "author": "a", "reason": "r", "at": day(0), "detail": "{}"}
            connection.execute(insert(ACT), [values])
            entered.set()
            done.wait(0.3)
        other.close()

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait()
    act(ledger)
    done.set()
    holder.join()
    assert sorted(one.kind for one in list_acts(ledger)) == ["held", "test"]


def test_a_reader_never_waits_for_a_writer(ledger, ledger_url):
    act(ledger)
    other = Ledger.open(ledger_url)
    with other.write() as connection:
        connection.execute(text("DELETE FROM act"))
        assert len(list_acts(ledger)) == 1
    other.close()
    assert list_acts(ledger) == []


def test_a_lock_that_is_never_given_back_is_an_error_and_the_next_run_is_clean(path, monkeypatch):
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.1)
    monkeypatch.setattr(module, "PRAGMAS", ("PRAGMA busy_timeout = 100", *module.PRAGMAS[1:]))
    ledger = Ledger.open(f"sqlite:///{path}")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerError, match="locked") as caught:
        act(ledger)
    assert "wait" in caught.value.cure
    holder.execute("ROLLBACK")
    holder.close()
    act(ledger)
    assert len(list_acts(ledger)) == 1
    ledger.close()


def test_a_full_disk_leaves_nothing_half_written(opened, tmp_path):
    world = World(opened, tmp_path / "spool")
    world.merge(0, {"a": {}})
    with opened.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 5}")
    lines = {str(number): {"name": "x" * 200} for number in range(3_000)}
    with pytest.raises(LedgerError, match="full") as caught:
        world.merge(1, lines)
    assert "free space" in caught.value.cure
    assert set(world.show("name")) == {"a"}
    with opened.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert world.merge(2, lines).new == 3_000


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everything")
def test_a_file_that_may_not_be_written(path):
    path.chmod(0o400)
    path.parent.chmod(0o500)
    try:
        with pytest.raises(LedgerError):
            act(Ledger.open(f"sqlite:///{path}"))
    finally:
        path.parent.chmod(0o700)


def test_a_ledger_opened_read_only_refuses_to_write(opened):
    with opened.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(LedgerError, match="readonly") as caught:
        act(opened)
    assert "right to write" in caught.value.cure


@pytest.mark.parametrize("damage", ["noise", "holes"])
def test_a_damaged_file_is_named_and_not_written(path, damage):
    if damage == "noise":
        path.write_bytes(b"this is no database at all, whatever its name says" * 100)
    else:
        content = bytearray(path.read_bytes())
        content[4096:] = b"\xff" * (len(content) - 4096)
        path.write_bytes(bytes(content))
    before = path.read_bytes()
    with pytest.raises(LedgerError) as caught:
        act(Ledger.open(f"sqlite:///{path}"))
    assert "last copy" in caught.value.cure
    assert str(path) in caught.value.subject
    assert path.read_bytes() == before


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://127.0.0.1/x", "nonsense"])
def test_an_address_that_can_hold_no_ledger(url):
    with pytest.raises(LedgerError) as caught:
        Ledger.open(url, create=True)
    assert caught.value.cure


@pytest.mark.parametrize("name", ["a b.db", "é.db", "50%.db", "a#b.db"])
def test_any_file_name_will_do(tmp_path, name):
    url = URL.create("sqlite", database=str(tmp_path / "new folder" / name)).render_as_string(hide_password=False)
    ledger = Ledger.open(url, create=True)
    ledger.close()
    assert (tmp_path / "new folder" / name).is_file()
    assert ledger.address == str(tmp_path / "new folder" / name)


def test_a_database_is_shown_without_its_password():
    url = "postgresql://pmo:sentinel%40secret@db.example.org:5432/slipwatch?sslmode=require&password=sentinel"
    unopened = Ledger(build_engine(url, create=False))
    assert unopened.address == "postgresql://pmo@db.example.org:5432/slipwatch?sslmode=require"


def test_numbers_out_of_frames_are_numbers(ledger):
    with ledger.write() as connection:
        connection.execute(insert(RUN), [{"id": np.int64(7), "kind": "test", "started_at": day(0)}])
        assert connection.execute(select(RUN.c.id)).scalar() == 7


def test_an_error_of_ours_passes_unchanged(ledger):
    with pytest.raises(LedgerError, match="mine"), ledger.write():
        raise LedgerError("mine")


def test_a_transaction_that_raises_leaves_nothing(ledger):
    def fail():
        with ledger.write() as connection:
            connection.execute(insert(RUN), [{"kind": "test", "started_at": day(0)}])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with ledger.read() as connection:
        assert connection.execute(select(RUN)).all() == []
