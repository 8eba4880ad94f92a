"""The replayed sample programme as the ledger keeps it, and as the story's tables expect it, in the same words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from slipwatch.engine.wiring import Programme, open_programme
from slipwatch.model.alert import Change, Transition
from slipwatch.registry import find_checks
from slipwatch.sample.demo import Demo, Week, play
from slipwatch.sample.expectations import ExpectedAlert, ExpectedReason
from slipwatch.sample.programme import POLLS
from slipwatch.store.alerts import read_transitions
from slipwatch.store.ledger import Ledger

RULE_OF = {check.alias or check.id: check.id for check in find_checks()} | {
    check.id: check.id for check in find_checks()
}
UNIT_OF = {"rows": "items", "moves": "items"}
"""The story counts rows and moves; a finding has one word for whatever is counted."""

POLL_AT = {poll.at: poll.number for poll in POLLS}


@dataclass(frozen=True, order=True)
class Step:
    """One change in the life of an alert: rules that joined and left, figures that a new fact raised."""

    poll: int
    entity: str
    subject: str
    concern: str
    episode: int
    change: str
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    raised: tuple[tuple[str, float | None, float | None], ...] = ()

    @property
    def alert(self) -> tuple[str, str, str, int]:
        return self.entity, self.subject, self.concern, self.episode


@dataclass(kw_only=True)
class Story:
    """A replay: what each poll reported while it ran, and what is left on disk. `weeks` are found by poll."""

    demo: Demo
    weeks: dict[int, Week] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.demo.home

    def open(self) -> Programme:
        """The programme as the last poll left it, its clock at that poll."""
        last = max(self.weeks)
        return open_programme(
            self.demo.config, environ={}, home=self.home, now=lambda: POLLS[last - 1].at, create=False
        )


def replay(folder: Path, environ: dict[str, str], polls: int = len(POLLS)) -> Story:
    weeks: dict[int, Week] = {}
    demo = play(folder, environ=environ, polls=polls, told=lambda week: weeks.update({week.poll.number: week}))
    return Story(demo=demo, weeks=weeks)


def find_poll(at: datetime) -> int:
    return POLL_AT[at]


def read_steps(ledger: Ledger) -> list[Step]:
    """Every transition that the ledger keeps, entries of the opening inventory apart."""
    return [see_step(one) for one in read_transitions(ledger) if one.change is not Change.INVENTORIED]


def see_step(transition: Transition) -> Step:
    alert = transition.alert
    return Step(
        poll=find_poll(transition.at),
        entity=alert.subject.entity,
        subject=alert.subject.key,
        concern=str(alert.key.concern),
        episode=alert.key.episode,
        change=str(transition.change),
        joined=tuple(sorted(transition.joined)),
        left=tuple(sorted(transition.left)),
        raised=tuple(sorted((rule, *figures) for rule, figures in transition.raised.items())),
    )


def identify(alert: ExpectedAlert) -> tuple[str, str, str, int]:
    return alert.entity, alert.subject, alert.concern, alert.episode


def expect_steps(alert: ExpectedAlert) -> Iterator[Step]:
    """The story's row, step by step: opened, worse with what joined, rose or left, and the ending by its name."""
    polls = sorted({reason.poll for reason in alert.reasons} | {reason.ends for reason in alert.reasons if reason.ends})
    for poll in polls:
        joined, raised, left = expect_change(alert, poll)
        change = Change.OPENED if poll == alert.opened else Change.WORSENED
        yield Step(poll, *identify(alert), str(change), joined, left, raised)
    if alert.closed:
        left = {RULE_OF[reason.rule] for reason in alert.reasons if reason.ends is None}
        yield Step(alert.closed, *identify(alert), str(alert.ending), left=tuple(sorted(left)))


def expect_change(alert: ExpectedAlert, poll: int) -> tuple[tuple[str, ...], tuple[tuple, ...], tuple[str, ...]]:
    now = [reason for reason in alert.reasons if reason.poll == poll]
    before = {reason.rule: reason.value for reason in alert.reasons if reason.poll < poll}
    joined = sorted(RULE_OF[reason.rule] for reason in now if reason.rule not in before)
    raised = sorted(
        (RULE_OF[reason.rule], before[reason.rule], reason.value) for reason in now if reason.rule in before
    )
    left = sorted(RULE_OF[reason.rule] for reason in alert.reasons if reason.ends == poll)
    return tuple(joined), tuple(raised), tuple(left)


def name_unit(reason: ExpectedReason) -> str | None:
    return UNIT_OF.get(reason.unit or "", reason.unit)
