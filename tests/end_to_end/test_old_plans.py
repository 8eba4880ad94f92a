"""Old plans before the first report: a trend on the first day, and not one alert, mail or figure more than without."""

import re
from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest

from slipwatch.engine.baselines import approve_baseline
from slipwatch.engine.copies import CopyState, import_history
from slipwatch.model.records import Cause
from slipwatch.store import reconstruction
from slipwatch.store.alerts import load_alerts, read_transitions
from slipwatch.store.outbox import list_messages
from tests.end_to_end.small import BASELINE, PLAN_HEAD, Small, describe_plan, write_config

MONTHS = ("2026-09-01", "2026-10-01", "2026-11-02", "2026-12-01")


def list_rows(*, late=0):
    """The plan: every milestone on its baseline, the first so many months late."""
    return [
        f"{key};Milestone;CORE;{day.replace(month=day.month + (3 if number <= late else 0))};;open"
        for number, (key, day) in enumerate(BASELINE.items(), 1)
    ]


def keep_copies(folder):
    """A plan a month, in which one milestone after the other slips; the last copy is not yet the plan of today."""
    folder.mkdir()
    for late, day in enumerate(MONTHS):
        (folder / f"{day} plan.csv").write_text("\n".join([PLAN_HEAD, *list_rows(late=late)]) + "\n")
    return folder


CHANGES = {
    "stream": "changes",
    "entity": "change_request",
    "pattern": "*_changes.csv",
    "format": "csv",
    "complete": True,
    "as_of": {"from": "name", "pattern": r"^(\d{4}-\d{2}-\d{2})_"},
    "key": "number",
    "columns": {"name": "subject", "project_code": "project", "raised_on": "raised", "items": "items"},
}
APPROVED = date(2026, 8, 3)
"""The baseline is older than the copies: a move since then that nobody recorded is a finding."""


def begin(folder):
    """A programme with a plan and a change register, which knows of one change of another milestone."""
    register = {"type": "files", "name": "Changes", "owner": "lead", "every": "weekly", "rhythm_days": 7}
    register["options"] = {"folder": "../drop/changes", "formats": ["iso"], "streams": [CHANGES]}
    write_config(folder / "config", sources={"PLAN": describe_plan(), "LOG": register})
    small = Small(folder)
    day = (small.clock() - timedelta(days=1)).date()
    small.drop(f"changes/{day}_changes.csv", "number,subject,project,raised,items\nC1,Other,CORE,2026-08-10,M6\n")
    programme = small.open()
    approve_baseline(programme, 1, author="committee", reason="kick-off", effective_on=APPROVED)
    programme.close()
    return small


def bring(small):
    programme = small.open()
    try:
        return import_history(programme, keep_copies(small.folder / "old"), source="PLAN")
    finally:
        programme.close()


def live(small):
    """Two weeks: the first load, and a move that nobody recorded."""
    small.drop_plan(list_rows(late=4))
    small.run()
    small.wait(days=7)
    small.drop_plan(list_rows(late=5))
    return small.run()


def tell(small):
    """Everything that somebody could read: transitions, alerts with their reasons, and the messages' texts."""
    programme = small.open()
    try:
        ledger = programme.ledger
        alerts = sorted((alert.subject.key, str(alert.state), *sorted(alert.reasons)) for alert in load_alerts(ledger))
        transitions = [(row.alert.subject.key, str(row.change), row.at) for row in read_transitions(ledger)]
        messages = [read_letter(row.message) for row in list_messages(ledger)]
        return alerts, sorted(transitions, key=str), messages
    finally:
        programme.close()


def read_letter(message):
    letter = message_from_bytes(message.payload, policy=policy.default)
    text = letter.get_body(("plain",)).get_content()
    return message.recipient, letter["subject"], re.sub(r"Slipwatch, run \d+", "Slipwatch, run", text)


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    small = begin(tmp_path_factory.mktemp("calm"))
    live(small)
    return tell(small)


def test_history_before_the_first_run_tells_nobody_anything(tmp_path, calm):
    small = begin(tmp_path / "small")
    report = bring(small)
    assert {one.state for one in report.outcomes} == {CopyState.IMPORTED}
    assert tell(small) == ([], [], [])
    live(small)

    assert calm[0]
    assert tell(small) == calm


def test_history_after_the_first_run_tells_nobody_anything(tmp_path, calm):
    small = begin(tmp_path / "small")
    live(small)
    bring(small)
    assert tell(small) == calm
    small.wait(days=1)
    small.run()

    assert tell(small)[0] == calm[0]


def test_only_its_cause_keeps_history_from_being_drift(tmp_path, calm, monkeypatch):
    """Were it told as the source's own, every move would be one that nobody recorded."""
    monkeypatch.setattr(reconstruction, "CAUSE", Cause.SOURCE)
    small = begin(tmp_path / "small")
    bring(small)
    live(small)

    assert tell(small) != calm
