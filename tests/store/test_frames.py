"""Frames come the same through every driver, and reading never disturbs a writer."""

import subprocess
import sys

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from slipwatch.store import frames
from slipwatch.store.acts import list_acts, record_act
from slipwatch.store.ledger import Ledger
from slipwatch.store.reader import read_entity, read_promises, read_windows
from tests.store.streams import amount, day, on


@pytest.fixture
def filled(world):
    full = {"promised_on": on("2026-03-01"), "unit_price": amount("12.5"), "completed": True, "updated_at": day(0)}
    world.merge(0, {"a": full, "b": {}, "c": {"name": "50 % ? $1"}})
    world.merge(1, {"a": full | {"promised_on": on("2026-03-02")}, "b": {}})
    return world


def read_everything(world):
    subjects = [world.show("subject")["a"]]
    return [
        read_entity(world.ledger, "order_line"),
        read_entity(world.ledger, "order_line", known_by=day(0), recorded_by=day(9)),
        read_entity(world.ledger, "order_line", subjects=subjects, open_only=True),
        read_promises(world.ledger),
        read_promises(world.ledger, columns=["promised_on"], subjects=subjects, known_by=day(0)),
        read_windows(world.ledger),
    ]


def test_the_plain_driver_gives_the_same_frames(filled, monkeypatch):
    first = read_everything(filled)
    monkeypatch.setattr(frames, "find_spec", lambda name: None)
    for one, other in zip(first, read_everything(filled), strict=True):
        assert_frame_equal(one, other)


def test_marks_and_signs_in_texts_are_texts(filled):
    assert filled.show("name")["c"] == "50 % ? $1"


def test_missing_values_are_missing_in_every_type(filled):
    row = read_entity(filled.ledger, "order_line").set_index("source_id").loc["b"]
    for name in ("promised_on", "unit_price", "completed", "updated_at", "name", "supplier_subject"):
        assert pd.isna(row[name]), name


SCRIPT = """
import sys
from datetime import UTC, datetime
from slipwatch.store.acts import record_act
from slipwatch.store.ledger import Ledger
from slipwatch.store.reader import read_entity
ledger = Ledger.open(sys.argv[1])
held = ledger.engine.connect()
at = datetime(2026, 1, 5, tzinfo=UTC)
record_act(ledger, kind="before", subject="x", author="a", reason="r", at=at)
read_entity(ledger, "order_line")
record_act(ledger, kind="after", subject="x", author="a", reason="r", at=at)
import os
os._exit(9)
"""


def test_reading_a_frame_between_two_writes_loses_neither(ledger_url):
    """A second SQLite in the same process, as in ADBC's driver, would have taken the log away from the first."""
    done = subprocess.run([sys.executable, "-c", SCRIPT, ledger_url], capture_output=True, text=True, check=False)
    assert done.returncode == 9, done.stderr
    ledger = Ledger.open(ledger_url)
    assert [act.kind for act in list_acts(ledger)] == ["before", "after"]
    record_act(ledger, kind="now", subject="x", author="a", reason="r", at=day(0))
    ledger.close()
