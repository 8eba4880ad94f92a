"""TIME-06: the approved date has passed and nobody has accepted."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from checks.schedule.milestones import find_accountable, grade, name_milestone, prove_milestone, screen_milestones
from slipwatch.check import CheckInput, Thresholds, rule
from slipwatch.measures.rows import Row, as_day, spread_limits
from slipwatch.model.finding import Assessment, Concern, Finding, Message


class PastDueLimits(Thresholds):
    """Working days of grace after the approved date."""

    grace_wd: int = Field(default=0, ge=0, le=60, description="working days after the date before it is reported")


@rule(
    id="schedule.past_due_open",
    alias="TIME-06",
    concern=Concern.TIME,
    entity="milestone",
    reads=("milestone",),
    views=("baseline", "promise"),
    scope="all",
    thresholds=PastDueLimits,
)
def judge_past_due_open(given: CheckInput) -> Assessment:
    """Past due, not accepted

    What it asks: Has the approved date of a milestone passed without a signed acceptance?
    Why a committee cares: "Done" in a tracker and 100 % in a plan are claims; only the acceptance is proof, and
    without it the next phase starts on sand.
    Formula and unit: day of judgement − date of the baseline in force, in working days of the milestone's site. It
    fires from the first calendar day after the date (plus grace_wd working days) while no source shows a day of
    acceptance. It never grows worse because days pass.
    Source: DCMA 14-point assessment, missed tasks, applied to milestones. Data: milestone.accepted_on, baseline.
    What to do: Ask what keeps the acceptance from being signed, who signs, and on which day.
    """
    verdict = screen_milestones(given)
    rows = verdict.rows
    grace = spread_limits(given.settings, rows["project"], "grace_wd")
    due = pd.Series(given.calendars.shift_days(rows["site"].to_list(), rows["baseline_on"], grace), index=rows.index)
    overdue = given.calendars.count_days(rows["site"].to_list(), rows["baseline_on"], given.day)
    verdict.rows = rows.assign(overdue=overdue, grace=grace)
    return verdict.conclude(due < pd.Timestamp(given.day), lambda row: _write(given, row))


def _write(given: CheckInput, row: Row) -> Finding:
    role, side = find_accountable(given, row)
    variant = "claimed" if row.claimed else "finding"
    arguments = {
        "baseline": as_day(row.baseline_on),
        "number": int(row.number),
        "overdue": int(row.overdue),
        "forecast": as_day(row.forecast_on),
        "unit": "wd",
    }
    return Finding(
        rule=given.rule,
        subject=name_milestone(given, row),
        concern=Concern.TIME,
        severity=grade(given, row),
        value=int(row.overdue),
        threshold=row.grace,
        unit="wd",
        text=Message(id=f"{given.rule}.{variant}", arguments=arguments),
        action=Message(id=f"{given.rule}.action"),
        accountable=role,
        audience=side,
        stake_days=max(0, int(row.overdue)),
        since=as_day(row.baseline_on),
        evidence=prove_milestone(given, row),
    )
