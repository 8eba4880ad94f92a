"""SCOPE-01: new scope after the freeze that nobody approved."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from checks.scope.freeze import screen_projects
from checks.scope.items import gather_items, mark_items
from slipwatch.check import CheckInput, Thresholds, rule
from slipwatch.measures.roles import find_side
from slipwatch.measures.rows import (
    EVIDENCE_LIMIT,
    Row,
    as_day,
    as_text,
    build_subject,
    iterate,
    look_up,
    prove,
    spread_limits,
)
from slipwatch.measures.verdict import Verdict
from slipwatch.model.finding import Assessment, Concern, Finding, GreyReason, Message, Severity


class OrphanScopeLimits(Thresholds):
    """Items that may wait for a decision."""

    most_count: int = Field(default=0, ge=0, le=1000, description="items without approval before it is reported")


@rule(
    id="scope.orphan_scope",
    alias="SCOPE-01",
    concern=Concern.SCOPE,
    entity="project",
    reads=("project", "requirement", "work_item", "change_request"),
    views=("scope_baseline", "window"),
    scope="all",
    thresholds=OrphanScopeLimits,
)
def judge_orphan_scope(given: CheckInput) -> Assessment:
    """Orphan scope

    What it asks: Has scope been added since the freeze that no approved change request names?
    Why a committee cares: Each workshop adds a little; nobody decides, and the sum eats budget and test time.
    Formula and unit: number of items (requirements, stories, tasks; never tests or defects) created after the day of
    the freeze, outside the scope baseline, not below an item of it, and named by no change request approved by today.
    A story that implements a listed requirement is counted with it. Older items without requirement are shown grey.
    Source: requirements volatility as in NASA SWE-200, its unapproved part. Data: requirement, work_item,
    change_request.
    What to do: Have a change request raised that names the items, or take them out again.
    """
    verdict = screen_projects(given, stale_by=("requirement", "work_item"))
    items = gather_items(given)
    _set_unassigned(verdict, items)
    marked = mark_items(given, items, verdict.rows.set_index("project")["frozen_on"])
    open_items = marked[~marked["covered"]]
    old = open_items[~open_items["late"]]
    verdict.note_grey(GreyReason.BEFORE_FREEZE, old["subject"].astype(int), old["label"], text="scope.before_freeze")
    orphans = open_items[open_items["late"]]
    counts = look_up(verdict.rows["project"], orphans.groupby("project").size())
    limits = spread_limits(given.settings, verdict.rows["project"], "most_count")
    verdict.rows = verdict.rows.assign(count=counts, limit=limits)
    return verdict.conclude(counts > limits, lambda row: _write(given, row, orphans))


def _set_unassigned(verdict: Verdict, items: pd.DataFrame) -> None:
    stray = items[items["project"].isna()]
    verdict.note_grey(GreyReason.UNASSIGNED, stray["subject"].astype(int), stray["label"].astype(str))


def _write(given: CheckInput, row: Row, orphans: pd.DataFrame) -> Finding:
    own = orphans[orphans["project"].eq(row.project)].sort_values(["created_on", "label"])
    role = given.portfolio.projects[row.project].accountable
    proof = [
        prove(
            "scope.evidence.added", item, item=str(item.label), name=as_text(item.name), created=as_day(item.created_on)
        )
        for item in iterate(own.head(EVIDENCE_LIMIT))
    ]
    arguments = {"count": len(own), "freeze": as_day(row.frozen_on)}
    return Finding(
        rule=given.rule,
        subject=build_subject(row, "project"),
        concern=Concern.SCOPE,
        severity=Severity.WARNING,
        value=len(own),
        threshold=row.limit,
        unit="items",
        text=Message(id=f"{given.rule}.finding", arguments=arguments, plural="count"),
        action=Message(id=f"{given.rule}.action"),
        accountable=role,
        audience=find_side(given.portfolio, role),
        gravity=len(own),
        since=as_day(own["created_on"].iloc[0]),
        evidence=tuple(proof),
        keys=tuple(own["label"].astype(str)),
    )
