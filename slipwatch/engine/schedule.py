"""Says when, through the scheduler that the machine has anyway: a line for cron, a task for the Windows Task Scheduler.

Nothing is installed and no administrator is needed: both belong to the user who registers them. The task is written
after Microsoft's documentation of the Task Scheduler schema, version 1.2 (Windows Vista and later).
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import PurePath
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from slipwatch.errors import ConfigError

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
TASK_NAME = "Slipwatch"
_LONGEST_RUN = "PT4H"
_EVERY_DAY = "daily"


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """`command` is the program with its arguments, `folder` where it is called; `days` are numbers, Monday is 0."""

    command: Sequence[str]
    folder: PurePath
    at: time
    days: tuple[int, ...]


def read_time(text: str) -> time:
    """`06:00` as a time. Raises `ConfigError`."""
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", text.strip())
    if not found:
        raise ConfigError(f"{text!r} is no time", subject="--at", cure="write it as 06:00")
    return time(int(found[1]), int(found[2]))


def read_days(text: str) -> tuple[int, ...]:
    """`mon-fri`, `mon,thu` or `daily` as numbers of days. Raises `ConfigError`.

    >>> read_days("mon-wed,sat")
    (0, 1, 2, 5)
    """
    if text.strip().casefold() == _EVERY_DAY:
        return tuple(range(7))
    chosen: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        start, end = _read_day(first), _read_day(last if dash else first)
        chosen |= set(range(start, end + 1)) if start <= end else {*range(start, 7), *range(end + 1)}
    return tuple(sorted(chosen))


def _read_day(text: str) -> int:
    word = text.strip().casefold()
    if len(word) >= 3:
        for number, name in enumerate(DAYS):
            if name.startswith(word):
                return number
    raise ConfigError(f"{text!r} is no day", subject="--days", cure="write mon-fri, mon,thu or daily")


def write_cron_line(schedule: Schedule) -> str:
    """A line of a crontab. A percent sign would end the command there, and is escaped."""
    days = "*" if len(schedule.days) == 7 else ",".join(str((day + 1) % 7) for day in schedule.days)
    call = f"cd {shlex.quote(str(schedule.folder))} && {shlex.join(schedule.command)} >>slipwatch.log 2>&1"
    return f"{schedule.at.minute} {schedule.at.hour} * * {days}  {call}".replace("%", r"\%")


def write_task(schedule: Schedule, *, today: date) -> str:
    """The XML of a task, to be saved as UTF-16, as its first line says.

    It runs with the rights of whoever registers it, only while that person is logged on: so no password is stored. A
    run that was missed is made up for, and none is begun without a network.
    """
    task = Element("Task", version="1.2", xmlns=NAMESPACE)
    _add(
        task,
        "RegistrationInfo",
        Description="Slipwatch: read the sources, judge, and tell what changed",
        URI=f"\\{TASK_NAME}",
    )
    trigger = SubElement(SubElement(task, "Triggers"), "CalendarTrigger")
    SubElement(trigger, "StartBoundary").text = f"{today.isoformat()}T{schedule.at:%H:%M:%S}"
    week = SubElement(trigger, "ScheduleByWeek")
    SubElement(week, "WeeksInterval").text = "1"
    days = SubElement(week, "DaysOfWeek")
    for day in schedule.days:
        SubElement(days, DAYS[day].capitalize())
    principal = SubElement(SubElement(task, "Principals"), "Principal", id="Author")
    SubElement(principal, "LogonType").text = "InteractiveToken"
    SubElement(principal, "RunLevel").text = "LeastPrivilege"
    _add(
        task, "Settings", MultipleInstancesPolicy="IgnoreNew", DisallowStartIfOnBatteries="false",
        StopIfGoingOnBatteries="false", StartWhenAvailable="true", RunOnlyIfNetworkAvailable="true", Enabled="true",
        ExecutionTimeLimit=_LONGEST_RUN,
    )  # fmt: skip
    actions = SubElement(task, "Actions", Context="Author")
    program, *arguments = schedule.command
    _add(
        actions, "Exec", Command=program, Arguments=subprocess.list2cmdline(arguments),
        WorkingDirectory=str(schedule.folder),
    )  # fmt: skip
    indent(task)
    return f'<?xml version="1.0" encoding="UTF-16"?>\n{tostring(task, encoding="unicode")}\n'


def _add(parent: Element, name: str, **texts: str) -> None:
    part = SubElement(parent, name)
    for tag, text in texts.items():
        SubElement(part, tag).text = text
