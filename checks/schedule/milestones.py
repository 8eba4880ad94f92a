"""Milestones as the rules of this family see them: one row each from all their sources, with the baseline."""

from __future__ import annotations

import pandas as pd

from slipwatch.check import CheckInput
from slipwatch.measures.promises import list_moves
from slipwatch.measures.roles import find_milestone_role, find_side
from slipwatch.measures.rows import Row, as_day, as_text, build_subject, iterate, prove
from slipwatch.measures.verdict import Verdict
from slipwatch.model.finding import Evidence, GreyReason, Severity, Subject

MOVES_SHOWN = 10


def screen_milestones(given: CheckInput) -> Verdict:
    """One row per milestone that is not yet accepted, is assigned, has a baseline date and comes from fresh sources.

    Columns: subject, subject_key, label, name, project, milestone, site, stale, forecast_on (the latest of the sources'
    current dates), accepted_on, claimed (somebody says it is done), number, baseline_on, original_number, original_on,
    baseline_from, approved_by.
    """
    verdict = Verdict(given.rule, gather_milestones(given))
    verdict.settle(verdict.rows["accepted_on"].notna() | verdict.rows["cancelled"])
    verdict.set_grey(verdict.rows["project"].isna(), GreyReason.UNASSIGNED)
    verdict.set_grey(verdict.rows["baseline_on"].isna(), GreyReason.NO_BASELINE, "schedule.no_baseline")
    verdict.set_grey(verdict.rows["stale"], GreyReason.STALE_SOURCE)
    return verdict


def gather_milestones(given: CheckInput) -> pd.DataFrame:
    """Every milestone, one row each, whatever the number of sources that speak of it."""
    frame = given.frames["milestone"].sort_values("known_at", kind="stable")
    done = frame["status"].eq("done") | frame["progress_claimed"].ge(1)
    frame = frame.assign(
        claimed=done.fillna(value=False).astype(bool) | frame["claimed_on"].notna(),
        cancelled=frame["status"].eq("cancelled").fillna(value=False).astype(bool),
    )
    first = {name: (name, "first") for name in ("subject_key", "label", "name", "project", "milestone", "site")}
    rows = frame.groupby("subject", sort=False, as_index=False).agg(
        **first,
        stale=("stale", "any"),
        forecast_on=("forecast_on", "max"),
        accepted_on=("accepted_on", "max"),
        claimed=("claimed", "any"),
        cancelled=("cancelled", "all"),
    )
    return rows.merge(_read_baseline(given.frames["baseline"]), on="subject", how="left")


def _read_baseline(baseline: pd.DataFrame) -> pd.DataFrame:
    names = {
        "current_number": "number",
        "current_day": "baseline_on",
        "original_number": "original_number",
        "original_day": "original_on",
        "current_from": "baseline_from",
        "approved_by": "approved_by",
    }
    dates = baseline[baseline["column"].eq("forecast_on")]
    return dates.drop_duplicates("subject", keep="last")[["subject", *names]].rename(columns=names)


def is_gate(given: CheckInput, milestone: object) -> bool:
    """Whether the portfolio calls it a gate; a milestone that it does not know is none."""
    known = given.portfolio.milestones.get(as_text(milestone) or "")
    return known is not None and known.gate


def grade(given: CheckInput, row: Row) -> Severity:
    """A gate is critical, any other milestone a warning."""
    return Severity.CRITICAL if is_gate(given, row.milestone) else Severity.WARNING


def name_milestone(given: CheckInput, row: Row) -> Subject:
    """The milestone under the name that the portfolio gives it."""
    known = given.portfolio.milestones.get(as_text(row.milestone) or "")
    return build_subject(row, "milestone", name=known.name if known else None)


def find_accountable(given: CheckInput, row: Row) -> tuple[str | None, str]:
    """Role key and side of the one who is asked about a milestone."""
    role = find_milestone_role(given.portfolio, milestone=as_text(row.milestone), project=as_text(row.project))
    return role, find_side(given.portfolio, role)


def list_milestone_moves(given: CheckInput) -> pd.DataFrame:
    """Moves of milestone dates that the sources made themselves (measures.promises)."""
    return list_moves(given.frames["promise"], entity="milestone", column="forecast_on", zone=given.portfolio.time_zone)


def prove_milestone(given: CheckInput, row: Row) -> tuple[Evidence, ...]:
    """What each source says today, the baselines, and how the date moved, newest last."""
    frame = given.frames["milestone"]
    records = frame[frame["subject"].eq(row.subject)]
    return (*_prove_statements(records), *_prove_baselines(row), *prove_moves(given, row, list_milestone_moves(given)))


def _prove_statements(records: pd.DataFrame) -> list[Evidence]:
    return [_prove_statement(record) for record in iterate(records)]


def _prove_statement(record: Row) -> Evidence:
    forecast, claimed, status = as_day(record.forecast_on), as_day(record.claimed_on), as_text(record.status_raw)
    if claimed:
        return prove("schedule.evidence.claimed", record, forecast=forecast, claimed=claimed)
    if status:
        return prove("schedule.evidence.forecast", record, forecast=forecast, status=status)
    return prove("schedule.evidence.date", record, forecast=forecast)


def _prove_baselines(row: Row) -> list[Evidence]:
    numbers = {int(row.number): as_day(row.baseline_on), int(row.original_number): as_day(row.original_on)}
    return [prove("schedule.evidence.baseline", number=number, day=day) for number, day in sorted(numbers.items())]


def prove_moves(given: CheckInput, row: Row, moves: pd.DataFrame) -> list[Evidence]:
    """The last moves of one milestone, each with who stated it and the record it stands in."""
    own = moves[moves["subject"].eq(row.subject)].tail(MOVES_SHOWN)
    records = given.frames["milestone"].drop(columns=["known_at", "source", "subject"])
    return [
        prove("schedule.evidence.move", move, old=as_day(move.old_day), new=as_day(move.new_day), day=as_day(move.day))
        for move in iterate(own.merge(records, on="record"))
    ]
