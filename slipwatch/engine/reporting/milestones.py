"""Milestones of every project with their baselines, what the sources show, and everything they ever stated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd

from slipwatch.measures.rows import Row, as_day, as_moment, as_text, iterate
from slipwatch.model.portfolio import Milestone
from slipwatch.model.records import Cause
from slipwatch.reports.facts import BaselineDate, MilestoneFacts, SourceDate, Statement
from slipwatch.store.baselines import read_items

if TYPE_CHECKING:
    from slipwatch.check import Thresholds
    from slipwatch.engine.frames import FrameSupply

DRIFT = frozenset({Cause.SOURCE, Cause.RECONSTRUCTED})
"""Causes that count as a move; history that was put together later counts in reports."""

COLUMN = "forecast_on"


@dataclass(kw_only=True)
class MilestoneReader:
    """`tolerances` gives the thresholds of the slip rule for a project, or None where that rule is off."""

    supply: FrameSupply
    tolerances: Mapping[str, Thresholds]

    @cached_property
    def records(self) -> Mapping[int, pd.DataFrame]:
        """Records by subject, oldest statement first."""
        frame = self.supply.read("milestone").sort_values("known_at", kind="stable")
        return {int(rows["subject"].iloc[0]): rows for _, rows in frame.groupby("subject", sort=False)}

    @cached_property
    def baselines(self) -> Mapping[int, list[BaselineDate]]:
        """Baseline dates by subject, in the order of their numbers."""
        items = read_items(self.supply.programme.ledger, self.supply.moment)
        items = items[items["kind"].eq("schedule") & items["column"].eq(COLUMN)].sort_values("number", kind="stable")
        found: dict[int, list[BaselineDate]] = defaultdict(list)
        for row in iterate(items):
            since = as_day(row.effective_from) or date.min
            found[int(row.subject)].append(
                BaselineDate(number=int(row.number), day=date.fromisoformat(row.value), since=since)
            )
        return found

    @cached_property
    def statements(self) -> Mapping[int, list[Statement]]:
        """Everything stated of a date, by subject, oldest first."""
        view = self.supply.view("promise")
        view = view[view["entity"].eq("milestone") & view["column"].eq(COLUMN)].sort_values("known_at", kind="stable")
        found: dict[int, list[Statement]] = defaultdict(list)
        for row in iterate(view):
            found[int(row.subject)].append(build_statement(row, self.supply.programme.zone))
        return found

    def list_milestones(self, project: str) -> tuple[MilestoneFacts, ...]:
        """Declared milestones of a project, whether a source speaks of them or not, then those only sources know."""
        portfolio = self.supply.programme.portfolio
        subjects = self.supply.subjects_of("milestone")
        declared = {key: point for key, point in portfolio.milestones.items() if point.project == project}
        facts = [self._describe(project, subjects[key], point) for key, point in declared.items()]
        known = {subjects[key] for key in portfolio.milestones}
        others = [
            self._describe(project, subject, None)
            for subject, rows in self.records.items()
            if subject not in known and as_text(rows["project"].iloc[-1]) == project
        ]
        return (*facts, *others)

    def _describe(self, project: str, subject: int, declared: Milestone | None) -> MilestoneFacts:
        rows = self.records.get(subject)
        latest = list_latest(rows) if rows is not None else []
        forecast_on, accepted_on = (find_last_day(latest, column) for column in (COLUMN, "accepted_on"))
        baselines = tuple(self.baselines.get(subject, ()))
        site = self._find_site(project, declared, latest)
        known = declared or _name_undeclared(latest[-1], project)
        return MilestoneFacts(
            key=known.key,
            name=known.name,
            is_gate=known.gate,
            accountable=known.accountable,
            baselines=baselines,
            current=tuple(_show_source(row) for row in latest),
            forecast_on=forecast_on,
            accepted_on=accepted_on,
            tolerance_wd=self._find_tolerance(project, declared),
            slips=self._measure_slips(site, baselines, accepted_on or forecast_on),
            statements=tuple(self.statements.get(subject, ())),
            is_stale=any(str(row.source) in self.supply.stale_sources for row in latest),
        )

    def _find_site(self, project: str, declared: Milestone | None, latest: list[Row]) -> str | None:
        own = as_text(latest[-1].site) if latest else None
        key = declared.key if declared else None
        return own or self.supply.programme.calendars.find_site(milestone=key, project=project)

    def _find_tolerance(self, project: str, declared: Milestone | None) -> int | None:
        limits: Any = self.tolerances.get(project)
        if limits is None:
            return None
        return int(limits.gate_wd if declared and declared.gate else limits.other_wd)

    def _measure_slips(
        self, site: str | None, baselines: tuple[BaselineDate, ...], reached: date | None
    ) -> Mapping[int, int]:
        if reached is None:
            return {}
        calendar = self.supply.programme.calendars.for_site(site)
        return {baseline.number: calendar.count(baseline.day, reached) for baseline in baselines}


def build_statement(row: Row, zone: ZoneInfo) -> Statement:
    """A row of the promise view, its instant in the zone whose days people count."""
    known = as_moment(row.known_at)
    seen = as_moment(row.recorded_at)
    if known is None or seen is None:
        raise ValueError(f"a promise of {row.source} without its instants")
    return Statement(
        at=known.astimezone(zone),
        first_seen=seen,
        source=str(row.source),
        stated_by=as_text(row.stated_by),
        old=as_day(row.old_day),
        new=as_day(row.new_day),
        is_drift=Cause(row.cause) in DRIFT,
        is_reconstructed=Cause(row.cause) is Cause.RECONSTRUCTED,
    )


def find_last_day(rows: list[Row], column: str) -> date | None:
    """The latest day that any of the rows shows in a column."""
    return max((day for row in rows if (day := as_day(getattr(row, column)))), default=None)


def _name_undeclared(row: Row, project: str) -> Milestone:
    """A milestone that only its source knows, under the name that it has there."""
    return Milestone(key=str(row.subject_key), name=as_text(row.name) or str(row.label), project=project)


def list_latest(rows: pd.DataFrame) -> list[Row]:
    """The newest record of each source, by source."""
    return list(iterate(rows.drop_duplicates("source", keep="last").sort_values("source", kind="stable")))


def _show_source(row: Row) -> SourceDate:
    label = as_text(row.label) or str(row.source_id)
    return SourceDate(source=str(row.source), label=label, day=as_day(row.forecast_on), url=as_text(row.url))
