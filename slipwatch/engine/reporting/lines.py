"""Order lines of every project against their need: first and last promise, receipts, and who is late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from slipwatch.measures.promises import select_drift
from slipwatch.measures.roles import map_supplier_names
from slipwatch.measures.rows import Row, as_day, as_decimal, as_text, iterate
from slipwatch.model.columns import QUANTITY_SCALE
from slipwatch.reports.facts import LineFacts, LineState, SupplyFacts
from slipwatch.reports.supply import is_exception

if TYPE_CHECKING:
    from slipwatch.engine.frames import FrameSupply

MOST_EXCEPTIONS = 60
MOST_OTHERS = 40
SOON_DAYS = 45
"""Open lines that are needed within this many calendar days are listed, later ones counted."""


@dataclass(kw_only=True)
class LineReader:
    """`flagged` are subjects of open alerts, `overdue` those of the overdue rule, `stale` those nobody could judge,
    `known` those of the opening inventory, accepted or not."""

    supply: FrameSupply
    day: date
    flagged: Set[int] = frozenset()
    overdue: Set[int] = frozenset()
    stale: Set[int] = frozenset()
    known: Set[int] = frozenset()

    @cached_property
    def lines(self) -> pd.DataFrame:
        """One row per line that is not cancelled: the newest statement of each column, promises and receipts."""
        frame = self.supply.read("order_line").sort_values("known_at", kind="stable")
        rows = frame.groupby("subject", sort=False).last().reset_index()
        rows = rows[~rows["cancelled"].fillna(value=False).astype(bool)]
        rows = rows.join(self._gather_promises(), on="subject")
        return self._add_receipts(rows)

    def _gather_promises(self) -> pd.DataFrame:
        """By line: first_on, last_on, last_source, moves (the most in any one source)."""
        said = pd.concat([self._list_said("order_line"), self._list_said("confirmation")], ignore_index=True)
        said = said[said["new_day"].notna()].sort_values(["known_at", "new_day"], kind="stable")
        groups = said.groupby("subject", sort=False)
        moves = said[said["old_day"].notna()].groupby(["subject", "source"]).size().groupby(level=0).max()
        columns = {"first_on": groups["new_day"].first(), "last_on": groups["new_day"].last()}
        return pd.DataFrame({**columns, "last_source": groups["source"].last(), "moves": moves})

    def _list_said(self, entity: str) -> pd.DataFrame:
        """Promises stated in one entity, by the order line that they are about."""
        said = select_drift(self._promises, entity=entity, column="promised_on")
        if entity == "confirmation":
            answers = self.supply.read(entity).drop_duplicates("record")
            lines = answers.set_index("record")["order_line_subject"]
            said = said.assign(subject=said["record"].map(lines))
        said = said[said["subject"].notna()]
        return said[["subject", "source", "old_day", "new_day", "known_at"]].astype({"subject": "int64"})

    @cached_property
    def _promises(self) -> pd.DataFrame:
        return self.supply.view("promise")

    def _add_receipts(self, rows: pd.DataFrame) -> pd.DataFrame:
        """docked (of two systems that count the same goods the larger quantity), docked_on, docked_source, received."""
        receipts = self.supply.read("receipt")
        bound = receipts[receipts["order_line_subject"].notna()]
        groups = bound.groupby(["order_line_subject", "source"])
        sums = pd.DataFrame({"docked": groups["received_quantity"].sum(), "docked_on": groups["received_on"].max()})
        best = (
            sums.reset_index().sort_values("docked", kind="stable").drop_duplicates("order_line_subject", keep="last")
        )
        best = best.rename(columns={"source": "docked_source"}).set_index("order_line_subject")
        best.index = best.index.astype("int64")
        joined = rows.join(best, on="subject")
        own, docked = (joined[name].fillna(0).astype("Int64") for name in ("received_quantity", "docked"))
        return joined.assign(received=own.where(own >= docked, docked), is_docked=docked.gt(0) & (docked >= own))

    @cached_property
    def _suppliers(self) -> Mapping[str, str]:
        return {word: profile.name for word, profile in map_supplier_names(self.supply.programme.portfolio).items()}

    def describe(self, project: str) -> SupplyFacts:
        """Exceptions, lines that were late or moved, and lines needed soon; the others as counts by state."""
        own = self.lines[self.lines["project"].eq(project)]
        facts = [self._describe_line(row) for row in iterate(own)]
        exceptions = sorted(filter(is_exception, facts), key=_rank)[:MOST_EXCEPTIONS]
        telling = [line for line in facts if not is_exception(line) and self._is_telling(line)]
        shown = (*exceptions, *sorted(telling, key=_rank)[:MOST_OTHERS])
        rest = Counter(line.state for line in facts)
        rest.subtract(line.state for line in shown)
        return SupplyFacts(lines=shown, others={state: rest[state] for state in LineState if rest[state]})

    def _is_telling(self, line: LineFacts) -> bool:
        if line.state is LineState.RECEIVED:
            return line.moves > 0 and (line.late_wd or 0) > 0
        soon = self.day + timedelta(days=SOON_DAYS)
        return line.state is not LineState.KNOWN and line.needed_on is not None and line.needed_on <= soon

    def _describe_line(self, row: Row) -> LineFacts:
        ordered, received = (as_decimal(value, QUANTITY_SCALE) for value in (row.ordered_quantity, row.received))
        state = self._find_state(row, is_full=bool(ordered and received and received >= ordered))
        received_on, received_source = _find_receipt(row)
        return LineFacts(
            key=str(row.subject_key),
            label=as_text(row.label) or str(row.subject_key),
            name=as_text(row.name) or "",
            supplier=self._name_supplier(row.supplier),
            state=state,
            needed_on=as_day(row.needed_on),
            first_promise_on=as_day(row.first_on),
            last_promise_on=as_day(row.last_on),
            promise_source=as_text(row.last_source) or "",
            moves=_count(row.moves),
            ordered=ordered,
            received=received,
            unit=as_text(row.unit) or "",
            received_on=received_on if received else None,
            received_source=received_source,
            late_wd=self._measure_late(row, received_on if state is LineState.RECEIVED else self._expect(row)),
            milestone=as_text(row.milestone),
            is_flagged=int(row.subject) in self.flagged,
            url=as_text(row.url),
        )

    def _name_supplier(self, value: Any) -> str:
        word = (as_text(value) or "").strip()
        return self._suppliers.get(word.casefold(), word)

    def _find_state(self, row: Row, *, is_full: bool) -> LineState:
        subject = int(row.subject)
        needed, promised = as_day(row.needed_on), as_day(row.last_on)
        cases = (
            (is_full or _is_true(row.completed), LineState.RECEIVED),
            (subject in self.stale, LineState.STALE),
            (needed is None, LineState.NO_NEED),
            (subject in self.known, LineState.KNOWN),
            (subject in self.overdue, LineState.OVERDUE),
            (needed is not None and promised is not None and promised > needed, LineState.PROMISED_LATE),
            (not pd.isna(row.received) and row.received > 0, LineState.PARTLY),
        )
        return next((state for holds, state in cases if holds), LineState.OPEN)

    def _expect(self, row: Row) -> date | None:
        """The promise that stands; today where it has passed, or where a need has passed that nobody promised."""
        promised, needed = as_day(row.last_on), as_day(row.needed_on)
        if promised is None and (needed is None or needed >= self.day):
            return None
        return max(promised or self.day, self.day)

    def _measure_late(self, row: Row, reached: date | None) -> int | None:
        needed = as_day(row.needed_on)
        if needed is None or reached is None:
            return None
        return self.supply.programme.calendars.for_site(as_text(row.site)).count(needed, reached)


def _find_receipt(row: Row) -> tuple[date | None, str]:
    """Day and source of the last receipt: the dock's where it shows at least as much as the buyer's system."""
    if row.is_docked:
        return as_day(row.docked_on), as_text(row.docked_source) or ""
    return as_day(row.delivered_on), str(row.source)


def _count(value: Any) -> int:
    return 0 if pd.isna(value) else int(value)


def _is_true(flag: object) -> bool:
    return not pd.isna(flag) and bool(flag)  # type: ignore[call-overload]  # — any cell


def _rank(line: LineFacts) -> tuple[bool, bool, float, str]:
    """Lines with an alert first, then those that are not received yet, then the latest."""
    return not line.is_flagged, line.state is LineState.RECEIVED, -(line.late_wd or 0), line.label
