"""Runs with the configuration they used, and leases that keep two runs apart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from slipwatch.errors import LeaseError
from slipwatch.store.ledger import Ledger
from slipwatch.store.schema import CONFIGURATION, LEASE, RUN, RUN_CONFIGURATION


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """A run; `finished_at` and `state` are None while it goes on or after it was killed."""

    id: int
    kind: str
    started_at: datetime
    finished_at: datetime | None
    state: str | None
    summary: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The right to run, until `expires_at`. `token` grows with each taker: a writer that slept through the end of its
    lease is found out by it."""

    name: str
    owner: str
    token: int
    expires_at: datetime


def start_run(ledger: Ledger, *, kind: str, at: datetime, configuration: Mapping[str, str]) -> int:
    """Open a run. `configuration` maps names of effective files to their text; equal texts are stored once."""
    with ledger.write() as connection:
        run = int(connection.execute(RUN.insert().values(kind=kind, started_at=at).returning(RUN.c.id)).scalar_one())
        for name, content in sorted(configuration.items()):
            digest = sha256(content.encode()).hexdigest()
            if connection.scalar(select(CONFIGURATION.c.hash).where(CONFIGURATION.c.hash == digest)) is None:
                connection.execute(CONFIGURATION.insert().values(hash=digest, content=content))
            connection.execute(RUN_CONFIGURATION.insert().values(run=run, name=name, hash=digest))
        return run


def finish_run(ledger: Ledger, run: int, *, at: datetime, state: str, summary: Mapping[str, Any]) -> None:
    with ledger.write() as connection:
        values = {"finished_at": at, "state": state, "summary": json.dumps(summary)}
        connection.execute(update(RUN).where(RUN.c.id == run).values(values))


def list_runs(ledger: Ledger, limit: int = 20) -> list[RunRow]:
    """The latest runs, newest first."""
    with ledger.read() as connection:
        rows = connection.execute(select(RUN).order_by(RUN.c.id.desc()).limit(limit)).all()
    return [RunRow(**{**row._mapping, "summary": json.loads(row.summary or "{}")}) for row in rows]


def read_configuration(ledger: Ledger, run: int) -> dict[str, str]:
    """The effective configuration of a run, by file name."""
    joined = RUN_CONFIGURATION.join(CONFIGURATION)
    query = select(RUN_CONFIGURATION.c.name, CONFIGURATION.c.content).select_from(joined)
    with ledger.read() as connection:
        rows = connection.execute(query.where(RUN_CONFIGURATION.c.run == run)).all()
    return {row.name: row.content for row in rows}


def take_lease(ledger: Ledger, name: str, *, owner: str, now: datetime, seconds: float) -> Lease:
    """Take a lease that is free or has run out. Raises `LeaseError` while somebody holds it, its owner included."""
    expires = now + timedelta(seconds=seconds)
    insert = postgresql.insert(LEASE) if ledger.dialect == "postgresql" else sqlite.insert(LEASE)
    statement = insert.values(name=name, owner=owner, token=1, expires_at=expires).on_conflict_do_update(
        index_elements=[LEASE.c.name],
        set_={"owner": owner, "token": LEASE.c.token + 1, "expires_at": expires},
        where=LEASE.c.expires_at <= now,
    )
    with ledger.write() as connection:
        token = connection.execute(statement.returning(LEASE.c.token)).scalar()
        holder = None if token is not None else read_lease(connection, name)
    if holder is not None:
        message = f"{holder.owner} is running until {holder.expires_at:%Y-%m-%d %H:%M:%S} UTC"
        raise LeaseError(message, subject=name, cure="wait for it; after a crash the lease runs out by itself")
    return Lease(name=name, owner=owner, token=int(token or 0), expires_at=expires)


def read_lease(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(LEASE).where(LEASE.c.name == name)).one_or_none()


def renew(ledger: Ledger, lease: Lease, *, now: datetime, seconds: float) -> Lease:
    """Hold on for longer. Raises `LeaseError` when somebody else has taken it since."""
    expires = now + timedelta(seconds=seconds)
    with ledger.write() as connection:
        check_lease(connection, lease)
        connection.execute(update(LEASE).where(LEASE.c.name == lease.name).values(expires_at=expires))
    return Lease(name=lease.name, owner=lease.owner, token=lease.token, expires_at=expires)


def give_back(ledger: Ledger, lease: Lease) -> None:
    """End a lease early; nothing happens when somebody else has taken it since. Its row keeps the token growing."""
    ended = lease.expires_at.replace(year=1970)
    mine = (LEASE.c.name == lease.name) & (LEASE.c.token == lease.token)
    with ledger.write() as connection:
        connection.execute(update(LEASE).where(mine).values(expires_at=ended))


def check_lease(connection: Connection, lease: Lease | None) -> None:
    """Fencing: raise `LeaseError` inside a writing transaction when the lease went to somebody else."""
    if lease is None:
        return
    holder = read_lease(connection, lease.name)
    if holder is None or holder.token != lease.token:
        taker = holder.owner if holder else "nobody"
        raise LeaseError(f"the lease went to {taker}; this run must stop", subject=lease.name)
