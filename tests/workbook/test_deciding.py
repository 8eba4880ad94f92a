"""Every act of the desk from the workbook, on a programme that runs: inventory, alerts, unassigned records."""

import os
import shutil
from datetime import timedelta

import pytest

from slipwatch.engine.run import run_once
from slipwatch.engine.wiring import open_programme
from slipwatch.model.alert import AlertState
from slipwatch.store.acts import list_acts
from slipwatch.store.alerts import load_alerts
from tests.cli.conftest import run_in_process
from tests.cli.test_programme import FIRST
from tests.workbook.conftest import Desk, faults, say

LATE = "4500000101/20"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """The starter programme after its first run, two order lines promised after they are needed; made once."""
    folder = tmp_path_factory.mktemp("running")
    assert run_in_process("init", folder / "config").code == 0
    drop(folder, "orders.csv", "12/03/2027;05/03/2027", "12/03/2027;02/04/2027")
    with_programme(folder, run_once)
    return folder


def drop(folder, name, old, new, at=FIRST):
    path = folder / "config" / "examples" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    for one in path.parent.iterdir():
        os.utime(one, (at.timestamp() - 3600,) * 2)


def with_programme(folder, act, at=FIRST):
    programme = open_programme(folder / "config", environ={}, now=lambda: at, home=folder / "slipwatch-home")
    try:
        return act(programme)
    finally:
        programme.close()


class Running(Desk):
    """A PMO with the starter programme."""

    at = FIRST

    def reopen(self):
        if hasattr(self, "programme"):
            self.programme.close()
        home = self.folder / "slipwatch-home"
        self.programme = open_programme(self.folder / "config", environ={}, now=lambda: self.at, home=home)

    def __init__(self, folder):
        self.folder, self.language = folder, "en"
        self.reopen()

    def states(self):
        return {alert.subject.key: alert.state for alert in load_alerts(self.programme.ledger)}


@pytest.fixture
def desk(running, tmp_path):
    shutil.copytree(running, tmp_path, dirs_exist_ok=True)
    made = Running(tmp_path)
    yield made
    made.programme.close()


def test_one_mark_accepts_a_group(desk):
    hand = desk.export()
    groups = [row for row in hand.rows("inventory")[3:] if row[hand.column("inventory", "ref")].startswith("group:")]
    group = next(row for row in groups if "promise_after_need" in row[hand.column("inventory", "rules")])
    assert "2" in group[hand.column("inventory", "name")]
    group[hand.column("inventory", "mark")] = "accept"
    group[hand.column("inventory", "act_reason")] = "Known since the tender"
    hand.save()
    assert faults(desk.take()) == []
    assert set(desk.states().values()) == {AlertState.ACCEPTED}
    acts = list_acts(desk.programme.ledger, "accept_known")
    assert sorted(act.subject for act in acts) == ["4500000101/10", LATE]
    assert {(act.author, act.reason) for act in acts} == {("C. Martin, PMO", "Known since the tender")}
    assert desk.take().wanted == []  # the same file again


def test_what_is_not_practised_is_accepted_as_a_group(desk):
    hand = desk.export()
    waiting = [row for row in hand.rows("inventory")[3:] if "not_practised" in row[hand.column("inventory", "ref")]]
    assert waiting
    for row in waiting:
        row[hand.column("inventory", "mark")] = "accept"
        row[hand.column("inventory", "act_reason")] = "No shipping notices here"
    hand.save()
    assert faults(desk.take()) == []
    acts = list_acts(desk.programme.ledger, "accept_group")
    assert {act.reason for act in acts} == {"No shipping notices here"}
    hand = desk.export()
    assert not [row for row in hand.rows("inventory")[3:] if "not_practised" in row[hand.column("inventory", "ref")]]


def test_one_mark_accepts_one(desk):
    desk.export().type("inventory", {"subject": LATE}, mark="accept", act_reason="Known").save()
    desk.take()
    assert desk.states() == {LATE: AlertState.ACCEPTED, "4500000101/10": AlertState.INVENTORY}


def test_an_open_alert_is_acknowledged_once(desk):
    desk.at += timedelta(days=7)
    drop(desk.folder, "orders.csv", "12/03/2027;02/04/2027", "12/03/2027;30/04/2027", desk.at)
    run_once(desk.programme)
    desk.export().type("alerts", {"subject": LATE}, mark="acknowledge", act_reason="The buyer calls today").save()
    for _ in range(2):
        assert faults(desk.take()) == []
    (act,) = list_acts(desk.programme.ledger, "acknowledge")
    assert (act.subject, act.reason, act.detail) == (LATE, "The buyer calls today", {"concern": "supply"})
    assert "The buyer calls today" in desk.export().find("alerts", subject=LATE)[-2]


def test_unassigned_records_become_a_link_rule(desk):
    comments = [line for line in desk.read("links.yaml").splitlines() if line.lstrip().startswith("#")]
    hand = desk.export()
    found = hand.find("unassigned", value="MAINT-27")
    assert found[hand.column("unassigned", "examples")] == "4500000107/10"
    hand.type(
        "unassigned", {"value": "MAINT-27"}, project="ROLLOUT", milestone="GOLIVE", act_reason="Racks of phase one"
    )
    hand.save()
    assert faults(desk.take()) == []
    rule = desk.programme.settings.links.assignments[-1]
    assert (rule.entity, rule.field, rule.equals) == ("order_line", "project_code", "MAINT-27")
    assert (rule.project, rule.milestone) == ("ROLLOUT", "GOLIVE")
    assert [line for line in desk.read("links.yaml").splitlines() if line.lstrip().startswith("#")] == comments
    (act,) = list_acts(desk.programme.ledger, "assign")
    assert (act.subject, act.reason) == ("MAINT-27", "Racks of phase one")
    assert say(desk.look()) == []
    assert len(desk.export().rows("unassigned")) == 3


def test_all_codes_that_begin_alike(desk):
    desk.export().type("unassigned", {"value": "MAINT-27"}, project="ROLLOUT", prefix="MAINT-").save()
    assert faults(desk.take()) == []
    assert desk.programme.settings.links.assignments[-1].prefix == "MAINT-"


@pytest.mark.parametrize(
    ("typed", "column"),
    [({"project": "ROLLOUT", "prefix": "X-"}, "prefix"), ({"milestone": "GOLIVE"}, "project")],
)
def test_an_assignment_that_cannot_be_comes_back(desk, typed, column):
    desk.export().type("unassigned", {"value": "MAINT-27"}, **typed).save()
    assert [(sheet, field) for sheet, field, _ in faults(desk.take())] == [("unassigned", column)]
    assert len(desk.programme.settings.links.assignments) == 1
