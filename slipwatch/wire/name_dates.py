"""The day that a file's name or a cell tells, as people write it in English, French and German; never a guess.

A week stands for its last day, as a day stands for its end: nothing is taken as known before it was. A month is no day.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from slipwatch.wire.patterns import find_day

Order = Literal["dmy", "mdy", "ymd"]
"""In which order day, month and year are written, where a text can be read in more than one."""

_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_NAME = r"(?P<name>[^\W\d_]{3,12})\.?"
_DAY = r"(?P<day>[0-9]{1,2})(?:er|st|nd|rd|th|\.)?"
_GAP = r"[\s.,-]*"
_WEEK = r"(?P<week>[0-9]{1,2})"
_WORD = r"(?:kalenderwoche|semaine|week|woche|sem|kw|cw|wk)\.?"
_LETTER = r"[sw]"
_START, _END = r"(?<![0-9])", r"(?![0-9])"
_NO_WORD = r"(?<![^\W\d_])"

_WRITTEN = (
    rf"{_START}{_DAY}{_GAP}(?:de\s|of\s)?{_NAME}{_GAP}(?P<year>(?:19|20)[0-9]{{2}}|[0-9]{{2}}){_END}",
    rf"{_NAME}{_GAP}{_DAY}{_GAP}{_YEAR}{_END}",
    rf"{_START}{_YEAR}{_GAP}{_NAME}{_GAP}{_DAY}{_END}",
)
_NUMBERS: tuple[tuple[str, tuple[Order, ...]], ...] = (
    (rf"{_START}((?:19|20)[0-9]{{2}})([-. ]?)([0-9]{{2}})\2([0-9]{{2}})(?:[0-9]{{4}}|[0-9]{{6}})?{_END}", ("ymd",)),
    (rf"{_START}([0-9]{{1,2}})(\.)([0-9]{{1,2}})\.((?:19|20)[0-9]{{2}}){_END}", ("dmy",)),
    (rf"{_START}([0-9]{{1,2}})([-/ ])([0-9]{{1,2}})\2((?:19|20)[0-9]{{2}}){_END}", ("dmy", "mdy")),
    (rf"{_START}([0-9]{{2}})()([0-9]{{2}})((?:19|20)[0-9]{{2}}){_END}", ("dmy", "mdy")),
    (r"(?<![\w.])([0-9]{1,2})(\.)([0-9]{1,2})\.([0-9]{2})(?![\w.])", ("dmy",)),
)
_SHORT: tuple[tuple[str, tuple[Order, ...]], ...] = (
    (r"(?<![0-9])([0-9]{2})([-/ ]?)([0-9]{2})\2([0-9]{2})(?![0-9])", ("dmy", "mdy", "ymd")),
)
_WEEKS = (
    rf"{_START}{_YEAR}[\s./-]*(?:{_WORD}|{_LETTER})\s?-?{_WEEK}{_END}",
    rf"{_NO_WORD}(?:{_WORD}|{_LETTER})[\s-]?{_WEEK}[\s./-]*{_YEAR}{_END}",
    rf"{_START}{_WEEK}\.?\s?(?:{_WORD})[\s./-]*{_YEAR}{_END}",
)
_BARE_WEEKS = (rf"{_NO_WORD}(?:{_WORD}|{_LETTER})[\s-]?{_WEEK}(?!\w)", rf"{_START}{_WEEK}\.?\s?kw\b")
_MONTHS = (
    rf"{_NO_WORD}{_NAME}{_GAP}{_YEAR}{_END}",
    rf"{_START}{_YEAR}{_GAP}{_NAME}",
    rf"{_START}{_YEAR}[-. ]?(?P<month>0[1-9]|1[0-2])(?![-. ]?[0-9])",
    rf"{_START}(?P<month>0?[1-9]|1[0-2])[-./ ]{_YEAR}{_END}",
)


@dataclass(frozen=True, kw_only=True)
class NameDate:
    """The day that a text tells, and the words that tell it. Where `day` is None, `doubt` says why it tells none."""

    day: date | None = None
    words: str = ""
    doubt: str = ""
    is_week: bool = False


def find_name_date(text: str, *, order: Order | None = None) -> NameDate:
    """The one day that a text names. `order` settles what can be read in several ways.

    >>> find_name_date("Plan projet V12 au 14.03.2026").day
    datetime.date(2026, 3, 14)
    >>> find_name_date("KW17 Bestellungen").doubt
    'only a week, without its year: “KW17”'
    """
    plain = unicodedata.normalize("NFC", text).replace("_", " ")
    for read in (_list_days, _list_short_days, _list_weeks):
        found = dict(read(plain, order))
        if found:
            return _settle(found, is_week=read is _list_weeks)
    return NameDate(doubt=_explain(plain))


def _settle(found: Mapping[str, frozenset[date]], *, is_week: bool) -> NameDate:
    """`found` maps the words to the days that they can mean."""
    days = sorted(frozenset().union(*found.values()))
    words = "” and “".join(found)
    if len(days) == 1:
        return NameDate(day=days[0], words=next(iter(found)), is_week=is_week)
    named = " or ".join(map(date.isoformat, days))
    several = all(len(one) == 1 for one in found.values())
    return NameDate(doubt=f"two dates: “{words}”" if several else f"“{words}” can be {named}")


def _list_days(text: str, order: Order | None) -> Iterator[tuple[str, frozenset[date]]]:
    for pattern in _WRITTEN:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            day = find_day(_name_year(match.groupdict()))
            if day:
                yield match[0].strip(), frozenset([day])
    yield from _list_numbers(_NUMBERS, text, order)


def _list_short_days(text: str, order: Order | None) -> Iterator[tuple[str, frozenset[date]]]:
    yield from _list_numbers(_SHORT, text, order)


def _list_numbers(
    forms: tuple[tuple[str, tuple[Order, ...]], ...], text: str, order: Order | None
) -> Iterator[tuple[str, frozenset[date]]]:
    for pattern, orders in forms:
        for match in re.finditer(pattern, text):
            first, _, second, third = match.groups()
            chosen = (order,) if order in orders else orders
            days = frozenset(
                day for one in chosen if (day := find_day(_name_year(_place(one, (first, second, third)))))
            )
            if days:
                yield match[0], days


def _place(order: Order, numbers: tuple[str, str, str]) -> dict[str, str]:
    names = {"d": "day", "m": "month", "y": "year"}
    return {names[letter]: number for letter, number in zip(order, numbers, strict=True)}


def _name_year(fields: Mapping[str, str]) -> dict[str, str]:
    """A year of two digits is one of this century."""
    name = "year" if len(fields["year"]) == 4 else "short_year"
    return {name if key == "year" else key: value for key, value in fields.items()}


def _list_weeks(text: str, _order: Order | None) -> Iterator[tuple[str, frozenset[date]]]:
    for pattern in _WEEKS:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            day = find_day({"week": match["week"], "week_year": match["year"]}, weekday="sunday")
            if day:
                yield match[0], frozenset([day])


def _explain(text: str) -> str:
    """Why a text that names no day names none."""
    for pattern in _MONTHS:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            if find_day({**match.groupdict(), "day": "1"}):
                return f"only a month: “{match[0].strip()}”"
    for pattern in _BARE_WEEKS:
        if week := re.search(pattern, text, re.IGNORECASE):
            return f"only a week, without its year: “{week[0]}”"
    return "no date in it"
