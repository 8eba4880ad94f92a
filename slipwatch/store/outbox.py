"""The outbox: messages wait here until a relay has handed them over, however often it is killed meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, update

from slipwatch.model.alert import AlertKey, OutboxMessage, OutboxState
from slipwatch.model.encoding import decode
from slipwatch.store.ledger import Ledger
from slipwatch.store.schema import OUTBOX

PENDING, CLAIMED = OutboxState.PENDING.value, OutboxState.CLAIMED.value
SENT, DEAD = OutboxState.SENT.value, OutboxState.DEAD.value


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A message that one relay may send now; `attempts` counts the tries before this one."""

    message: OutboxMessage
    attempts: int


@dataclass(frozen=True, kw_only=True)
class OutboxRow:
    """A message and what became of it."""

    message: OutboxMessage
    state: OutboxState
    attempts: int
    created_at: datetime
    next_try: datetime
    sent_at: datetime | None
    reply: str | None
    error: str | None

    @property
    def id(self) -> str:
        return self.message.id

    @property
    def recipient(self) -> str:
        return self.message.recipient

    @property
    def not_before(self) -> datetime:
        """When it may be sent for the first time."""
        return self.message.not_before


def claim_messages(ledger: Ledger, *, owner: str, now: datetime, lease_seconds: float, limit: int) -> list[Claimed]:
    """Take messages that are due, oldest first, for `lease_seconds`: nobody else gets them meanwhile.

    The try is counted before it is made. A claim that ran out, because its relay was killed, is due again.
    """
    due = (
        select(OUTBOX.c.id)
        .where(is_due(now))
        .order_by(OUTBOX.c.created_at, OUTBOX.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claim = (
        update(OUTBOX)
        .where(OUTBOX.c.id.in_(due.scalar_subquery() if ledger.dialect == "sqlite" else due))
        .values(
            state=CLAIMED,
            owner=owner,
            lease_until=now + timedelta(seconds=lease_seconds),
            attempts=OUTBOX.c.attempts + 1,
        )
        .returning(*OUTBOX.c)
    )
    with ledger.write() as connection:
        rows = connection.execute(claim).all()
    ordered = sorted(rows, key=lambda row: (row.created_at, row.id))
    return [Claimed(message=build_message(row), attempts=row.attempts - 1) for row in ordered]


def is_due(now: datetime) -> Any:
    lapsed = and_(OUTBOX.c.state == CLAIMED, OUTBOX.c.lease_until <= now)
    return or_(and_(OUTBOX.c.state == PENDING, OUTBOX.c.next_try <= now), lapsed)


def build_message(row: Any) -> OutboxMessage:
    return OutboxMessage(
        id=row.id,
        recipient=row.recipient,
        address=row.address,
        channel=row.channel,
        payload=bytes(row.payload),
        not_before=row.not_before,
        alerts=decode(tuple[AlertKey, ...], row.alerts),
    )


def mark_sent(ledger: Ledger, id: str, *, owner: str, at: datetime, reply: str) -> bool:
    """Note that a message was accepted. It is true even when the claim ran out meanwhile, so it is always written;
    False where it was already noted."""
    values = {"state": SENT, "owner": owner, "sent_at": at, "reply": reply, "lease_until": None, "error": None}
    with ledger.write() as connection:
        open_row = and_(OUTBOX.c.id == id, OUTBOX.c.state != SENT)
        return bool(connection.execute(update(OUTBOX).where(open_row).values(values)).rowcount)


def mark_failed(ledger: Ledger, id: str, *, owner: str, at: datetime, error: str, next_try: datetime | None) -> bool:
    """Note a failed try; without `next_try` the message is given up. False where another relay holds it by now."""
    values: dict[str, Any] = {"state": PENDING if next_try else DEAD, "owner": None, "lease_until": None}
    values |= {"error": f"{at:%Y-%m-%dT%H:%M:%SZ} {error}"}
    if next_try:
        values["next_try"] = next_try
    mine = and_(OUTBOX.c.id == id, OUTBOX.c.state == CLAIMED, OUTBOX.c.owner == owner)
    with ledger.write() as connection:
        return bool(connection.execute(update(OUTBOX).where(mine).values(values)).rowcount)


def list_messages(ledger: Ledger, *, state: OutboxState | None = None) -> list[OutboxRow]:
    """Messages in the order in which they were written."""
    query: Select[Any] = select(OUTBOX).order_by(OUTBOX.c.created_at, OUTBOX.c.id)
    if state is not None:
        query = query.where(OUTBOX.c.state == state.value)
    with ledger.read() as connection:
        rows = connection.execute(query).all()
    return [
        OutboxRow(
            message=build_message(row),
            state=OutboxState(row.state),
            attempts=row.attempts,
            created_at=row.created_at,
            next_try=row.next_try,
            sent_at=row.sent_at,
            reply=row.reply,
            error=row.error,
        )
        for row in rows
    ]


def last_told_run(ledger: Ledger, recipient: str) -> int | None:
    """The run whose message to a recipient is the newest; None where there was none."""
    with ledger.read() as connection:
        found: int | None = connection.scalar(select(func.max(OUTBOX.c.run)).where(OUTBOX.c.recipient == recipient))
    return found


def oldest_pending(ledger: Ledger) -> datetime | None:
    """When the oldest message that is still to be sent was written, or None."""
    query = select(func.min(OUTBOX.c.created_at)).where(OUTBOX.c.state.in_([PENDING, CLAIMED]))
    with ledger.read() as connection:
        oldest: datetime | None = connection.scalar(query)
    return oldest
