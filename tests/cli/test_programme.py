"""The commands on a programme that runs: the starter configuration, its two example files, a clock of our own."""

import json
import os
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from slipwatch.engine.run import hold_lease
from slipwatch.engine.wiring import open_programme

FIRST = datetime(2027, 1, 11, 6, tzinfo=UTC)
SENTINEL = "sentinel-9d2c"


@dataclass
class Stage:
    """A folder with `config` and `slipwatch-home`, and the instant at which the next command is called."""

    folder: Path
    call: object
    at: datetime = FIRST

    @property
    def examples(self):
        return self.folder / "config" / "examples"

    def __call__(self, *argv, environ=None):
        return self.call("--config", self.folder / "config", *argv, environ=environ, now=lambda: self.at)

    def read(self, *argv):
        """The JSON that a command prints; it must end well."""
        ended = self(*argv, "--json")
        assert ended.code == 0, ended.err
        return json.loads(ended.out)

    def drop(self, name, old, new, *, days=7):
        """Let days pass, then change a file as its owner would."""
        self.at += timedelta(days=days)
        for path in self.examples.iterdir():
            os.utime(path, (self.at.timestamp() - 3600,) * 2)
        path = self.examples / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        os.utime(path, (self.at.timestamp() - 3600,) * 2)


@pytest.fixture(scope="module")
def first_run(tmp_path_factory):
    """A programme after its first run: made once, copied for each test."""
    from tests.cli.conftest import run_in_process

    folder = tmp_path_factory.mktemp("programme")
    assert run_in_process("init", folder / "config").code == 0
    for path in (folder / "config" / "examples").iterdir():
        os.utime(path, (FIRST.timestamp() - 3600,) * 2)
    ended = run_in_process("--config", folder / "config", "run", now=lambda: FIRST)
    return folder, ended


@pytest.fixture
def stage(first_run, tmp_path, call):
    shutil.copytree(first_run[0], tmp_path / "programme")
    return Stage(tmp_path / "programme", call)


def test_the_first_run_reads_both_files_and_is_calm(first_run):
    _, ended = first_run
    assert ended.code == 0, ended.err
    assert "2 sources read, 0 failed" in ended.out
    assert "opened" not in ended.out
    assert "PLAN milestones: merged: 3 rows, 3 new" in ended.err.splitlines()


def test_a_run_as_json_is_one_document(stage):
    report = stage.read("run")
    assert [source["source"] for source in report["sources"]] == ["PLAN", "ORDERS"]
    assert report["failed_sources"] == []


def test_only_the_sources_named_are_read(stage):
    assert [source["source"] for source in stage.read("run", "--only", "PLAN")["sources"]] == ["PLAN"]


def test_an_unknown_source_is_refused(stage):
    ended = stage("run", "--only", "PLANN")
    assert ended.code == 2
    assert "PLANN" in ended.err


def test_a_source_that_fails_stops_no_other(stage):
    sources = stage.folder / "config" / "sources.yaml"
    first = sources.read_text().replace("folder: examples", "folder: nowhere", 1)
    sources.write_text(first)
    ended = stage("run")
    assert ended.code == 3
    assert "2 sources read, 1 failed" in ended.out
    assert "PLAN milestones: failed" in ended.err
    assert "nowhere" in ended.err


def test_an_overwritten_promise_is_in_the_history(stage):
    stage.drop("orders.csv", "05/03/2027", "02/04/2027")
    assert stage("run").code == 0
    (found,) = stage.read("history", "4500000101/20")
    moves = [s for s in found["statements"] if s["column"] == "promised_on"]
    assert [(s["old"], s["new"], s["moved_days"]) for s in moves] == [
        (None, "2027-03-05", None),
        ("2027-03-05", "2027-04-02", 28),
    ]
    text = stage("history", "4500000101/20").out
    assert "order_line 4500000101/20" in text
    assert "+28 d" in text


def test_nothing_is_called_so(stage):
    ended = stage("history", "4711")
    assert (ended.code, ended.out) == (1, "")
    assert "4711" in ended.err


