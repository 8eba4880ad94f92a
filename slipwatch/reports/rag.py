"""The lights of a project, computed by declared rules: never set by hand, never green by default, never averaged.

Each dimension has a light of its own:

- **red**: an open alert whose worst reason is critical (a gate beyond its tolerance, or past its date without
  acceptance, is critical);
- **amber**: any other open alert; an entry of the opening inventory that nobody has accepted yet; or a milestone whose
  forecast uses at least `NEAR_SHARE` of its tolerance;
- **grey**: nothing of the dimension could be judged; or something rests on a source that is out of date; or a gate,
  or more than `MOST_BLIND` of the subjects, could not be judged; or a rule failed. The reason is printed;
- **green**: subjects of the dimension were judged on fresh data and nothing was found. What could not be judged beside
  them is printed;
- **no light**: the process is not practised in this project (no scope freeze, no shipping notices), so that nothing is
  said.

An alert that a stale source keeps from being judged holds its colour: it is not better because nobody can look. An
alert whose finding was accepted as known colours nothing and is counted in words.

The project's own light is the worst of time, scope and cost, in the order red, amber, grey, green. Suppliers, data and
governance can lower it, to amber at most: a source that is late makes a project uncertain, not failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from slipwatch.model.alert import Alert, AlertState, Reason
from slipwatch.model.finding import Concern, GreyReason, Message, Severity, Subject
from slipwatch.reports.facts import Blind, DimensionFacts, MilestoneFacts, ProjectFacts

NEAR_SHARE = 0.6
"""Share of a tolerance from which a slip is amber before it is beyond it."""

MOST_BLIND = 0.2
"""Share of a dimension's subjects that may be unjudged before its light is grey."""

MOST_WRITTEN = 3
"""Entries of the opening inventory that are written out; more of them are only counted."""

LEADING = (Concern.TIME, Concern.SCOPE, Concern.COST)
DIMENSIONS = (*LEADING, Concern.SUPPLY, Concern.QUALITY, Concern.GOVERNANCE)
"""In the order of every table; the leading ones can make a project red."""


class Colour(IntEnum):
    """Ordered from good to bad, so that the worst of several is their maximum. `NONE` takes no part."""

    NONE = 0
    GREEN = 1
    GREY = 2
    AMBER = 3
    RED = 4


@dataclass(frozen=True, kw_only=True)
class Why:
    """One sentence behind a light: about `subject`, where it has one, or about `unjudged` things of one reason."""

    text: Message
    subject: Subject | None = None
    unjudged: int = 0


