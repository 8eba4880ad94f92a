"""The export of Norvane's tracker at a poll (`tracker/`): JSON with the history of milestones and requirements.

Due dates are serialised as midnight of the server's clock, which keeps British time: after the clocks change on
29 March every one of them reads one day earlier for whoever cuts the date out of the text.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from slipwatch.sample.milestones import MILESTONES
from slipwatch.sample.programme import PARIS, Poll
from slipwatch.sample.tracker_items import (
    MOVED_OUT,
    RESTORED_REQUIREMENTS,
    SITE_G_ITEMS,
    Item,
    list_requirements,
    list_work_items,
)
from slipwatch.sample.tracker_tests import find_test_state

CLOCKS_CHANGED = date(2026, 3, 29)
MOVED_OUT_AT = datetime(2026, 4, 2, 16, 5, tzinfo=PARIS)
RESTORED_AT = datetime(2026, 4, 30, 17, 40, tzinfo=PARIS)
SITE_G_MOVED_AT = datetime(2026, 4, 29, 11, 20, tzinfo=PARIS)
NORVANE_ROLE = "norvane_project_manager"

Record = dict[str, Any]

_MILESTONE_MOVES: dict[str, tuple[tuple[datetime, date], ...]] = {
    "EC-40": (
        (datetime(2026, 4, 8, 16, 12, tzinfo=PARIS), date(2026, 5, 13)),
        (datetime(2026, 5, 6, 18, 3, tzinfo=PARIS), date(2026, 5, 29)),
        (datetime(2026, 5, 28, 15, 30, tzinfo=PARIS), date(2026, 6, 19)),
    )
}
_MILESTONES_CLOSED: dict[str, datetime] = {
    "EC-10": datetime(2026, 1, 29, 18, 10, tzinfo=PARIS),
    "EC-20": datetime(2026, 3, 27, 15, 45, tzinfo=PARIS),
    "EC-40": datetime(2026, 6, 17, 17, 20, tzinfo=PARIS),
    "SP-10": datetime(2026, 3, 4, 10, 30, tzinfo=PARIS),
}
_CREATED = datetime(2025, 9, 1, 9, 0, tzinfo=PARIS)


def write_tracker_file(poll: Poll, seed: int) -> bytes:
    """The export of one poll, everything as it stands at that instant."""
    requirements = [
        _write_requirement(item, poll.at) for item in list_requirements(seed) if is_in_sight(item.key, poll.at)
    ]
    work_items = [_write_work_item(item, poll) for item in list_work_items(seed) if item.created_at < poll.at]
    milestones = [_write_milestone(key, poll.at) for key, point in MILESTONES.items() if point.tracker_id]
    export = {
        "exported_at": _write_instant(poll.at),
        "counts": {
            "milestones": len(milestones),
            "requirements": len(requirements),
            "work_items": len(work_items),
        },
        "milestones": milestones,
        "requirements": requirements,
        "work_items": work_items,
    }
    return (json.dumps(export, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def is_in_sight(key: str, at: datetime) -> bool:
    """Whether the client's key shows a requirement: not while it sits in Norvane's internal project."""
    if key not in MOVED_OUT or at < MOVED_OUT_AT:
        return True
    return key in RESTORED_REQUIREMENTS and at >= RESTORED_AT


def _write_requirement(item: Item, at: datetime) -> Record:
    history = _list_status_changes(item, at)
    return {
        "id": item.key,
        "project": item.project,
        "sub_project": "Core",
        "title": item.title,
        "text": f"{item.title}, avec contrôle des droits et journal, selon l'atelier {item.key[-2:]}.",
        "status": _find_status(item, at),
        "signed_off": "2025-10-31",
        "created_at": _write_instant(item.created_at),
        "updated_at": history[-1]["at"] if history else _write_instant(item.created_at),
        "history": history,
    }


def _write_work_item(item: Item, poll: Poll) -> Record:
    is_moved = item.key in SITE_G_ITEMS and poll.at >= SITE_G_MOVED_AT
    move = [_write_change("sub_project", "Core", "Site G", SITE_G_MOVED_AT)] if is_moved else []
    state = _write_test_state(item, poll) if item.kind == "test" else _write_progress(item, poll.at)
    return {
        "id": item.key,
        "kind": item.kind,
        "project": item.project,
        "sub_project": "Site G" if is_moved else "Core",
        "title": item.title,
        "requirement": item.requirement,
        "created_at": _write_instant(item.created_at),
        **state,
        "updated_at": max(state["updated_at"], *(change["at"] for change in move), _write_instant(item.created_at)),
        "due": _write_due(item.due_on, poll.at) if item.due_on else None,
        "history": move,
    }


def _write_progress(item: Item, at: datetime) -> Record:
    changes = _list_status_changes(item, at)
    status = _find_status(item, at)
    return {
        "status": status,
        "result": None,
        "defect": None,
        "done_at": changes[-1]["at"] if status == "Done" else None,
        "updated_at": changes[-1]["at"] if changes else "",
    }


def _write_test_state(item: Item, poll: Poll) -> Record:
    """A test is done when it passed; a failed one carries its defect of severity 1 or 2."""
    number = int(item.key[-4:])
    state = find_test_state(number, poll.number)
    run_at = _write_instant(state.run_at) if state.run_at else None
    defect = {"id": f"DEF-{number:04d}", "severity": 1 + number % 2, "state": state.defect_state}
    return {
        "status": {"not_run": "New", "failed": "In progress", "passed": "Done"}[state.result],
        "result": state.result,
        "defect": defect if state.defect_state else None,
        "done_at": run_at if state.result == "passed" else None,
        "updated_at": run_at or "",
    }


def _write_milestone(key: str, at: datetime) -> Record:
    milestone = MILESTONES[key]
    moves = [(when, day) for when, day in _MILESTONE_MOVES.get(key, ()) if when <= at]
    dates = [milestone.baseline_1, *(day for _, day in moves)]
    history = [_write_change("date", str(old), str(new), when) for (when, new), old in zip(moves, dates, strict=False)]
    closed = _MILESTONES_CLOSED[key] if _MILESTONES_CLOSED[key] <= at else None
    if closed:
        history.append(_write_change("status", "open", "closed", closed))
    return {
        "id": milestone.tracker_id,
        "project": milestone.project,
        "name": milestone.name,
        "date": str(dates[-1]),
        "status": "closed" if closed else "open",
        "closed_at": _write_instant(closed) if closed else None,
        "created_at": _write_instant(_CREATED),
        "updated_at": history[-1]["at"] if history else _write_instant(_CREATED),
        "history": history,
    }


def _list_status_changes(item: Item, at: datetime) -> list[Record]:
    """New, in progress at ten o'clock of the day it was started, done at four of the day it was done."""
    if not item.started_on or not item.done_on:
        return []
    started = datetime.combine(item.started_on, time(10), tzinfo=PARIS)
    done = datetime.combine(item.done_on, time(16), tzinfo=PARIS)
    changes = [("New", "In progress", max(started, item.created_at + timedelta(hours=1)))]
    changes.append(("In progress", "Done", done))
    return [_write_change("status", old, new, when) for old, new, when in changes if when <= at]


def _find_status(item: Item, at: datetime) -> str:
    changes = _list_status_changes(item, at)
    return str(changes[-1]["new"]) if changes else "New"


def _write_change(field: str, old: str, new: str, at: datetime) -> Record:
    return {"field": field, "old": old, "new": new, "at": _write_instant(at), "by": NORVANE_ROLE}


def _write_due(due: date, at: datetime) -> str:
    """Midnight by the server's clock: the same calendar day in Paris before and after the clocks change."""
    ahead = timedelta(hours=1 if at.date() >= CLOCKS_CHANGED else 0)
    return _write_instant(datetime.combine(due, time(), tzinfo=UTC) - ahead)


def _write_instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
