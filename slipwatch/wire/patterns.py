"""Date patterns, compiled once: `strptime` directives that say one thing only, and must cover the whole text.

%a %d %m %Y %y %b %H %I %p %M %S %f %z %G %V, and %% for a percent sign. Month names (%b) are read in English, French
and German at once, since no name means two months; %a is the name of a weekday, which adds nothing; %y is a year of
this century; %I is an hour of a 12-hour clock, with its %p; %V is an ISO week, with its year as %G or none. Unlike
`strptime` nothing depends on the machine's language, and digits are ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Literal

from slipwatch.errors import ConfigError

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_MONTHS = (
    "jan january janv janvier januar jän jänner",
    "feb february févr fév février fevr fevrier februar",
    "mar march mars mär märz mrz",
    "apr april avr avril",
    "may mai",
    "jun june juin juni",
    "jul july juil juillet juli",
    "aug august août aout",
    "sep sept september septembre",
    "oct october octobre okt oktober",
    "nov november novembre",
    "dec december déc décembre decembre dez dezember",
)
_MONTH_NUMBERS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}

MONTH_NAMES = frozenset(_MONTH_NUMBERS)
"""The names and short names of months that %b reads, in lower case and without a full stop."""

_GROUPS = {
    "d": "day", "m": "month", "Y": "year", "y": "short_year", "b": "name", "H": "hour", "I": "half_hour", "p": "half",
    "M": "minute", "S": "second", "f": "fraction", "z": "offset", "G": "week_year", "V": "week", "a": "weekday",
}  # fmt: skip
_SHAPES = {
    "Y": "[0-9]{4}", "G": "[0-9]{4}", "y": "[0-9]{2}",
    "b": r"[^\W\d_]+\.?", "f": "[0-9]{1,6}", "p": r"[ap]\.?m\.?", "a": r"[^\W\d_]+\.?",
    "z": "[Zz]|[+-][0-9]{2}:?[0-9]{2}",
}  # fmt: skip

NEAREST_WEEKS = 20
"""A week without a year is read as the nearest one to the file's date, and refused when it is further than this."""


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern. `directives` are the letters it holds."""

    text: str
    directives: frozenset[str]
    shape: re.Pattern[str]

    def split(self, text: str) -> Mapping[str, str] | None:
        """The text of each field, or None where the text does not have this form."""
        found = self.shape.fullmatch(text)
        return found.groupdict() if found else None


def compile_pattern(text: str) -> Pattern:
    """Raises `ConfigError` for a directive that is unknown or repeated, and where no single day is named."""
    parts = re.findall(r"%.|[^%]+", text, re.DOTALL)
    letters = [part[1] for part in parts if part[0] == "%" and part != "%%"]
    if "".join(parts) != text or not set(letters) <= set(_GROUPS) or len(set(letters)) != len(letters):
        raise ConfigError(
            f"the date format {text!r} has an unknown or repeated directive",
            cure=f"use each of {' '.join('%' + letter for letter in _GROUPS)} at most once",
        )
    around = ["", *parts, ""]
    pieces = [_write_part(*neighbours) for neighbours in zip(around, parts, around[2:], strict=False)]
    pattern = Pattern(text, frozenset(letters), re.compile("".join(pieces), re.IGNORECASE))
    _check_directives(pattern)
    return pattern


def _write_part(before: str, part: str, after: str) -> str:
    """One piece of the expression; numbers without a sign beside them need both digits."""
    if part == "%%":
        return "%"
    if part[0] != "%":
        return r"\s+".join(re.escape(word) for word in re.split(r"\s+", part))
    tight = before[:1] == "%" or after[:1] == "%" or before[-1:].isdigit() or after[:1].isdigit()
    shape = _SHAPES.get(part[1], "[0-9]{2}" if tight else "[0-9]{1,2}")
    ordinal = "(?:er)?" if part[1] == "d" and not tight else ""  # 1er mai
    return f"(?P<{_GROUPS[part[1]]}>{shape}){ordinal}"


def _check_directives(pattern: Pattern) -> None:
    has = pattern.directives
    one_month, one_year = len(has & {"m", "b"}) == 1, len(has & {"Y", "y"}) == 1
    calendar = "d" in has and one_month and one_year and not has & {"G", "V"}
    if ("I" in has) != ("p" in has) or has >= {"H", "I"}:
        raise ConfigError(
            f"the date format {pattern.text!r} does not name one hour", cure="%I goes with %p, not with %H"
        )
    week = "V" in has and not has & {"d", "m", "b", "Y", "y"}
    if not (calendar or week):
        raise ConfigError(
            f"the date format {pattern.text!r} does not name one day",
            cure="give %d, one of %m and %b, and one of %Y and %y; or %V, with the year of the week as %G",
        )


def find_day(fields: Mapping[str, str], *, weekday: Weekday | None = None, near: date | None = None) -> date | None:
    """The day that these fields name, or None where there is none (31 February, week 53 of a year of 52)."""
    try:
        if "week" in fields:
            return _find_week_day(fields, WEEKDAYS.index(weekday or "monday") + 1, near)
        year = int(fields["year"]) if "year" in fields else 2000 + int(fields["short_year"])
        month = int(fields["month"]) if "month" in fields else _MONTH_NUMBERS[fields["name"].rstrip(".").casefold()]
        return date(year, month, int(fields["day"]))
    except (ValueError, KeyError):
        return None


def _find_week_day(fields: Mapping[str, str], weekday: int, near: date | None) -> date | None:
    week = int(fields["week"])
    if "week_year" in fields:
        return date.fromisocalendar(int(fields["week_year"]), week, weekday)
    if near is None:
        return None
    days = [day for step in (-1, 0, 1) if (day := _try_week(near.year + step, week, weekday))]
    nearest = min(days, key=lambda day: abs(day - near), default=None)
    return nearest if nearest and abs(nearest - near) <= timedelta(weeks=NEAREST_WEEKS) else None


def _try_week(year: int, week: int, weekday: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, weekday)
    except ValueError:
        return None


def find_moment(fields: Mapping[str, str]) -> datetime | None:
    """The moment that these fields name, naive unless they hold an offset; the end of the day where no hour is given.

    None where there is no such moment.
    """
    day = find_day(fields)
    if day is None:
        return None
    hour = _read_hour(fields)
    if hour is None:
        return end_day(day)
    offset = fields.get("offset")
    try:
        return datetime(
            day.year, day.month, day.day, hour, int(fields.get("minute", 0)),
            int(fields.get("second", 0)), int(fields.get("fraction", "0").ljust(6, "0")),
            _read_offset(offset) if offset else None,
        )  # fmt: skip
    except ValueError:
        return None


def _read_hour(fields: Mapping[str, str]) -> int | None:
    """The hour of a clock of 24 or of 12 hours; None where none is given. 12 AM is midnight; 13 PM no hour."""
    if "half_hour" not in fields:
        return int(fields["hour"]) if "hour" in fields else None
    hour = int(fields["half_hour"])
    late = fields["half"][0] in "pP"
    return hour % 12 + 12 * late if 1 <= hour <= 12 else 24


def end_day(day: date) -> datetime:
    """The last second of a day, naive: what is dated by its day alone is not taken as known before the day is over."""
    return datetime(day.year, day.month, day.day, 23, 59, 59)  # noqa: DTZ001 — the caller adds the declared zone


def _read_offset(text: str) -> timezone:
    if text in "Zz":
        return timezone(timedelta())
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))
