"""Acts of the desk: what people decided, who and why. Append-only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from slipwatch.store.ledger import Ledger
from slipwatch.store.schema import ACT

RELEASE, WITHDRAW = "release_recipient", "withdraw_recipient"


@dataclass(frozen=True, kw_only=True)
class Act:
    """One decision: `subject` is what it is about, as its author named it."""

    id: int
    kind: str
    subject: str
    author: str
    reason: str
    at: datetime
    detail: Mapping[str, Any]


def record_act(
    ledger: Ledger,
    *,
    kind: str,
    subject: str,
    author: str,
    reason: str,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Note an act and return its id. `detail` is anything that JSON can hold."""
    values = {"kind": kind, "subject": subject, "author": author, "reason": reason, "at": at}
    values["detail"] = json.dumps(detail or {})
    with ledger.write() as connection:
        return int(connection.execute(ACT.insert().values(values).returning(ACT.c.id)).scalar_one())


def list_acts(ledger: Ledger, kind: str | None = None) -> list[Act]:
    """Acts in the order in which they were noted."""
    query = select(ACT).order_by(ACT.c.id)
    if kind is not None:
        query = query.where(ACT.c.kind == kind)
    with ledger.read() as connection:
        rows = connection.execute(query).all()
    return [Act(**{**row._mapping, "detail": json.loads(row.detail)}) for row in rows]


def released_recipients(ledger: Ledger) -> set[str]:
    """Roles that get their own mail: released by the PMO and not withdrawn since."""
    query = select(ACT.c.kind, ACT.c.subject).where(ACT.c.kind.in_([RELEASE, WITHDRAW])).order_by(ACT.c.id)
    released: set[str] = set()
    with ledger.read() as connection:
        for kind, subject in connection.execute(query):
            if kind == RELEASE:
                released.add(subject)
            else:
                released.discard(subject)
    return released
