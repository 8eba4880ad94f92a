"""Sources as subjects: one row each, and the newest window of each of their streams."""

from __future__ import annotations

import pandas as pd

from slipwatch.check import CheckInput
from slipwatch.measures.roles import find_side
from slipwatch.measures.rows import as_text
from slipwatch.measures.verdict import Verdict
from slipwatch.model.finding import GreyReason, Subject

FAILED = ("failed", "incomplete")
"""States of a source whose last read brought nothing: what it would have said is unknown."""


def gather_sources(given: CheckInput) -> pd.DataFrame:
    """The frame `source` with the columns that a subject needs."""
    frame = given.frames["source"]
    return frame.assign(subject_key=frame["key"], label=frame["key"], project=None)


def screen_read_sources(given: CheckInput, *, found: set[str]) -> Verdict:
    """Sources whose last read came to a result, and those of which something is `found` anyway: an unsolved problem is
    neither confirmed nor solved by a read that failed."""
    verdict = Verdict(given.rule, gather_sources(given))
    rows = verdict.rows
    unread = rows["state"].isin((*FAILED, "never_read")) & ~rows["key"].isin(found)
    verdict.set_grey(unread, GreyReason.STALE_SOURCE)
    return verdict


def list_windows(given: CheckInput, state: str) -> pd.DataFrame:
    """The newest window of each stream that is in this state."""
    windows = given.frames["window"]
    latest = windows.sort_values("at", kind="stable").drop_duplicates(["source", "stream"], keep="last")
    return latest[latest["state"].eq(state)]


def name_source(key: str, subject: int, name: object) -> Subject:
    """A source as a subject; it belongs to no project."""
    return Subject(id=subject, entity="source", key=key, name=as_text(name) or key)


def find_owner(given: CheckInput, owner: object) -> tuple[str | None, str]:
    """Role key and side of the one who keeps a source."""
    role = as_text(owner)
    return role, find_side(given.portfolio, role)
