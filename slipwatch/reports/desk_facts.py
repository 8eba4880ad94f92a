"""What people brought to the desk and what waits there: spoken statements, questions, the opening inventory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from slipwatch.model.finding import Concern, Message, Severity


@dataclass(frozen=True, kw_only=True)
class SpokenFacts:
    """A statement that a role made in a call or meeting. `number` is that of its act, `subject` the ledger's id of what
    it is about, `column` what was stated; `shown` is what each system states of the same, source and value; `projects`
    are those of the subject."""

    number: int
    subject: int
    entity: str
    key: str
    name: str
    column: str
    value: str
    role: str
    said_on: date
    meeting: str
    author: str
    note: str = ""
    shown: tuple[tuple[str, str], ...] = ()
    projects: tuple[str, ...] = ()

    @property
    def taken_back(self) -> bool:
        """Whether the role ended what it said before."""
        return self.value == "-"

    @property
    def disputed(self) -> bool:
        """True where a system states something else; a word that was taken back disputes nothing."""
        return not self.taken_back and any(value != self.value for _, value in self.shown)

    def as_json(self) -> dict[str, object]:
        return {
            "act": self.number,
            "key": self.key,
            "name": self.name,
            "column": self.column,
            "value": self.value,
            "role": self.role,
            "said_on": self.said_on.isoformat(),
            "meeting": self.meeting,
            "note": self.note,
            "author": self.author,
            "shown": dict(self.shown),
            "disputed": self.disputed,
        }


@dataclass(frozen=True, kw_only=True)
class QuestionFacts:
    """A finding that was sent for reply to `role` (a role key), to be answered by a day."""

    subject: str
    concern: Concern
    role: str
    asked_on: date
    answer_by: date


class OpeningKind(StrEnum):
    """What a group of the opening inventory holds: findings from before, records of no project, milestones without an
    approved date, rules that are not practised, values that nobody entered."""

    KNOWN = "known"
    UNASSIGNED = "unassigned"
    NO_BASELINE = "no_baseline"
    NOT_PRACTISED = "not_practised"
    MISSING_VALUE = "missing_value"


class Age(StrEnum):
    """For how long a finding from before has held."""

    YEARS = "years"
    MONTHS = "months"
    RECENT = "recent"
    UNDATED = "undated"


@dataclass(frozen=True, kw_only=True)
class OpeningGroup:
    """One group that a PMO accepts with one mark, by its `name`.

    `keys` are its members in order, of which `fresh` came after the group was accepted; `rules` who found them.
    `text` says what they are and `cure` what makes an end of it. A group of records without project has `entity`,
    `field` and `prefix` (what their values begin with; with `whole` the value itself), and `project`, `milestone` where
    one is proposed. `worst` is in `unit`.
    """

    name: str
    kind: OpeningKind
    keys: tuple[str, ...]
    rules: tuple[str, ...] = ()
    severity: Severity | None = None
    age: Age | None = None
    oldest_on: date | None = None
    worst: float | None = None
    unit: str = ""
    text: Message | None = None
    cure: Message | None = None
    entity: str = ""
    field: str = ""
    prefix: str = ""
    whole: bool = False
    project: str | None = None
    milestone: str | None = None
    accepted_by: str | None = None
    accepted_on: date | None = None
    fresh: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.keys)

    @property
    def waits(self) -> bool:
        """Whether somebody must still look: nobody accepted it, or something joined since."""
        return self.accepted_on is None or bool(self.fresh)

    @property
    def rule(self) -> Mapping[str, str] | None:
        """The link rule that would catch the group, without project where none is proposed; None for other kinds."""
        if self.kind is not OpeningKind.UNASSIGNED or not self.prefix:
            return None
        test = {"equals" if self.whole else "prefix": self.prefix}
        goal = {"project": self.project, "milestone": self.milestone}
        return {"entity": self.entity, "field": self.field, **test, **{k: v for k, v in goal.items() if v}}
