"""What a report says of a project: plain facts with every figure already computed by the engine.

Slips are working days of the milestone's or delivery's site, positive when late; None where they cannot be computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from slipwatch.model.alert import Alert
from slipwatch.model.finding import Concern, GreyReason, Message


@dataclass(frozen=True, kw_only=True)
class BaselineDate:
    """The date that a baseline gives a milestone, and the local day from which that baseline is in force."""

    number: int
    day: date
    since: date


@dataclass(frozen=True, kw_only=True)
class SourceDate:
    """The date that one source shows today for a milestone, under its own label; `day` is None where it shows none."""

    source: str
    label: str
    day: date | None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One entry of the promise ledger about a date; no `is_drift` where a repaired mapping or a backfill changed it.

    `is_reconstructed`: told afterwards, by an old copy or a journal, while nobody watched.
    """

    at: datetime
    first_seen: datetime
    source: str
    stated_by: str | None
    old: date | None
    new: date | None
    is_drift: bool = True
    is_reconstructed: bool = False


@dataclass(frozen=True, kw_only=True)
class MilestoneFacts:
    """A milestone with its baselines (by number), what its sources show, and all they ever stated, oldest first.

    `forecast_on` is the latest of the sources' current dates: the one that rules judge. `slips` maps a baseline number
    to the slip of the acceptance, else of the forecast, against it. `is_stale`: a source of it cannot be trusted now.
    """

    key: str
    name: str
    is_gate: bool = False
    accountable: str | None = None
    baselines: tuple[BaselineDate, ...] = ()
    current: tuple[SourceDate, ...] = ()
    forecast_on: date | None = None
    accepted_on: date | None = None
    tolerance_wd: int | None = None
    slips: Mapping[int, int] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    is_stale: bool = False

    @property
    def original(self) -> BaselineDate | None:
        return self.baselines[0] if self.baselines else None

    @property
    def reference(self) -> Statement | None:
        """The first date that was ever seen, where there is no baseline: nobody approved it."""
        return None if self.baselines else next((said for said in self.statements if said.new), None)

    @property
    def in_force(self) -> BaselineDate | None:
        return self.baselines[-1] if self.baselines else None

    @property
    def slip_wd(self) -> int | None:
        """Slip against the baseline in force."""
        return self.slips.get(self.baselines[-1].number) if self.baselines else None

    @property
    def original_slip_wd(self) -> int | None:
        return self.slips.get(self.baselines[0].number) if self.baselines else None

    @property
    def reached_on(self) -> date | None:
        """Day of acceptance, else the forecast, else the date in force: where the milestone stands on a time line."""
        return self.accepted_on or self.forecast_on or (self.in_force.day if self.in_force else None)


class LineState(StrEnum):
    """Where an order line stands; the last three are exceptions. `known` was late before the monitor looked."""

    RECEIVED = "received"
    KNOWN = "known"
    OPEN = "open"
    PARTLY = "partly"
    NO_NEED = "no_need"
    PROMISED_LATE = "promised_late"
    OVERDUE = "overdue"
    STALE = "stale"


@dataclass(frozen=True, kw_only=True)
class LineFacts:
    """An order line against its need. `late_wd` is need to receipt in full; while it is open, need to the promise that
    stands, or to today where that has passed.

    `moves` counts changes of the promise in any one source; `is_flagged` says that an open alert is about it.
    """

    label: str
    name: str
    supplier: str
    state: LineState
    key: str = ""
    needed_on: date | None = None
    first_promise_on: date | None = None
    last_promise_on: date | None = None
    promise_source: str = ""
    moves: int = 0
    ordered: Decimal | None = None
    received: Decimal | None = None
    unit: str = ""
    received_on: date | None = None
    received_source: str = ""
    late_wd: int | None = None
    milestone: str | None = None
    is_flagged: bool = False
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class SupplyFacts:
    """Order lines of a project that a reader should see, exceptions first, and the count of those left out by state."""

    lines: tuple[LineFacts, ...] = ()
    others: Mapping[LineState, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ScopeFacts:
    """Counts of requirements. `frozen_on` is None where the project has no scope freeze in force; `changes` counts
    change requests by decision."""

    present: int
    done: int
    frozen_on: date | None = None
    frozen: int = 0
    gone: int = 0
    added: int = 0
    changes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class BudgetFacts:
    """A budget line; None where the source gives no figure."""

    label: str
    name: str
    currency: str
    approved: Decimal | None = None
    committed: Decimal | None = None
    actual: Decimal | None = None
    to_complete: Decimal | None = None

    @property
    def left(self) -> Decimal | None:
        """Approved minus booked and committed; negative is uncovered. None without an approved amount."""
        spent = (self.committed or Decimal(0)) + (self.actual or Decimal(0))
        return None if self.approved is None else self.approved - spent


@dataclass(frozen=True, kw_only=True)
class ActionFacts:
    """An open action or an open decision whose day has passed. `is_decision` asks a committee, else a role."""

    label: str
    name: str
    responsible: str | None
    due_on: date
    overdue_wd: int
    is_decision: bool = False


@dataclass(frozen=True, kw_only=True)
class RequestFacts:
    """A question that waits for a committee: one of its register (`decision`), or a `change_request` nobody decided.

    `waiting_wd` counts from the day on which the answer was needed, negative before it; without such a day from the day
    of the request; None where neither is known. `items` are labels or keys of what it is about.
    """

    kind: str
    label: str
    name: str
    asked_of: str | None = None
    raised_on: date | None = None
    needed_by: date | None = None
    waiting_wd: int | None = None
    items: tuple[str, ...] = ()
    new_date: date | None = None
    amount: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, kw_only=True)
class Blind:
    """Subjects of a dimension that should have been judged and could not be."""

    reason: GreyReason
    count: int
    text: Message


@dataclass(frozen=True, kw_only=True)
class DimensionFacts:
    """How much of one concern of one project was looked at: subjects evaluated by at least one of its rules, those that
    should have been and were not (gates among them in `blind_gates`), and what is not practised or out of its rules.
    `is_broken`: one of its rules failed, so that nobody knows whom it would have found."""

    concern: Concern
    evaluated: int = 0
    blind: tuple[Blind, ...] = ()
    blind_total: int = 0
    blind_gates: int = 0
    is_broken: bool = False
    set_apart: tuple[Blind, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProjectFacts:
    """`alerts` are those that have not ended and concern the project, also through a source that feeds it."""

    key: str
    name: str
    manager: str | None = None
    integrator: str | None = None
    milestones: tuple[MilestoneFacts, ...] = ()
    dimensions: tuple[DimensionFacts, ...] = ()
    alerts: tuple[Alert, ...] = ()
    supply: SupplyFacts = SupplyFacts()
    scope: ScopeFacts | None = None
    budget: tuple[BudgetFacts, ...] = ()
    actions: tuple[ActionFacts, ...] = ()
    requests: tuple[RequestFacts, ...] = ()
    claimed: str | None = None
