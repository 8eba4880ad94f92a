"""What a check says: findings, what was evaluated, and what was not judged and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum

from slipwatch.model.records import SourceRef

Argument = str | int | float | Decimal | date | datetime | None
"""A typed argument of a message: formatted for the reader's language only when the message is written."""


class Concern(StrEnum):
    """What an alert is about. Subject and concern together are its identity."""

    TIME = "time"
    SCOPE = "scope"
    COST = "cost"
    SUPPLY = "supply"
    QUALITY = "quality"
    GOVERNANCE = "governance"


class Severity(IntEnum):
    """Ordered, so that the worst of several is their maximum."""

    NOTE = 1
    WARNING = 2
    CRITICAL = 3


class GreyReason(StrEnum):
    """Why a subject was not judged. The first three are no one's fault; the others have a cure."""

    NOT_PRACTISED = "not_practised"
    OUT_OF_RULE = "out_of_rule"
    UNASSIGNED = "unassigned"
    NO_BASELINE = "no_baseline"
    MISSING_VALUE = "missing_value"
    STALE_SOURCE = "stale_source"
    TOO_FEW_DATA = "too_few_data"
    BEFORE_FREEZE = "before_freeze"
    BROKEN_CHECK = "broken_check"


@dataclass(frozen=True, kw_only=True)
class Message:
    """A text by id; the words live in the Babel catalogues. `plural` names the argument that selects the plural."""

    id: str
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    plural: str | None = None


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The thing that a finding is about, independent of the system that reports it.

    `id` is the ledger's surrogate id; `key` is the portfolio's or the people's key; `project` the portfolio key of
    its project, or None while unassigned.
    """

    id: int
    entity: str
    key: str
    name: str
    project: str | None = None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One row of proof: what a system stated, about what, and when it was known."""

    text: Message
    source: SourceRef | None = None
    known_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One rule fires on one subject.

    `value` and `threshold` are in `unit` (`wd` working days, `d` calendar days, `items`, `%`, or a currency code);
    slip is positive when late. `gravity` is the figure whose rise by a *new fact* makes an alert worse; it must not
    grow because days pass (None where only days pass). `stake_days` ranks: milestone working days at stake, 0 where
    none. `accountable` is a role key of the portfolio; `audience` the side that may read it besides the PMO.
    """

    rule: str
    subject: Subject
    concern: Concern
    severity: Severity
    value: float | None
    threshold: float | None
    unit: str
    text: Message
    action: Message
    accountable: str | None = None
    audience: str = "owner"
    gravity: float | None = None
    stake_days: float = 0.0
    since: date | None = None
    evidence: tuple[Evidence, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NotJudged:
    """Subjects that a rule could not judge, grouped by reason. `cure` names what would make them judgeable.

    `subjects` are ledger ids; `scope` is the thing that is counted once (a supplier for `not_practised`, a project),
    or None where the subjects themselves are counted.
    """

    rule: str
    reason: GreyReason
    subjects: tuple[int, ...]
    counted: tuple[str, ...]
    text: Message
    cure: Message | None = None


@dataclass(kw_only=True)
class Assessment:
    """The outcome of one rule: findings, ids of every subject evaluated (with or without finding), and the grey ones.

    A subject without finding may be resolved only if it is in `evaluated`.
    """

    rule: str
    findings: list[Finding] = field(default_factory=list)
    evaluated: set[int] = field(default_factory=set)
    not_judged: list[NotJudged] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
