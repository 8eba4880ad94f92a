"""Working days: distances and shifts of whole columns of dates in the calendar of a site.

A distance is antisymmetric and additive, because a date that is not worked stands for the first working day after it:
what arrives on a Saturday can be used on the Monday. A shift counts working days strictly after the day (or before it,
for a negative count): three working days after a closed Friday is the Wednesday, as people count on their fingers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from slipwatch.errors import ConfigError
from slipwatch.model.portfolio import Portfolio, Site

FIRST_YEAR = 1990
LAST_YEAR = 2060
"""Years whose public holidays are known to a calendar; before and after, only weekends are closed."""

_ORIGIN = np.datetime64(f"{FIRST_YEAR}-01-01", "D")

Days = npt.NDArray[np.datetime64]
Counts = npt.NDArray[np.float64]
Dates = npt.ArrayLike | date
"""A column of dates, or one date for all rows: Series, ISO texts, dates; missing values as NaT."""


@lru_cache(maxsize=64)
def list_holidays(country: str, subdivision: str | None = None) -> frozenset[date]:
    """Public holidays of a country, or of a part of it, from `FIRST_YEAR` to `LAST_YEAR`.

    `subdivision` is the ISO 3166-2 code with or without its country ("BW", "FR-57"). Raises `ConfigError` for a country
    or part that the calendar package does not know.
    """
    import holidays

    part = subdivision.removeprefix(f"{country}-") if subdivision else None
    try:
        return frozenset(holidays.country_holidays(country, subdiv=part, years=range(FIRST_YEAR, LAST_YEAR + 1)))
    except NotImplementedError as unknown:
        known = holidays.list_supported_countries(include_aliases=False).get(country, [])
        cure = (
            f"parts known: {', '.join(known) or 'none, leave it empty'}" if known or part else "use its two-letter code"
        )
        raise ConfigError(
            f"no public holidays known for {country} {part or ''}".rstrip(), subject="calendar", cure=cure
        ) from unknown


@dataclass(frozen=True)
class WorkCalendar:
    """One site's working days. `weekend` holds the weekdays never worked (Monday is 0), `closed` all other closed days.

    >>> moselle = WorkCalendar.of_site(Site(key="M", name="Depot", country="FR", subdivision="57"))
    >>> moselle.count(date(2026, 3, 27), date(2026, 4, 24))     # Good Friday and Easter Monday are closed
    18
    >>> moselle.shift(date(2026, 4, 3), 4)                      # four working days after Good Friday
    datetime.date(2026, 4, 10)
    """

    weekend: tuple[int, ...] = (5, 6)
    closed: frozenset[date] = frozenset()
    name: str = "Monday to Friday"
    _calendar: np.busdaycalendar = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if set(self.weekend) >= set(range(7)):
            raise ConfigError("a calendar without any working day", subject=self.name, cure="shorten its weekend")
        worked = [day not in self.weekend for day in range(7)]
        closed = np.array(sorted(self.closed), dtype="datetime64[D]")
        object.__setattr__(self, "_calendar", np.busdaycalendar(weekmask=worked, holidays=closed))

    @classmethod
    def of_site(cls, site: Site) -> WorkCalendar:
        """The site's public holidays, plus its own closed days, minus the holidays it works."""
        closed = (list_holidays(site.country, site.subdivision) | site.extra_holidays) - site.working
        return cls(weekend=site.weekend, closed=closed, name=site.name)

    def is_working(self, day: date) -> bool:
        return bool(np.is_busday(np.datetime64(day, "D"), busdaycal=self._calendar))

    def find_working(self, day: date) -> date:
        """The day itself if it is worked, else the first working day after it.

        >>> WorkCalendar().find_working(date(2026, 4, 4))
        datetime.date(2026, 4, 6)
        """
        found = np.busday_offset(np.datetime64(day, "D"), 0, roll="forward", busdaycal=self._calendar)
        return date.fromisoformat(str(found))

    def count(self, start: date, end: date) -> int:
        """Working days from `start` to `end`; negative where `end` is earlier.

        >>> WorkCalendar().count(date(2026, 2, 27), date(2026, 3, 4))
        3
        >>> WorkCalendar().count(date(2026, 3, 4), date(2026, 2, 27))
        -3
        """
        return int(self._rank(np.datetime64(end, "D")) - self._rank(np.datetime64(start, "D")))

    def shift(self, day: date, days: int) -> date:
        """The working day that lies `days` working days after `day` (before it when negative); `day` itself for 0.

        >>> WorkCalendar().shift(date(2026, 4, 30), -8)
        datetime.date(2026, 4, 20)
        """
        return date.fromisoformat(str(self.shift_days(np.array([day], dtype="datetime64[D]"), np.array([days]))[0]))

    def count_days(self, starts: Dates, ends: Dates) -> Counts:
        """`count` for columns: working days as float64, NaN where either date is missing.

        >>> WorkCalendar().count_days(["2026-02-27", "NaT"], ["2026-03-04", "2026-03-04"])
        array([ 3., nan])
        """
        first, last = np.broadcast_arrays(as_days(starts), as_days(ends))
        known = ~(np.isnat(first) | np.isnat(last))
        counts = np.full(known.shape, np.nan)
        counts[known] = self._rank(last[known]) - self._rank(first[known])
        return counts

    def shift_days(self, days: Dates, counts: npt.ArrayLike) -> Days:
        """`shift` for columns: NaT where the date or the count is missing.

        >>> WorkCalendar().shift_days(["2026-04-30", "2026-05-01"], [-8, np.nan])
        array(['2026-04-20',        'NaT'], dtype='datetime64[D]')
        """
        start, steps = np.broadcast_arrays(as_days(days), np.asarray(counts, dtype=np.float64))
        moved = start.copy()
        moved[np.isnan(steps)] = np.datetime64("NaT")
        later, earlier = (steps > 0) & ~np.isnat(start), (steps < 0) & ~np.isnat(start)
        moved[later] = self._step(start[later], steps[later], roll="backward")
        moved[earlier] = self._step(start[earlier], steps[earlier], roll="forward")
        return moved

    def _step(self, days: Days, counts: Counts, *, roll: Literal["forward", "backward"]) -> Days:
        return np.asarray(np.busday_offset(days, counts.astype(np.int64), roll=roll, busdaycal=self._calendar))

    def _rank(self, days: Days | np.datetime64) -> npt.NDArray[np.int64]:
        return np.asarray(np.busday_count(_ORIGIN, days, busdaycal=self._calendar))


