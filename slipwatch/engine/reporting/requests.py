"""Questions that wait for a committee: open decisions of its register, and change requests that nobody decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from slipwatch.measures.rows import Row, as_day, as_decimal, as_text, iterate
from slipwatch.model.columns import MONEY_SCALE
from slipwatch.reports.facts import RequestFacts

if TYPE_CHECKING:
    from slipwatch.engine.frames import FrameSupply

UNDECIDED = frozenset({"open", "deferred"})


@dataclass(kw_only=True)
class RequestReader:
    """`day` is the local day of the report."""

    supply: FrameSupply
    day: date

    def list_requests(self, project: str) -> tuple[RequestFacts, ...]:
        """Of a project, the longest waiting first."""
        found = [*self._list_decisions(project), *self._list_changes(project)]
        return tuple(sorted(found, key=lambda request: (-(request.waiting_wd or 0), request.label)))

    def _select(self, entity: str, project: str) -> pd.DataFrame:
        """Newest record of each subject of a project."""
        frame = self.supply.read(entity)
        own = frame[frame["project"].eq(project)].sort_values("known_at", kind="stable")
        return own.drop_duplicates("subject", keep="last")

    def _list_decisions(self, project: str) -> Iterator[RequestFacts]:
        rows = self._select("decision", project)
        for row in iterate(rows[rows["taken_on"].isna()]):
            needed = as_day(row.needed_by)
            yield RequestFacts(
                kind="decision",
                label=str(row.label),
                name=as_text(row.name) or "",
                asked_of=as_text(row.responsible_code),
                needed_by=needed,
                waiting_wd=self._count(project, needed),
            )

    def _list_changes(self, project: str) -> Iterator[RequestFacts]:
        rows = self._select("change_request", project)
        open_rows = rows[rows["decided_on"].isna() & rows["decision"].fillna("open").isin(list(UNDECIDED))]
        for row in iterate(open_rows):
            yield self._describe_change(row, project)

    def _describe_change(self, row: Row, project: str) -> RequestFacts:
        raised = as_day(row.raised_on)
        return RequestFacts(
            kind="change_request",
            label=str(row.label),
            name=as_text(row.name) or "",
            raised_on=raised,
            waiting_wd=self._count(project, raised),
            items=tuple(item.strip() for item in (as_text(row.items) or "").split(",") if item.strip()),
            new_date=as_day(row.new_date),
            amount=as_decimal(row.amount, MONEY_SCALE),
            currency=as_text(row.currency) or self.supply.programme.portfolio.projects[project].currency,
        )

    def _count(self, project: str, day: date | None) -> int | None:
        return None if day is None else self.supply.programme.calendars.for_project(project).count(day, self.day)
