"""The drop folder of the sample programme: which file arrives when, and under which name."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from functools import partial
from pathlib import Path

from slipwatch.sample.erp_files import write_erp_file
from slipwatch.sample.log_files import write_log_file
from slipwatch.sample.plan_files import write_plan_file
from slipwatch.sample.programme import PARIS, Poll
from slipwatch.sample.supplier_files import list_supplier_files
from slipwatch.sample.tracker_files import write_tracker_file
from slipwatch.sample.wms_database import write_wms_database

_FRIDAY_EVENING = time(17, 30)
_SUPPLIER_HOUR = time(14)


def fill_folder(folder: Path, polls: Sequence[Poll], *, seed: int) -> None:
    """Adds what is missing of the files that arrive until the last of the polls, and replaces the WMS database."""
    for poll in polls:
        _add_weekly_files(folder, poll.files_of, seed)
        _add(
            folder / "tracker" / f"{poll.day}T0600_tracker.json",
            poll.at,
            partial(write_tracker_file, poll, seed),
        )
    _add_supplier_files(folder, polls[-1], seed)
    database = folder / "wms" / "wms.sqlite"
    database.parent.mkdir(parents=True, exist_ok=True)
    _date_file(database, write_wms_database(database, polls[-1], seed=seed))


def _add_weekly_files(folder: Path, day: date, seed: int) -> None:
    at = datetime.combine(day, _FRIDAY_EVENING, tzinfo=PARIS)
    _add(folder / "plan" / f"{day}_plan_de_pilotage.xlsx", at, partial(write_plan_file, day))
    _add(folder / "erp" / f"{day}_commandes.csv", at, partial(write_erp_file, day, seed))
    _add(folder / "log" / f"{day}_journal_pmo.xlsx", at, partial(write_log_file, day, seed))


def _add_supplier_files(folder: Path, poll: Poll, seed: int) -> None:
    for name, (day, content) in list_supplier_files(seed).items():
        at = datetime.combine(day, _SUPPLIER_HOUR, tzinfo=PARIS)
        if at < poll.at:
            _add(folder / "suppliers" / name, at, partial(bytes, content))


def _add(path: Path, arrived: datetime, write: Callable[[], bytes | None]) -> None:
    """Writes a file that is not there yet; `write` gives None where nobody made one."""
    if path.exists():
        return
    content = write()
    if content is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    _date_file(path, arrived)


def _date_file(path: Path, at: datetime) -> None:
    os.utime(path, (at.timestamp(), at.timestamp()))
