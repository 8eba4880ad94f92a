"""The steering plan: which date it shows for a milestone, week by week, and when it shows an acceptance.

A move is known from the file of its day. Every move here has its change record in the log on the same day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from slipwatch.sample.milestones import Milestone
from slipwatch.sample.tracker_tests import TESTS, count_tests

CUTOVER_REHEARSAL_PLANNED = date(2026, 6, 17)
PLAN_STARTED = date(2025, 11, 3)
DESIGN_CLAIMED_DONE = date(2026, 1, 30)
SIT_CLAIM_DAY = date(2026, 5, 15)
SIT_CLAIM = 0.92
SIT_ALL_PASSED = date(2026, 6, 17)


@dataclass(frozen=True)
class Move:
    """From the file of `filed_on` the plan shows `new_date`; `record` is the number of the change record."""

    milestone: str
    filed_on: date
    new_date: date
    record: str


MOVES: tuple[Move, ...] = (
    Move("WD-20", date(2026, 4, 3), date(2026, 4, 30), "CP-01"),
    Move("WD-30", date(2026, 4, 17), date(2026, 5, 13), "CP-02"),
    Move("EC-30", date(2026, 4, 30), date(2026, 5, 20), "CP-03"),
    Move("WD-20", date(2026, 5, 7), date(2026, 5, 22), "CP-04"),
    Move("EC-40", date(2026, 5, 7), date(2026, 5, 13), "CP-05"),
    Move("EC-40", date(2026, 5, 15), date(2026, 5, 29), "CP-06"),
    Move("EC-50", date(2026, 5, 22), date(2026, 9, 11), "CR-022"),
    Move("EC-60", date(2026, 5, 22), date(2026, 10, 1), "CR-023"),
    Move("WD-40", date(2026, 5, 22), date(2026, 7, 31), "CR-024"),
    Move("WD-50", date(2026, 5, 22), date(2026, 9, 7), "CR-025"),
    Move("EC-45", date(2026, 5, 22), date(2026, 9, 16), "CP-07"),
    Move("EC-40", date(2026, 5, 28), date(2026, 6, 19), "CR-026"),
    Move("SP-30", date(2026, 5, 29), date(2026, 6, 26), "CP-08"),
    Move("SP-40", date(2026, 6, 5), date(2026, 7, 24), "CP-09"),
)

ACCEPTED: Mapping[str, date] = {
    "EC-10": date(2026, 2, 11),
    "EC-20": date(2026, 3, 27),
    "EC-30": date(2026, 5, 20),
    "EC-40": date(2026, 6, 17),
    "WD-10": date(2026, 2, 13),
    "WD-20": date(2026, 5, 22),
    "WD-30": date(2026, 5, 13),
    "SP-10": date(2026, 3, 4),
    "SP-20": date(2026, 4, 14),
    "SP-30": date(2026, 6, 26),
}
"""Signed acceptances. UAT exit, both go-lives, the integrated test and regular running lie after the last poll."""


def find_date(milestone: Milestone, day: date) -> date:
    """What a file of that day shows as current date. An acceptance moves no date."""
    moved = [move.new_date for move in MOVES if move.milestone == milestone.key and move.filed_on <= day]
    return moved[-1] if moved else milestone.baseline_1 or CUTOVER_REHEARSAL_PLANNED


def find_acceptance(milestone: Milestone, day: date) -> date | None:
    accepted = ACCEPTED.get(milestone.key)
    return accepted if accepted and accepted <= day else None


def claim_progress(milestone: Milestone, day: date) -> float:
    """Share done as its manager claims it: the calendar's share of the way, in steps of 5 %, and never all of it."""
    if find_acceptance(milestone, day) or (milestone.key == "EC-10" and day >= DESIGN_CLAIMED_DONE):
        return 1.0
    share = (day - PLAN_STARTED) / (find_date(milestone, day) - PLAN_STARTED)
    return round(min(share, 0.95) * 20) / 20


def claim_tests(day: date) -> float:
    """Share of SIT tests passed as Norvane reports it: true until the weekly report of 15 May."""
    if day >= SIT_ALL_PASSED:
        return 1.0
    if day >= SIT_CLAIM_DAY:
        return SIT_CLAIM
    progress = count_tests(day)
    return round(progress.passed / TESTS, 2)
