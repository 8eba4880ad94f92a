"""Rows of unassigned records: each becomes a link rule at the end of links.yaml, behind all that are there."""

from __future__ import annotations

from typing import Any

from slipwatch.engine.workbook.cells import term
from slipwatch.engine.workbook.comparing import Change, list_names
from slipwatch.engine.workbook.places import Files
from slipwatch.engine.workbook.sheets import UNASSIGNED

FILE = "links.yaml"


def edit_assignment(files: Files, change: Change) -> None:
    """A rule for a project code, for all codes that begin alike, or for single records by their labels."""
    project, milestone, prefix = (change.get(name) for name in ("project", "milestone", "prefix"))
    if project is None:
        change.entry.refuse("project", "", term("allowed.project_first"), term("cure.required"))
    elif prefix is not None and not change.get("value").startswith(prefix):
        allowed = term("allowed.prefix", value=change.get("value"))
        change.entry.refuse("prefix", prefix, allowed, term("cure.clear"))
    elif _fits(files, change, project, milestone):
        _write_rule(files, change, {"project": project, **({"milestone": milestone} if milestone else {})})


def _fits(files: Files, change: Change, project: str, milestone: str | None) -> bool:
    milestones = files.read("portfolio.yaml", "milestones") or {}
    own = sorted(key for key, declared in milestones.items() if declared.get("project") == project)
    if milestone is not None and milestone not in own:
        allowed = term("allowed.milestone_of", project=project, names=list_names(own))
        change.entry.refuse("milestone", milestone, allowed, term("cure.milestone_of"))
        return False
    return True


def _write_rule(files: Files, change: Change, goal: dict[str, Any]) -> None:
    value, entity, field = change.identity
    rules = files.read(FILE, "assignments") or []
    if field == "label" and not change.get("prefix"):
        known = next((n for n, rule in enumerate(rules) if _is_list_for(rule, entity, goal)), None)
        if known is not None and known >= len(files.settings.links.assignments):
            place = files.add(FILE, ("assignments", known), change, field="project")
            files.set(place, "list", [*rules[known]["list"], value])
            return
    test: dict[str, Any] = {"list": [value]} if field == "label" else {"equals": value}
    if change.get("prefix"):
        test = {"prefix": change.get("prefix")}
    place = files.add(FILE, ("assignments", len(rules)), change, field="project")
    files.put(place, {"entity": entity, "field": field, **test, **goal})


def _is_list_for(rule: dict[str, Any], entity: str, goal: dict[str, Any]) -> bool:
    """True for a list of labels with the same goal: one more label joins it."""
    said = {name: rule.get(name) for name in ("entity", "field", "project", "milestone") if rule.get(name)}
    return "list" in rule and said == {"entity": entity, "field": "label", **goal}


EDITORS = {UNASSIGNED.id: edit_assignment}
