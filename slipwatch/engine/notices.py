"""What the PMO must know beside the alerts, each once: messages given up, unreadable records that no longer exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from slipwatch.model.alert import OutboxState
from slipwatch.model.finding import Argument, Message
from slipwatch.store.acts import list_acts, record_act
from slipwatch.store.outbox import list_messages
from slipwatch.store.quarantine import list_vanished

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme

DEAD_REPORTED = "dead_message_reported"
VANISHED_REPORTED = "vanished_reject_reported"
MOST_KEYS = 10


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something to tell once: the kind of act that notes that it was told, what it is about, and the words."""

    kind: str
    subject: str
    message: Message


def list_notices(programme: Programme) -> list[Notice]:
    """What was not yet told."""
    told = {
        (kind, act.subject) for kind in (DEAD_REPORTED, VANISHED_REPORTED) for act in list_acts(programme.ledger, kind)
    }
    notices = (*_list_dead(programme), *_list_vanished(programme))
    return [notice for notice in notices if (notice.kind, notice.subject) not in told]


def _list_dead(programme: Programme) -> Iterator[Notice]:
    """Messages that were given up: the PMO must know who was not told."""
    for row in list_messages(programme.ledger, state=OutboxState.DEAD):
        arguments = {"recipient": row.message.recipient, "error": row.error, "message": row.message.id}
        message = Message(id="engine.message_dead", arguments=arguments)
        yield Notice(kind=DEAD_REPORTED, subject=row.message.id, message=message)


def _list_vanished(programme: Programme) -> Iterator[Notice]:
    """Records that were never put right but deleted: an alert that ends over it must not look like a correction."""
    for ended in list_vanished(programme.ledger):
        more = ", …" if len(ended.keys) > MOST_KEYS else ""
        arguments: dict[str, Argument] = {
            "count": len(ended.keys), "source": ended.source, "stream": ended.stream,
            "keys": ", ".join(ended.keys[:MOST_KEYS]) + more,
        }  # fmt: skip
        message = Message(id="engine.reject_vanished", arguments=arguments, plural="count")
        subject = f"{ended.source}.{ended.stream} {ended.closed_at.isoformat()}"
        yield Notice(kind=VANISHED_REPORTED, subject=subject, message=message)


def mark_reported(programme: Programme, notices: Iterable[Notice], *, at: datetime) -> None:
    """Note that these were told: the next message does not repeat them."""
    for notice in notices:
        record_act(
            programme.ledger, kind=notice.kind, subject=notice.subject, author="slipwatch", reason="told to the PMO",
            at=at,
        )  # fmt: skip
