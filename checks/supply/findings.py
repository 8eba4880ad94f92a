"""A finding on an order line, with everything that was ever promised about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pandas as pd

from slipwatch.check import CheckInput
from slipwatch.measures.promises import select_drift
from slipwatch.measures.roles import find_side, find_supplier_role
from slipwatch.measures.rows import (
    EVIDENCE_LIMIT,
    Row,
    as_day,
    as_decimal,
    as_text,
    build_subject,
    iterate,
    prove,
)
from slipwatch.model.columns import QUANTITY_SCALE
from slipwatch.model.finding import Argument, Concern, Evidence, Finding, Message, Severity


def write_line(
    given: CheckInput,
    row: Row,
    *,
    value: int,
    threshold: float,
    arguments: Mapping[str, Argument],
    gravity: float | None = None,
    evidence: Iterable[Evidence] = (),
) -> Finding:
    """Finding on one line in working days, addressed to who is asked about its supplier."""
    role = find_supplier_role(given.portfolio, supplier=row.supplier_key, project=as_text(row.project))
    profile = given.portfolio.suppliers.get(row.supplier_key)
    shared: dict[str, Argument] = {
        "supplier": profile.name if profile else as_text(row.supplier),
        "needed": as_day(row.needed_on),
        "unit": "wd",
        **arguments,
    }
    return Finding(
        rule=given.rule,
        subject=build_subject(row, "order_line"),
        concern=Concern.SUPPLY,
        severity=Severity.WARNING,
        value=value,
        threshold=threshold,
        unit="wd",
        text=Message(id=f"{given.rule}.finding", arguments=shared),
        action=Message(id=f"{given.rule}.action"),
        accountable=role,
        audience=find_side(given.portfolio, role),
        gravity=gravity,
        stake_days=_find_stake(given, row),
        since=as_day(row.ordered_on),
        evidence=(_prove_order(row), *evidence),
        keys=(as_text(row.label) or str(row.subject_key),),
    )


def _find_stake(given: CheckInput, row: Row) -> float:
    """Working days that the promise, or today where it has passed, lies after the need of a line that a milestone
    waits for; 0 where none waits."""
    promised = as_day(getattr(row, "promise_on", None))
    if as_text(row.milestone) is None or promised is None:
        return 0.0
    calendar = given.calendars.for_site(as_text(row.site))
    return float(max(0, calendar.count(pd.Timestamp(row.needed_on).date(), max(promised, given.day))))


def _prove_order(row: Row) -> Evidence:
    return prove(
        "supply.evidence.order",
        row,
        ordered=as_decimal(row.ordered_quantity, QUANTITY_SCALE),
        received=as_decimal(row.received, QUANTITY_SCALE),
        measure=as_text(row.unit),
        needed=as_day(row.needed_on),
        sent=as_day(row.ordered_on),
    )


def prove_promises(given: CheckInput, lines: pd.Series[int]) -> dict[int, list[Evidence]]:
    """For each of these lines, every date that was promised, oldest first, with who stated it and in which record."""
    orders, answers = given.frames["order_line"], given.frames["confirmation"]
    records = pd.concat([orders.assign(line=orders["subject"]), answers.assign(line=answers["order_line_subject"])])
    records = records.loc[
        records["line"].isin(lines), ["record", "line", "source", "stream", "source_id", "label", "url"]
    ]
    changes = given.frames["promise"]
    changes = changes[changes["record"].isin(records["record"])]
    said = pd.concat(
        [select_drift(changes, entity=name, column="promised_on") for name in ("order_line", "confirmation")]
    )
    told = said[["record", "old_day", "new_day", "known_at"]].merge(records, on="record")
    shown = told.sort_values("known_at", kind="stable").groupby("line").tail(EVIDENCE_LIMIT)
    proof: dict[int, list[Evidence]] = defaultdict(list)
    for row in iterate(shown):
        proof[int(row.line)].append(_prove_promise(row))
    return proof


def _prove_promise(statement: Row) -> Evidence:
    old, new = as_day(statement.old_day), as_day(statement.new_day)
    if old is None:
        return prove("supply.evidence.promise", statement, new=new)
    return prove("supply.evidence.moved", statement, old=old, new=new)
