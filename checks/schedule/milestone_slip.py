"""TIME-01: the forecast lies beyond the tolerance."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from checks.schedule.milestones import (
    find_accountable,
    grade,
    is_gate,
    name_milestone,
    prove_milestone,
    screen_milestones,
)
from slipwatch.check import CheckInput, Thresholds, rule
from slipwatch.measures.rows import Row, as_day, spread_limits
from slipwatch.model.finding import Assessment, Concern, Finding, GreyReason, Message


class MilestoneSlipLimits(Thresholds):
    """Working days that a forecast may lie after the baseline date."""

    gate_wd: int = Field(default=5, ge=0, le=250, description="tolerance of a gate, in working days")
    other_wd: int = Field(default=10, ge=0, le=250, description="tolerance of any other milestone, in working days")


@rule(
    id="schedule.milestone_slip",
    alias="TIME-01",
    concern=Concern.TIME,
    entity="milestone",
    reads=("milestone",),
    views=("baseline", "promise"),
    scope="all",
    thresholds=MilestoneSlipLimits,
)
def judge_milestone_slip(given: CheckInput) -> Assessment:
    """Milestone slip

    What it asks: Is a milestone now expected later than its approved date, by more than its tolerance?
    Why a committee cares: A date that moves in a system weeks before the committee meets is time to act that is lost.
    Formula and unit: slip = latest current date of all sources − date of the baseline in force, in working days of
    the milestone's site; positive is late. It fires when slip > gate_wd (a gate) or other_wd (any other). No forecast
    is invented for a date that has passed, and an accepted milestone is never judged.
    Source: PRINCE2, tolerance and exception; milestone trend analysis. Data: milestone.forecast_on, approved
    baseline.
    What to do: Ask the accountable role for cause and recovery date. If the date stands, take it to the committee.
    """
    verdict = screen_milestones(given)
    verdict.set_grey(verdict.rows["forecast_on"].isna(), GreyReason.MISSING_VALUE, "schedule.no_forecast")
    rows = verdict.rows
    slip = given.calendars.count_days(rows["site"].to_list(), rows["baseline_on"], rows["forecast_on"])
    gates = np.array([is_gate(given, key) for key in rows["milestone"]], dtype=bool)
    gate_wd, other_wd = (spread_limits(given.settings, rows["project"], name) for name in ("gate_wd", "other_wd"))
    verdict.rows = rows.assign(slip=slip, tolerance=np.where(gates, gate_wd, other_wd))
    late = pd.Series(verdict.rows["slip"] > verdict.rows["tolerance"])
    return verdict.conclude(late, lambda row: _write(given, row))


def _write(given: CheckInput, row: Row) -> Finding:
    role, side = find_accountable(given, row)
    slip, tolerance = int(row.slip), int(row.tolerance)
    evidence = prove_milestone(given, row)
    arguments = {
        "forecast": as_day(row.forecast_on),
        "baseline": as_day(row.baseline_on),
        "number": int(row.number),
        "slip": slip,
        "tolerance": tolerance,
        "unit": "wd",
    }
    return Finding(
        rule=given.rule,
        subject=name_milestone(given, row),
        concern=Concern.TIME,
        severity=grade(given, row),
        value=slip,
        threshold=tolerance,
        unit="wd",
        text=Message(id=f"{given.rule}.finding", arguments=arguments),
        action=Message(id=f"{given.rule}.action"),
        accountable=role,
        audience=side,
        gravity=slip,
        stake_days=slip,
        since=as_day(row.baseline_on),
        evidence=evidence,
    )
