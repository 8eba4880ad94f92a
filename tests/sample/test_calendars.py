"""The calendars of the three sites, and the distances in working days that the story states."""

from datetime import date

import holidays
import pytest

from slipwatch.sample.calendars import (
    DC_M,
    HOLIDAYS,
    SITE_G,
    SITE_R,
    count_working_days,
    is_working_day,
    list_working_days,
    shift_working_days,
)

PUBLIC = {SITE_R: ("FR", None), SITE_G: ("DE", "BW"), DC_M: ("FR", "57")}


@pytest.mark.parametrize("site", PUBLIC)
def test_table_is_that_of_the_holidays_package(site: str) -> None:
    country, part = PUBLIC[site]
    assert HOLIDAYS[site] == set(holidays.country_holidays(country, subdiv=part, years=[2025, 2026]))


def test_sites_differ_where_the_story_says_so() -> None:
    good_friday, epiphany, corpus_christi, victory = (
        date(2026, 4, 3),
        date(2026, 1, 6),
        date(2026, 6, 4),
        date(2026, 5, 8),
    )
    assert is_working_day(SITE_R, good_friday)
    assert not is_working_day(DC_M, good_friday)
    assert not is_working_day(SITE_G, good_friday)
    assert not is_working_day(DC_M, date(2025, 12, 26))
    assert not any(is_working_day(SITE_G, day) for day in (epiphany, corpus_christi))
    assert is_working_day(SITE_G, victory)
    assert not is_working_day(SITE_R, victory)


@pytest.mark.parametrize(
    ("site", "start", "end", "days"),
    [
        (SITE_R, date(2026, 1, 30), date(2026, 2, 11), 8),
        (SITE_R, date(2026, 2, 27), date(2026, 3, 4), 3),
        (DC_M, date(2026, 2, 12), date(2026, 3, 2), 12),
        (DC_M, date(2026, 4, 2), date(2026, 4, 17), 9),
        (DC_M, date(2026, 4, 2), date(2026, 4, 30), 18),
        (DC_M, date(2026, 4, 10), date(2026, 4, 30), 14),
        (DC_M, date(2026, 4, 10), date(2026, 5, 22), 27),
        (DC_M, date(2026, 3, 27), date(2026, 4, 24), 18),
        (SITE_R, date(2026, 4, 30), date(2026, 5, 13), 7),
        (SITE_R, date(2026, 4, 30), date(2026, 6, 19), 32),
        (DC_M, date(2026, 4, 24), date(2026, 5, 13), 11),
        (DC_M, date(2026, 4, 17), date(2026, 6, 15), 37),
        (SITE_R, date(2026, 4, 17), date(2026, 4, 14), -3),
        (SITE_R, date(2026, 6, 12), date(2026, 9, 11), 64),
        (SITE_R, date(2026, 7, 1), date(2026, 10, 1), 65),
        (DC_M, date(2026, 5, 22), date(2026, 7, 31), 48),
        (DC_M, date(2026, 6, 15), date(2026, 9, 7), 59),
        (DC_M, date(2026, 5, 7), date(2026, 5, 18), 5),
        (DC_M, date(2026, 5, 7), date(2026, 5, 11), 1),
    ],
)
def test_distances_of_the_story(site: str, start: date, end: date, days: int) -> None:
    assert count_working_days(site, start, end) == days


def test_shift_skips_closed_days_both_ways() -> None:
    assert shift_working_days(DC_M, date(2026, 4, 2), 4) == date(2026, 4, 10)
    assert shift_working_days(DC_M, date(2026, 4, 3), 4) == date(2026, 4, 10)
    assert shift_working_days(DC_M, date(2026, 4, 30), -8) == date(2026, 4, 20)
    assert shift_working_days(DC_M, date(2026, 4, 3), 0) == date(2026, 4, 3)


def test_list_of_working_days_has_both_ends() -> None:
    assert list_working_days(DC_M, date(2026, 4, 2), date(2026, 4, 7)) == [date(2026, 4, 2), date(2026, 4, 7)]
