"""Turns changed rows into changed configuration files, and keeps out the rows that would break them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipwatch.engine.assess import choose_thresholds
from slipwatch.engine.workbook import link_edits, list_edits, proposal_edits
from slipwatch.engine.workbook.cells import term
from slipwatch.engine.workbook.columns import Kind, Sheet
from slipwatch.engine.workbook.comparing import Change
from slipwatch.engine.workbook.places import Files, Place
from slipwatch.engine.workbook.sheets import ACTIONS, DECISIONS, RISKS, STATEMENTS
from slipwatch.engine.workbook.state import TABLES, WEEK, list_approved
from slipwatch.registry import find_checks
from slipwatch.settings import Settings, SettingsError, load_settings, verify_rules
from slipwatch.settings.marks import write_path
from slipwatch.settings.problems import Problem

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme

PORTFOLIO = "portfolio.yaml"
KEPT = (ACTIONS, DECISIONS, RISKS, STATEMENTS)
"""Sheets whose rows go to the ledger, not into the configuration."""


@dataclass(kw_only=True)
class Declared:
    """The configuration as it will be: the texts of the files that change, and the settings that they make."""

    texts: dict[str, str] = field(default_factory=dict)
    settings: Settings


def declare(programme: Programme, changes: Sequence[Change]) -> Declared:
    """Apply the changes to copies of the files until the rest is sound; rows that break something are refused.

    Raises `SettingsError` for a configuration that was unsound without them.
    """
    frozen = frozenset(list_approved(programme))
    while good := [change for change in changes if is_declared(change)]:
        files = Files(programme.settings, frozen)
        for change in good:
            _choose_editor(change.sheet)(files, change)
        files.finish()
        texts = files.render()
        try:
            return Declared(texts=texts, settings=_try_settings(programme, texts))
        except SettingsError as error:
            if not _blame(error, files.places, good):
                raise
    return Declared(settings=programme.settings)


def is_declared(change: Change) -> bool:
    """True for a sound change of what the configuration says."""
    if change.entry.faults or change.sheet in KEPT:
        return False
    return bool(change.plain_edits) or change.mark == "remove" or change.row is None


def _choose_editor(sheet: Sheet) -> Callable[[Files, Change], None]:
    editors: dict[str, Callable[[Files, Change], None]] = {
        **{table.id: edit_table for table in TABLES},
        **list_edits.EDITORS,
        **proposal_edits.EDITORS,
        **link_edits.EDITORS,
    }
    return editors[sheet.id]


def edit_table(files: Files, change: Change) -> None:
    """One entry of a group of portfolio.yaml."""
    group, key = change.sheet.group, change.identity[0]
    place = files.add(PORTFOLIO, (group, key), change)
    if change.mark == "remove":
        files.remove(place)
        return
    values = {name: _write_value(change.sheet, name, new) for name, (_, new) in change.plain_edits.items()}
    if change.row is None:
        defaults = {column.field: column.default for column in change.sheet.columns}
        files.put(place, {name: value for name, value in values.items() if change.get(name) != defaults[name]})
        return
    for name, value in values.items():
        files.set(place, name, value)


def _write_value(sheet: Sheet, name: str, value: Any) -> Any:
    if name == "weekend" and value is not None:
        return [WEEK.index(day) for day in value]
    if value == () and sheet.by_field[name].kind in (Kind.TEXTS, Kind.NAMES):
        return None
    return list(value) if isinstance(value, tuple) else value


def _try_settings(programme: Programme, texts: Mapping[str, str]) -> Settings:
    """Load the configuration as it would be, from a copy of its folder."""
    with tempfile.TemporaryDirectory(prefix="slipwatch-") as name:
        folder = Path(name)
        for file, text in {**programme.settings.texts, **texts}.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        settings = load_settings(folder)
    verify_rules(settings, {check.id: check.alias for check in find_checks()})
    for check in find_checks():
        choose_thresholds(replace(programme, settings=settings), check)
    return settings


def _blame(error: SettingsError, places: Sequence[Place], good: Sequence[Change]) -> bool:
    """Refuse the rows that a problem comes from. False where it comes from none of them."""
    blamed = [change for problem in error.problems for change in _find_culprits(problem, places, good)]
    return bool(blamed)


def _find_culprits(problem: Problem, places: Sequence[Place], good: Iterable[Change]) -> list[Change]:
    own = [place for place in places if place.file == problem.file and _covers(place, problem.key)]
    if own:
        nearest = max(own, key=lambda place: len(write_path(place.path)))
        _refuse(nearest.change, _find_field(nearest, problem), problem)
        return [nearest.change]
    removed = [change for change in good if change.mark == "remove" and repr(change.identity[0]) in problem.found]
    for change in removed:
        place = f"{problem.file} {problem.key}"
        change.entry.refuse("mark", change.identity[0], term("allowed.unused"), term("cure.unused", place=place))
    return removed


def _covers(place: Place, key: str) -> bool:
    prefix = write_path(place.path)
    return key == prefix or key.startswith((f"{prefix}.", f"{prefix}["))


def _find_field(place: Place, problem: Problem) -> str:
    """The column that a key belongs to; else the one that the problem speaks of; else the first that was changed."""
    rest = problem.key[len(write_path(place.path)) :].lstrip(".")
    name = place.names.get(rest.partition("[")[0].partition(".")[0], rest.partition("[")[0])
    change = place.change
    if name in change.sheet.by_field:
        return name
    spoken = [field for field in (*change.plain_edits, *change.sheet.by_field) if field in problem.allowed.split()]
    return next(iter((*spoken, *filter(None, [place.field]), *change.plain_edits, *change.sheet.keys)))


def _refuse(change: Change, field_name: str, problem: Problem) -> None:
    change.entry.refuse(
        field_name,
        problem.found,
        term("allowed.configuration", allowed=problem.allowed),
        term("cure.configuration", cure=problem.cure),
    )
