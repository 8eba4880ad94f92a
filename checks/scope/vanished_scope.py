"""SCOPE-03: approved scope that is no longer there."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from checks.scope.freeze import find_covered, screen_projects, select_decided
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
from slipwatch.model.finding import Assessment, Concern, Evidence, Finding, Message, Severity


class VanishedScopeLimits(Thresholds):
    """Items that may be missing."""

    most_count: int = Field(default=0, ge=0, le=1000, description="items missing before it is reported")


@rule(
    id="scope.vanished_scope",
    alias="SCOPE-03",
    concern=Concern.SCOPE,
    entity="project",
    reads=("project", "requirement", "change_request"),
    views=("scope_baseline", "absent", "window"),
    scope="all",
    thresholds=VanishedScopeLimits,
)
def judge_vanished_scope(given: CheckInput) -> Assessment:
    """Vanished scope

    What it asks: Have items of the approved scope disappeared from their system without a decision?
    Why a committee cares: Progress in per cent rises when work is taken out of the count; what was bought gets
    smaller and nobody has signed for it.
    Formula and unit: number of items of the scope baseline that were absent from two complete reads in a row and that
    no change request, approved (or deferred with a date) by today, names. Moved within what we may read is not
    vanished.
    Source: scrap rate of a requirements baseline, as in NASA SWE-200. Data: scope baseline, complete reads of
    requirement.
    What to do: Ask where the items went; restore them, or have their deferral decided by name.
    """
    verdict = screen_projects(given, stale_by=("requirement",))
    missing = _list_missing(given)
    counts = look_up(verdict.rows["project"], missing.groupby("project").size())
    limits = spread_limits(given.settings, verdict.rows["project"], "most_count")
    verdict.rows = verdict.rows.assign(count=counts, limit=limits)
    return verdict.conclude(counts > limits, lambda row: _write(given, row, missing))


def _list_missing(given: CheckInput) -> pd.DataFrame:
    """Baseline items that vanished, with the project whose baseline they belong to, minus those a decision names."""
    absent = given.frames["absent"]
    gone = absent[absent["entity"].eq("requirement") & absent["vanished_at"].notna()]
    gone = gone[~gone["subject"].isin(given.frames["requirement"]["subject"])].drop_duplicates("subject")
    frozen = given.frames["scope_baseline"][["subject", "project"]].drop_duplicates("subject", keep="last")
    missing = gone.drop(columns="project").merge(frozen, on="subject")
    decided = select_decided(given, "approved", "deferred")
    return missing[~missing["subject"].isin(find_covered(decided, missing, names=("label",)))]


def _write(given: CheckInput, row: Row, missing: pd.DataFrame) -> Finding:
    own = missing[missing["project"].eq(row.project)].sort_values("label")
    frozen = given.frames["scope_baseline"]["project"].eq(row.project).sum()
    role = given.portfolio.projects[row.project].integrator
    since = as_day(own["absent_since"].min())
    return Finding(
        rule=given.rule,
        subject=build_subject(row, "project"),
        concern=Concern.SCOPE,
        severity=Severity.CRITICAL,
        value=len(own),
        threshold=row.limit,
        unit="items",
        text=Message(
            id=f"{given.rule}.finding",
            arguments={"count": len(own), "total": int(frozen), "day": since},
            plural="count",
        ),
        action=Message(id=f"{given.rule}.action"),
        accountable=role,
        audience=find_side(given.portfolio, role),
        gravity=len(own),
        since=since,
        evidence=tuple(_prove(item) for item in iterate(own.head(EVIDENCE_LIMIT))),
        keys=tuple(own["label"].astype(str)),
    )


def _prove(item: Row) -> Evidence:
    return prove(
        "scope.evidence.vanished",
        source=str(item.source),
        item=str(item.label),
        name=as_text(item.name),
        day=as_day(item.absent_since),
    )
