"""The date that people write into the names of files, in three languages: read where there is one, never guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipwatch.wire.name_dates import find_name_date

DAYS = [
    # numbers, year first
    ("Plan_2026-03-14", "2026-03-14"),
    ("20260314_plan_final_v2 (2)", "2026-03-14"),
    ("plan20260314", "2026-03-14"),
    ("export_20260314T173005", "2026-03-14"),
    ("export_202603141730", "2026-03-14"),
    ("2026.03.14 Bestellungen", "2026-03-14"),
    ("2026_03_14_commandes", "2026-03-14"),
    # numbers, day first
    ("Plan projet V12 au 14.03.2026", "2026-03-14"),
    ("Terminplan Stand 4.3.2026", "2026-03-04"),
    ("Terminplan 14.03.26", "2026-03-14"),
    ("planning du 14-03-2026", "2026-03-14"),
    ("orders 03-14-2026", "2026-03-14"),
    ("14_03_2026 plan", "2026-03-14"),
    ("plan_14032026", "2026-03-14"),
    ("plan 05-05-2026", "2026-05-05"),
    # months in words
    ("Plan 14 March 2026", "2026-03-14"),
    ("Plan March 14, 2026", "2026-03-14"),
    ("plan-14-Mar-2026-final", "2026-03-14"),
    ("Plan 14th March 2026", "2026-03-14"),
    ("Planning du 14 mars 2026", "2026-03-14"),
    ("Planning 1er avril 2026", "2026-04-01"),
    ("Planning 14 févr. 2026", "2026-02-14"),
    ("Planning 14 fe\u0301vrier 2026", "2026-02-14"),
    ("planning 14 aout 2026", "2026-08-14"),
    ("Terminplan 14. März 2026", "2026-03-14"),
    ("Terminplan 14.Dez.2026", "2026-12-14"),
    ("2026 juin 14 plan", "2026-06-14"),
    ("Plan 14 mars 26", "2026-03-14"),
    # weeks with their year: the last day
    ("S12-2026 planning", "2026-03-22"),
    ("planning semaine 12 2026", "2026-03-22"),
    ("KW17-2026 Bestellungen", "2026-04-26"),
    ("Bestellungen KW 17/2026", "2026-04-26"),
    ("2026-KW17 Bestellungen", "2026-04-26"),
    ("Bestellungen 17. KW 2026", "2026-04-26"),
    ("orders_2026W17", "2026-04-26"),
    ("orders week 17 2026", "2026-04-26"),
    ("2026-W53", "2027-01-03"),
    # a day beside what looks like one
    ("KW17 Bestellungen 2026-04-24", "2026-04-24"),
    ("V2.10 Plan 2026-03-14 (3)", "2026-03-14"),
    ("4500031870 Plan 2026-03-14", "2026-03-14"),
]
DOUBTS = [
    ("KW17 Bestellungen", "without its year: “KW17”"),
    ("planning S12", "without its year: “S12”"),
    ("Bestellungen 17. KW", "without its year"),
    ("March 2026", "only a month: “March 2026”"),
    ("plan mars 2026", "only a month"),
    ("Plan März 2026 v2", "only a month"),
    ("2026-03 plan", "only a month: “2026-03”"),
    ("plan 03.2026", "only a month"),
    ("plan 03-04-2026", "“03-04-2026” can be 2026-03-04 or 2026-04-03"),
    ("plan_03042026", "can be 2026-03-04 or 2026-04-03"),
    ("plan 260314", "can be 2014-03-26 or 2026-03-14"),
    ("Plan 2026-03-14 to 2026-03-21", "two dates: “2026-03-14” and “2026-03-21”"),
    ("plan_final_v2 (2)", "no date"),
    ("4500031870", "no date"),
    ("45000318 orders", "no date"),
    ("Plan V12", "no date"),
    ("2026-02-30 plan", "no date"),
    ("S4HANA cutover", "no date"),
    ("", "no date"),
]


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_the_day_of_a_name_is_read(name, day):
    assert find_name_date(name).day == date.fromisoformat(day), find_name_date(name)


@pytest.mark.parametrize(("name", "doubt"), DOUBTS)
def test_what_is_no_day_is_not_guessed(name, doubt):
    found = find_name_date(name)
    assert found.day is None
    assert doubt in found.doubt


@pytest.mark.parametrize(
    ("name", "order", "day"),
    [
        ("plan 03-04-2026", "dmy", "2026-04-03"),
        ("plan 03-04-2026", "mdy", "2026-03-04"),
        ("plan 260314", "ymd", "2026-03-14"),
        ("plan 14.03.2026", "mdy", "2026-03-14"),
    ],
)
def test_a_declared_order_settles_what_can_be_read_in_two_ways(name, order, day):
    assert find_name_date(name, order=order).day == date.fromisoformat(day)


def test_a_week_is_said_to_be_one():
    assert find_name_date("S12-2026").is_week
    assert not find_name_date("2026-03-14").is_week


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%d %b %Y"]),
    st.text(alphabet="abcPLé _v", max_size=8),
)
def test_every_day_is_found_between_words(day, form, words):
    assert find_name_date(f"{words} {day.strftime(form)} {words}").day == day


@given(st.text(max_size=40))
def test_any_text_gives_a_day_or_a_doubt(text):
    found = find_name_date(text)
    assert bool(found.day) != bool(found.doubt)
