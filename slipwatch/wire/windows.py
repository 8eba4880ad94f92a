"""Windows and cursors: the cursor is the end of the window that was asked for, never the largest value seen."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from slipwatch.errors import PermanentError
from slipwatch.model.records import Completeness, Window, WindowKind

OVERLAP = timedelta(minutes=10)
"""Read again at the start of each window: changes that were stamped before they were committed."""

BLIND_OVERLAP = timedelta(days=1)
"""The same where the source does not tell its clock: a wrong one would hide what was changed under it."""


def plan_incremental(
    stream: str, cursor: str | None, *, clock: datetime, overlap: timedelta = OVERLAP, lag: timedelta = timedelta(0)
) -> Window:
    """The window from the last one's end, minus `overlap`, to the source's `clock`, minus `lag`.

    Without a cursor it is everything there is. A cursor that lies in the future (a clock was wrong) counts as now.
    Raises `PermanentError` for a cursor that is none of ours.
    """
    until = clock.astimezone(UTC) - lag
    since = None if cursor is None else min(find_until(cursor), until) - overlap
    return Window(
        stream=stream,
        kind=WindowKind.INCREMENTAL,
        since=since,
        until=until,
        position=write_position(until=until.isoformat()),
    )


def plan_complete(stream: str, *, clock: datetime) -> Window:
    """A window that lists everything there is at the source's `clock`."""
    until = clock.astimezone(UTC)
    return Window(
        stream=stream, kind=WindowKind.COMPLETE, until=until, position=write_position(until=until.isoformat())
    )


def find_until(cursor: str) -> datetime:
    """The end of the window that left this cursor. Raises `PermanentError` where it tells none."""
    try:
        moment = datetime.fromisoformat(read_position(cursor)["until"])
    except (KeyError, TypeError, ValueError):
        raise PermanentError("the cursor names no end of a window", cure="let the stream be read anew") from None
    return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)


def write_position(**facts: Any) -> str:
    """A cursor's facts as JSON text, with sorted keys: equal positions are equal texts."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"))


def read_position(cursor: str) -> dict[str, Any]:
    """The facts of a cursor. Raises `PermanentError` for a text that is no JSON object."""
    try:
        facts = json.loads(cursor)
    except ValueError:
        facts = None
    if not isinstance(facts, dict):
        raise PermanentError("the cursor cannot be read", cure="let the stream be read anew")
    return facts


def judge_counts(read: int, *, before: int, after: int) -> Completeness:
    """Compare what was read in key order with the source's own count before and after.

    A record changed meanwhile leaves a window with a fixed end, one created meanwhile enters a list without: so the
    number read must lie between the two counts. Where it does not, the nearer count is what was expected.
    """
    least, most = min(before, after), max(before, after)
    return Completeness(read=read, expected=min(max(read, least), most), proof="count")
