"""The life of an alert: one subject, one concern, one episode; rules are reasons inside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from slipwatch.model.finding import Concern, Finding, Severity, Subject


class AlertState(StrEnum):
    """`inventory` is what the first load of a source or rule found: listed once, never mailed as news."""

    OPEN = "open"
    INVENTORY = "inventory"
    ACCEPTED = "accepted"
    ENDED = "ended"


class Change(StrEnum):
    """What happened to an alert in a run. Everything after `reminded` is an ending."""

    OPENED = "opened"
    INVENTORIED = "inventoried"
    WORSENED = "worsened"
    BETTER = "better"
    REMINDED = "reminded"
    RESOLVED = "resolved"
    REBASELINED = "re-baselined"
    CANCELLED = "cancelled"
    LEFT_SCOPE = "left scope"
    RULE_RETIRED = "rule retired"
    NOT_PRACTISED = "not practised"


ENDINGS = frozenset(
    {
        Change.RESOLVED,
        Change.REBASELINED,
        Change.CANCELLED,
        Change.LEFT_SCOPE,
        Change.RULE_RETIRED,
        Change.NOT_PRACTISED,
    }
)


@dataclass(frozen=True, kw_only=True)
class AlertKey:
    """Identity of an alert. Threads, acknowledgements and mail roots hang on it: never value, severity or source."""

    subject: int
    concern: Concern
    episode: int


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A rule that holds inside an alert, with the worst gravity that was already told."""

    rule: str
    severity: Severity
    gravity: float | None
    first_seen: datetime
    last_seen: datetime
    finding: Finding


@dataclass(frozen=True, kw_only=True)
class Alert:
    """State of one alert. `baseline` is the number in force when it was last judged, for endings by name.
    `frozen` is true while a stale source keeps it from being judged."""

    key: AlertKey
    subject: Subject
    state: AlertState
    reasons: Mapping[str, Reason]
    opened_at: datetime
    changed_at: datetime
    accountable: str | None
    baseline: int | None = None
    frozen: bool = False

    @property
    def severity(self) -> Severity:
        """The worst severity among the reasons that hold."""
        return max((reason.severity for reason in self.reasons.values()), default=Severity.NOTE)


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One change of one alert in one run, with what was told before and what is true now (rule id to figure)."""

    alert: Alert
    change: Change
    at: datetime
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    raised: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)


class OutboxState(StrEnum):
    """`dead` is a message that was given up with a reported reason."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True)
class OutboxMessage:
    """A message as it will be sent, byte for byte: written in the transaction of the transitions it tells.

    `id` is derived from run, recipient and channel, so that a repeat carries the same Message-ID. `payload` is the
    RFC 5322 message; `not_before` an aware instant (quiet days defer, never drop).
    """

    id: str
    recipient: str
    address: str
    channel: str
    payload: bytes
    not_before: datetime
    alerts: tuple[AlertKey, ...] = ()
