"""The format of a column of dates, from all of its values: what is ambiguous stays ambiguous."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache

from slipwatch.errors import ConfigError
from slipwatch.inference.profile import WEEKDAY_WORDS, Profile, Shape
from slipwatch.wire.patterns import compile_pattern, find_day

SERIALS = (36_526, 73_050)
"""The spreadsheet's numbers of the days from 2000 to 2099."""

_YEARS = (1990, 2099)
_SHORT_YEARS = (15, 45)
_WEEKDAY = re.compile(r"(?P<word>[^\W\d_]{2,10}\.?)(?P<sign>,? )(?=9)")
_TIMES = (
    " %H:%M:%S %z", " %H:%M:%S.%f", " %H:%M:%S", " %H:%M", "T%H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %I:%M %p",
    ", %H:%M",
)  # fmt: skip
_DAY_FIRST = "%d{0}%m{0}%Y"
_MONTH_FIRST = "%m{0}%d{0}%Y"
_NAMED = (
    "%d %b %Y", "%d. %b %Y", "%d-%b-%Y", "%d/%b/%Y", "%d %b. %Y", "%d.%b.%Y", "%b %d, %Y", "%b %d %Y", "%d %b, %Y",
    "%d-%b-%y", "%d/%b/%y", "%d %b %y", "%d. %b %y", "%d.%b.%y", "%Y-%b-%d", "%Y %b %d",
)  # fmt: skip
_WEEKS = (
    "KW %V/%G", "KW%V/%G", "KW %V %G", "KW %V-%G", "KW %V", "KW%V", "KW.%V", "%G-W%V", "%G W%V", "%G/W%V", "%GW%V",
    "W%V/%G", "W%V-%G", "W%V %G", "W%V", "W %V", "S%V/%G", "S%V-%G", "S%V %G", "S%V", "S %V", "Sem. %V", "Sem %V",
    "Semaine %V", "Semaine %V %G", "Semaine %V/%G", "Week %V", "Week %V %G", "Week %V/%G", "Wk %V", "CW %V", "CW%V",
    "CW %V/%G", "CW%V/%G", "%G-KW%V", "%G KW%V", "%G/KW%V", "%G-S%V", "%G S%V", "%V/%G", "%G KW %V", "KW%V %G",
    "Sem. %V/%G", "S. %V", "Wk%V", "sem%V", "%G-KW %V", "WK %V/%G", "KW%V-%G", "S%V-%G", "W%V.%G", "KW%V.%G",
)  # fmt: skip


@dataclass(frozen=True)
class DateForms:
    """`formats` are those of the files connector; `rivals` are other readings of the same values, which make it
    ambiguous. `weeks` is true where a value is a week. `readable` counts the cells that are read, of `texts`."""

    formats: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    weeks: tuple[str, ...] = ()
    readable: int = 0
    texts: int = 0
    why: str = ""
    conflict: str = ""
    family: str = ""
    unread: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_ambiguous(self) -> bool:
        return bool(self.rivals or self.conflict)


def find_date_forms(profile: Profile, *, prefer: str = "") -> DateForms:
    """The forms of all texts of a column. `prefer` is `day` or `month`, where something else settles which is first."""
    shapes = profile.shapes
    groups = {text: list(_find_forms(text, shape)) if shape.is_tracked else [] for text, shape in shapes.items()}
    formats: dict[str, int] = {}
    weeks: dict[str, int] = {}
    pairs: dict[str, list[Shape]] = {}
    unread: list[str] = []
    for text, shape in shapes.items():
        found = groups[text]
        if not found:
            unread.append(shape.example)
        elif "%V" in found[0]:
            weeks[found[0]] = weeks.get(found[0], 0) + shape.count
        elif found[0].startswith("pair:"):
            pairs.setdefault(found[0].removeprefix("pair:"), []).append(shape)
        else:
            formats[found[0]] = formats.get(found[0], 0) + shape.count
    texts = sum(shape.count for shape in shapes.values()) + profile.other_shapes
    return _join_forms(formats, weeks, pairs, texts, unread=tuple(unread), prefer=prefer)


def _join_forms(
    formats: dict[str, int],
    weeks: dict[str, int],
    pairs: dict[str, list[Shape]],
    texts: int,
    *,
    unread: tuple[str, ...],
    prefer: str,
) -> DateForms:
    rivals: list[str] = []
    chosen: list[str] = []
    reasons: list[str] = []
    conflict, family = "", ""
    settled = {key: _settle(key, shapes, prefer) for key, shapes in pairs.items()}
    common = {one[0] for one in settled.values() if one[0] in ("day", "month")}
    for key, (order, why) in settled.items():
        separator, _, rest = key.partition("|")
        if order == "open" and len(common) == 1 and not prefer:
            order, why = next(iter(common)), "as the other values of the column"
        if order == "both":
            conflict = why
        if order == "open":
            rivals.append(_write_form("month", separator, rest))
        family = order if order in ("day", "month") else family
        chosen.append(_write_form("day" if order in ("open", "both") else order, separator, rest))
        reasons.append(why)
    if len(common) > 1:
        conflict = "some values have the day first, others the month"
    for form in sorted(formats, key=lambda one: -formats[one]):
        chosen.append(form)
        reasons.append(f"{formats[form]} values like {form}")
    readable = sum(formats.values()) + sum(weeks.values())
    readable += sum(shape.count for shapes in pairs.values() for shape in shapes)
    return DateForms(
        formats=tuple(dict.fromkeys(chosen)), rivals=tuple(dict.fromkeys(rivals)),
        weeks=tuple(sorted(weeks, key=lambda one: -weeks[one])), readable=readable, texts=texts,
        why="; ".join(dict.fromkeys(reasons)), conflict=conflict, family=family, unread=unread,
    )  # fmt: skip


