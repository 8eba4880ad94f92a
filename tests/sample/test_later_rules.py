"""The facts for rules of a later release are in the files too: alerts A to D and the reasons that join others."""

from datetime import date
from pathlib import Path

import pytest

from slipwatch.sample.calendars import SITE_R, count_working_days
from slipwatch.sample.expectations import ExpectedAlert
from slipwatch.sample.programme import POLLS
from slipwatch.sample.truth import TRUTH
from tests.sample import reference_reader as read

LATER = {alert.number: alert for alert in TRUTH.later}


def sheet(drop: Path, poll: int, part: str, name: str) -> list[dict]:
    return read.read_sheet(next((drop / part).glob(f"{POLLS[poll - 1].files_of}_*.xlsx")), name)


def tracker(drop: Path, poll: int) -> dict:
    return read.read_tracker(drop / "tracker" / f"{POLLS[poll - 1].day}T0600_tracker.json")


def span(alert: ExpectedAlert) -> list[int]:
    return list(range(alert.opened, alert.closed or 27))


def test_four_alerts_in_addition() -> None:
    assert list(LATER) == ["A", "B", "C", "D"]
    assert len(TRUTH.alerts) + len(LATER) == 28


def test_a_design_documents_wait_for_acceptance(drop: Path) -> None:
    waiting = []
    for poll in range(1, 27):
        row = next(row for row in sheet(drop, poll, "plan", "Suivi fournisseurs") if row["Réf."] == "SF-01")
        delivered, accepted = row["Remis le"], row["Accepté le"]
        if delivered and not accepted and count_working_days(SITE_R, delivered, POLLS[poll - 1].day) > 5:
            waiting.append(poll)
    assert waiting == span(LATER["A"]) == [6]


def test_b_tracker_and_plan_disagree_on_sit_exit_only(drop: Path) -> None:
    pairs = {"MS-101": "EC-10", "MS-102": "EC-20", "MS-103": "EC-40", "MS-104": "SP-10"}
    differing: dict[str, list[int]] = {}
    for poll in range(1, 27):
        rows = sheet(drop, poll, "plan", "Jalons")
        planned = {row["Code"]: read.typed_day(row.get("Date actuelle") or row.get("Termin")) for row in rows}
        for milestone in tracker(drop, poll)["milestones"]:
            key = pairs[milestone["id"]]
            if date.fromisoformat(milestone["date"]) != planned[key]:
                differing.setdefault(key, []).append(poll)
    assert differing == {"EC-40": span(LATER["B"])} == {"EC-40": [15, 16, 17, 18, 19]}


def test_c_claim_against_evidence(drop: Path) -> None:
    gaps = {}
    for poll in range(1, 27):
        claim = sheet(drop, poll, "plan", "Suivi fournisseurs")[1]["Avancement annoncé"]
        tests = [item for item in tracker(drop, poll)["work_items"] if item["kind"] == "test"]
        gaps[poll] = claim - sum(item["result"] == "passed" for item in tests) / 388
    assert [poll for poll, gap in gaps.items() if gap > 0.1] == span(LATER["C"]) == [20, 21, 22, 23, 24]
    assert max(abs(gap) for poll, gap in gaps.items() if poll not in span(LATER["C"])) < 0.01


def test_d_training_missed(drop: Path) -> None:
    missed = [
        poll
        for poll in range(1, 27)
        for row in sheet(drop, poll, "log", "Formations")
        if row["Prévue le"] < POLLS[poll - 1].day and not row["Terminée le"]
    ]
    assert missed == span(LATER["D"]) == [22, 23, 24, 25, 26]


@pytest.mark.parametrize(
    ("number", "poll", "first", "last"),
    [
        ("6", 10, date(2026, 3, 27), date(2026, 4, 17)),
        ("10", 14, date(2026, 3, 27), date(2026, 4, 10)),
    ],
)
def test_promise_churn_joins(drop: Path, number: str, poll: int, first: date, last: date) -> None:
    reason = next(reason for alert, reason in TRUTH.later_reasons if (alert, reason.rule) == (number, "SUP-03"))
    key = next(alert.subject for alert in TRUTH.alerts if alert.number == number)
    path = drop / "erp" / f"{POLLS[poll - 1].files_of}_commandes.csv"
    shown = next(row["promised"] for row in read.read_erp(path)[0] if row["key"] == key)
    assert (reason.poll, shown) == (poll, last)
    assert (last - first).days == reason.value > 10


def test_late_news_on_gates(drop: Path) -> None:
    assert {(alert, reason.poll) for alert, reason in TRUTH.later_reasons if reason.rule == "TIME-04"} == {
        ("13", 19),
        ("20", 21),
        ("22", 22),
    }
    assert count_working_days(SITE_R, date(2026, 5, 6), date(2026, 5, 13)) == 4
    for key, told, old in (
        ("EC-50", date(2026, 5, 22), date(2026, 6, 12)),
        ("EC-60", date(2026, 5, 22), date(2026, 7, 1)),
        ("WD-50", date(2026, 5, 22), date(2026, 6, 15)),
        ("EC-40", date(2026, 4, 8), date(2026, 4, 30)),
    ):
        assert count_working_days(SITE_R, told, old) >= 10, key


def test_no_estimate_to_complete_and_no_risks_in_the_log(drop: Path) -> None:
    header = sheet(drop, 1, "log", "Budget")[0]
    assert set(header) - {"row"} == {
        "Ligne",
        "Projet",
        "Libellé",
        "Budget approuvé",
        "Réalisé",
        "Engagé",
        "Devise",
        "Responsable",
    }
