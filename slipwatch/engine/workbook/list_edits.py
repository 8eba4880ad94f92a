"""Rows that are members of a list or single values in the configuration: meetings, closed days, tolerances, rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from slipwatch.engine.workbook.cells import term
from slipwatch.engine.workbook.comparing import Change, list_names
from slipwatch.engine.workbook.places import Files
from slipwatch.engine.workbook.sheets import DAYS, MEETINGS, RULES, TOLERANCES
from slipwatch.engine.workbook.state import describe_limits, list_limits
from slipwatch.registry import find_check, find_checks

PORTFOLIO, TOLERANCES_FILE = "portfolio.yaml", "tolerances.yaml"
LISTS = {"closed": "extra_holidays", "worked": "working"}


def edit_meeting(files: Files, change: Change) -> None:
    """A day of a committee."""
    committee, day = change.identity[0], change.get("day")
    place = files.add(PORTFOLIO, ("committees", committee, "dates"), change, field="day")
    days = list(files.read(PORTFOLIO, *place.path) or ())
    files.set_list(place, _without(days, day) if change.mark == "remove" else _with(days, day))


def edit_day(files: Files, change: Change) -> None:
    """A day of a site that is closed, or worked; never both."""
    site, day = change.identity[0], change.get("day")
    for kind, name in LISTS.items():
        place = files.add(PORTFOLIO, ("sites", site, name), change, field="day")
        days = list(files.read(PORTFOLIO, *place.path) or ())
        wanted = change.mark != "remove" and change.get("kind") == kind
        if (day in days) != wanted:
            files.set_list(place, _with(days, day) if wanted else _without(days, day))


def _with(days: list[date], day: date) -> list[date]:
    """The list with one more day, in order where it was in order."""
    more = [*days, day]
    return sorted(more) if days == sorted(days) else more


def _without(days: list[date], day: date) -> list[date]:
    return [one for one in days if one != day]


def edit_tolerance(files: Files, change: Change) -> None:
    """A threshold of a rule, for all projects or for one."""
    project, rule, threshold = change.identity
    known = list_limits(find_check(rule).thresholds) if rule in {check.id for check in find_checks()} else {}
    if threshold not in known:
        names = list_names(list(known))
        change.entry.refuse("threshold", threshold, term("allowed.rule", names=names), term("cure.choose"))
        return
    value = change.get("value")
    if value is not None and not _fits(rule, threshold, value):
        limits = describe_limits(known[threshold])
        change.entry.refuse("value", value, term("allowed.limits", limits=limits), term("cure.number"))
        return
    path = ("projects", project, "rules", rule, threshold) if project else ("rules", rule, threshold)
    files.assign(files.add(TOLERANCES_FILE, path, change, field="value"), value)


def _fits(rule: str, threshold: str, value: Decimal) -> bool:
    exact = int(value) if value == value.to_integral_value() else float(value)
    try:
        find_check(rule).thresholds.model_validate({threshold: exact})
    except ValidationError:
        return False
    return True


def edit_rule(files: Files, change: Change) -> None:
    """Whether a rule is used: those that are not are listed, by id or by catalogue number."""
    check = find_check(change.identity[0])
    place = files.add(TOLERANCES_FILE, ("off",), change, field="used")
    off: list[Any] = [name for name in files.read(TOLERANCES_FILE, "off") or () if name not in (check.id, check.alias)]
    files.set_list(place, off if change.get("used") is not False else [*off, check.id])


EDITORS = {MEETINGS.id: edit_meeting, DAYS.id: edit_day, TOLERANCES.id: edit_tolerance, RULES.id: edit_rule}
