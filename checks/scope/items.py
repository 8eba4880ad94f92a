"""The items of a project's scope: requirements, and the stories and tasks that implement them."""

from __future__ import annotations

import pandas as pd

from checks.scope.freeze import find_covered, select_decided
from slipwatch.check import CheckInput
from slipwatch.measures.rows import align, to_local_days

NO_SCOPE = ("test", "defect")
"""Kinds of work item that prove or repair what was asked for, and ask for nothing themselves."""

DEPTH = 4
"""Levels of the tracker's hierarchy that are followed: epic, story, task, sub-task."""

_COLUMNS = [
    "subject", "subject_key", "record", "source", "stream", "source_id", "label", "url", "known_at",
    "name", "project", "created_on", "requirement_subject", "parent_subject", "is_requirement",
]  # fmt: skip


def gather_items(given: CheckInput) -> pd.DataFrame:
    """One row per item of scope that is not cancelled, with the local day on which it was created (first seen where the
    source does not say)."""
    requirements = given.frames["requirement"].assign(is_requirement=True)
    work = given.frames["work_item"].assign(is_requirement=False)
    items = pd.concat([requirements, work[~work["kind"].isin(NO_SCOPE)]], ignore_index=True)
    items = items[items["status"].ne("cancelled").fillna(value=True)].drop_duplicates("subject", keep="last")
    created = items["created_at"].fillna(items["first_seen"])
    items = items.assign(created_on=to_local_days(created, given.portfolio.time_zone))
    return items.reindex(columns=_COLUMNS).reset_index(drop=True)


def mark_items(given: CheckInput, items: pd.DataFrame, frozen_on: pd.Series[pd.Timestamp]) -> pd.DataFrame:
    """Items of frozen projects, with `covered` (baseline, approved change, or part of what is) and `late` (created
    after the freeze). `frozen_on` gives the day of freeze by project. What only implements another item of the list is
    left out: it stands or falls with that item."""
    items = items[items["project"].isin(frozen_on.index)].reset_index(drop=True)
    approved = find_covered(select_decided(given, "approved"), items, names=("label", "source_id", "subject_key"))
    baseline = set(given.frames["scope_baseline"]["subject"].astype(int))
    items = items.assign(
        covered=_spread_cover(items, approved | baseline),
        late=items["created_on"] > align(items["project"], frozen_on),
    )
    listed = set(items.loc[items["is_requirement"], "subject"])
    return items[items["is_requirement"] | ~items["requirement_subject"].isin(listed) | items["covered"]]


def _spread_cover(items: pd.DataFrame, roots: set[int]) -> pd.Series[bool]:
    """True for the roots, for what implements them, and for everything below."""
    covered = set(roots)
    for _ in range(DEPTH):
        below = items["requirement_subject"].isin(covered) | items["parent_subject"].isin(covered)
        covered |= set(items.loc[below, "subject"])
    return items["subject"].isin(covered)
