"""Empties the outbox: claim, send, record, so that every message leaves at least once and none blocks another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from slipwatch.alerts.transports import Transport
from slipwatch.model.alert import OutboxMessage


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

    `random` gives floats in [0, 1) and spreads the tries. At least once: a crash between the acceptance of a message
    and its record sends the same bytes again, with the same Message-ID.
    """
    raise NotImplementedError
