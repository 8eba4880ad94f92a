"""`demo`: the first weeks of the story as the terminal tells them, and the sentence at its end."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from slipwatch.cli.playing import Teller, _find_decision
from slipwatch.engine.wiring import open_programme
from slipwatch.model.alert import AlertState, Change, Transition
from slipwatch.store.alerts import load_alerts
from tests.cli.conftest import run_in_process

WEEKS = 6


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "confluence"
    environ = {"SLIPWATCH_HOME": "/nowhere", "SLIPWATCH_CONFIG": "/nowhere"}
    return folder, run_in_process("demo", "--no-prefect", "--weeks", WEEKS, "--folder", folder, environ=environ)


def test_each_week_is_told(played):
    _, ended = played
    assert ended.code == 0, ended.err
    lines = ended.out.splitlines()
    assert lines[2] == "W1  Mon 05 Jan 2026"
    assert lines[3].strip().startswith("known        31 in the opening inventory")
    assert "W2  Mon 12 Jan 2026   nothing to tell" in lines
    week = lines.index("W5  Mon 02 Feb 2026")
    assert lines[week + 1].startswith("    new          EC-10 Design sign-off: ")
    assert lines[week + 2].strip() == "draft for Owner lead; the steering committee meets in 24 days"


def test_the_last_lines_say_where_everything_is(played):
    folder, ended = played
    last = ended.out.splitlines()[-4:]
    assert [line.split()[0] for line in last] == ["report", "mails", "drafts", "ask"]
    assert str(folder / "home" / "mails") in last[1]
    assert len(list((folder / "home" / "mails").glob("*.eml"))) == 3
    assert "  3 to the PMO" in last[1]
    assert list((folder / "home" / "reports").glob("*.html"))


def test_the_ledger_of_the_demo_can_be_asked(played):
    folder, _ = played
    ended = run_in_process("--config", folder / "config", "--home", folder / "home", "alerts", "list", "--json")
    assert {alert["key"] for alert in json.loads(ended.out)} == {"EC-10", "4500031870/10"}


def test_a_folder_that_is_not_a_demo_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    ended = run_in_process("demo", "--no-prefect", "--folder", tmp_path)
    assert ended.code == 2
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.fixture
def teller(played, call):
    """The story's end on the ledger of its beginning: two alerts, re-baselined."""
    import io

    from slipwatch.cli.console import Console

    folder, _ = played
    at = datetime(2026, 6, 1, 4, tzinfo=UTC)
    programme = open_programme(folder / "config", environ={}, now=lambda: at, home=folder / "home")
    yield Teller(Console(io.StringIO(), io.StringIO()), folder=folder), programme
    programme.close()


def test_the_sentence_counts_from_the_first_proof_to_the_committee(teller):
    told, programme = teller
    alert = next(alert for alert in load_alerts(programme.ledger) if alert.subject.key == "EC-10")
    at = datetime(2026, 4, 13, 4, tzinfo=UTC)
    moved = [
        replace(alert, subject=replace(alert.subject, key=key), opened_at=at + timedelta(days=later))
        for key, later in (("EC-60", 42), ("EC-40", 0))
    ]
    ended = [replace(one, state=AlertState.ENDED) for one in moved]
    told.told = [(date(2026, 6, 1), Transition(alert=one, change=Change.REBASELINED, at=at)) for one in ended]
    told._say_proof(programme)
    assert (
        told.console.out.getvalue()
        .splitlines()[-1]
        .startswith(
            "The steering committee heard on 28 May that ERP go-live moves to October; "
            "the first proof was there on 13 April, 45 days earlier: "
        )
    )


def test_the_decision_is_the_milestone_that_moved_furthest(teller):
    _, programme = teller
    assert _find_decision(programme, ["EC-40", "WD-50"]) == (date(2026, 5, 28), "DC go-live", date(2026, 9, 7))


def test_nothing_is_claimed_where_nothing_was_rebaselined(teller):
    told, programme = teller
    told._say_proof(programme)
    assert told.console.out.getvalue() == ""
