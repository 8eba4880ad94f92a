"""Dates are read as declared or not at all: a wrong date is worse than a missing one."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from slipwatch.errors import ConfigError, RecordError
from slipwatch.wire.dates import EPOCHS, DayFormat, FileDay, FileInstant, check_formats
from slipwatch.wire.days import FIRST_DAY, LAST_DAY
from slipwatch.wire.patterns import WEEKDAYS, compile_pattern, end_day

DAYS = st.dates(FIRST_DAY, LAST_DAY)
PATTERNS = ["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y%m%d", "%d-%b-%Y", "%d.%m.%y", "le %d/%m/%Y (prévu)"]
PARIS = "Europe/Paris"
local = datetime.fromisoformat


def read_day(value, *forms, near=None, zone="UTC", empty=()):
    formats = tuple(form if isinstance(form, DayFormat) else DayFormat(form=form) for form in forms or ("iso",))
    return FileDay(formats=formats, zone=zone, near=near, empty=frozenset(empty)).build()(value)


def read_instant(value, *forms, zone="UTC"):
    return FileInstant(formats=forms or ("iso",), zone=zone).build()(value)


@given(DAYS, st.sampled_from(PATTERNS))
def test_what_a_pattern_wrote_it_reads_back(day, pattern):
    if "%y" in pattern:
        day = day.replace(year=2000 + day.year % 100, day=min(day.day, 28))
    assert read_day(day.strftime(pattern), pattern) == day


@given(DAYS, st.sampled_from(WEEKDAYS), st.sampled_from(["KW %V/%G", "%G-W%V", "W%V %G", "S%V.%G"]))
def test_a_week_with_its_year_gives_the_declared_day_of_that_week(day, weekday, pattern):
    year, week, _ = day.isocalendar()
    text = pattern.replace("%V", f"{week:02}").replace("%G", str(year))
    expected = date.fromisocalendar(year, week, WEEKDAYS.index(weekday) + 1)
    if FIRST_DAY <= expected <= LAST_DAY:
        assert read_day(text, DayFormat(form=pattern, weekday=weekday)) == expected


@given(st.dates(date(2001, 1, 1), date(2098, 12, 31)), st.integers(-20 * 7, 20 * 7))
def test_a_week_without_its_year_is_the_nearest_one_or_refused(near, days):
    friday = near + timedelta(days=days)
    friday += timedelta(days=5 - friday.isoweekday())
    form = DayFormat(form="KW %V", weekday="friday")
    try:
        found = read_day(f"KW {friday.isocalendar().week}", form, near=near)
    except RecordError:
        assert abs(friday - near) > timedelta(weeks=20)
    else:
        assert found == friday


@given(st.text(max_size=24), st.sampled_from([*PATTERNS, "iso", "instant"]))
@example("31/02/2026", "%d/%m/%Y")
@example("04/13/2026", "%d/%m/%Y")
@example("2026-4-24", "%Y%m%d")
@example("٢٤/٠٤/٢٠٢٦", "%d/%m/%Y")
def test_no_text_gives_a_day_that_it_does_not_name(text, form):
    """Whatever is read holds the digits of the day that was read; all else is refused."""
    try:
        day = read_day(text, form)
    except RecordError:
        return
    assert day is None or str(day.year)[2:] in text


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("31/02/2026", ["%d/%m/%Y"]),
        ("04/13/2026", ["%d/%m/%Y"]),
        ("24/04/26", ["%d/%m/%Y"]),
        ("24/04/2026 ?", ["%d/%m/%Y"]),
        ("KW 17", ["%d/%m/%Y"]),
        ("46136", ["%d/%m/%Y"]),
        ("46136", ["iso"]),
        ("2026-04", ["iso"]),
        ("2026-W17-5", ["iso"]),
        ("0000-00-00", ["iso"]),
        ("9999-12-31", ["iso"]),
        ("0001-01-01", ["iso"]),
        ("2026-04-24", ["instant"]),
        ("60", ["serial"]),
        ("29 foo 2026", ["%d %b %Y"]),
        ("3000000", ["serial"]),
    ],
)
def test_a_day_that_does_not_fit_is_refused(text, forms):
    with pytest.raises(RecordError, match="bad_date") as refused:
        read_day(text, *forms)
    assert refused.value.excerpt == text


@pytest.mark.parametrize("value", [46136.0, 46136, True, 0.5, float("nan"), float("inf"), timedelta(days=3), ["x"]])
def test_a_typed_value_is_no_day_unless_it_is_a_date(value):
    with pytest.raises(RecordError, match="bad_date"):
        read_day(value, "%d/%m/%Y")


@pytest.mark.parametrize("value", [date(2026, 4, 24), local("2026-04-24"), local("2026-04-24T23:59:59.999")])
def test_a_date_cell_is_its_day_beside_dates_as_text(value):
    assert read_day(value, "%d/%m/%Y") == read_day("24/04/2026", "%d/%m/%Y") == date(2026, 4, 24)


@given(DAYS.filter(lambda day: day > date(1904, 3, 1)), st.sampled_from(sorted(EPOCHS)))
def test_serials_count_from_the_declared_epoch(day, epoch):
    serial = (day - EPOCHS[epoch]).days
    assert read_day(float(serial) + 0.75, epoch) == read_day(str(serial), epoch) == day


def test_known_spreadsheet_serials():
    assert read_day(46136, "serial") == date(2026, 4, 24)
    assert read_day(44674, "serial_1904") == date(2026, 4, 24)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("24 avr. 2026", date(2026, 4, 24)),
        ("1 août 2026", date(2026, 8, 1)),
        ("3 Mär 2026", date(2026, 3, 3)),
        ("15 Dez 2026", date(2026, 12, 15)),
        ("15 DEC 2026", date(2026, 12, 15)),
        ("2 juin 2026", date(2026, 6, 2)),
        ("2 juil. 2026", date(2026, 7, 2)),
    ],
)
def test_month_names_in_three_languages(text, day):
    assert read_day(text, "%d %b %Y") == day


def test_weeks_only_where_they_are_allowed():
    week = DayFormat(form="KW %V", weekday="friday")
    assert read_day("KW 17", "%d/%m/%Y", week, near=date(2026, 3, 6)) == date(2026, 4, 24)
    assert read_day("kw 1", week, near=date(2026, 12, 18)) == date(2027, 1, 8)
    for text, near in [
        ("KW 17", None),
        ("KW 54", date(2026, 3, 6)),
        ("KW 53", date(2025, 1, 3)),
        ("KW 40", date(2026, 3, 6)),
    ]:
        with pytest.raises(RecordError, match="bad_date"):
            read_day(text, week, near=near)


def test_a_midnight_instant_is_a_day_in_the_declared_zone_on_both_sides_of_a_clock_change():
    """Midnight of Paris is 23:00 UTC in winter and 22:00 UTC in summer: the day stays the same."""
    assert read_day("2026-03-27T23:00:00Z", "instant", zone=PARIS) == date(2026, 3, 28)
    assert read_day("2026-04-29T22:00:00Z", "instant", zone=PARIS) == date(2026, 4, 30)
    assert read_day("2026-04-30T00:00:00+02:00", "instant", zone=PARIS) == date(2026, 4, 30)
    assert read_day("2026-04-30 00:00", "instant", zone=PARIS) == date(2026, 4, 30)
    assert read_day(datetime(2026, 4, 29, 22, tzinfo=UTC), zone=PARIS) == date(2026, 4, 30)


@given(
    st.dates(date(1996, 1, 1), date(2037, 12, 31)),
    st.sampled_from([PARIS, "America/Montreal", "Asia/Kolkata", "Pacific/Auckland"]),
)
def test_every_local_midnight_is_its_own_day(day, zone):
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert read_day(midnight.isoformat(), "instant", zone=zone) == day
    assert read_day(midnight.strftime("%Y-%m-%dT%H:%M:%SZ"), "instant", zone=zone) == day


def test_placeholders_are_empty_only_when_they_are_named():
    assert read_day(" ") is None
    assert read_day("9999-12-31", empty={"9999-12-31"}) is None
    assert read_day("non planifié", "%d/%m/%Y", empty={"non planifié"}) is None


@pytest.mark.parametrize(
    "pattern", ["%d/%m", "%Y-%m", "%d/%m/%Y/%y", "%Q", "%d%d%Y", "%", "KW %V/%Y", "%G", "plain", "%j %Y"]
)
def test_a_pattern_that_does_not_name_one_day_stops_the_configuration(pattern):
    with pytest.raises(ConfigError, match="date format"):
        compile_pattern(pattern)


@pytest.mark.parametrize("form", [DayFormat(form="KW %V"), DayFormat(form="%d/%m/%Y", weekday="friday")])
def test_a_weekday_goes_with_weeks_and_with_nothing_else(form):
    with pytest.raises(ConfigError, match="weekday"):
        read_day("KW 17", form)


def test_formats_that_contradict_each_other_stop_the_configuration():
    def formats(*forms):
        return tuple(DayFormat(form=form) for form in forms)

    check_formats(formats("%d/%m/%Y", "%d.%m.%Y", "%d/%m/%y", "iso", "serial", "%d %b %Y"))
    for pair in [("%d/%m/%Y", "%m/%d/%Y"), ("%d.%m.%y", "%y.%m.%d"), ("%Y-%d-%m", "%Y-%m-%d")]:
        with pytest.raises(ConfigError, match="would be another day"):
            check_formats(formats(*pair))


def test_instants_are_utc_and_a_day_alone_is_known_at_its_end():
    assert read_instant("2026-02-26T09:30:00+01:00") == datetime(2026, 2, 26, 8, 30, tzinfo=UTC)
    assert read_instant("26.02.2026 09:30", "%d.%m.%Y %H:%M", zone=PARIS) == datetime(2026, 2, 26, 8, 30, tzinfo=UTC)
    assert read_instant("20260226T093000.5+0100", "%Y%m%dT%H%M%S.%f%z") == datetime(
        2026, 2, 26, 8, 30, 0, 500000, tzinfo=UTC
    )
    assert read_instant("26/02/2026", "%d/%m/%Y", zone=PARIS) == datetime(2026, 2, 26, 22, 59, 59, tzinfo=UTC)
    assert read_instant(date(2026, 7, 1), zone=PARIS) == datetime(2026, 7, 1, 21, 59, 59, tzinfo=UTC)
    assert read_instant(datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=-4)))) == datetime(
        2026, 7, 1, 16, tzinfo=UTC
    )
    assert read_instant("") is None


def test_the_hour_that_a_clock_change_skips_is_refused_and_of_the_doubled_one_the_first_is_taken():
    with pytest.raises(RecordError, match="bad_instant"):
        read_instant("2026-03-29T02:30:00", zone=PARIS)
    assert read_instant("2026-10-25T02:30:00", zone=PARIS) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", ["2026-02-26", "26/02/2026 25:00", "9999-12-31T23:59:59", "0001-01-01T00:00:00", 5, True]
)
def test_what_is_no_moment_is_refused(value):
    with pytest.raises(RecordError, match="bad_instant"):
        read_instant(value, "iso", "%d/%m/%Y %H:%M", zone="Pacific/Auckland")


@given(st.datetimes(local("1980-01-01"), local("2190-01-01")))
def test_instants_survive_a_round_trip(moment):
    instant = moment.replace(tzinfo=UTC)
    assert read_instant(instant.isoformat()) == instant
    assert read_instant(instant.strftime("%d/%m/%Y %H:%M:%S.%f %z"), "%d/%m/%Y %H:%M:%S.%f %z") == instant


def test_a_format_for_moments_cannot_be_a_week():
    with pytest.raises(ConfigError, match="week"):
        read_instant("KW 17", "KW %V")
    assert end_day(date(2026, 4, 24)).hour == 23


@pytest.mark.parametrize(
    ("text", "form", "hour"),
    [
        ("12/Mar/26 12:05 AM", "%d/%b/%y %I:%M %p", 0),
        ("12/Mar/26 3:05 pm", "%d/%b/%y %I:%M %p", 15),
        ("12/Mar/26 12:05 p.m.", "%d/%b/%y %I:%M %p", 12),
        ("Thu, 12 Mar 2026 15:05:00 +0000", "%a, %d %b %Y %H:%M:%S %z", 15),
    ],
)
def test_clocks_of_twelve_hours_and_names_of_weekdays_are_read(text, form, hour):
    assert read_instant(text, form) == datetime(2026, 3, 12, hour, 5, tzinfo=UTC)
    assert read_day(text, form) == date(2026, 3, 12)


@pytest.mark.parametrize("text", ["12/03/26 13:05 PM", "12/03/26 0:05 AM"])
def test_an_hour_that_no_clock_shows_is_refused(text):
    with pytest.raises(RecordError):
        read_instant(text, "%d/%m/%y %I:%M %p")


@pytest.mark.parametrize("form", ["%d/%m/%y %I:%M", "%d/%m/%y %H:%M %p"])
def test_half_a_clock_is_no_format(form):
    with pytest.raises(ConfigError, match="one hour"):
        compile_pattern(form)


def test_the_first_of_a_month_is_read_as_the_french_write_it():
    assert read_day("1er mai 2026", "%d %b %Y") == date(2026, 5, 1)
