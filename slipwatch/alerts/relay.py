"""Empties the outbox: claim, send, record, so that every message leaves at least once and none blocks another.

A repeat can only follow a crash between the other side's acceptance and our record of it, or a link that broke in
between; it carries the same bytes and the same Message-ID.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from slipwatch.alerts.transports import ACCOUNT_CODES, CHANNEL_CODES, Transport
from slipwatch.errors import ConfigError, DeliveryError
from slipwatch.model.alert import OutboxMessage

RETRY_MINUTES = (1, 5, 15, 30, 60, 120, 240)
"""Waiting time after the first, second ... failed try; the last one is repeated."""

SPREAD = 0.2
"""A wait is up to this share longer, so that messages that failed together are not tried together."""

GIVE_UP_AFTER = timedelta(days=5)
LEAST_TRIES = 6
"""RFC 5321 4.5.4.1 gives up after four or five days; a relay that runs once a week still tries this often."""

MOST_BROKEN_LINKS = 2
"""Messages in a row that the other side could not even be asked about, before the channel is left for this time."""


class Claim(Protocol):
    """A message under lease; `attempts` counts the tries before this one."""

    @property
    def message(self) -> OutboxMessage: ...
    @property
    def attempts(self) -> int: ...


class Outbox(Protocol):
    """The store's outbox with its ledger already bound."""

    def claim_messages(self, *, owner: str, now: datetime, lease_seconds: float, limit: int) -> Sequence[Claim]: ...
    def mark_sent(self, id: str, *, owner: str, at: datetime, reply: str) -> None: ...
    def mark_failed(self, id: str, *, owner: str, at: datetime, error: str, next_try: datetime | None) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A message that was not taken: `next_try` is None where it was given up."""

    id: str
    recipient: str
    error: str
    next_try: datetime | None


@dataclass(frozen=True, kw_only=True)
class RelayReport:
    """What became of the outbox. `stopped` says why the channel was left before the outbox was empty ("" otherwise)."""

    sent: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    stopped: str = ""

    @property
    def dead(self) -> tuple[Failure, ...]:
        """Messages that were given up: the PMO must be told."""
        return tuple(failure for failure in self.failed if failure.next_try is None)


@dataclass
class _Round:
    """One emptying of the outbox, while it lasts."""

    outbox: Outbox
    transport: Transport
    now: Callable[[], datetime]
    owner: str
    random: Callable[[], float]
    sent: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    broken_links: int = 0
    stopped: str = ""

    def send(self, claim: Claim) -> None:
        try:
            reply = self.transport.send(claim.message)
        except DeliveryError as error:
            self._note_failure(claim, error)
        except ConfigError as error:  # a missing secret: no message can leave before a person acts
            self._note_failure(claim, DeliveryError(str(error), permanent=False, code=535))
        else:
            text = reply.text if reply.code is None else f"{reply.code} {reply.text}"
            self.outbox.mark_sent(claim.message.id, owner=self.owner, at=self.now(), reply=text)
            self.sent.append(claim.message.id)
            self.broken_links = 0

    def _note_failure(self, claim: Claim, error: DeliveryError) -> None:
        at, message = self.now(), claim.message
        is_channel = error.code is None or error.code in CHANNEL_CODES
        is_dead = error.permanent and not is_channel
        next_try = None if is_dead else plan_next_try(message, claim.attempts + 1, at=at, random=self.random)
        self.outbox.mark_failed(message.id, owner=self.owner, at=at, error=str(error), next_try=next_try)
        self.failed.append(Failure(id=message.id, recipient=message.recipient, error=str(error), next_try=next_try))
        self.broken_links = self.broken_links + 1 if is_channel else 0
        if error.code in ACCOUNT_CODES or self.broken_links >= MOST_BROKEN_LINKS:
            self.stopped = str(error)


def drain(
    outbox: Outbox,
    transport: Transport,
    *,
    now: Callable[[], datetime],
    owner: str,
    random: Callable[[], float],
    lease_seconds: float = 300,
) -> RelayReport:
    """Send what is due, one message at a time, until none is left or the channel itself is down.

    `random` gives floats in [0, 1) and spreads the tries. A message that is refused never keeps another one back; a
    refused login stops the channel at once (so that no account is locked), a server that cannot be reached after two
    messages: what was not tried stays unclaimed in the outbox.
    """
    turn = _Round(outbox=outbox, transport=transport, now=now, owner=owner, random=random)
    while not turn.stopped:
        claims = outbox.claim_messages(owner=owner, now=now(), lease_seconds=lease_seconds, limit=1)
        if not claims:
            break
        for claim in claims:
            turn.send(claim)
    return RelayReport(sent=tuple(turn.sent), failed=tuple(turn.failed), stopped=turn.stopped)


def plan_next_try(
    message: OutboxMessage, attempts: int, *, at: datetime, random: Callable[[], float]
) -> datetime | None:
    """Instant of the next try after `attempts` failed ones: 1, 5, 15, 30 min, 1, 2, 4 h and then every 4 h, each up
    to a fifth longer; None once the message is five days old and was tried at least six times."""
    if attempts >= LEAST_TRIES and at - message.not_before >= GIVE_UP_AFTER:
        return None
    minutes = RETRY_MINUTES[min(attempts, len(RETRY_MINUTES)) - 1]
    return at + timedelta(minutes=minutes * (1 + SPREAD * random()))
