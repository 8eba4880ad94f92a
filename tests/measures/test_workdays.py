"""Working days: against a plain loop, against the holidays of three sites, and as a column."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipwatch.errors import ConfigError
from slipwatch.measures.workdays import Calendars, WorkCalendar, group_rows, list_holidays
from slipwatch.model.portfolio import Milestone, Portfolio, Project, Site

PORTFOLIO = Portfolio(
    name="P",
    sites={
        "R": Site(key="R", name="Site R", country="FR"),
        "G": Site(key="G", name="Site G", country="DE", subdivision="DE-BW"),
        "M": Site(key="M", name="DC M", country="FR", subdivision="57"),
    },
    projects={"ERP": Project(key="ERP", name="ERP", site="R"), "LAB": Project(key="LAB", name="Lab")},
    milestones={
        "SIT": Milestone(key="SIT", name="SIT exit", project="ERP"),
        "DC": Milestone(key="DC", name="DC go-live", project="ERP", site="M"),
        "LAB": Milestone(key="LAB", name="Lab", project="LAB"),
    },
)
CALENDARS = Calendars(PORTFOLIO)
MOSELLE = CALENDARS.for_site("M")
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
WIDE = WorkCalendar(weekend=(4, 5), closed=frozenset({date(2026, 4, 3), date(2026, 4, 6)}))


@pytest.mark.parametrize(
    ("site", "start", "end", "days"),
    [
        ("R", date(2026, 4, 30), date(2026, 5, 13), 7),  # 1 and 8 May are closed
        ("R", date(2026, 2, 27), date(2026, 3, 4), 3),
        ("R", date(2026, 4, 17), date(2026, 4, 14), -3),
        ("R", date(2026, 6, 12), date(2026, 9, 11), 64),
        ("R", date(2026, 7, 1), date(2026, 10, 1), 65),
        ("M", date(2026, 6, 15), date(2026, 9, 7), 59),
        ("M", date(2026, 5, 22), date(2026, 7, 31), 48),
        ("M", date(2026, 4, 10), date(2026, 5, 22), 27),
        ("M", date(2026, 3, 27), date(2026, 4, 24), 18),
        ("M", date(2026, 5, 7), date(2026, 5, 18), 5),
        ("R", date(2026, 3, 27), date(2026, 4, 24), 19),  # Good Friday is worked outside Moselle
        ("G", date(2026, 5, 7), date(2026, 5, 11), 2),  # 8 May is worked in Germany
    ],
)
def test_distances_of_a_rollout(site, start, end, days):
    assert CALENDARS.for_site(site).count(start, end) == days


@given(DAYS, st.integers(-40, 40), st.sampled_from([MOSELLE, WIDE, WorkCalendar()]))
def test_a_shift_is_a_walk_over_working_days(day, days, calendar):
    step, left, walked = timedelta(days=1 if days > 0 else -1), abs(days), day
    while left:
        walked += step
        left -= calendar.is_working(walked)

    assert calendar.shift(day, days) == walked


@given(DAYS, DAYS, DAYS, st.sampled_from([MOSELLE, WIDE]))
def test_distances_add_up_and_turn_around(first, second, third, calendar):
    assert calendar.count(first, second) + calendar.count(second, third) == calendar.count(first, third)
    assert calendar.count(first, second) == -calendar.count(second, first)


@given(DAYS, DAYS)
def test_a_distance_counts_the_working_days_passed(start, end):
    first, last = sorted((start, end))
    between = [first + timedelta(days=ahead) for ahead in range((last - first).days)]

    assert MOSELLE.count(first, last) == sum(map(MOSELLE.is_working, between))


@given(DAYS)
def test_a_closed_day_stands_for_the_next_open_one(day):
    found = MOSELLE.find_working(day)

    assert MOSELLE.is_working(found)
    assert found >= day
    assert MOSELLE.count(day, found) == 0


@given(st.lists(st.tuples(st.sampled_from(["R", "G", "M", "?", None]), DAYS | st.none(), DAYS, st.integers(-9, 9))))
def test_columns_are_the_same_as_single_days(rows):
    sites, starts, ends, steps = map(list, zip(*rows, strict=True)) if rows else ([], [], [], [])
    column = pd.Series(starts, dtype="datetime64[s]")

    counts = CALENDARS.count_days(sites, column, np.array(ends, dtype="datetime64[D]"))
    moved = CALENDARS.shift_days(sites, column, steps)

    for site, start, end, step, count, day in zip(sites, starts, ends, steps, counts, moved, strict=True):
        calendar = CALENDARS.for_site(site)
        assert np.isnan(count) if start is None else count == calendar.count(start, end)
        assert np.isnat(day) if start is None else day == np.datetime64(calendar.shift(start, step))


def test_a_missing_count_moves_nothing():
    assert np.isnat(MOSELLE.shift_days(["2026-04-30"], [np.nan])).all()


def test_one_day_stands_for_every_row():
    assert CALENDARS.count_days(["M", "R"], ["2026-04-02", "2026-04-02"], date(2026, 4, 7)).tolist() == [1, 2]


def test_the_calendar_is_that_of_the_site_then_milestone_then_project():
    assert CALENDARS.for_milestone("DC").name == "DC M"
    assert CALENDARS.for_milestone("SIT").name == "Site R"
    assert CALENDARS.for_project("ERP").name == "Site R"
    assert CALENDARS.for_milestone("LAB") == CALENDARS.for_project(None) == CALENDARS.for_site("?") == WorkCalendar()
    assert CALENDARS.for_site("M") is MOSELLE


def test_a_site_may_close_days_and_work_on_holidays():
    site = Site(
        key="X", name="X", country="FR", extra_holidays=frozenset({date(2026, 5, 15)}),
        working=frozenset({date(2026, 5, 25)}), weekend=(6,),
    )  # fmt: skip
    calendar = WorkCalendar.of_site(site)

    assert not calendar.is_working(date(2026, 5, 15))
    assert calendar.is_working(date(2026, 5, 25))
    assert calendar.is_working(date(2026, 5, 16))
    assert not calendar.is_working(date(2026, 5, 14))


@pytest.mark.parametrize(
    ("country", "part", "words"),
    [("FR", "99", "57"), ("QQ", None, "two-letter"), ("QQ", "X", "empty"), ("LU", "X", "empty")],
)
def test_an_unknown_country_or_part_is_told_with_what_is_known(country, part, words):
    with pytest.raises(ConfigError) as told:
        list_holidays(country, part)

    assert country in str(told.value)
    assert words in told.value.cure


def test_a_week_without_working_days_is_refused():
    with pytest.raises(ConfigError):
        WorkCalendar(weekend=tuple(range(7)))


def test_rows_are_grouped_by_key():
    groups = [(key, rows.tolist()) for key, rows in group_rows(["M", None, "R", "M", float("nan")])]

    assert groups == [("M", [0, 3]), (None, [1, 4]), ("R", [2])]
    assert group_rows([]) == []
