"""Who is told what and when, pure: transitions in, one letter per reader out.

Until the PMO releases a recipient, the PMO alone is written to, with a draft for each accountable role. A released
recipient gets one letter per run at most, with what its side and supplier may read. Nobody hears of an ending who never
heard of the alert; what entries of the inventory do, nobody hears before one of them worsens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from slipwatch.alerts.addresses import is_usable_address
from slipwatch.alerts.audience import Audience, SupplierOf, name_no_supplier
from slipwatch.alerts.inventory import GreyGroup, InventoryGroup, group_grey, group_inventory
from slipwatch.errors import ConfigError
from slipwatch.model.alert import ENDINGS, Alert, AlertKey, AlertState, Change, Reason, Transition
from slipwatch.model.finding import Assessment, Concern, Message
from slipwatch.model.portfolio import Portfolio, Role

__all__ = ["GreyGroup", "InventoryGroup", "Letter", "Line", "RoutingRules", "Surroundings", "route"]

MOST_DAYS_DEFERRED = 31
"""A calendar without a working day for a month is a mistake: the message leaves then."""


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
    run; `notes` are further notes to the PMO (a message that was given up): they alone are worth a letter;
    `told_assessments` are those of the PMO's last letter: what was grey then is only counted.
    """

    portfolio: Portfolio
    is_working_day: Callable[[Role, date], bool]
    released: Set[str] = frozenset()
    told: Mapping[str, Mapping[AlertKey, str]] = field(default_factory=dict)
    supplier_of: SupplierOf = name_no_supplier
    open_alerts: Sequence[Alert] = ()
    notes: Sequence[Message] = ()
    told_assessments: Sequence[Assessment] = ()


@dataclass(frozen=True, kw_only=True)
class Line:
    """One transition as one reader may see it: only the reasons of its side and supplier, gravest first.

    `root` is the Message-ID of the first message that told this reader of the alert, or None for a first notice.
    """

    transition: Transition
    reasons: tuple[Reason, ...]
    root: str | None = None

    @property
    def key(self) -> AlertKey:
        return self.transition.alert.key

    @property
    def stake_days(self) -> float:
        """Milestone working days at stake."""
        return max((reason.finding.stake_days for reason in self.reasons), default=0.0)

    @property
    def rank(self) -> tuple[float, int, str, str]:
        """Sorts what matters most first: days at stake, then severity."""
        alert = self.transition.alert
        worst = max((reason.severity for reason in self.reasons), default=0)
        return -self.stake_days, -worst, alert.subject.key, alert.key.concern


@dataclass(frozen=True, kw_only=True)
class Letter:
    """Everything that one reader is told in one run.

    `new` holds the new lines that are written out, `more` those that are only counted (ranked behind them); `worse`,
    `better`, `reminded` and `ended` are lists of their own. `drafts` are the lines for which the PMO gets a draft.
    `not_before` is the instant of the run, or the same local time on the reader's next working day. `still_open` counts
    the alerts of the reader that are open after this run, `grey_as_before` the things that are as grey as in the last
    letter. `is_pmo` marks the PMO's own letter, `alone` that nobody
    else is released.
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
    grey_as_before: int = 0
    notes: tuple[Message, ...] = ()
    drafts: tuple[Line, ...] = ()
    still_open: int = 0
    is_pmo: bool = False
    alone: bool = True

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line, those only counted included."""
        return self.new + self.more + self.worse + self.better + self.reminded + self.ended


def route(
    transitions: Sequence[Transition],
    assessments: Sequence[Assessment],
    rules: RoutingRules,
    *,
    at: datetime,
    around: Surroundings,
) -> tuple[Letter, ...]:
    """One letter per reader who has something to read, the PMO's first; none where nothing changed (unless
    `rules.heartbeat`).

    Raises `ConfigError` where the PMO's role is unknown or has no usable address.
    """
    audience = Audience(
        pmo=rules.pmo, portfolio=around.portfolio, follows=rules.follows, supplier_of=around.supplier_of
    )
    readers = [_find_pmo(rules, around.portfolio), *_list_released(rules, around)]
    letters = [_write(reader, transitions, audience, rules, at=at, around=around) for reader in readers]
    letters[0] = _complete(letters[0], transitions, assessments, readers, around)
    return tuple(letter for letter in letters if _is_worth_sending(letter, rules, around))


def _find_pmo(rules: RoutingRules, portfolio: Portfolio) -> Role:
    role = portfolio.roles.get(rules.pmo)
    if role is None or not is_usable_address(role.address):
        problem = "is not declared" if role is None else "has no usable mail address"
        raise ConfigError(
            f"the role {problem}", subject=f"pmo {rules.pmo}", cure="declare it under roles, with address"
        )
    return role


