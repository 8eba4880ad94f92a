"""SUP-02: promised for later than it is needed."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from checks.supply.findings import prove_promises, write_line
from checks.supply.lines import add_promises, gather_lines, screen_lines
from slipwatch.check import CheckInput, Thresholds, rule
from slipwatch.measures.rows import Row, as_day, as_text, spread_limits
from slipwatch.model.finding import Assessment, Concern, Evidence, Finding, GreyReason


class PromiseAfterNeedLimits(Thresholds):
    """What must lie between promise and need."""

    buffer_wd: int = Field(default=0, ge=0, le=60, description="working days that the promise must lie before the need")


@rule(
    id="supply.promise_after_need",
    alias="SUP-02",
    concern=Concern.SUPPLY,
    entity="order_line",
    reads=("order_line", "confirmation", "receipt"),
    views=("promise",),
    scope="open",
    thresholds=PromiseAfterNeedLimits,
)
def judge_promise_after_need(given: CheckInput) -> Assessment:
    """Promise after need

    What it asks: Does the supplier now promise a line for later than the project needs it?
    Why a committee cares: The buyer overwrites the date, the list of late orders stays empty, and the milestone that
    waits for the goods moves weeks later.
    Formula and unit: last promise stated − need date, in working days of the delivery site; positive is late. It
    fires when the promise lies after need − buffer_wd. The promise is the last date stated by the supplier or in the
    order book; a shipping notice is none. Only lines that are open in every system are judged.
    Source: required against confirmed receipt date, as in Dynamics 365 and SAP. Data: promise ledger of
    order_line.promised_on and confirmation.promised_on, order_line.needed_on.
    What to do: Ask for an earlier part delivery or another source, or have the need date decided anew.
    """
    verdict = screen_lines(given.rule, gather_lines(given))
    verdict.rows = add_promises(given, verdict.rows)
    verdict.set_grey(verdict.rows["promise_on"].isna(), GreyReason.MISSING_VALUE, "supply.no_promise")
    verdict.set_grey(verdict.rows["stale"], GreyReason.STALE_SOURCE)
    rows = verdict.rows
    after = pd.Series(
        given.calendars.count_days(rows["site"].to_list(), rows["needed_on"], rows["promise_on"]), index=rows.index
    )
    limit = -spread_limits(given.settings, rows["project"], "buffer_wd")
    verdict.rows = rows.assign(after=after, limit=limit)
    proof = prove_promises(given, verdict.rows.loc[after > limit, "subject"])
    return verdict.conclude(after > limit, lambda row: _write(given, row, proof.get(row.subject, [])))


def _write(given: CheckInput, row: Row, proof: list[Evidence]) -> Finding:
    after = int(row.after)
    return write_line(
        given,
        row,
        value=after,
        threshold=row.limit,
        gravity=after,
        arguments={"promised": as_day(row.promise_on), "after": after, "source": as_text(row.promise_source)},
        evidence=proof,
    )
