"""DQ-02: what was read is not what was agreed."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from checks.quality.sources import find_owner, list_windows, name_source, screen_read_sources
from slipwatch.check import CheckInput, Thresholds, rule
from slipwatch.measures.rows import EVIDENCE_LIMIT, Row, as_day, as_text, iterate, look_up, spread_limits
from slipwatch.measures.verdict import Verdict
from slipwatch.model.finding import Argument, Assessment, Concern, Evidence, Finding, GreyReason, Message, Severity


class ContractBreakLimits(Thresholds):
    """Records that may be set aside without a word."""

    most_count: int = Field(default=0, ge=0, le=100_000, description="records set aside before it is reported")


@rule(
    id="quality.contract_break",
    alias="DQ-02",
    concern=Concern.QUALITY,
    entity="source",
    reads=("source",),
    views=("quarantine", "window", "expectation"),
    scope="all",
    thresholds=ContractBreakLimits,
)
def judge_contract_break(given: CheckInput) -> Assessment:
    """Contract break

    What it asks: Are there records, or whole files, that could not be read as agreed, or that break a critical
    expectation of a suite?
    Why a committee cares: A date written as a week, a renamed column, a spreadsheet that ate the zeros: each silently
    freezes a part of the picture.
    Formula and unit: number of records set aside and still open, or the window set aside as a whole, or records that
    fail an expectation of severity critical. Last good values stay, with their age. An expectation that could not run
    is shown as a broken check, never as bad data.
    Source: data contracts; Great Expectations vocabulary and severities. Data: quarantine, windows, suites.
    What to do: Correct the named rows in the source, or change the mapping if the new form is meant to stay.
    """
    windows = list_windows(given, "set_aside")
    rows = _list_open(given.frames["quarantine"])
    failures = _list_failures(given.frames["expectation"])
    verdict = screen_read_sources(given, found={*windows["source"], *rows["source"], *failures["source"]})
    _set_broken(verdict, given.frames["expectation"])
    counts = look_up(verdict.rows["key"], rows.groupby("source").size())
    broken = verdict.rows["key"].isin(windows["source"]) | verdict.rows["key"].isin(failures["source"])
    limits = spread_limits(given.settings, verdict.rows["project"], "most_count")
    verdict.rows = verdict.rows.assign(limit=limits)
    parts = {"window": windows, "record": rows, "expectation": failures}
    return verdict.conclude((counts > limits) | broken, lambda row: _write(given, row, parts))


def _list_open(quarantine: pd.DataFrame) -> pd.DataFrame:
    return quarantine[quarantine["closed_at"].isna()] if "closed_at" in quarantine else quarantine


def _list_failures(expectations: pd.DataFrame) -> pd.DataFrame:
    return expectations[expectations["state"].eq("failed") & expectations["severity"].eq("critical")]


def _set_broken(verdict: Verdict, expectations: pd.DataFrame) -> None:
    broken = expectations[expectations["state"].eq("broken")]
    names = broken["entity"].astype(str) + ": " + broken["expectation"].astype(str)
    verdict.note_grey(GreyReason.BROKEN_CHECK, (), dict.fromkeys(names), text="quality.broken_expectation")


def _write(given: CheckInput, row: Row, parts: dict[str, pd.DataFrame]) -> Finding:
    """The gravest kind gives the text: a window set aside, else records set aside, else a failed expectation."""
    own = {kind: frame[frame["source"].eq(row.key)] for kind, frame in parts.items()}
    kind = next(kind for kind, frame in own.items() if len(frame))
    count, arguments = _DESCRIBE[kind](own[kind])
    role, side = find_owner(given, row.owner)
    proof = [_PROVE[kind](one) for kind, frame in own.items() for one in iterate(frame.head(EVIDENCE_LIMIT))]
    return Finding(
        rule=given.rule,
        subject=name_source(row.key, int(row.subject), row.name),
        concern=Concern.QUALITY,
        severity=Severity.CRITICAL if kind == "window" else Severity.WARNING,
        value=count,
        threshold=row.limit,
        unit="items",
        text=Message(id=f"{given.rule}.{kind}", arguments=arguments, plural="count"),
        action=Message(id=f"{given.rule}.action.{kind}"),
        accountable=role,
        audience=side,
        gravity=count,
        evidence=tuple(proof),
        keys=tuple(own["record"]["where"].dropna().astype(str)),
    )


def _describe_windows(windows: pd.DataFrame) -> tuple[int, dict[str, Argument]]:
    first = next(iterate(windows))
    cause = as_text(first.detail) or as_text(first.reason)
    return len(windows), {
        "count": len(windows),
        "stream": as_text(first.stream),
        "cause": cause,
        "day": as_day(first.as_of),
    }


def _describe_records(rows: pd.DataFrame) -> tuple[int, dict[str, Argument]]:
    first = next(iterate(rows))
    return len(rows), {"count": len(rows), "column": as_text(first.column), "where": as_text(first.where)}


def _describe_failures(failures: pd.DataFrame) -> tuple[int, dict[str, Argument]]:
    count = int(failures["unexpected_count"].fillna(1).sum())
    first = next(iterate(failures))
    return count, {"count": count, "expectation": str(first.expectation), "column": as_text(first.column)}


def _prove_window(window: Row) -> Evidence:
    arguments = {"stream": as_text(window.stream), "cause": as_text(window.detail) or as_text(window.reason)}
    return Evidence(text=Message(id="quality.evidence.set_aside", arguments=arguments))


def _prove_record(record: Row) -> Evidence:
    arguments = {name: as_text(getattr(record, name)) for name in ("label", "column", "reason", "where", "excerpt")}
    return Evidence(text=Message(id="quality.evidence.record", arguments=arguments))


def _prove_failure(failure: Row) -> Evidence:
    arguments: dict[str, Argument] = {
        "expectation": str(failure.expectation),
        "column": as_text(failure.column),
        "count": int(failure.unexpected_count),
        "total": int(failure.element_count),
    }
    return Evidence(text=Message(id="quality.evidence.expectation", arguments=arguments))


_DESCRIBE = {"window": _describe_windows, "record": _describe_records, "expectation": _describe_failures}
_PROVE = {"window": _prove_window, "record": _prove_record, "expectation": _prove_failure}
