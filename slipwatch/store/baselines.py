"""Baselines: proposed by configuration, frozen by a person; the first version seen is only a reference."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, select, update

from slipwatch.errors import LedgerError
from slipwatch.store.ledger import Ledger
from slipwatch.store.schema import BASELINE, BASELINE_ITEM
from slipwatch.store.statements import read_promises

if TYPE_CHECKING:
    import pandas as pd

Item = tuple[int, str, str | None]
"""Subject id, column, value as the text of a promise."""


def propose(
    ledger: Ledger,
    *,
    kind: str,
    number: int,
    name: str,
    author: str,
    reason: str,
    proposed_at: datetime,
    effective_from: date,
    items: Sequence[Item],
    project: str | None = None,
) -> int:
    """Keep a proposal, in place of an earlier one of the same number; returns its id.

    Raises `LedgerError` when that number is already approved with other items.
    """
    values = {"kind": kind, "number": number, "project": project or "", "name": name, "author": author}
    values |= {"reason": reason, "proposed_at": proposed_at, "effective_from": effective_from}
    with ledger.write() as connection:
        return save(connection, values, items)


def approve_baseline(
    ledger: Ledger,
    *,
    kind: str,
    number: int,
    name: str,
    author: str,
    reason: str,
    approved_at: datetime,
    effective_from: date,
    items: Sequence[Item],
    project: str | None = None,
) -> int:
    """Freeze a baseline and return its id. Approving the same items again changes nothing.

    Raises `LedgerError` when that number was approved with other items: a new number is needed, and shown as drift.
    """
    values = {"kind": kind, "number": number, "project": project or "", "name": name, "author": author}
    values |= {"reason": reason, "proposed_at": approved_at, "effective_from": effective_from}
    with ledger.write() as connection:
        baseline = save(connection, values, items)
        pending = (BASELINE.c.id == baseline) & BASELINE.c.approved_at.is_(None)
        connection.execute(update(BASELINE).where(pending).values(approved_at=approved_at))
        return baseline


def save(connection: Connection, values: dict[str, Any], items: Sequence[Item]) -> int:
    content = hash_items(items, values["effective_from"])
    wanted = [BASELINE.c[name] == values[name] for name in ("kind", "project", "number")]
    known = connection.execute(select(BASELINE).where(*wanted)).one_or_none()
    if known is not None and known.approved_at is not None:
        if known.content != content:
            message = f"baseline {values['number']} was approved by {known.author} and is frozen"
            cure = "give the new dates the next number"
            raise LedgerError(message, subject=f"{values['kind']} {values['project']}".strip(), cure=cure)
        return int(known.id)
    if known is not None:
        connection.execute(delete(BASELINE_ITEM).where(BASELINE_ITEM.c.baseline == known.id))
        connection.execute(delete(BASELINE).where(BASELINE.c.id == known.id))
    insert = BASELINE.insert().values(**values, content=content).returning(BASELINE.c.id)
    baseline = int(connection.execute(insert).scalar_one())
    rows = [{"baseline": baseline, "subject": one[0], "column_name": one[1], "value": one[2]} for one in items]
    if rows:
        connection.execute(BASELINE_ITEM.insert(), rows)
    return baseline


def hash_items(items: Sequence[Item], effective_from: date) -> str:
    text = json.dumps([effective_from.isoformat(), *sorted([list(one) for one in items], key=repr)])
    return sha256(text.encode()).hexdigest()


def read_baselines(ledger: Ledger, *, at: datetime) -> pd.DataFrame:
    """What each subject was promised to the committee, as approved by `at` and in effect on that day.

    One row per subject and column: kind, subject, column, original_number, original_text, original_day, current_number,
    current_text, current_day, current_from, approved_by. The original is the approved one with the lowest number.
    """
    import pandas as pd

    frame = read_items(ledger, at)
    ordered = frame.sort_values(["number"], kind="stable")
    groups = ordered.groupby(["kind", "subject", "column"], sort=False)
    first, last = groups.head(1), groups.tail(1)
    keys = ["kind", "subject", "column"]
    original = first[[*keys, "number", "value"]].rename(columns={"number": "original_number", "value": "original_text"})
    current = last[[*keys, "number", "value", "effective_from", "author"]].rename(
        columns={
            "number": "current_number",
            "value": "current_text",
            "effective_from": "current_from",
            "author": "approved_by",
        }
    )
    view = original.merge(current, on=keys)
    for which in ("original", "current"):
        days = pd.to_datetime(view[f"{which}_text"], format="%Y-%m-%d", errors="coerce")
        view[f"{which}_day"] = days.astype("datetime64[s]")
    return view


def read_items(ledger: Ledger, at: datetime) -> pd.DataFrame:
    """Items of the baselines approved by an instant and in effect on its day, in the time zone that it is given in."""
    import pandas as pd

    columns = ["kind", "project", "number", "effective_from", "approved_at", "author", "subject", "column", "value"]
    query = (
        select(
            BASELINE.c.kind,
            BASELINE.c.project,
            BASELINE.c.number,
            BASELINE.c.effective_from,
            BASELINE.c.approved_at,
            BASELINE.c.author,
            BASELINE_ITEM.c.subject,
            BASELINE_ITEM.c.column_name,
            BASELINE_ITEM.c.value,
        )
        .join_from(BASELINE, BASELINE_ITEM)
        .where(BASELINE.c.approved_at <= at, BASELINE.c.effective_from <= at.date())
    )
    with ledger.read() as connection:
        rows = [tuple(row) for row in connection.execute(query)]
    frame = pd.DataFrame(rows, columns=columns)
    frame["effective_from"] = pd.to_datetime(frame["effective_from"]).astype("datetime64[s]")
    frame["approved_at"] = pd.to_datetime(frame["approved_at"], utc=True).astype("datetime64[us, UTC]")
    return frame.astype({"subject": "Int64", "number": "Int64", "kind": "str", "column": "str", "value": "str"})


def read_scope_baseline(ledger: Ledger, *, at: datetime) -> pd.DataFrame:
    """The frozen scope: project, subject, number, frozen_at of the newest scope baseline of each project."""
    frame = read_items(ledger, at)
    scope = frame[frame["kind"] == "scope"]
    newest = scope[scope["number"] == scope.groupby("project")["number"].transform("max")]
    return newest.rename(columns={"effective_from": "frozen_at"})[
        ["project", "subject", "number", "frozen_at"]
    ].reset_index(drop=True)


def read_references(ledger: Ledger) -> pd.DataFrame:
    """The first day ever seen of each watched day column: subject, column, reference_day, known_at, approved (False).

    A reference helps to talk about movement; nobody approved it, so no slip against plan may be computed from it.
    """
    promises = read_promises(ledger)
    days = promises[promises["new_day"].notna()].drop_duplicates(["subject", "column"])
    frame = days[["subject", "column", "new_day", "known_at"]].rename(columns={"new_day": "reference_day"})
    return frame.assign(approved=False).reset_index(drop=True)


@dataclass(frozen=True, kw_only=True)
class BaselineRow:
    """A baseline without its items; `approved_at` is None while it is only proposed."""

    id: int
    kind: str
    number: int
    name: str
    project: str | None
    author: str
    reason: str
    proposed_at: datetime
    approved_at: datetime | None
    effective_from: date


def list_baselines(ledger: Ledger) -> list[BaselineRow]:
    """All baselines, proposed and approved, in the order in which they came."""
    names = [item.name for item in fields(BaselineRow)]
    with ledger.read() as connection:
        rows = connection.execute(select(*(BASELINE.c[name] for name in names)).order_by(BASELINE.c.id)).all()
    return [BaselineRow(**{**row._mapping, "project": row.project or None}) for row in rows]


def read_baseline_items(ledger: Ledger, baseline: int) -> list[Item]:
    """What a baseline says, by subject and column."""
    query = select(BASELINE_ITEM).where(BASELINE_ITEM.c.baseline == baseline)
    with ledger.read() as connection:
        rows = connection.execute(query.order_by(BASELINE_ITEM.c.subject, BASELINE_ITEM.c.column_name)).all()
    return [(row.subject, row.column_name, row.value) for row in rows]
