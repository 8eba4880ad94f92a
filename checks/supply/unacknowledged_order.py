"""SUP-01: an order that the supplier has not answered."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from checks.supply.findings import write_line
from checks.supply.lines import gather_lines, list_suppliers, screen_lines, set_not_practised
from slipwatch.check import CheckInput, Thresholds, rule
from slipwatch.measures.rows import Row, as_day, spread_limits
from slipwatch.model.finding import Assessment, Concern, Finding, GreyReason


class UnacknowledgedOrderLimits(Thresholds):
    """How long a supplier may take to answer."""

    answer_wd: int = Field(default=3, ge=0, le=60, description="working days from sending to the supplier's answer")


@rule(
    id="supply.unacknowledged_order",
    alias="SUP-01",
    concern=Concern.SUPPLY,
    entity="order_line",
    reads=("order_line", "confirmation"),
    scope="all",
    thresholds=UnacknowledgedOrderLimits,
)
def judge_unacknowledged_order(given: CheckInput) -> Assessment:
    """Order not acknowledged

    What it asks: Has the supplier answered an order that was sent to it some days ago?
    Why a committee cares: An order that nobody read is discovered on the day the goods should arrive.
    Formula and unit: working days of the delivery site from the day the order was sent to today, while no
    confirmation names the line and nothing was received. It fires above answer_wd; it never grows worse because days
    pass. Suppliers that never confirmed anything are counted as not practised.
    Source: order acknowledgement in purchasing (ORDRSP, SAP confirmation control). Data: order_line.ordered_on,
    confirmation.
    What to do: Call the supplier today: is the order in its system, and for which date?
    """
    lines, answers = gather_lines(given), given.frames["confirmation"]
    verdict = screen_lines(given.rule, lines)
    set_not_practised(verdict, lines, list_suppliers(given, lines, answers), "supply.no_confirmations")
    answered = verdict.rows["subject"].isin(answers["order_line_subject"].dropna()) | verdict.rows["received"].gt(0)
    verdict.rows = verdict.rows.assign(answered=answered)
    verdict.set_grey(~answered & verdict.rows["ordered_on"].isna(), GreyReason.MISSING_VALUE, "supply.no_order_date")
    verdict.set_grey(verdict.rows["stale"], GreyReason.STALE_SOURCE)
    rows = verdict.rows
    waiting = pd.Series(
        given.calendars.count_days(rows["site"].to_list(), rows["ordered_on"], given.day), index=rows.index
    )
    limit = spread_limits(given.settings, rows["project"], "answer_wd")
    verdict.rows = rows.assign(waiting=waiting, limit=limit)
    return verdict.conclude((waiting > limit) & ~rows["answered"], lambda row: _write(given, row))


def _write(given: CheckInput, row: Row) -> Finding:
    return write_line(
        given,
        row,
        value=int(row.waiting),
        threshold=row.limit,
        arguments={"sent": as_day(row.ordered_on), "waiting": int(row.waiting)},
    )
