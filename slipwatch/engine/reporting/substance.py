"""Scope, budget and overdue actions of every project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from slipwatch.measures.rows import Row, as_day, as_decimal, as_text, iterate
from slipwatch.model.columns import MONEY_SCALE
from slipwatch.reports.facts import ActionFacts, BudgetFacts, ScopeFacts

if TYPE_CHECKING:
    from slipwatch.engine.frames import FrameSupply


@dataclass(kw_only=True)
class SubstanceReader:
    """Reads each entity once; `day` is the local day of the report."""

    supply: FrameSupply
    day: date

    def _select(self, entity: str, project: str) -> pd.DataFrame:
        """Newest record of each subject of a project."""
        frame = self.supply.read(entity)
        own = frame[frame["project"].eq(project)].sort_values("known_at", kind="stable")
        return own.drop_duplicates("subject", keep="last")

    @cached_property
    def _frozen(self) -> pd.DataFrame:
        return self.supply.view("scope_baseline")

    def describe_scope(self, project: str) -> ScopeFacts | None:
        """Requirements now against those of the scope baseline; None where none is read."""
        present = self._select("requirement", project)
        present = present[present["status"].ne("cancelled").fillna(value=True)]
        frozen = self._frozen[self._frozen["project"].eq(project)]
        if present.empty and frozen.empty:
            return None
        inside = present["subject"].isin(frozen["subject"])
        decisions = self._select("change_request", project)["decision"].dropna().value_counts()
        return ScopeFacts(
            present=len(present),
            done=int(present["status"].eq("done").sum()),
            frozen_on=as_day(frozen["frozen_at"].max()) if len(frozen) else None,
            frozen=len(frozen),
            gone=len(frozen) - int(inside.sum()),
            added=int((~inside).sum()) if len(frozen) else 0,
            changes={str(name): int(count) for name, count in sorted(decisions.items(), key=lambda pair: -pair[1])},
        )

    def list_budget(self, project: str) -> tuple[BudgetFacts, ...]:
        """Budget lines by label."""
        rows = self._select("budget_line", project).sort_values("label", kind="stable")
        return tuple(self._describe_budget(row, project) for row in iterate(rows))

    def _describe_budget(self, row: Row, project: str) -> BudgetFacts:
        currency = as_text(row.currency) or self.supply.programme.portfolio.projects[project].currency
        amounts = {
            "approved": row.approved_amount,
            "committed": row.committed_amount,
            "actual": row.actual_amount,
            "to_complete": row.estimate_to_complete,
        }
        exact = {name: as_decimal(value, MONEY_SCALE) for name, value in amounts.items()}
        return BudgetFacts(label=str(row.label), name=as_text(row.name) or "", currency=currency, **exact)

    def list_overdue(self, project: str) -> tuple[ActionFacts, ...]:
        """Open actions and decisions whose day has passed."""
        actions = self._list_late("action", project, due="due_on", done="done_on")
        return (*actions, *self._list_late("decision", project, due="needed_by", done="taken_on"))

    def _list_late(self, entity: str, project: str, *, due: str, done: str) -> list[ActionFacts]:
        rows = self._select(entity, project)
        late = rows[rows[done].isna() & (rows[due] < pd.Timestamp(self.day))]
        calendar = self.supply.programme.calendars.for_project(project)
        return [
            ActionFacts(
                label=str(row.label),
                name=as_text(row.name) or "",
                responsible=as_text(row.responsible_code),
                due_on=day,
                overdue_wd=calendar.count(day, self.day),
                is_decision=entity == "decision",
            )
            for row in iterate(late)
            if (day := as_day(getattr(row, due)))
        ]

    def find_claim(self, project: str) -> str | None:
        """What a source says that the project's manager claims of its state."""
        frame = self.supply.read("project")
        if "status_claimed" not in frame:
            return None
        claims = frame.loc[frame["subject_key"].eq(project), "status_claimed"].dropna()
        return as_text(claims.iloc[-1]) if len(claims) else None
