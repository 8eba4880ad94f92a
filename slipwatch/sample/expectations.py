"""The shape of what the sample programme expects: alerts with their reasons, and things that are counted instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

OVERDUE = "supply.receipt_overdue"

RESOLVED = "resolved"
REBASELINED = "re-baselined"


@dataclass(frozen=True, kw_only=True)
class ExpectedReason:
    """A rule that holds from a poll on, or a figure that a new fact raised.

    `is_worse` marks what makes an alert worse after it was opened. `ends` is the poll at which the reason ends while
    the alert lasts. `value` is in `unit` (wd, d, items, %, EUR, rows), None where only days pass.
    """

    poll: int
    rule: str
    value: float | None = None
    unit: str | None = None
    is_worse: bool = False
    ends: int | None = None


@dataclass(frozen=True, kw_only=True)
class ExpectedAlert:
    """`subject` is a business key of `entity`; `closed` None is open at the last poll; `draft_for` a role key."""

    number: str
    entity: str
    subject: str
    concern: str
    opened: int
    reasons: tuple[ExpectedReason, ...]
    closed: int | None
    draft_for: str
    ending: str | None = RESOLVED
    episode: int = 1
    frozen: tuple[int, ...] = ()

    def list_worse_polls(self) -> list[int]:
        """Polls at which the alert got worse."""
        return sorted({reason.poll for reason in self.reasons if reason.is_worse})


@dataclass(frozen=True, kw_only=True)
class ExpectedCount:
    """Things counted instead of judged at every poll from `first` to `last`. `keys` name them; `reason` says why."""

    what: str
    reason: str
    rules: tuple[str, ...]
    first: int
    last: int
    count: int
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Everything that the story expects. `later` needs rules of a later release; `later_reasons` join listed alerts."""

    opening_inventory: tuple[str, ...]
    alerts: tuple[ExpectedAlert, ...]
    later: tuple[ExpectedAlert, ...]
    later_reasons: tuple[tuple[str, ExpectedReason], ...]
    counted: tuple[ExpectedCount, ...]
    new_lines: dict[int, int]
    message_polls: tuple[int, ...]
    deferred_messages: dict[int, date]
    open_at_end: tuple[str, ...]
