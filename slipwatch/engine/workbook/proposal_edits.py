"""Rows of proposed baselines and of their items, as they stand in baselines.yaml. What was approved is not reached."""

from __future__ import annotations

from typing import Any

from slipwatch.engine.workbook.cells import term
from slipwatch.engine.workbook.comparing import Change
from slipwatch.engine.workbook.places import Files, Place
from slipwatch.engine.workbook.sheets import AMOUNTS, BASELINES, DATES

FILE = "baselines.yaml"


def edit_proposal(files: Files, change: Change) -> None:
    """Name, day, reason of a baseline. A new one gets its items from their own sheets."""
    kind, number, project = change.get("kind"), change.get("number"), change.get("project")
    if not _fits(change, str(kind), project):
        return
    position = find_proposal(files, str(kind), number, project)
    place = _place(files, change, len(files.read(FILE, "baselines") or ()) if position is None else position, str(kind))
    if change.mark == "remove":
        files.remove(place)
    elif position is None:
        files.put(place, _build_proposal(change, str(kind)))
    else:
        for name, (_, new) in change.plain_edits.items():
            files.set(place, "freeze_on" if (kind, name) == ("scope", "effective_on") else name, new)


def _fits(change: Change, kind: str, project: object) -> bool:
    """What belongs to one kind only must be empty in another."""
    entry = change.entry
    if kind == "schedule" and project is not None:
        entry.refuse("project", project, term("allowed.no_project"), term("cure.clear"))
    if kind != "schedule" and project is None:
        entry.require("project")
    if kind != "scope" and change.get("entity") is not None:
        entry.refuse("entity", change.get("entity"), term("allowed.no_project"), term("cure.clear"))
    return not entry.faults


def _place(files: Files, change: Change, position: int, kind: str) -> Place:
    names = {"freeze_on": "effective_on"} if kind == "scope" else {}
    return files.add(FILE, ("baselines", position), change, names, "name")


def _build_proposal(change: Change, kind: str) -> dict[str, Any]:
    day = "freeze_on" if kind == "scope" else "effective_on"
    names = {"number": "number", "kind": "kind", "name": "name", "reason": "reason", "project": "project"}
    names |= {"effective_on": day, "entity": "entity"}
    return {theirs: change.get(ours) for ours, theirs in names.items() if change.get(ours) is not None}


def find_proposal(files: Files, kind: str, number: object, project: object) -> int | None:
    """Where a proposal stands in the list, or None."""
    for position, written in enumerate(files.read(FILE, "baselines") or ()):
        if (written.get("kind"), written.get("number"), written.get("project")) == (kind, number, project):
            return position
    return None


def edit_date(files: Files, change: Change) -> None:
    """The date of a milestone in a schedule baseline."""
    _edit_item(files, change, ("schedule", None), "milestone", {"date": change.get("date")})


def edit_amount(files: Files, change: Change) -> None:
    """The amount of a budget line in a cost baseline."""
    values = {name: change.get(name) for name in ("amount", "currency") if change.get(name) is not None}
    _edit_item(files, change, ("cost", change.get("project")), "budget_line", values)


def _edit_item(files: Files, change: Change, of: tuple[str, Any], key: str, values: dict[str, Any]) -> None:
    position = find_proposal(files, of[0], change.get("number"), of[1])
    if (of[0], of[1] or "", change.get("number")) in files.frozen:
        change.entry.refuse("number", change.get("number"), term("allowed.frozen"), term("cure.frozen"))
        return
    if position is None:
        change.entry.refuse("number", change.get("number"), term("allowed.proposal"), term("cure.proposal"))
        return
    items = files.read(FILE, "baselines", position, "items") or ()
    own = next((index for index, item in enumerate(items) if str(item.get(key)) == str(change.get(key))), None)
    path = ("baselines", position, "items", len(items) if own is None else own)
    place = files.add(FILE, path, change, field=next(iter(values), key))
    if change.mark == "remove":
        files.remove(place)
    elif own is None:
        files.put(place, {key: change.get(key), **values})
    else:
        for name in change.plain_edits:
            files.set(place, name, change.get(name))


EDITORS = {BASELINES.id: edit_proposal, DATES.id: edit_date, AMOUNTS.id: edit_amount}
"""Baselines come before their items in the order of the sheets."""