def open_alert(stage):
    stage.drop("orders.csv", "05/03/2027", "02/04/2027")
    assert stage("run").code == 0


def test_an_alert_is_listed_shown_and_acknowledged(stage):
    open_alert(stage)
    (alert,) = [alert for alert in stage.read("alerts", "list") if alert["key"] == "4500000101/20"]
    assert (alert["concern"], alert["project"], alert["state"]) == ("supply", "ROLLOUT", "open")
    assert alert["reasons"][0]["text"]
    assert "4500000101/20" in stage("alerts", "list", "--concern", "supply").out
    assert "4500000101/20" not in stage("alerts", "list", "--concern", "cost").out
    shown = stage("alerts", "show", "4500000101/20").out
    assert "supply.promise_after_need" in shown
    assert "→" in shown
    acknowledged = stage("alerts", "ack", "4500000101/20", "--author", "PMO", "--reason", "called them")
    assert (acknowledged.code, acknowledged.out) == (0, "1 acknowledged: 4500000101/20\n")


def test_no_alert_is_about_that(stage):
    assert stage("alerts", "show", "nothing").code == 1
    assert stage("alerts", "ack", "nothing", "--author", "PMO", "--reason", "x").code == 1


def test_the_inventory_of_the_first_load_is_listed_and_accepted(stage):
    (known,) = stage.read("inventory", "list", "--each")
    assert (known["key"], known["state"]) == ("4500000101/10", "inventory")
    accepted = stage("inventory", "accept", "4500000101/10", "--author", "PMO", "--reason", "agreed in December")
    assert accepted.code == 0
    assert stage.read("inventory", "list", "--each")[0]["state"] == "accepted"


def test_a_baseline_is_proposed_approved_and_then_frozen(stage):
    assert stage.read("baseline", "list")[0]["approved_at"] is None
    act = ("baseline", "approve", "1", "--author", "Steering committee", "--reason", "kick-off")
    (approval,) = stage.read(*act)
    assert (approval["kind"], approval["items"], approval["effective_on"]) == ("schedule", 3, "2026-09-01")
    row = stage.read("baseline", "list")[0]
    assert (row["author"], row["reason"]) == ("Steering committee", "kick-off")
    baselines = stage.folder / "config" / "baselines.yaml"
    baselines.write_text(baselines.read_text().replace("2027-07-01", "2027-09-01"))
    again = stage(*act)
    assert again.code == 5
    assert "frozen" in again.err


def test_a_baseline_that_nobody_proposed(stage):
    assert stage("baseline", "approve", "7", "--author", "a", "--reason", "b").code == 2
    assert stage("baseline", "approve", "1", "--author", "a", "--reason", "b", "--on", "soon").code == 2


def test_an_act_is_signed_by_the_environment_or_refused(stage):
    act = ("baseline", "approve", "1", "--reason", "kick-off")
    refused = stage(*act)
    assert refused.code == 2
    assert "SLIPWATCH_AUTHOR" in refused.err
    assert stage(*act, environ={"SLIPWATCH_AUTHOR": "PMO"}).code == 0
    assert stage.read("baseline", "list")[0]["author"] == "PMO"


def test_recipients_are_released_and_withdrawn(stage):
    portfolio = stage.folder / "config" / "portfolio.yaml"
    text = portfolio.read_text().replace("buyer: {name: Buyer,", "buyer: {name: Buyer, address: buyer@example.org,")
    portfolio.write_text(text)
    act = ("--author", "PMO", "--reason", "asked for it")

    def state():
        return {row["role"]: row["state"] for row in stage.read("recipients", "list")}

    assert (state()["pmo"], state()["buyer"]) == ("reads everything", "drafts to the PMO")
    assert stage("recipients", "release", "buyer", *act).code == 0
    assert state()["buyer"] == "released"
    assert stage("recipients", "withdraw", "buyer", *act).code == 0
    assert state()["buyer"] == "drafts to the PMO"
    assert stage("recipients", "withdraw", "buyer", *act).code == 2
    no_address = stage("recipients", "release", "sponsor", *act)
    assert no_address.code == 2
    assert "buyer" in no_address.err


