"""Names of files: which date they tell, and the pattern that finds next week's."""

import re
from datetime import date
from fnmatch import fnmatchcase

import pytest

from slipwatch.inference.file_names import find_stamp, name_topic, write_pattern


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2026-01-02_plan_de_pilotage.xlsx", date(2026, 1, 2)),
        ("ME2N_20260309.csv", date(2026, 3, 9)),
        ("Bestellungen 09.03.2026.csv", date(2026, 3, 9)),
        ("2026-01-05T0600_tracker.json", date(2026, 1, 5)),
        ("orders_25-03-2026.csv", date(2026, 3, 25)),
        ("orders_03-04-2026.csv", None),  # the third of April, or the fourth of March
        ("plan.xlsx", None),
        ("export_20261340.csv", None),
        ("4500031870.csv", None),
    ],
)
def test_only_a_date_that_says_one_day_is_taken(name, day):
    found = find_stamp(name)

    assert (found.day if found else None) == day
    if found:
        assert re.search(found.pattern, name)[1] in name


@pytest.mark.parametrize(
    ("names", "pattern"),
    [
        (["plan.xlsx"], "plan.xlsx"),
        (["2026-01-02_plan.xlsx", "2026-01-09_plan.xlsx"], "*_plan.xlsx"),
        (["2025-12-31_norvane_confirmations.csv", "2026-01-03_kestrix_confirmations.csv"], "*_confirmations.csv"),
        (["2026-01-05T0600_tracker.json"], "*_tracker.json"),
    ],
)
def test_the_pattern_finds_all_names(names, pattern):
    assert write_pattern(names) == pattern
    assert all(fnmatchcase(name, pattern) for name in names)


def test_a_word_that_names_all_files_is_their_topic():
    assert name_topic(["2025-12-31_norvane_confirmations.csv"]) == "confirmations"
    assert name_topic(["a.csv"]) is None
