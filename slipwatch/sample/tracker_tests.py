"""The 388 integration tests (SIT) in Norvane's tracker: run, passed and failed, week by week.

The records are the evidence against the claim of 15 May: 212 run, 181 passed, and an open defect of severity 1 or 2 for
each of the 31 that failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from slipwatch.sample.programme import PARIS, POLLS

TESTS = 388

_BY_POLL: dict[int, tuple[int, int]] = {
    14: (12, 10),
    15: (30, 26),
    16: (55, 48),
    17: (80, 70),
    18: (105, 92),
    19: (160, 139),
    20: (212, 181),
    21: (232, 201),
    22: (258, 226),
    23: (284, 252),
    24: (310, 275),
    25: (TESTS, TESTS),
}
"""Poll to (run, passed) at that poll, cumulated. The results of a week are entered until its Wednesday."""

_PRONE = 4
"""Every fourth test fails when it is run first."""


@dataclass(frozen=True)
class TestCounts:
    """Cumulated numbers of tests."""

    run: int
    passed: int


@dataclass(frozen=True, kw_only=True)
class TestState:
    """`result` is not_run, failed or passed; the other two are None until the first run or failure."""

    result: str
    run_at: datetime | None = None
    defect_state: str | None = None


def count_tests(day: date) -> TestCounts:
    """What the records show at the end of a day."""
    entered = [counts for poll, counts in _BY_POLL.items() if _find_entry_day(poll) <= day]
    return TestCounts(*entered[-1]) if entered else TestCounts(0, 0)


def find_test_state(number: int, poll: int) -> TestState:
    """State of the test with that number (from 1, in the order of running) at a poll."""
    first_run = next((week for week, (run, _) in _BY_POLL.items() if number <= run), poll + 1)
    if first_run > poll:
        return TestState(result="not_run")
    failed_weeks = [week for week in _BY_POLL if first_run <= week <= poll and number in _list_failing(week)]
    if not failed_weeks:
        return TestState(result="passed", run_at=_find_run_instant(number, first_run))
    if number in _list_failing(min(poll, max(_BY_POLL))):
        return TestState(result="failed", run_at=_find_run_instant(number, first_run), defect_state="open")
    passed_in = next(week for week in _BY_POLL if week > failed_weeks[-1])
    return TestState(result="passed", run_at=_find_run_instant(number, passed_in), defect_state="closed")


def _list_failing(week: int) -> frozenset[int]:
    """Numbers of the tests whose last run failed: the youngest of the prone ones, the older are repaired first."""
    run, passed = _BY_POLL[week]
    prone = range(_PRONE, run + 1, _PRONE)
    return frozenset(prone[len(prone) - (run - passed) :])


def _find_entry_day(poll: int) -> date:
    """The Wednesday before a poll."""
    return POLLS[poll - 1].day - timedelta(days=5)


def _find_run_instant(number: int, poll: int) -> datetime:
    """Between Monday and Wednesday of the week before a poll, in working hours."""
    day = _find_entry_day(poll) - timedelta(days=number % 3)
    return datetime.combine(day, time(9 + number % 8, number % 60), tzinfo=PARIS)