def test_a_window_that_shrank_is_held_listed_and_released(stage):
    text = (stage.examples / "orders.csv").read_text(encoding="utf-8")
    last = text.splitlines()[-1]
    stage.drop("orders.csv", f"{last}\n", "")
    assert "ORDERS order_lines: held" in stage("run").err
    (held,) = stage.read("release")
    assert (held["source"], held["stream"], held["rows"]) == ("ORDERS", "order_lines", 2)
    assert "ORDERS" in stage("release").out
    assert stage("release", held["id"], "--author", "PMO").code == 2
    released = stage("release", held["id"], "--author", "PMO", "--reason", "the line was cancelled")
    assert released.code == 0
    assert stage("release", held["id"], "--author", "PMO", "--reason", "again").code == 5
    assert stage("release").out == "Nothing is held.\n"


def test_sources_are_listed_checked_and_discovered(stage):
    listed = {row["key"]: row for row in stage.read("sources", "list")}
    assert listed["PLAN"]["state"] == "good"
    assert listed["PLAN"]["last_good_at"].startswith("2027-01-11")
    assert "Steering plan" in stage("sources", "list").out
    assert stage.read("sources", "check", "PLAN")["PLAN"]["ok"] is True
    (stream,) = stage.read("sources", "discover", "ORDERS")
    assert (stream["name"], stream["entity"], stream["kind"]) == ("order_lines", "order_line", "complete")
    assert "order_line" in stage("sources", "discover", "ORDERS").out


def test_a_check_names_what_is_wrong_and_where(stage):
    sources = stage.folder / "config" / "sources.yaml"
    sources.write_text(sources.read_text().replace("delimiter: ", "delimitr: ", 1))
    ended = stage("sources", "check")
    assert ended.code == 1
    assert "PLAN: cannot be read" in ended.out
    assert "delimitr" in ended.out
    assert "sources.yaml:" in ended.out
    assert "ORDERS: can be read" in ended.out


def test_messages_are_listed_and_sent(stage):
    (sent,) = stage.read("outbox", "list")
    assert (sent["recipient"], sent["state"]) == ("pmo", "sent")
    assert stage.read("outbox", "list", "--state", "dead") == []
    assert stage("outbox", "list", "--state", "pending").out == "None.\n"
    assert stage.read("outbox", "send") == {"sent": 0, "waiting": 0, "problems": []}


def test_mail_that_cannot_leave_is_exit_code_4_and_waits(stage):
    blocked = stage.folder / "blocked"
    blocked.write_text("a file where a folder is needed")
    config = stage.folder / "config" / "slipwatch.yaml"
    config.write_text(
        config.read_text().replace("transport: eml_folder", f"transport: eml_folder\n  options: {{folder: {blocked}}}")
    )
    stage.drop("orders.csv", "05/03/2027", "02/04/2027")
    ended = stage("run")
    assert ended.code == 4
    assert "0 messages sent" in ended.out
    assert "cannot be written" in ended.err
    blocked.unlink()
    stage.at += timedelta(hours=2)
    assert stage("outbox", "send").code == 0
    assert list(blocked.glob("*.eml"))


def test_another_run_holds_the_lease(stage):
    programme = open_programme(stage.folder / "config", environ={}, now=lambda: stage.at)
    try:
        with hold_lease(programme):
            ended = stage("run")
    finally:
        programme.close()
    assert ended.code == 5
    assert ended.err.count("\n") == 1


