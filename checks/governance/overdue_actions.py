"""GOV-01: the action log of a project is not kept."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from slipwatch.check import CheckInput, Thresholds, rule
from slipwatch.measures.projects import list_projects, list_stale_projects
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


class OverdueActionsLimits(Thresholds):
    """How late an action log may be."""

    overdue_percent: float = Field(default=10, ge=0, le=100, description="share of open dated actions, in per cent")
    overdue_wd: int = Field(default=10, ge=0, le=250, description="working days that a single action may be overdue")
    least_count: int = Field(default=5, ge=1, le=1000, description="open dated actions below which no share is judged")


@rule(
    id="governance.overdue_actions",
    alias="GOV-01",
    concern=Concern.GOVERNANCE,
    entity="project",
    reads=("project", "action"),
    scope="all",
    thresholds=OverdueActionsLimits,
)
def judge_overdue_actions(given: CheckInput) -> Assessment:
    """Overdue actions

    What it asks: Are the actions that the committees agreed on done by their dates?
    Why a committee cares: A log in which dates pass unread is where decisions die; the oldest action is often the one
    without an owner or a budget.
    Formula and unit: share = overdue actions / open actions with a due date, in per cent; overdue is a due date
    before today and no day of completion. It fires when the share is above overdue_percent (of at least least_count
    actions), or when one action is overdue by more than overdue_wd working days of the project's site. It never grows
    worse because days pass.
    Source: escalation ladder of a PMO; tolerance examples of PRINCE2. Data: action.due_on, action.done_on.
    What to do: Give every overdue action an owner, a means and a new date at the next meeting, or close it.
    """
    verdict = Verdict(given.rule, list_projects(given.frames["project"], given.portfolio))
    actions = given.frames["action"].drop_duplicates("subject", keep="last")
    actions = actions[actions["done_on"].isna()]
    dated = _screen_actions(verdict, actions)
    verdict.set_grey(verdict.rows["project"].isin(list_stale_projects(actions)), GreyReason.STALE_SOURCE)
    late = _list_overdue(given, dated)
    verdict.rows = _count(given, verdict.rows, dated, late)
    return verdict.conclude(verdict.rows["failing"], lambda row: _write(given, row, late))


def _screen_actions(verdict: Verdict, actions: pd.DataFrame) -> pd.DataFrame:
    """Open actions of known projects that have a due date; the others are counted as grey."""
    stray = actions["project"].isna()
    undated = ~stray & actions["due_on"].isna()
    for which, reason, text in (
        (stray, GreyReason.UNASSIGNED, ""),
        (undated, GreyReason.MISSING_VALUE, "governance.no_due_date"),
    ):
        chosen = actions[which]
        verdict.note_grey(reason, chosen["subject"].astype(int), chosen["label"].astype(str), text=text)
    return actions[~stray & ~undated]


def _list_overdue(given: CheckInput, dated: pd.DataFrame) -> pd.DataFrame:
    late = dated[dated["due_on"] < pd.Timestamp(given.day)]
    sites = [given.calendars.find_site(project=key) for key in late["project"]]
    return late.assign(overdue=given.calendars.count_days(sites, late["due_on"], given.day))


def _count(given: CheckInput, rows: pd.DataFrame, dated: pd.DataFrame, late: pd.DataFrame) -> pd.DataFrame:
    """Per project: open_count (dated actions), late_count, percent, oldest (working days overdue), limit, failing."""
    open_count = look_up(rows["project"], dated.groupby("project").size())
    count = look_up(rows["project"], late.groupby("project").size())
    oldest = look_up(rows["project"], late.groupby("project")["overdue"].max())
    percent = (count * 100 / open_count).fillna(0.0)
    limits = {name: spread_limits(given.settings, rows["project"], name) for name in OverdueActionsLimits.model_fields}
    many = (open_count >= limits["least_count"]) & (percent > limits["overdue_percent"])
    failing = many | (oldest > limits["overdue_wd"])
    limit = limits["overdue_percent"]
    return rows.assign(
        open_count=open_count, late_count=count, percent=percent, oldest=oldest, failing=failing, limit=limit
    )


def _write(given: CheckInput, row: Row, late: pd.DataFrame) -> Finding:
    own = late[late["project"].eq(row.project)].sort_values(["due_on", "label"])
    role = given.portfolio.projects[row.project].sponsor
    arguments = {
        "count": int(row.late_count),
        "open": int(row.open_count),
        "percent": round(row.percent, 1),
        "oldest": int(row.oldest),
        "unit": "wd",
    }
    proof = [
        prove("governance.evidence.action", action, item=str(action.label), name=as_text(action.name),
              due=as_day(action.due_on), overdue=int(action.overdue), unit="wd")
        for action in iterate(own.head(EVIDENCE_LIMIT))
    ]  # fmt: skip
    return Finding(
        rule=given.rule,
        subject=build_subject(row, "project"),
        concern=Concern.GOVERNANCE,
        severity=Severity.WARNING,
        value=round(row.percent, 1),
        threshold=row.limit,
        unit="%",
        text=Message(id=f"{given.rule}.finding", arguments=arguments, plural="count"),
        action=Message(id=f"{given.rule}.action"),
        accountable=role,
        audience=find_side(given.portfolio, role),
        since=as_day(own["due_on"].iloc[0]),
        evidence=tuple(proof),
        keys=tuple(own["label"].astype(str)),
    )