def as_days(values: Dates) -> Days:
    """A column of dates as datetime64[D]."""
    return np.asarray(values, dtype="datetime64[D]")


@dataclass(frozen=True)
class Calendars:
    """Every calendar of a portfolio. Order: delivery site, then the milestone's, then the project's, then Monday to
    Friday without holidays.

    >>> from slipwatch.model.portfolio import Milestone, Project
    >>> calendars = Calendars(Portfolio(
    ...     name="P", sites={"G": Site(key="G", name="Plant", country="DE", subdivision="BW")},
    ...     projects={"ERP": Project(key="ERP", name="ERP")},
    ...     milestones={"GO": Milestone(key="GO", name="Go-live", project="ERP", site="G")}))
    >>> calendars.for_milestone("GO").name, calendars.for_project("ERP").name
    ('Plant', 'Monday to Friday')
    """

    portfolio: Portfolio
    _known: dict[str, WorkCalendar] = field(default_factory=dict, init=False, repr=False, compare=False)

    def for_site(self, site: str | None) -> WorkCalendar:
        """The calendar of a site key; Monday to Friday for None or a key that the portfolio does not have."""
        key = site if site and site in self.portfolio.sites else ""
        if key not in self._known:
            self._known[key] = WorkCalendar.of_site(self.portfolio.sites[key]) if key else WorkCalendar()
        return self._known[key]

    def for_milestone(self, milestone: str | None) -> WorkCalendar:
        return self.for_site(self.find_site(milestone=milestone))

    def for_project(self, project: str | None) -> WorkCalendar:
        return self.for_site(self.find_site(project=project))

    def find_site(self, *, milestone: str | None = None, project: str | None = None) -> str | None:
        """Site key of a milestone, else of its project or of `project`, else None."""
        point = self.portfolio.milestones.get(milestone or "")
        owner = self.portfolio.projects.get((point.project if point else project) or "")
        return (point.site if point else None) or (owner.site if owner else None)

    def count_days(self, sites: Sequence[str | None], starts: Dates, ends: Dates) -> Counts:
        """Working days from start to end of each row, in the calendar of that row's site key; NaN where unknown."""
        first, last = np.broadcast_arrays(as_days(starts), as_days(ends))
        counts = np.full(first.shape, np.nan)
        for site, rows in group_rows(sites):
            counts[rows] = self.for_site(site).count_days(first[rows], last[rows])
        return counts

    def shift_days(self, sites: Sequence[str | None], days: Dates, counts: npt.ArrayLike) -> Days:
        """Each row's day moved by that row's working days, in the calendar of that row's site key."""
        start, steps = np.broadcast_arrays(as_days(days), np.asarray(counts, dtype=np.float64))
        moved = start.copy()
        for site, rows in group_rows(sites):
            moved[rows] = self.for_site(site).shift_days(start[rows], steps[rows])
        return moved


def group_rows(keys: Sequence[str | None]) -> list[tuple[str | None, npt.NDArray[np.intp]]]:
    """Row numbers of each distinct key, in order of appearance; a missing key (None, NaN, NA) is one group, None.

    >>> [(key, rows.tolist()) for key, rows in group_rows(["M", None, "M"])]
    [('M', [0, 2]), (None, [1])]
    """
    import pandas as pd

    codes, names = pd.factorize(np.asarray(keys, dtype=object), use_na_sentinel=True)
    order = np.argsort(codes, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(codes[order])) + 1) if len(order) else []
    found = [(None if codes[rows[0]] < 0 else str(names[codes[rows[0]]]), rows) for rows in groups]
    return sorted(found, key=lambda group: int(group[1][0]))
