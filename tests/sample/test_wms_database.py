"""Receipts at the distribution centre: every working night, the failure of May, and agreement with the ERP."""

import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from slipwatch.sample.calendars import DC_M, count_working_days, list_working_days, shift_working_days
from slipwatch.sample.programme import POLLS, write_poll
from tests.sample import reference_reader as read


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[dict]]:
    """Poll to the rows of the view."""
    folder = tmp_path_factory.mktemp("wms")
    found = {}
    for poll in POLLS:
        write_poll(folder, poll.number)
        found[poll.number] = read.read_wms(folder / "wms" / "wms.sqlite")
    return found


def newest(rows: list[dict]) -> date:
    return max(row["posted_at"] for row in rows).date()


def test_newest_posting_is_the_last_working_day(states: dict) -> None:
    for poll in POLLS:
        last = list_working_days(DC_M, date(2025, 12, 1), poll.day)
        before = [day for day in last if day < poll.day][-1]
        assert newest(states[poll.number]) == (date(2026, 5, 7) if poll.number == 20 else before)


def test_age_in_working_days(states: dict) -> None:
    ages = {poll.number: count_working_days(DC_M, newest(states[poll.number]), poll.day) for poll in POLLS}
    assert ages[19] == 1
    assert ages[20] == 5
    assert {number for number, age in ages.items() if age > 2} == {20}


def test_view_is_rewritten_every_night_all_the_same(states: dict) -> None:
    for poll in POLLS:
        assert {row["refreshed_at"].date() for row in states[poll.number]} == {poll.day}


def test_several_receipts_on_every_working_day(states: dict) -> None:
    per_day = Counter(row["dock_date"] for row in states[26])
    worked = list_working_days(DC_M, date(2026, 1, 2), date(2026, 6, 26))
    assert all(per_day[day] >= 2 for day in worked)
    assert {day for day in per_day if day.year == 2026} == set(worked)


def test_nothing_is_lost_and_nothing_jumps(states: dict) -> None:
    for number in range(2, 27):
        before, after = (len(states[week]) for week in (number - 1, number))
        assert before <= after <= 1.2 * before
    assert len(states[19]) == len(states[20])


def test_receipts_keep_their_number(states: dict) -> None:
    for number in range(2, 27):
        after = {row["receipt_no"]: row for row in states[number]}
        for row in states[number - 1]:
            later = after[row["receipt_no"]]
            assert all(later[name] == value for name, value in row.items() if name != "refreshed_at")


def test_catch_up_posts_what_was_waiting(states: dict) -> None:
    new = [row for row in states[21] if row["receipt_no"] not in {old["receipt_no"] for old in states[20]}]
    assert {row["posted_at"].date() for row in new} == {date(2026, 5, 22)}
    assert {row["dock_date"] for row in new} == set(list_working_days(DC_M, date(2026, 5, 11), date(2026, 5, 22)))
    handhelds = [(row["dock_date"], row["quantity"]) for row in new if row["key"] == "4500032015/10"]
    assert handhelds == [(date(2026, 5, 12), 80), (date(2026, 5, 22), 40)]


def test_waiting_receipts_are_in_the_table_and_not_in_the_view(tmp_path: Path) -> None:
    write_poll(tmp_path, 20)
    with closing(sqlite3.connect(tmp_path / "wms" / "wms.sqlite")) as database:
        waiting = database.execute(
            "SELECT quantity, posted_at FROM goods_receipt WHERE state = 'WAITING' AND order_no = '4500032015'"
        ).fetchall()
    assert waiting == [(80, None)]


@pytest.mark.parametrize(
    ("key", "poll"), [("4500032207/10", 14), ("4500032207/30", 14), ("4500031402/10", 17), ("4500032340/10", 17)]
)
def test_receipt_is_seen_first_at(states: dict, key: str, poll: int) -> None:
    assert key in {row["key"] for row in states[poll]}
    assert key not in {row["key"] for row in states[poll - 1]}


def test_wms_and_erp_agree_once_the_booking_lag_has_passed(states: dict, drop: Path) -> None:
    for poll in POLLS:
        path = drop / "erp" / f"{poll.files_of}_commandes.csv"
        if not path.exists() or poll.number in (8, 11, 20):
            continue
        posted: dict[str, list[tuple[date, int]]] = defaultdict(list)
        for row in states[poll.number]:
            posted[row["key"]].append((row["dock_date"], row["quantity"]))
        for row in read.read_erp(path)[0]:
            if row["site"] == DC_M:
                lag = 4 if row["supplier"] == "Ferrolis" else 1
                due = [
                    quantity
                    for day, quantity in posted[row["key"]]
                    if shift_working_days(DC_M, day, lag) <= poll.files_of
                ]
                assert row["received"] == sum(due), (poll.number, row)


def test_only_dc_m(states: dict) -> None:
    assert {row["plant"] for row in states[26]} == {"M300"}
