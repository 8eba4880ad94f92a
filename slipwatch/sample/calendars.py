"""Working days of the three sites of the sample programme, from a table of its own.

The generator must not lean on the code that is judged with its files; the tests compare the table with the
`holidays` package.
"""

from __future__ import annotations

from datetime import date, timedelta

SITE_R = "SITE-R"
SITE_G = "SITE-G"
DC_M = "DC-M"

_FRANCE = """
2025-01-01 2025-04-21 2025-05-01 2025-05-08 2025-05-29 2025-06-09 2025-07-14 2025-08-15 2025-11-01 2025-11-11 2025-12-25
2026-01-01 2026-04-06 2026-05-01 2026-05-08 2026-05-14 2026-05-25 2026-07-14 2026-08-15 2026-11-01 2026-11-11 2026-12-25
"""
_MOSELLE = " 2025-04-18 2025-12-26 2026-04-03 2026-12-26"
_BADEN_WUERTTEMBERG = """
2025-01-01 2025-01-06 2025-04-18 2025-04-21 2025-05-01 2025-05-29 2025-06-09 2025-06-19 2025-10-03 2025-11-01
2025-12-25 2025-12-26 2026-01-01 2026-01-06 2026-04-03 2026-04-06 2026-05-01 2026-05-14 2026-05-25 2026-06-04
2026-10-03 2026-11-01 2026-12-25 2026-12-26
"""


def _read_days(text: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(word) for word in text.split())


HOLIDAYS: dict[str, frozenset[date]] = {
    SITE_R: _read_days(_FRANCE),
    SITE_G: _read_days(_BADEN_WUERTTEMBERG),
    DC_M: _read_days(_FRANCE + _MOSELLE),
}
"""Public holidays of 2025 and 2026 by site."""


def is_working_day(site: str, day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS[site]


def shift_working_days(site: str, day: date, days: int) -> date:
    """The day that lies `days` working days after `day` (before it when negative); `day` itself for 0."""
    step = timedelta(days=1 if days > 0 else -1)
    left = abs(days)
    while left:
        day += step
        left -= is_working_day(site, day)
    return day


def count_working_days(site: str, start: date, end: date) -> int:
    """Working days from `start` to `end`; negative where `end` is earlier. A closed day counts as the next open one."""
    if end < start:
        return -count_working_days(site, end, start)
    return sum(is_working_day(site, start + timedelta(days=ahead)) for ahead in range((end - start).days))


def list_working_days(site: str, first: date, last: date) -> list[date]:
    """Every working day from `first` to `last`, both included."""
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return [day for day in days if is_working_day(site, day)]
