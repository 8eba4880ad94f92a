"""supply.receipt_overdue: promised, past, and not received."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from checks.supply.findings import prove_promises, write_line
from checks.supply.lines import add_promises, gather_lines, name_suppliers, screen_lines
from slipwatch.check import CheckInput, Thresholds, rule
from slipwatch.measures.booking import learn_lags, look_up_lags
from slipwatch.measures.rows import Row, align, as_day, as_decimal, as_text, spread_limits
from slipwatch.model.columns import QUANTITY_SCALE
from slipwatch.model.finding import Assessment, Concern, Evidence, Finding, GreyReason


class ReceiptOverdueLimits(Thresholds):
    """How long a delivery may stay invisible."""

    grace_wd: int = Field(default=0, ge=0, le=60, description="working days after promise and booking lag")
    default_lag_wd: int = Field(default=2, ge=0, le=60, description="booking lag while too few bookings teach one")
    least_count: int = Field(
        default=10, ge=3, le=1000, description="bookings from which a supplier's own lag is learned"
    )


@rule(
    id="supply.receipt_overdue",
    concern=Concern.SUPPLY,
    entity="order_line",
    reads=("order_line", "confirmation", "receipt"),
    views=("promise",),
    scope="all",
    thresholds=ReceiptOverdueLimits,
)
def judge_receipt_overdue(given: CheckInput) -> Assessment:
    """Receipt overdue

    What it asks: Has a promised delivery not arrived, even if it was booked as late as this supplier's always are?
    Why a committee cares: A list that is red over every holiday is read by nobody; what remains here is really
    missing.
    Formula and unit: due = last promise + usual booking lag, in working days of the delivery site; it fires from the
    day after (plus grace_wd) while less than the quantity ordered is received in every system and the buyer has not
    declared the line complete. Usual lag: 90th percentile of this supplier's past bookings, at least least_count of
    them, else of all suppliers. It never grows worse because days pass.
    Source: open orders are censored, not missing; the lag is learned as in delay reporting. Data: promise ledger,
    receipt, order_line.received_quantity, delivered_on and booked_on.
    What to do: Ask the dock first, then the supplier; if it is there, have it booked; if not, get a date in writing.
    """
    lines = gather_lines(given)
    verdict = screen_lines(given.rule, lines)
    verdict.rows = add_promises(given, verdict.rows)
    verdict.set_grey(verdict.rows["promise_on"].isna(), GreyReason.MISSING_VALUE, "supply.no_promise")
    verdict.set_grey(verdict.rows["stale"], GreyReason.STALE_SOURCE)
    verdict.rows = _find_due(given, verdict.rows, _learn_lags(given, lines))
    past = verdict.rows["overdue"] > verdict.rows["limit"]
    proof = prove_promises(given, verdict.rows.loc[past, "subject"])
    return verdict.conclude(past, lambda row: _write(given, row, proof.get(row.subject, [])))


def _find_due(given: CheckInput, rows: pd.DataFrame, lags: pd.Series[float]) -> pd.DataFrame:
    """Rows with lag, due_on (promise and lag), overdue (working days since) and limit."""
    sites = rows["site"].to_list()
    lag = look_up_lags(lags, rows["supplier_key"])
    due = given.calendars.shift_days(sites, rows["promise_on"], lag)
    return rows.assign(
        lag=lag,
        due_on=pd.Series(due, index=rows.index),
        overdue=given.calendars.count_days(sites, due, given.day),
        limit=spread_limits(given.settings, rows["project"], "grace_wd"),
    )


def _learn_lags(given: CheckInput, lines: pd.DataFrame) -> pd.Series[float]:
    """Booking lags by supplier, from the order book and from the receipts."""
    receipts = given.frames["receipt"]
    suppliers = align(receipts["order_line_subject"], lines.set_index("subject")["supplier_key"])
    bookings = pd.concat(
        [
            lines[["supplier_key", "site", "delivered_on", "booked_on"]],
            pd.DataFrame(
                {
                    "supplier_key": suppliers.fillna(name_suppliers(given, receipts)),
                    "site": receipts["site"],
                    "delivered_on": receipts["received_on"],
                    "booked_on": receipts["booked_on"],
                }
            ),
        ],
        ignore_index=True,
    )
    known = bookings[bookings["delivered_on"].notna() & bookings["booked_on"].notna()]
    lags = given.calendars.count_days(known["site"].to_list(), known["delivered_on"], known["booked_on"])
    everywhere = pd.Series([None])
    default, least = (spread_limits(given.settings, everywhere, name)[0] for name in ("default_lag_wd", "least_count"))
    return learn_lags(known["supplier_key"].to_list(), lags, default=float(default), least=int(least))


def _write(given: CheckInput, row: Row, proof: list[Evidence]) -> Finding:
    return write_line(
        given,
        row,
        value=int(row.overdue),
        threshold=row.limit,
        arguments={
            "promised": as_day(row.promise_on),
            "due": as_day(row.due_on),
            "lag": int(row.lag),
            "overdue": int(row.overdue),
            "quantity": as_decimal(row.ordered_quantity, QUANTITY_SCALE),
            "received": as_decimal(row.received, QUANTITY_SCALE),
            "measure": as_text(row.unit),
        },
        evidence=proof,
    )
