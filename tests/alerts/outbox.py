"""An outbox in memory that promises what the real one does: a claim is a lease, its owner alone records the outcome."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from slipwatch.alerts.headers import Envelope, build_mail
from slipwatch.model.alert import OutboxMessage
from tests.alerts.build import MONDAY


@dataclass
class Row:
    message: OutboxMessage
    attempts: int = 0
    state: str = "pending"
    next_try: datetime | None = None
    owner: str | None = None
    expires: datetime | None = None
    errors: list = field(default_factory=list)
    reply: str = ""


class MemoryOutbox:
    def __init__(self, *messages):
        self.rows = {message.id: Row(message, next_try=message.not_before) for message in messages}

    def claim_messages(self, *, owner, now, lease_seconds, limit):
        free = [
            row
            for row in self.rows.values()
            if (row.state == "pending" and row.next_try <= now) or (row.state == "claimed" and row.expires <= now)
        ]
        for row in free[:limit]:
            row.state, row.owner, row.expires = "claimed", owner, now + timedelta(seconds=lease_seconds)
        return free[:limit]

    def mark_sent(self, id, *, owner, at, reply):
        row = self.own(id, owner)
        row.state, row.reply = "sent", reply

    def mark_failed(self, id, *, owner, at, error, next_try):
        row = self.own(id, owner)
        row.attempts += 1
        row.errors.append(error)
        row.state, row.next_try = ("dead" if next_try is None else "pending"), next_try

    def own(self, id, owner):
        row = self.rows[id]
        assert (row.state, row.owner) == ("claimed", owner)
        return row

    def states(self):
        return {id: row.state for id, row in self.rows.items()}


def write_message(id="m1", *, address="pmo@meridor.example", not_before=MONDAY, text="SIT exit slips"):
    envelope = Envelope(
        sender="slipwatch@meridor.example",
        sender_name="Slipwatch",
        to=address,
        to_name="PMO",
        subject="New: SIT exit",
        at=MONDAY,
        headers={"Message-ID": f"<{id}@meridor.example>"},
    )
    payload = build_mail(envelope, text=text, html=f"<p>{text}</p>", seed=id)
    return OutboxMessage(id=id, recipient=id, address=address, channel="mail", payload=payload, not_before=not_before)
