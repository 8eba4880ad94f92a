"""What the names of files tell: which ones belong together, the pattern that finds next week's, and their date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_SEPARATORS = re.compile(r"([ _\-.]+)")
_SHORTEST_WORD = 4


@dataclass(frozen=True)
class Stamp:
    """A date inside a name: `pattern` finds it (one group), `form` reads it, `rest` is the name with `*` instead."""

    day: date
    pattern: str
    form: str
    rest: str


_FORMS: tuple[tuple[str, str, str], ...] = (
    (r"(20\d\d)-(\d\d)-(\d\d)", "%Y-%m-%d", "ymd"),
    (r"(20\d\d)_(\d\d)_(\d\d)", "%Y_%m_%d", "ymd"),
    (r"(20\d\d)\.(\d\d)\.(\d\d)", "%Y.%m.%d", "ymd"),
    (r"(20\d\d)(\d\d)(\d\d)", "%Y%m%d", "ymd"),
    (r"(\d\d)\.(\d\d)\.(20\d\d)", "%d.%m.%Y", "german"),
    (r"(\d\d)-(\d\d)-(20\d\d)", "%d-%m-%Y", "unclear"),
    (r"(\d\d)_(\d\d)_(20\d\d)", "%d_%m_%Y", "unclear"),
)


def find_stamp(name: str) -> Stamp | None:
    """The one date of a name; None where there is none, or where day and month could change places."""
    for shape, form, order in _FORMS:
        found = re.search(rf"(?<!\d){shape}(?!\d)", name)
        day = _read_day(found.groups(), order) if found else None
        if found and day:
            group = shape.replace("(", "").replace(")", "")
            rest = name[: found.start()] + "*" + re.sub(r"^T?\d{2,6}(?=\D)", "", name[found.end() :])
            return Stamp(day, rf"(?:^|\D)({group})(?:\D|$)", form, rest)
    return None


def _read_day(parts: tuple[str, ...], order: str) -> date | None:
    """None for what is no day. A dash or underscore may stand in an American date: then the day must be above 12."""
    year, month, day = parts if order == "ymd" else parts[::-1]
    if order == "unclear" and int(day) <= 12 and day != month:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def write_pattern(names: Sequence[str]) -> str:
    """The file pattern that finds all of these names, and next week's: dates and what differs become `*`.

    >>> write_pattern(["2026-01-02_norvane_confirmations.csv", "2026-01-03_kestrix_confirmations.csv"])
    '*_confirmations.csv'
    >>> write_pattern(["plan.xlsx"])
    'plan.xlsx'
    """
    rests = {found.rest if (found := find_stamp(name)) else name for name in names}
    if len(rests) == 1:
        return rests.pop()
    return _join_names(sorted(rests))


def _join_names(names: Sequence[str]) -> str:
    """The words that all names begin and end with, and one `*` between."""
    parts = [_SEPARATORS.split(name) for name in names]
    shortest = min(map(len, parts))
    head = next((count for count in range(shortest) if len({tuple(one[: count + 1]) for one in parts}) > 1), shortest)
    tails = range(shortest - head)
    tail = next((count for count in tails if len({tuple(one[len(one) - count - 1 :]) for one in parts}) > 1), 0)
    first = parts[0]
    joined = "".join(first[:head]) + "*" + "".join(first[len(first) - tail :])
    return re.sub(r"\*(?:[ _\-.]*\*)+", "*", joined)


def name_topic(names: Sequence[str]) -> str | None:
    """The word of four letters or more that all these names share, for a pattern that means something; None without."""
    pattern = write_pattern(names)
    stem = pattern.rpartition(".")[0] or pattern
    words = [word for word in re.split(r"[\W_\d*]+", stem) if len(word) >= _SHORTEST_WORD]
    return words[-1] if words else None
