"""Order lines in a report: first and last promise, what was received where, how late, and which are shown."""

from datetime import date
from decimal import Decimal

import pytest

from slipwatch.engine.reporting.lines import MOST_OTHERS, LineReader
from slipwatch.reports.facts import LineState
from tests.reports.ledger_frames import Supply, answer, build_frame, build_lines, receive, state

DAY = date(2026, 5, 25)
PROMISES = [
    state(300, "SUP", "2026-02-05", None, "2026-03-27", entity="confirmation", subject=800),
    state(101, "ERP", "2026-02-06", None, "2026-03-27"),
    state(101, "ERP", "2026-03-06", "2026-03-27", "2026-04-17"),
    state(300, "SUP", "2026-03-19", "2026-03-27", "2026-04-30", entity="confirmation", subject=800),
    state(101, "ERP", "2026-03-20", "2026-04-17", "2026-04-30"),
]


def read(lines, *, day=DAY, promises=PROMISES, receipts=(), **known):
    frames = {
        "order_line": lines,
        "confirmation": build_frame([answer(300, 1)]),
        "promise": build_frame(promises, tuple(state(0, "", "2026-01-01", None, None))),
    }
    if receipts:
        frames["receipt"] = build_frame(list(receipts)).astype({"order_line_subject": "Int64"})
    return LineReader(supply=Supply(**frames), day=day, **known).describe("WMS-DC")


def describe(change=None, **given):
    """The one line of a project, shown whatever its state."""
    (line,) = read(build_lines(change or {}), flagged={1}, **given).lines
    return line


def test_first_promise_is_the_suppliers_and_the_last_one_the_buyers():
    line = describe()

    assert (line.first_promise_on, line.last_promise_on) == (date(2026, 3, 27), date(2026, 4, 30))
    assert (line.promise_source, line.moves, line.supplier) == ("ERP", 2, "Telmar Mobile")


def test_repaired_mapping_is_no_promise():
    repaired = state(101, "ERP", "2026-04-01", "2026-04-30", "2026-05-01", cause="mapping")

    assert describe(promises=[*PROMISES, repaired]).last_promise_on == date(2026, 4, 30)


def test_received_in_full_is_measured_from_need_to_dock():
    receipts = [receive(1, "WMS", "2026-05-12", 80), receive(1, "WMS", "2026-05-22", 40)]
    line = describe(receipts=receipts)

    assert (line.state, line.received, line.received_on) == (LineState.RECEIVED, Decimal(120), date(2026, 5, 22))
    assert (line.late_wd, line.received_source) == (31, "WMS")


def test_of_two_systems_that_count_the_same_goods_the_larger_counts_once():
    receipts = [receive(1, "WMS", "2026-05-12", 80), receive(1, "TMS", "2026-05-12", 80)]

    assert describe(receipts=receipts).received == Decimal(80)


def test_what_only_the_buyers_system_shows_is_received_too():
    line = describe({"received_quantity": 120_000_000, "delivered_on": "2026-05-20"})

    assert (line.state, line.received_on, line.received_source) == (LineState.RECEIVED, date(2026, 5, 20), "ERP")


def test_open_line_is_late_by_its_promise_and_by_today_once_that_has_passed():
    assert describe(day=date(2026, 4, 10)).late_wd == 18  # 2 to 30 April without Good Friday and Easter Monday
    assert describe(day=DAY).late_wd > 18


@pytest.mark.parametrize(
    ("change", "known", "expected"),
    [
        ({}, {}, LineState.PROMISED_LATE),
        ({}, {"overdue": {1}}, LineState.OVERDUE),
        ({}, {"overdue": {1}, "stale": {1}}, LineState.STALE),
        ({}, {"overdue": {1}, "known": {1}}, LineState.KNOWN),
        ({"needed_on": None}, {"overdue": {1}}, LineState.NO_NEED),
        ({"needed_on": "2026-07-01"}, {}, LineState.OPEN),
        ({"needed_on": "2026-07-01", "received_quantity": 5_000_000}, {}, LineState.PARTLY),
        ({"completed": True}, {"overdue": {1}}, LineState.RECEIVED),
    ],
)
def test_state_of_a_line(change, known, expected):
    assert describe(change, **known).state is expected


def test_cancelled_line_is_no_line():
    supply = read(build_lines({"cancelled": True}))

    assert (supply.lines, supply.others) == ((), {})


def test_exceptions_come_first_and_calm_lines_are_counted():
    calm = {"needed_on": "2026-12-01", "promised_on": "2026-11-01"}
    lines = build_lines(calm, {}, calm, {"needed_on": None})
    lines["label"] = ["A", "B", "C", "D"]
    supply = read(lines, promises=[state(102, "ERP", "2026-02-06", None, "2026-04-30", subject=2)])

    assert [(line.label, line.state) for line in supply.lines] == [("B", LineState.PROMISED_LATE)]
    assert supply.others == {LineState.OPEN: 2, LineState.NO_NEED: 1}


def test_lines_needed_soon_are_listed_up_to_a_limit_and_nothing_is_lost():
    soon = [{"needed_on": "2026-06-20", "label": f"L{number:03}"} for number in range(MOST_OTHERS + 5)]
    supply = read(build_lines(*soon), promises=[], day=DAY)

    assert len(supply.lines) == MOST_OTHERS
    assert supply.others == {LineState.OPEN: 5}


def test_another_projects_lines_are_not_shown():
    assert read(build_lines({"project": "ERP-CORE"})).lines == ()
