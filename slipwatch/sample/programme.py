"""The 26 polls of the sample programme, and the drop folder as each of them sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
SEED = 2026
LAST_POLL = 26


@dataclass(frozen=True, kw_only=True)
class Poll:
    """One Monday. `at` is an aware instant; `files_of` the day of the weekly files that it finds newest."""

    number: int
    at: datetime
    files_of: date

    @property
    def day(self) -> date:
        return self.at.date()


_EARLY_FILES = {date(2026, 5, 1): date(2026, 4, 30), date(2026, 5, 8): date(2026, 5, 7)}


def _plan_poll(number: int) -> Poll:
    monday = date(2026, 1, 5) + timedelta(weeks=number - 1)
    friday = monday - timedelta(days=3)
    at = datetime.combine(monday, time(6), tzinfo=PARIS)
    return Poll(number=number, at=at, files_of=_EARLY_FILES.get(friday, friday))


POLLS: tuple[Poll, ...] = tuple(_plan_poll(number) for number in range(1, LAST_POLL + 1))
"""The 26 polls, W1 = 5 January to W26 = 29 June 2026, each at 06:00 in Paris."""

COMMITTEES: tuple[date, ...] = (
    date(2026, 1, 29),
    date(2026, 2, 26),
    date(2026, 4, 2),
    date(2026, 4, 30),
    date(2026, 5, 28),
    date(2026, 6, 25),
)
"""Days of the steering committee (COPIL)."""


def write_poll(folder: Path, poll: int, seed: int = SEED) -> None:
    """Brings a drop folder to the state that a poll (1 to 26) sees.

    Every file that has arrived by then is added under its dated name, none is ever rewritten; only the WMS database is
    replaced by its state of the last night. The same seed gives the same bytes. A file's time of modification is that
    of its arrival. Raises `ValueError` for a poll that the programme does not have.
    """
    from slipwatch.sample.drop_folder import fill_folder

    if not 1 <= poll <= LAST_POLL:
        raise ValueError(f"poll {poll}: the sample programme has polls 1 to {LAST_POLL}")
    fill_folder(folder, POLLS[:poll], seed=seed)
