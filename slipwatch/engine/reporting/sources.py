"""What the figures of a report rest on: sources, windows, rejects, rules, approved baselines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd

from slipwatch.check import Check
from slipwatch.engine.assess import choose_thresholds
from slipwatch.measures.rows import Row, as_moment, as_text, iterate
from slipwatch.reports.given import ApprovalFacts, RejectFacts, RuleFacts, SourceFacts, WindowFacts
from slipwatch.store.baselines import list_baselines

if TYPE_CHECKING:
    from slipwatch.engine.frames import FrameSupply
    from slipwatch.engine.wiring import Programme

MOST_REJECTS = 100


def list_sources(supply: FrameSupply, day: date, feeds: Mapping[str, tuple[str, ...]]) -> tuple[SourceFacts, ...]:
    """Every configured source with the age of its newest facts, in working days of its site where it has one."""
    return tuple(_describe_source(supply, row, day, feeds) for row in iterate(supply.sources))


def _describe_source(supply: FrameSupply, row: Row, day: date, feeds: Mapping[str, tuple[str, ...]]) -> SourceFacts:
    data_as_of, site = as_moment(row.data_as_of), as_text(row.site)
    return SourceFacts(
        key=str(row.key),
        name=str(row.name),
        owner=as_text(row.owner),
        state=str(row.state),
        cause=as_text(row.cause) or "",
        last_good_at=as_moment(row.last_good_at),
        data_as_of=data_as_of,
        age=measure_age(supply, data_as_of, day, site),
        rhythm_days=None if pd.isna(row.rhythm_days) else float(row.rhythm_days),
        unit="wd" if site else "d",
        is_stale=str(row.key) in supply.stale_sources,
        projects=feeds.get(str(row.key), ()),
    )


def measure_age(supply: FrameSupply, newest: datetime | None, day: date, site: str | None) -> int | None:
    """Days from the newest facts to the day of the report."""
    if newest is None:
        return None
    zone = ZoneInfo(supply.programme.portfolio.time_zone)
    known = newest.astimezone(zone).date()
    return supply.programme.calendars.for_site(site).count(known, day) if site else (day - known).days


def list_windows(supply: FrameSupply) -> tuple[WindowFacts, ...]:
    """The last window of each stream that was recorded by the day of the report."""
    ordered = supply.windows.sort_values(["source", "stream"], kind="stable")
    return tuple(_describe_window(row) for row in iterate(ordered))


def _describe_window(row: Row) -> WindowFacts:
    at = as_moment(row.at)
    if at is None:
        raise ValueError(f"a window of {row.source} without its instant")
    return WindowFacts(
        source=str(row.source),
        stream=as_text(row.stream) or "",
        entity=as_text(row.entity) or "",
        state=str(row.state),
        rows=_count(row.rows) or 0,
        rejects=_count(row.rejects) or 0,
        at=at,
        as_of=as_moment(row.as_of),
        previous_rows=_count(row.previous_rows),
        reason=as_text(row.detail) or as_text(row.reason) or "",
    )


def _count(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def list_rejects(supply: FrameSupply) -> tuple[RejectFacts, ...]:
    """Open quarantine, the newest last, cut to what a reader can bear."""
    return tuple(_describe_reject(row) for row in iterate(supply.view("quarantine").tail(MOST_REJECTS)))


def _describe_reject(row: Row) -> RejectFacts:
    seen = as_moment(row.first_seen)
    if seen is None:
        raise ValueError(f"a reject of {row.source} without its instant")
    return RejectFacts(
        source=str(row.source),
        label=as_text(row.label) or as_text(row.source_id) or "",
        column=as_text(row.column) or "",
        reason=str(row.reason),
        place=as_text(row.where) or "",
        excerpt=as_text(row.excerpt) or "",
        first_seen=seen,
    )


def list_rules(programme: Programme, checks: Iterable[Check]) -> tuple[RuleFacts, ...]:
    """Rules in force with the thresholds that they were judged by."""
    return tuple(_describe_rule(programme, check) for check in checks)


def _describe_rule(programme: Programme, check: Check) -> RuleFacts:
    choose = choose_thresholds(programme, check)
    general = choose(None).model_dump()
    own = {key: choose(key).model_dump() for key in programme.portfolio.projects}
    different = {
        key: {name: value for name, value in values.items() if value != general[name]} for key, values in own.items()
    }
    return RuleFacts(
        id=check.id,
        alias=check.alias,
        concern=check.concern,
        thresholds=general,
        own={key: values for key, values in different.items() if values},
    )


def list_approvals(programme: Programme, at: datetime) -> tuple[ApprovalFacts, ...]:
    """Baselines approved by an instant, in the order of approval."""
    return tuple(
        ApprovalFacts(
            kind=row.kind,
            number=row.number,
            name=row.name,
            project=row.project,
            author=row.author,
            reason=row.reason,
            approved_at=row.approved_at,
            since=row.effective_from,
        )
        for row in list_baselines(programme.ledger)
        if row.approved_at is not None and row.approved_at <= at
    )
