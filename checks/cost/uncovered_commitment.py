"""COST-03: more spent and ordered than approved."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
from pydantic import Field

from slipwatch.check import CheckInput, Thresholds, rule
from slipwatch.measures.roles import find_side
from slipwatch.measures.rows import Row, as_decimal, as_text, build_subject, prove, spread_limits
from slipwatch.measures.verdict import Verdict
from slipwatch.model.columns import MONEY_SCALE
from slipwatch.model.finding import Argument, Assessment, Concern, Finding, GreyReason, Message, Severity


class UncoveredCommitmentLimits(Thresholds):
    """What may be ordered beyond the approved amount."""

    tolerance_percent: float = Field(default=0, ge=0, le=100, description="share of the approved amount, in per cent")


@rule(
    id="cost.uncovered_commitment",
    alias="COST-03",
    concern=Concern.COST,
    entity="budget_line",
    reads=("budget_line",),
    scope="all",
    thresholds=UncoveredCommitmentLimits,
)
def judge_uncovered_commitment(given: CheckInput) -> Assessment:
    """Uncovered commitment

    What it asks: Is more booked and ordered on a budget line than was approved for it?
    Why a committee cares: An order binds long before its invoice arrives; in actual cost alone it shows months later.
    Formula and unit: uncovered = actual + committed − approved, in the currency of the line. It fires when uncovered
    is above tolerance_percent of the approved amount. An empty cell beside a filled one counts as zero; without
    approved amount, or with neither actual nor committed, the line is not judged.
    Source: commitment accounting; PMI, management of cost baselines. Data: budget_line, of one source each.
    What to do: Ask for a transfer or a change request for the missing amount, or cancel the order in time.
    """
    verdict = Verdict(given.rule, _gather_lines(given.frames["budget_line"]))
    verdict.set_grey(verdict.rows["project"].isna(), GreyReason.UNASSIGNED)
    verdict.set_grey(verdict.rows["approved_amount"].isna(), GreyReason.MISSING_VALUE, "cost.no_approved_amount")
    verdict.set_grey(verdict.rows["spent"].isna(), GreyReason.MISSING_VALUE, "cost.no_spent_amount")
    verdict.set_grey(verdict.rows["stale"].astype(bool), GreyReason.STALE_SOURCE)
    percent = spread_limits(given.settings, verdict.rows["project"], "tolerance_percent")
    tolerance = (verdict.rows["approved_amount"].astype("float64") * percent / 100).round()
    verdict.rows = verdict.rows.assign(tolerance=tolerance)
    return verdict.conclude(verdict.rows["uncovered"] > tolerance, lambda row: _write(given, row))


def _gather_lines(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per budget line with its worst record, and the sums of what is known of it."""
    spent = frame[["actual_amount", "committed_amount"]]
    total = spent.fillna(0).sum(axis=1).astype("Int64").where(spent.notna().any(axis=1))
    rows = frame.assign(spent=total, uncovered=total - frame["approved_amount"])
    rows = rows.sort_values("uncovered", kind="stable", na_position="first")
    stale = rows.groupby("subject")["stale"].transform("any")
    return rows.assign(stale=stale).drop_duplicates("subject", keep="last")


def _write(given: CheckInput, row: Row) -> Finding:
    project = given.portfolio.projects[row.project]
    currency = as_text(row.currency) or project.currency
    uncovered = as_decimal(row.uncovered, MONEY_SCALE) or Decimal(0)
    arguments: dict[str, Argument] = {
        "uncovered": uncovered,
        "approved": as_decimal(row.approved_amount, MONEY_SCALE),
        "actual": as_decimal(row.actual_amount, MONEY_SCALE),
        "committed": as_decimal(row.committed_amount, MONEY_SCALE),
        "currency": currency,
    }
    return Finding(
        rule=given.rule,
        subject=build_subject(row, "budget_line"),
        concern=Concern.COST,
        severity=Severity.CRITICAL,
        value=float(uncovered),
        threshold=float(row.tolerance) / MONEY_SCALE,
        unit=currency,
        text=Message(id=f"{given.rule}.finding", arguments=arguments),
        action=Message(id=f"{given.rule}.action"),
        accountable=project.accountable,
        audience=find_side(given.portfolio, project.accountable),
        gravity=float(uncovered),
        evidence=(prove("cost.evidence.line", row, **arguments),),
    )
