"""Who is told what and when, pure: transitions in, one letter per reader out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime

from slipwatch.model.alert import Alert, AlertKey, Reason, Transition
from slipwatch.model.finding import Assessment, Concern, GreyReason, Message, Severity, Subject
from slipwatch.model.portfolio import Portfolio, Role


@dataclass(frozen=True, kw_only=True)
class RoutingRules:
    """What the PMO decided about mail. `pmo` is a role key; `follows` gives the concerns that a role (by key) or a side
    (by name) follows beside what it is accountable for; `heartbeat` mails the PMO even when nothing changed."""

    pmo: str
    most_new_lines: int = 5
    heartbeat: bool = False
    follows: Mapping[str, Set[Concern]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the engine knows of readers and subjects.

    `released` are the role keys that the PMO released; `told` gives per role key the Message-ID of the first
    message that told it of an alert; `supplier_of` the portfolio key of the supplier a subject belongs to, or
    None; `is_working_day` asks the calendar of the role's site; `open_alerts` are all that have not ended after this
    run; `notes` are further notes to the PMO (a message that was given up).
    """

    portfolio: Portfolio
    is_working_day: Callable[[Role, date], bool]
    released: Set[str] = frozenset()
    told: Mapping[str, Mapping[AlertKey, str]] = field(default_factory=dict)
    supplier_of: Callable[[Subject], str | None] = lambda subject: None
    open_alerts: Sequence[Alert] = ()
    notes: Sequence[Message] = ()


@dataclass(frozen=True, kw_only=True)
class Line:
    """One transition as one reader may see it: only the reasons of its side and supplier, gravest first.

    `root` is the Message-ID of the first message that told this reader of the alert, or None for a first notice.
    """

    transition: Transition
    reasons: tuple[Reason, ...]
    root: str | None = None


@dataclass(frozen=True, kw_only=True)
class InventoryGroup:
    """What a first load found, by rule: told once, with the keys of the subjects."""

    rule: str
    severity: Severity
    keys: tuple[str, ...]
    action: Message


@dataclass(frozen=True, kw_only=True)
class GreyGroup:
    """What could not be judged, each thing counted once however many rules looked at it."""

    reason: GreyReason
    rules: tuple[str, ...]
    counted: tuple[str, ...]
    text: Message
    cure: Message | None = None


@dataclass(frozen=True, kw_only=True)
class Letter:
    """Everything that one reader is told in one run.

    `new` holds the new lines that are written out, `more` those that are only counted (ranked behind them); `worse`,
    `better`, `reminded` and `ended` are lists of their own. `drafts` are the lines for which the PMO gets a draft.
    `not_before` is the instant of the run, or the same local time on the reader's next working day.
    """

    recipient: Role
    at: datetime
    not_before: datetime
    new: tuple[Line, ...] = ()
    more: tuple[Line, ...] = ()
    worse: tuple[Line, ...] = ()
    better: tuple[Line, ...] = ()
    reminded: tuple[Line, ...] = ()
    ended: tuple[Line, ...] = ()
    inventory: tuple[InventoryGroup, ...] = ()
    grey: tuple[GreyGroup, ...] = ()
    notes: tuple[Message, ...] = ()
    drafts: tuple[Line, ...] = ()
    still_open: int = 0


def route(
    transitions: Sequence[Transition],
    assessments: Sequence[Assessment],
    rules: RoutingRules,
    *,
    at: datetime,
    around: Surroundings,
) -> tuple[Letter, ...]:
    """One letter per reader who has something to read; none where nothing changed (unless `rules.heartbeat`).

    Raises `ConfigError` where the PMO's role is unknown or has no usable address.
    """
    raise NotImplementedError
