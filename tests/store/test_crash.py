"""A run that is killed at any statement leaves the ledger as it was, and the next one brings it to the same end."""

import sys
from functools import partial
from random import Random

import pytest

from slipwatch.model.alert import Change, Transition
from slipwatch.model.finding import Assessment, Subject
from slipwatch.model.records import Reject
from slipwatch.store.alerts import load_alerts, read_transitions
from slipwatch.store.ledger import Ledger
from slipwatch.store.outbox import claim_messages, list_messages, mark_sent
from slipwatch.store.reader import read_entity, read_quarantine, read_windows
from slipwatch.store.schema import METADATA
from slipwatch.store.subjects import ensure_subjects
from slipwatch.store.writer import merge_window
from tests.store.killing import kill_everywhere, run_and_kill
from tests.store.streams import World, day, make_record, name_by_label, on, state
from tests.store.test_alerts import commit, make_alert, make_finding
from tests.store.test_outbox import make

pytestmark = [pytest.mark.kill, pytest.mark.skipif(sys.platform == "win32", reason="needs fork")]


def dump(url):
    """Every row of every table."""
    ledger = Ledger.open(url)
    with ledger.read() as connection:
        tables = {table.name: sorted(map(repr, connection.execute(table.select()))) for table in METADATA.sorted_tables}
    ledger.close()
    return tables


def show(url):
    """The facts without ids, which a killed run may have used up."""
    ledger = Ledger.open(url)
    frame = read_entity(ledger, "order_line").drop(columns=["record", "subject"])
    facts = [frame.to_csv(), read_quarantine(ledger, open_only=False).drop(columns="subject").to_csv()]
    facts.append(read_windows(ledger, latest_only=False).drop(columns="window").to_csv())
    ledger.close()
    return facts


@pytest.fixture
def prepared(ledger_url, tmp_path):
    """A ledger after two windows, closed, with a third one spooled that does a little of everything."""
    ledger = Ledger.open(ledger_url)
    world = World(ledger, tmp_path / "spool")
    lines = {key: {"promised_on": on("2026-03-01")} for key in "abcde"}
    bad = Reject("z", "bad_date", "promised_on", "row 9", "x")
    world.merge(0, lines, rejects=[bad])
    world.merge(1, {key: lines[key] for key in "abcd"}, rejects=[bad])
    history = (state("promised_on", on("2026-03-01"), on("2026-03-04"), day(1.5)),)
    spooled = world.read(
        2,
        [
            make_record("a", lines["a"]),
            make_record("b", {"promised_on": on("2026-03-02")}),
            make_record("c", {"promised_on": on("2026-03-04")}, history=history),
            make_record("n", lines["a"], label="new"),
        ],
        rejects=[Reject("y", "bad_date", "promised_on", "row 8", "x")],
    )
    ledger.close()
    return world.run, spooled


def test_a_merge_killed_anywhere_leaves_nothing_and_ends_the_same(prepared, ledger_url):
    run, spooled = prepared
    before = dump(ledger_url)

    def work():
        ledger = Ledger.open(ledger_url)
        merge_window(ledger, spooled, run=run, at=day(2), subject_keys=name_by_label)
        ledger.close()

    def check():
        assert dump(ledger_url) == before

    assert kill_everywhere(work, check, step=3) >= 10
    after = show(ledger_url)
    rows = {row.split(",")[4]: row for row in after[0].splitlines()[1:]}
    assert set(rows) == set("abcden")
    assert [name in rows["b"] for name in ("2026-03-02", "2026-03-01")] == [True, False]
    work()
    again = show(ledger_url)
    assert again[:2] == after[:2]
    assert "unchanged" in again[2].splitlines()[-1]


def test_an_outcome_killed_anywhere_is_written_whole_or_not_at_all(ledger_url):
    ledger = Ledger.open(ledger_url)
    world = World(ledger, None)
    (number,) = ensure_subjects(ledger, [("milestone", "M1", "Go-live")]).values()
    ledger.close()
    subject = Subject(id=number, entity="milestone", key="M1", name="Go-live")
    alert = make_alert(subject)

    def work():
        opened = Ledger.open(ledger_url)
        commit(
            opened,
            world.run,
            alerts=[alert],
            transitions=[Transition(alert=alert, change=Change.OPENED, at=day(0))],
            assessments=[Assessment(rule="r", findings=[make_finding(subject)], evaluated={number})],
            messages=[make(1, alerts=(alert.key,)), make(2, alerts=(alert.key,))],
        )
        opened.close()

    def check():
        opened = Ledger.open(ledger_url)
        assert (load_alerts(opened), read_transitions(opened), list_messages(opened)) == ([], [], [])
        opened.close()

    assert kill_everywhere(work, check) >= 8
    opened = Ledger.open(ledger_url)
    assert len(load_alerts(opened)) == len(read_transitions(opened)) == 1
    assert len(list_messages(opened)) == 2
    opened.close()


def test_a_relay_killed_anywhere_loses_no_message_and_repeats_only_its_own(ledger_url, tmp_path):
    ledger = Ledger.open(ledger_url)
    world = World(ledger, None)
    commit(ledger, world.run, messages=[make(number) for number in range(6)])
    ledger.close()
    sink = tmp_path / "sent.txt"

    def work(now: float):
        opened = Ledger.open(ledger_url)
        for claimed in claim_messages(opened, owner="relay", now=day(now), lease_seconds=3600, limit=2):
            with sink.open("a") as file:
                file.write(claimed.message.id + "\n")
            mark_sent(opened, claimed.message.id, owner="relay", at=day(now), reply="250")
        opened.close()

    def is_left():
        opened = Ledger.open(ledger_url)
        left = [row for row in list_messages(opened) if row.sent_at is None]
        opened.close()
        return bool(left)

    seeded, kills, now = Random(7), 0, 0
    while is_left():
        now += 1
        kills += run_and_kill(partial(work, now), seeded.randrange(1, 16))
    sent = sink.read_text().split()
    assert set(sent) == {f"m{number:03d}" for number in range(6)}
    assert kills >= 3
    assert len(sent) <= 6 + kills
