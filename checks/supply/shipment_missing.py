"""SUP-04: it should be on its way, and no shipping notice says so."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pydantic import Field

from checks.supply.findings import prove_promises, write_line
from checks.supply.lines import add_promises, gather_lines, list_suppliers, screen_lines, set_not_practised, sum_notices
from slipwatch.check import CheckInput, Thresholds, rule
from slipwatch.measures.rows import Row, as_day, as_decimal, look_up, spread_limits
from slipwatch.model.columns import QUANTITY_SCALE
from slipwatch.model.finding import Assessment, Concern, Evidence, Finding, GreyReason


class ShipmentMissingLimits(Thresholds):
    """How late a notice may be."""

    grace_wd: int = Field(default=0, ge=0, le=60, description="working days after the last day of despatch")


@rule(
    id="supply.shipment_missing",
    alias="SUP-04",
    concern=Concern.SUPPLY,
    entity="order_line",
    reads=("order_line", "confirmation", "shipment", "receipt"),
    views=("promise",),
    scope="all",
    thresholds=ShipmentMissingLimits,
)
def judge_shipment_missing(given: CheckInput) -> Assessment:
    """Shipment missing

    What it asks: Has a line that must be on its way been announced by a shipping notice?
    Why a committee cares: A promise still looks good on the day on which it can no longer be kept.
    Formula and unit: last day of despatch = last promise − transit, in working days of the delivery site. It fires
    from the day after it (plus grace_wd) while the notices of the line do not cover the quantity ordered. It never
    grows worse because days pass. Suppliers that never sent a notice are counted as not practised.
    Source: the exception of control towers, an expected event that is absent from its window; DESADV. Data: shipment,
    promise ledger, transit_days of the supplier in the portfolio.
    What to do: Ask the supplier for the notice or for the real day of despatch, today.
    """
    lines = gather_lines(given)
    verdict = screen_lines(given.rule, lines)
    set_not_practised(verdict, lines, list_suppliers(given, lines, given.frames["shipment"]), "supply.no_notices")
    rows = add_promises(given, verdict.rows)
    verdict.rows = rows.assign(transit=rows["supplier_key"].map(_list_transits(given)).astype("float64"))
    verdict.set_grey(verdict.rows["promise_on"].isna(), GreyReason.MISSING_VALUE, "supply.no_promise")
    verdict.set_grey(
        verdict.rows["transit"].isna(), GreyReason.MISSING_VALUE, "supply.no_transit", counted="supplier_key"
    )
    verdict.set_grey(verdict.rows["stale"], GreyReason.STALE_SOURCE)
    verdict.rows = _find_despatch(given, verdict.rows)
    missing = _lacks_notice(given, verdict.rows)
    proof = prove_promises(given, verdict.rows.loc[missing, "subject"])
    return verdict.conclude(missing, lambda row: _write(given, row, proof.get(row.subject, [])))


def _list_transits(given: CheckInput) -> dict[str, float]:
    profiles = given.portfolio.suppliers.values()
    return {profile.key: float(profile.transit_days) for profile in profiles if profile.transit_days is not None}


def _find_despatch(given: CheckInput, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with despatch_on (last day), overdue (working days since) and limit."""
    sites = rows["site"].to_list()
    despatch = given.calendars.shift_days(sites, rows["promise_on"], -rows["transit"].to_numpy())
    return rows.assign(
        despatch_on=pd.Series(despatch, index=rows.index),
        overdue=given.calendars.count_days(sites, despatch, given.day),
        limit=spread_limits(given.settings, rows["project"], "grace_wd"),
    )


def _lacks_notice(given: CheckInput, rows: pd.DataFrame) -> pd.Series[bool]:
    announced = sum_notices(given.frames["shipment"])
    covered: pd.Series[Any] = look_up(rows["subject"], announced).ge(rows["ordered_quantity"].fillna(1))
    return (rows["overdue"] > rows["limit"]) & ~covered.fillna(value=False).astype(bool)


def _write(given: CheckInput, row: Row, proof: list[Evidence]) -> Finding:
    return write_line(
        given,
        row,
        value=int(row.overdue),
        threshold=row.limit,
        arguments={
            "promised": as_day(row.promise_on),
            "despatch": as_day(row.despatch_on),
            "transit": int(row.transit),
            "quantity": as_decimal(row.ordered_quantity, QUANTITY_SCALE),
        },
        evidence=proof,
    )