def test_the_report_is_one_file(stage):
    path = Path(stage.read("report")["report"])
    assert path.parent == stage.folder / "slipwatch-home" / "reports"
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    ended = stage("report", "--language", "fr", "--output", stage.folder / "rapport.html")
    assert ended.out.strip() == str(stage.folder / "rapport.html")
    assert 'lang="fr"' in (stage.folder / "rapport.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("config", ["config", "../programme/config"])
def test_a_folder_named_from_here_has_the_same_home(stage, monkeypatch, config):
    settings = stage.folder / "config" / "slipwatch.yaml"
    stated = settings.read_text(encoding="utf-8")
    settings.write_text(stated.replace("home: ../slipwatch-home\n", ""), encoding="utf-8")
    assert settings.read_text(encoding="utf-8") != stated
    monkeypatch.chdir(stage.folder)
    ended = stage.call("--config", config, "report", "--json", now=lambda: stage.at)
    assert ended.code == 0, ended.err
    assert Path(json.loads(ended.out)["report"]).parent == stage.folder / "slipwatch-home" / "reports"
    assert not (stage.folder / "config" / "slipwatch-home").exists()


def test_a_ledger_of_a_newer_version_is_left_alone(stage):
    with sqlite3.connect(stage.folder / "slipwatch-home" / "ledger.db") as ledger:
        ledger.execute("UPDATE alembic_version SET version_num = '9999'")
    for argv in (("alerts", "list"), ("migrate",)):
        ended = stage(*argv)
        assert ended.code == 5
        assert "newer" in ended.err


def test_migrate_makes_a_ledger_where_there_is_none(stage):
    ended = stage("--home", stage.folder / "elsewhere", "migrate")
    assert ended.code == 0
    assert (stage.folder / "elsewhere" / "ledger.db").is_file()


def test_a_named_secret_that_is_missing_stops_every_command(stage):
    config = stage.folder / "config" / "slipwatch.yaml"
    config.write_text(config.read_text().replace("ledger: sqlite", "ledger: env:LEDGER_URL"))
    ended = stage("run")
    assert ended.code == 2
    assert "slipwatch.yaml:" in ended.err
    assert "set LEDGER_URL in the environment" in ended.err


def test_the_address_of_a_ledger_is_shown_without_its_password(stage):
    config = stage.folder / "config" / "slipwatch.yaml"
    config.write_text(config.read_text().replace("ledger: sqlite", "ledger: env:LEDGER_URL"))
    url = f"mysql://me:{SENTINEL}@db.example.org/slipwatch"
    ended = stage("alerts", "list", environ={"LEDGER_URL": url})
    assert ended.code == 5
    assert SENTINEL not in ended.err


def test_a_hostile_title_is_inert_in_the_terminal(stage):
    open_alert(stage)
    stage.drop("orders.csv", "Charging cradle", "\x1b]0;owned\x07=HYPERLINK(1)\u202e")
    stage.drop("orders.csv", "02/04/2027", "30/04/2027")
    assert stage("run").code == 0
    for argv in (("alerts", "list"), ("alerts", "show", "4500000101/20"), ("history", "4500000101/20")):
        for ended in (stage(*argv), stage(*argv, "--json")):
            assert not set("\x1b\x07\u202e") & set(ended.out), argv


def test_status_is_well_after_a_run_and_too_old_later(stage):
    assert stage("status", "--max-age", "1h").code == 0
    stage.at += timedelta(hours=30)
    assert stage("status").code == 0
    late = stage("status", "--max-age", "1d")
    assert late.code == 1
    assert "30" in late.out
    ended = stage("status", "--max-age", "24h", "--json")
    assert ended.code == 1
    assert json.loads(ended.out)["ok"] is False


def test_status_names_a_source_that_is_not_good(stage):
    sources = stage.folder / "config" / "sources.yaml"
    sources.write_text(sources.read_text().replace("folder: examples", "folder: nowhere", 1))
    assert stage("run").code == 3
    ended = stage("status")
    assert ended.code == 1
    assert "PLAN" in ended.out


@pytest.mark.parametrize("age", ["soon", "3w", "-1h", "1.5h"])
def test_an_age_is_a_number_with_its_unit(stage, age):
    ended = stage("status", f"--max-age={age}")
    assert ended.code == 2
    assert "36h" in ended.err


def configure(stage, name, old, new):
    path = stage.folder / "config" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_rule_that_does_not_exist_is_refused_with_its_line(stage):
    configure(stage, "tolerances.yaml", "schedule.milestone_slip: {gate_wd: 5", "schedule.milestone_slop: {gate_wd: 5")
    ended = stage("run")
    assert ended.code == 2
    assert "tolerances.yaml:6" in ended.err
    assert "'schedule.milestone_slip'" in ended.err


def test_a_threshold_out_of_bounds_stops_before_anything_is_read(stage):
    configure(stage, "tolerances.yaml", "gate_wd: 5", "gate_wd: 5000")
    stage.drop("orders.csv", "05/03/2027", "02/04/2027")
    ended = stage("run")
    assert ended.code == 2
    assert ended.err.startswith(
        "tolerances.yaml:6: rules.schedule.milestone_slip.gate_wd: found 5000; allowed: a whole"
    )
    assert ended.err.count("\n") == 1
    assert stage.read("history", "4500000101/20")[0]["statements"][-1]["new"] != "2027-04-02"


def test_reminders_come_only_where_they_are_enabled(stage):
    open_alert(stage)
    stage.at += timedelta(days=7)
    stage.drop("orders.csv", "02/04/2027", "02/04/2027", days=0)
    assert "reminded" not in stage("run").out
    configure(stage, "routing.yaml", "enabled: false\n  after_wd: 10", "enabled: true\n  after_wd: 3")
    assert "reminded" in stage("run").out
    assert "reminded" not in stage("run").out


def test_a_heartbeat_writes_although_nothing_changed(stage):
    assert "0 messages sent" in stage("run").out
    configure(stage, "routing.yaml", "heartbeat: false", "heartbeat: true")
    assert "1 messages sent" in stage("run").out


def test_the_doctor_finds_a_right_programme_well(stage):
    (stage.folder / "slipwatch-home").chmod(0o700)
    ended = stage("doctor")
    assert ended.code == 0, ended.out
    assert ended.out.splitlines()[0].startswith("well   configuration: ")
    assert ended.out.splitlines()[-1] == "All is well."
    assert "PLAN" in ended.out
    assert json.loads(stage("doctor", "--offline", "--json").out)["ok"] is True


def test_the_doctor_names_every_wrong_thing_at_once(stage):
    configure(stage, "tolerances.yaml", "gate_wd: 5", "gate_wd: 5000")
    configure(stage, "sources.yaml", "delimiter: ", "delimitr: ")
    ended = stage("doctor", "--offline")
    assert ended.code == 1
    wrong = [line for line in ended.out.splitlines() if line.startswith("WRONG")]
    assert any("gate_wd" in line for line in wrong)
    assert sum("delimitr" in line for line in wrong) == 2


def test_the_doctor_tells_a_configuration_that_does_not_load(stage):
    configure(stage, "routing.yaml", "pmo: pmo", "pmo: nobody")
    configure(stage, "routing.yaml", "site: PLANT", "site: PLANET")
    ended = stage("doctor")
    assert ended.code == 1
    wrong = [line for line in ended.out.splitlines() if line.startswith("WRONG  configuration: ")]
    assert ["nobody" in wrong[0], "did you mean 'PLANT'?" in wrong[1]] == [True, True]


def test_a_source_is_read_again_from_its_archive(stage):
    told = stage("remap", "PLAN", "--author", "pmo", "--reason", "the formats were checked")
    assert told.code == 0, told.err
    assert stage.read("remap", "PLAN", "--author", "pmo", "--reason", "twice")["streams"] == [
        {"stream": "milestones", "windows": 1, "records": 3, "changed": 0, "readable": 0, "quarantined": 0}
        | {"lost": 0, "detail": ""}
    ]


def test_a_mapping_that_makes_other_keys_changes_nothing(stage):
    sources = stage.folder / "config" / "sources.yaml"
    sources.write_text(sources.read_text(encoding="utf-8").replace("key: Code", "key: Milestone"), encoding="utf-8")
    ended = stage("remap", "PLAN", "--author", "pmo", "--reason", "a better key")
    assert ended.code == 3
    assert "other keys" in ended.out