def _settle(key: str, shapes: list[Shape], prefer: str) -> tuple[str, str]:
    """Which of two numbers is the day: `day` (first), `month` (first), `open` or `both`, and why."""
    first = max((shape for shape in shapes), key=lambda one: one.largest[0])
    second = max((shape for shape in shapes), key=lambda one: one.largest[1])
    over_first, over_second = first.largest[0] > 12, second.largest[1] > 12
    if over_first and over_second:
        return "both", f"{first.largest[0]} stands first in one value, {second.largest[1]} second in another"
    if over_first:
        return "day", f"{first.largest[0]} stands first in a value: no month"
    if over_second:
        return "month", f"{second.largest[1]} stands second in a value: no month"
    if key.startswith(".|"):
        return "day", "dates with dots have the day first"
    if prefer:
        return prefer, f"the {prefer} stands first in the other columns of this file"
    return "open", "no value is above 12 in either place"


def _write_form(order: str, separator: str, rest: str) -> str:
    form = (_DAY_FIRST if order == "day" else _MONTH_FIRST).format(separator)
    short, time, *before = rest.split("|")
    return "".join(before) + (form.replace("%Y", "%y") if short else form) + time


_PAIR = re.compile(r"9{1,2}([./-])9{1,2}\1(9{4}|9{2})(\D.*)?")
_TIME_SHAPES = tuple(
    (re.compile(re.sub(r"%[HIMS]", "9{1,2}", re.escape(form).replace("%p", r"(?:[aApP]\.?[mM]\.?)"))
                .replace("%f", "9{1,6}").replace("%z", "[+-]9{2}:?9{2}")), form)
    for form in _TIMES
)  # fmt: skip


def _find_forms(text: str, shape: Shape) -> Iterator[str]:
    """The forms that may write all values of a shape; `pair:` marks two numbers that could change places."""
    weekday = _WEEKDAY.match(text)
    if weekday and weekday["word"].rstrip(".").casefold() in WEEKDAY_WORDS:
        rest = replace(shape, example=shape.example[weekday.end() :])
        found = next(_find_forms(text[weekday.end() :], rest), None)
        if found and found.startswith("pair:"):
            yield f"{found}|%a{weekday['sign']}"
        elif found and found.startswith("%d"):
            yield f"%a{weekday['sign']}{found}"
        return
    pair = _PAIR.fullmatch(text)
    if pair:
        time = _find_time(pair[3] or "")
        year = shape.largest[2], shape.smallest[2]
        if time is not None and _is_pair(shape, year, is_short=len(pair[2]) == 2):
            yield f"pair:{pair[1]}|{'short' if len(pair[2]) == 2 else ''}|{time}"
            return
    if text.startswith(("9999-99-99", "9999/99/99", "9999.99.99")):
        yield from _find_iso(text, shape)
        return
    if text == "99999999" and _is_compact(shape):
        yield "%Y%m%d"
        return
    yield from _find_named(text, shape)


def _is_pair(shape: Shape, year: tuple[int, int], *, is_short: bool) -> bool:
    low, high = _SHORT_YEARS if is_short else _YEARS
    days = shape.largest[0] <= 31 and shape.largest[1] <= 31 and shape.smallest[0] >= 1 and shape.smallest[1] >= 1
    return days and year[0] <= high and year[1] >= low


def _find_time(text: str) -> str | None:
    """The form of a time after a date; an empty one for none, None for what is no time."""
    if not text:
        return ""
    return next((form for shape, form in _TIME_SHAPES if shape.fullmatch(text)), None)


def _find_iso(text: str, shape: Shape) -> Iterator[str]:
    if not (1 <= shape.smallest[1] <= shape.largest[1] <= 12 and shape.largest[2] <= 31):
        return
    rest = text[10:]
    if text[4] == "-" and not rest:
        yield "iso"
    elif text[4] == "-" and re.fullmatch(r"[T ]99:99(:99(\.9+)?)?(Z|[+-]99:?99)?", rest):
        yield "instant"
    elif (time := _find_time(rest)) is not None:
        yield f"%Y{text[4]}%m{text[4]}%d{time}"


def _is_compact(shape: Shape) -> bool:
    low, high = shape.smallest[0], shape.largest[0]
    return all(
        _YEARS[0] <= one // 10_000 <= _YEARS[1] and 1 <= one // 100 % 100 <= 12 and 1 <= one % 100 <= 31
        for one in (low, high)
    )


def _find_named(text: str, shape: Shape) -> Iterator[str]:
    """Names of months, and weeks: tried on an example of the shape, whose letters are the same in all its values."""
    if not re.search(r"[^\W\d_]{1,}", text) and "9/9999" not in text:
        return
    example = shape.example
    for form in _NAMED:
        for time in ("", *_TIMES):
            if _reads(form + time, example):
                yield form + time
                return
    for form in _WEEKS:
        if _reads(form, example) and _is_week(form, shape):
            yield form
            return


def _is_week(form: str, shape: Shape) -> bool:
    """A month and a year are written as a week and a year are: only a number above 12 tells them apart."""
    largest = shape.largest[0 if form.index("%V") < _find_year(form) else -1]
    return largest <= 53 and (form != "%V/%G" or largest > 12)


def _find_year(form: str) -> int:
    return form.find("%G") if "%G" in form else len(form)


def _reads(form: str, text: str) -> bool:
    try:
        fields = _compile(form).split(text)
    except ConfigError:
        return False
    if not fields:
        return False
    return "week" in fields or find_day(fields) is not None


_compile = cache(compile_pattern)
