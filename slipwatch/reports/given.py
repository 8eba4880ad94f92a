"""Everything that a report says, as the engine gathers it; sections only print it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import StrEnum

from slipwatch.model.alert import Transition
from slipwatch.model.finding import Concern, GreyReason, Message
from slipwatch.reports.desk_facts import OpeningGroup, QuestionFacts, SpokenFacts
from slipwatch.reports.facts import ProjectFacts


@dataclass(frozen=True, kw_only=True)
class SourceFacts:
    """Health of a source. `age` and `rhythm_days` are in `unit` (`wd` or `d`); None where unknown or not promised."""

    key: str
    name: str
    owner: str | None
    state: str
    cause: str = ""
    last_good_at: datetime | None = None
    data_as_of: datetime | None = None
    age: int | None = None
    rhythm_days: float | None = None
    unit: str = "d"
    is_stale: bool = False
    projects: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GreyFacts:
    """Things that no rule could judge for one reason, each counted once however many rules looked at it."""

    reason: GreyReason
    rules: tuple[str, ...]
    names: tuple[str, ...]
    text: Message
    cure: Message | None = None


@dataclass(frozen=True, kw_only=True)
class WindowFacts:
    """The last read of one stream."""

    source: str
    stream: str
    entity: str
    state: str
    rows: int
    rejects: int
    at: datetime
    as_of: datetime | None = None
    previous_rows: int | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RejectFacts:
    """A record that was set aside and has not been read since."""

    source: str
    label: str
    column: str
    reason: str
    place: str
    excerpt: str
    first_seen: datetime


@dataclass(frozen=True, kw_only=True)
class RuleFacts:
    """A rule in force. `thresholds` are the programme's; `own` holds those of a project where they differ."""

    id: str
    alias: str
    concern: Concern
    thresholds: Mapping[str, object] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ApprovalFacts:
    """A baseline that somebody approved."""

    kind: str
    number: int
    name: str
    project: str | None
    author: str
    reason: str
    approved_at: datetime
    since: date


@dataclass(frozen=True, kw_only=True)
class ReplyFacts:
    """What the accountable side answered to a finding before it went to a committee. `role` is a role key."""

    subject: str
    concern: Concern
    role: str
    said_on: date
    text: str


class SinceKind(StrEnum):
    """What the changes are counted from."""

    REPORT = "report"
    COMMITTEE = "committee"
    START = "start"
    DAY = "day"


@dataclass(frozen=True, kw_only=True)
class ReportInput:
    """Everything that a report says. Instants are aware; `zone` is the programme's own, in which days are days.

    `at` is the instant as of which everything was judged, `recorded_at` the one up to which the ledger was read.
    `transitions` are those since `since`, oldest first; `since_day` is how people call that moment (a committee's
    day, though it counts from midnight after it). `replies`, `questions` and
    `spoken` are those that the ledger holds, `opening` the groups of the opening inventory. `roles` names role keys;
    `fingerprint` is the hash of the configuration, `run` the number of the run that judged.
    """

    programme: str
    at: datetime
    recorded_at: datetime
    zone: tzinfo
    zone_name: str
    since: datetime | None = None
    since_kind: SinceKind = SinceKind.START
    since_day: date | None = None
    next_committee: tuple[str, date] | None = None
    projects: tuple[ProjectFacts, ...] = ()
    transitions: tuple[Transition, ...] = ()
    sources: tuple[SourceFacts, ...] = ()
    grey: tuple[GreyFacts, ...] = ()
    windows: tuple[WindowFacts, ...] = ()
    rejects: tuple[RejectFacts, ...] = ()
    rules: tuple[RuleFacts, ...] = ()
    approvals: tuple[ApprovalFacts, ...] = ()
    replies: tuple[ReplyFacts, ...] = ()
    questions: tuple[QuestionFacts, ...] = ()
    spoken: tuple[SpokenFacts, ...] = ()
    opening: tuple[OpeningGroup, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""
    run: int | None = None

    @property
    def day(self) -> date:
        """The local day as of which everything was judged."""
        return self.at.astimezone(self.zone).date()

    def find_reply(self, subject: str, concern: Concern) -> ReplyFacts | None:
        """The last answer to findings of one concern about a subject, by its key."""
        found = [reply for reply in self.replies if (reply.subject, reply.concern) == (subject, concern)]
        return max(found, key=lambda reply: reply.said_on, default=None)

    def find_question(self, subject: str, concern: Concern) -> QuestionFacts | None:
        """The last question that was sent about findings of one concern about a subject."""
        found = [question for question in self.questions if (question.subject, question.concern) == (subject, concern)]
        return max(found, key=lambda question: question.asked_on, default=None)
