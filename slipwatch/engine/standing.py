"""Where subjects stand beside what the rules say of them: baseline in force, cancelled, gone, and whose supplier's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from slipwatch.engine.links import name_declared

if TYPE_CHECKING:
    from slipwatch.engine.frames import FrameSupply

CANCELLED_COLUMNS: dict[str, tuple[str, bool | str]] = {
    "order_line": ("cancelled", True),
    "work_item": ("status", "cancelled"),
}


def number_baselines(supply: FrameSupply) -> dict[int, int]:
    """Number of the baseline in force, by subject: dates for milestones, scope for projects."""
    dates = supply.view("baseline")
    dates = dates[dates["kind"].eq("schedule")]
    numbers = dict(zip(dates["subject"].astype(int), dates["current_number"].astype(int), strict=True))
    scope = supply.view("scope_baseline")
    projects = supply.subjects_of("project")
    for project, number in scope.groupby("project")["number"].max().items():
        if str(project) in projects:
            numbers[projects[str(project)]] = int(number)
    return numbers


def find_cancelled(supply: FrameSupply) -> frozenset[int]:
    """Subjects that their own system calls cancelled."""
    found: set[int] = set()
    for entity in supply.loaded & set(CANCELLED_COLUMNS):
        column, value = CANCELLED_COLUMNS[entity]
        frame = supply.read(entity)
        ended = frame[column].eq(value).fillna(value=False).astype(bool)
        found.update(frame["subject"][ended].astype(int))
    return frozenset(found)


def find_left_scope(supply: FrameSupply) -> frozenset[int]:
    """Subjects whose every record is gone from its source, proven by two complete reads."""
    gone = set(supply.view("absent", supply.loaded)["subject"].astype("int64"))
    for entity in supply.loaded if gone else ():
        gone.difference_update(supply.read(entity)["subject"].astype("int64"))
    return frozenset(gone)


def find_suppliers(supply: FrameSupply) -> dict[int, str]:
    """Portfolio key of the supplier of each order line, by subject; lines of undeclared suppliers are left out."""
    if "order_line" not in supply.loaded:
        return {}
    frame = supply.read("order_line")
    declared = name_declared(supply.programme.portfolio, "supplier")
    keys = frame["supplier"].astype("str").str.casefold().map(declared)
    known = pd.DataFrame({"subject": frame["subject"], "key": keys}).dropna()
    return dict(zip(known["subject"].astype(int), known["key"].astype(str), strict=True))