@dataclass(frozen=True, kw_only=True)
class Light:
    """The light of a dimension, or of a project (`concern` None), and what it rests on, the gravest first."""

    colour: Colour
    concern: Concern | None = None
    why: tuple[Why, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Lights:
    """A project's lights: one per dimension, and its own. `led_by` names the dimensions that gave it its colour."""

    own: Light
    by_concern: Mapping[Concern, Light] = field(default_factory=dict)
    led_by: tuple[Concern, ...] = ()


def judge_project(project: ProjectFacts) -> Lights:
    """All lights of a project."""
    facts = {dimension.concern: dimension for dimension in project.dimensions}
    lights = {
        concern: judge_dimension(
            facts.get(concern, DimensionFacts(concern=concern)),
            [alert for alert in project.alerts if alert.key.concern is concern],
            project.milestones if concern is Concern.TIME else (),
        )
        for concern in DIMENSIONS
    }
    shares = {concern: _share(concern, light.colour) for concern, light in lights.items()}
    worst = max(shares.values())
    colour = worst if worst is not Colour.NONE else Colour.GREY
    led_by = tuple(concern for concern, share in shares.items() if share is worst and worst > Colour.GREEN)
    return Lights(own=Light(colour=colour), by_concern=lights, led_by=led_by)


def _share(concern: Concern, colour: Colour) -> Colour:
    """What a dimension contributes to the project's own light."""
    return colour if concern in LEADING else min(colour, Colour.AMBER)


def judge_dimension(facts: DimensionFacts, alerts: Sequence[Alert], milestones: Iterable[MilestoneFacts] = ()) -> Light:
    """The light of one dimension: from its alerts, from milestones near their tolerance, from what was not judged."""
    told = sorted((alert for alert in alerts if alert.state is AlertState.OPEN), key=_rank)
    listed = sorted((alert for alert in alerts if alert.state is AlertState.INVENTORY), key=_rank)
    known = sum(alert.state is AlertState.ACCEPTED for alert in alerts)
    near = _list_near(milestones, {alert.subject.key for alert in told})
    why = (
        *_explain_alerts(told),
        *(Why(subject=_name(point), text=_tell_near(point)) for point in near),
        *_explain_alerts(listed if len(listed) <= MOST_WRITTEN else []),
        *_count("report.why.inventory", len(listed)),
    )
    colour = _colour(facts, told, is_near=bool(near or listed))
    notes = _explain_blind(facts, colour)
    return Light(colour=colour, concern=facts.concern, why=(*why, *notes, *_count("report.why.accepted", known)))


def _colour(facts: DimensionFacts, told: list[Alert], *, is_near: bool) -> Colour:
    if any(alert.severity >= Severity.CRITICAL for alert in told):
        return Colour.RED
    if is_near or any(alert.severity >= Severity.WARNING for alert in told):
        return Colour.AMBER
    if is_blind(facts):
        return Colour.GREY
    return Colour.GREEN if facts.evaluated else Colour.NONE if facts.set_apart else Colour.GREY


def is_blind(facts: DimensionFacts) -> bool:
    """Whether too much of a dimension is unjudged for it to be green."""
    due = facts.evaluated + facts.blind_total
    is_stale = any(entry.reason is GreyReason.STALE_SOURCE for entry in facts.blind)
    return is_stale or facts.is_broken or facts.blind_gates > 0 or facts.blind_total > MOST_BLIND * due


def _rank(alert: Alert) -> tuple[float, float, str]:
    stake = max((reason.finding.stake_days for reason in alert.reasons.values()), default=0.0)
    return -alert.severity, -stake, alert.subject.key


def _explain_alerts(alerts: Iterable[Alert]) -> tuple[Why, ...]:
    return tuple(
        Why(subject=alert.subject, text=reason.finding.text)
        for alert in alerts
        for reason in sorted(alert.reasons.values(), key=_rank_reason)
    )


def _rank_reason(reason: Reason) -> tuple[float, float, str]:
    return -reason.severity, -reason.finding.stake_days, reason.rule


def _list_near(milestones: Iterable[MilestoneFacts], told: set[str]) -> list[MilestoneFacts]:
    """Milestones without an alert whose forecast uses most of the tolerance."""
    return [point for point in milestones if point.key not in told and _is_near(point)]


def _is_near(point: MilestoneFacts) -> bool:
    if point.accepted_on or point.is_stale or point.slip_wd is None or not point.tolerance_wd:
        return False
    return point.slip_wd >= NEAR_SHARE * point.tolerance_wd


def _name(point: MilestoneFacts) -> Subject:
    return Subject(id=0, entity="milestone", key=point.key, name=point.name)


def _tell_near(point: MilestoneFacts) -> Message:
    arguments = {"slip": point.slip_wd, "tolerance": point.tolerance_wd, "unit": "wd"}
    return Message(id="report.why.near", arguments=arguments)


def _explain_blind(facts: DimensionFacts, colour: Colour) -> tuple[Why, ...]:
    """Why nothing, or not everything, was judged."""
    if colour is Colour.NONE:
        return tuple(_tell_blind(entry) for entry in facts.set_apart)
    if not facts.evaluated and not facts.blind:
        return (Why(text=Message(id="report.why.nothing")),) if colour is Colour.GREY else ()
    return tuple(_tell_blind(entry) for entry in facts.blind)


def _tell_blind(entry: Blind) -> Why:
    return Why(text=entry.text, unjudged=entry.count)


def _count(id: str, number: int) -> tuple[Why, ...]:
    return (Why(text=Message(id=id, arguments={"count": number}, plural="count")),) if number else ()