def _list_released(rules: RoutingRules, around: Surroundings) -> Iterator[Role]:
    for key in sorted(around.released - {rules.pmo}):
        role = around.portfolio.roles.get(key)
        if role is not None and is_usable_address(role.address):
            yield role


def _write(
    reader: Role,
    transitions: Sequence[Transition],
    audience: Audience,
    rules: RoutingRules,
    *,
    at: datetime,
    around: Surroundings,
) -> Letter:
    roots = around.told.get(reader.key, {})
    seen = (_see(transition, reader, audience, roots.get(transition.alert.key)) for transition in transitions)
    lines = sorted((line for line in seen if line is not None), key=lambda line: line.rank)
    new = _pick(lines, {Change.OPENED})
    return Letter(
        recipient=reader,
        at=at,
        not_before=find_departure(reader, at, around.is_working_day),
        new=new[: rules.most_new_lines],
        more=new[rules.most_new_lines :],
        worse=_pick(lines, {Change.WORSENED}),
        better=_pick(lines, {Change.BETTER}),
        reminded=_pick(lines, {Change.REMINDED}),
        ended=_pick(lines, ENDINGS),
        is_pmo=reader.key == rules.pmo,
        still_open=sum(_is_open_for(reader, alert, audience) for alert in around.open_alerts),
    )


def _pick(lines: Iterable[Line], changes: Set[Change]) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.transition.change in changes)


def _see(transition: Transition, reader: Role, audience: Audience, root: str | None) -> Line | None:
    """The transition as the reader may see it, or None: not its business, or nothing of it that it may read."""
    alert, change = transition.alert, transition.change
    reasons = audience.list_readable(reader, alert)
    if change is Change.INVENTORIED or not reasons or not audience.is_concerned(reader, alert, reasons):
        return None
    if change in ENDINGS and root is None:
        return None
    moved = {*transition.joined, *transition.raised}
    if change is Change.WORSENED and not moved & {reason.rule for reason in reasons}:
        return None
    return Line(transition=transition, reasons=reasons, root=root)


def _is_open_for(reader: Role, alert: Alert, audience: Audience) -> bool:
    if alert.state is not AlertState.OPEN:
        return False
    reasons = audience.list_readable(reader, alert)
    return bool(reasons) and audience.is_concerned(reader, alert, reasons)


def find_departure(role: Role, at: datetime, is_working_day: Callable[[Role, date], bool]) -> datetime:
    """`at` itself on a working day of the role, else the same local time on its next one (aware, UTC)."""
    local = at.astimezone(ZoneInfo(role.time_zone))
    for days in range(MOST_DAYS_DEFERRED):
        moved = local + timedelta(days=days)  # wall clock: the zone's offset may change in between
        if is_working_day(role, moved.date()):
            break
    return moved.astimezone(UTC) if days else at


def _complete(
    letter: Letter,
    transitions: Sequence[Transition],
    assessments: Sequence[Assessment],
    readers: Sequence[Role],
    around: Surroundings,
) -> Letter:
    """What the PMO alone is told: inventory, what was not judged, notes, and who gets a draft."""
    grey, known = group_grey(assessments), {_identify(group) for group in group_grey(around.told_assessments)}
    return replace(
        letter,
        alone=len(readers) == 1,
        inventory=group_inventory(transitions),
        grey=tuple(group for group in grey if _identify(group) not in known),
        grey_as_before=sum(len(group.counted) for group in grey if _identify(group) in known),
        notes=_gather_notes(assessments, around),
        drafts=_list_drafts(letter, readers, around.portfolio),
    )


def _gather_notes(assessments: Sequence[Assessment], around: Surroundings) -> tuple[Message, ...]:
    """The engine's notes, then those of the checks, each said once."""
    notes = [*around.notes, *(note for assessment in assessments for note in assessment.notes)]
    return tuple({repr(note): note for note in notes}.values())


def _list_drafts(letter: Letter, readers: Sequence[Role], portfolio: Portfolio) -> tuple[Line, ...]:
    """News of alerts whose accountable role gets no letter of its own."""
    without = portfolio.roles.keys() - {reader.key for reader in readers}
    return tuple(
        line for line in letter.new + letter.more + letter.worse if line.transition.alert.accountable in without
    )


def _identify(group: GreyGroup) -> tuple[object, ...]:
    """What makes two groups the same news: reason and things, whatever rules looked at them."""
    return group.reason, group.counted


def _is_worth_sending(letter: Letter, rules: RoutingRules, around: Surroundings) -> bool:
    """Notes of the checks wait for a letter; those of the engine, a heartbeat and an inventory are reason enough."""
    return bool(letter.lines or letter.inventory or (letter.is_pmo and (rules.heartbeat or around.notes)))
