"""Order lines as the rules of this family see them: one row each, with what was received and what is promised."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from slipwatch.check import CheckInput
from slipwatch.measures.promises import choose_last_stated, find_stated_at
from slipwatch.measures.roles import map_supplier_names
from slipwatch.measures.rows import align
from slipwatch.measures.verdict import Verdict
from slipwatch.model.finding import GreyReason

NO_PROMISE = ("reject", "cancel")
"""Answers of a supplier that promise nothing, whatever date stands beside them."""


def screen_lines(rule: str, lines: pd.DataFrame) -> Verdict:
    """The lines (of `gather_lines`) that are still open, are assigned and have a need date. Staleness is left to the
    rule, which sets it last, so that a line which could not be judged anyway keeps its own reason."""
    verdict = Verdict(rule, lines)
    verdict.settle(~verdict.rows["open"])
    verdict.set_grey(verdict.rows["project"].isna(), GreyReason.UNASSIGNED)
    verdict.set_grey(verdict.rows["needed_on"].isna(), GreyReason.OUT_OF_RULE, "supply.no_need_date")
    return verdict


def gather_lines(given: CheckInput) -> pd.DataFrame:
    """Every order line, one row each.

    The columns of the reader and of `order_line`, and: `supplier_key` (portfolio key, else the ledger's subject, else
    what the source writes, else ""), `received` (quantity, the larger of what this source and the receipts show) and
    `open` (neither complete nor cancelled, and less received than ordered in every system).
    """
    lines = _merge_records(given.frames["order_line"])
    receipts = given.frames.get("receipt")
    booked = lines["received_quantity"].fillna(0)
    docked = align(lines["subject"], sum_receipts(receipts)).fillna(0) if receipts is not None else booked
    received = booked.where(booked >= docked, docked).astype("Int64")
    closed = (lines["completed"] | lines["cancelled"]).fillna(value=False).astype(bool)
    full = received.ge(lines["ordered_quantity"]).fillna(received.gt(0))
    return lines.assign(supplier_key=name_suppliers(given, lines), received=received, open=~closed & ~full.astype(bool))


def _merge_records(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per line: the newest value of each column; stale, complete or received once one record says so."""
    if frame["subject"].is_unique:
        return frame.assign(stale=frame["stale"].astype(bool))
    groups = frame.sort_values("known_at", kind="stable").groupby("subject", sort=False)
    worst = groups.agg(
        stale=("stale", "any"), completed=("completed", "max"), received_quantity=("received_quantity", "max")
    )
    return groups.last().assign(**{str(name): worst[name] for name in worst}).reset_index()


def sum_receipts(receipts: pd.DataFrame) -> pd.Series[Any]:
    """Quantity received by order line: reversals subtracted; of two systems that count the same goods, the larger."""
    bound = receipts[receipts["order_line_subject"].notna()]
    by_source = bound.groupby(["order_line_subject", "source"])["received_quantity"].sum()
    return by_source.groupby(level=0).max()


def sum_notices(notices: pd.DataFrame) -> pd.Series[float]:
    """Quantity announced by order line; a notice without quantity announces everything."""
    bound = notices[notices["order_line_subject"].notna()]
    quantity = bound["shipped_quantity"].astype("Float64").fillna(math.inf).astype("float64")
    return quantity.groupby(bound["order_line_subject"]).sum()


def name_suppliers(given: CheckInput, frame: pd.DataFrame) -> pd.Series[str]:
    """Which supplier a record speaks of: the portfolio's key where it declares the code, else the ledger's subject,
    else the source's own word, else ""."""
    declared = {name: profile.key for name, profile in map_supplier_names(given.portfolio).items()}
    words = frame["supplier"].astype("str").str.strip()
    subjects = frame["supplier_subject"].astype("Int64")
    numbered = ("#" + subjects.astype("string")).astype(object).where(subjects.notna(), words)
    names = words.str.casefold().map(declared).astype(object)
    return names.where(names.notna(), numbered).fillna("").astype(object)


def list_suppliers(given: CheckInput, lines: pd.DataFrame, answers: pd.DataFrame) -> set[str]:
    """Suppliers that ever sent an answer or a notice of this kind, by their own name on it or by the line it names."""
    own = set(name_suppliers(given, answers))
    return (own | set(lines.loc[lines["subject"].isin(answers["order_line_subject"]), "supplier_key"])) - {""}


def set_not_practised(verdict: Verdict, lines: pd.DataFrame, practising: set[str], text: str) -> None:
    """Lines of suppliers that never do this; every such supplier of any line is counted once, open line or not."""
    verdict.set_grey(verdict.rows["supplier_key"].eq(""), GreyReason.MISSING_VALUE, "supply.no_supplier")
    idle = sorted(set(lines["supplier_key"]) - practising - {""})
    waiting = verdict.rows["supplier_key"].isin(idle)
    verdict.note_grey(GreyReason.NOT_PRACTISED, verdict.rows.loc[waiting, "subject"].astype(int), idle, text=text)
    verdict.rows = verdict.rows[~waiting]


def add_promises(given: CheckInput, lines: pd.DataFrame) -> pd.DataFrame:
    """Lines with the promise that stands: promise_on, promise_source and promise_stated_at (the last one stated, by the
    buyer's system or by the supplier; a shipping notice is no promise)."""
    promises = given.frames["promise"]
    orders, answers = given.frames["order_line"], given.frames["confirmation"]
    said = answers[~answers["response"].isin(NO_PROMISE) & answers["order_line_subject"].notna()]
    statements = [
        frame.assign(stated_at=find_stated_at(frame, promises, entity=entity, column="promised_on"))
        for frame, entity in (
            (orders, "order_line"),
            (said.assign(subject=said["order_line_subject"].astype("Int64")), "confirmation"),
        )
    ]
    columns = ["subject", "promised_on", "stated_at", "source"]
    last = choose_last_stated(pd.concat([part[columns] for part in statements], ignore_index=True)).set_index("subject")
    return lines.assign(
        promise_on=align(lines["subject"], last["promised_on"]),
        promise_source=align(lines["subject"], last["source"]),
        promise_stated_at=align(lines["subject"], last["stated_at"]),
    )
