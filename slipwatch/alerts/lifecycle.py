"""The life of alerts, pure: what was open and what was judged in, what is open and what changed out.

Worse is a reason that joins or a figure that a new fact raised above what was told; days that merely pass change
nothing. Better is a figure that fell, or a reason that was found clear while another lasts. An alert ends when
each of its reasons was judged, fresh, and found clear, or when its subject or its rules are gone, by a name of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from slipwatch.alerts.reasons import (
    Circumstances,
    Comparison,
    Identity,
    Judged,
    compare,
    find_accountable,
    has_new_baseline,
    is_first_load,
    see_first,
)
from slipwatch.model.alert import Alert, AlertKey, AlertState, Change, Reason, Transition
from slipwatch.model.finding import Assessment, Concern, Finding

__all__ = ["Circumstances", "Outcome", "advance"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`alerts` are all that were given, as they are now, and the new ones; `transitions` what is worth telling."""

    alerts: tuple[Alert, ...]
    transitions: tuple[Transition, ...]


def advance(
    alerts: Sequence[Alert],
    assessments: Sequence[Assessment],
    circumstances: Circumstances,
    *,
    next_episode: Callable[[int, Concern], int],
    remind: Callable[[Alert], bool] | None = None,
) -> Outcome:
    """Take every alert that has not ended one run further.

    `alerts` are those that have not ended; `next_episode` gives one more than the last episode of a subject and
    concern, ended ones included. `remind` says whether an open alert that did not change is due for a reminder;
    None reminds of nothing.
    """
    judged = Judged.read(assessments)
    steps = [_take_further(alert, judged, circumstances) for alert in alerts]
    known = {(alert.key.subject, alert.key.concern) for alert in alerts}
    gone = circumstances.cancelled | circumstances.left_scope
    for identity in sorted(found for found in judged.findings.keys() - known if found[0] not in gone):
        episode = next_episode(*identity)
        steps.append(_open(identity, episode, judged.findings[identity], circumstances))
    if remind is not None:
        steps = [_remind(step, remind, circumstances.at) for step in steps]
    return Outcome(
        alerts=tuple(step.alert for step in steps),
        transitions=tuple(step.transition for step in steps if step.transition is not None),
    )


@dataclass(frozen=True)
class _Step:
    alert: Alert
    transition: Transition | None = None


def _open(identity: Identity, episode: int, findings: Mapping[str, Finding], now: Circumstances) -> _Step:
    """A new alert: news where any of its findings is, else an entry of the opening inventory."""
    reasons = {rule: see_first(finding, now.at) for rule, finding in sorted(findings.items())}
    is_news = any(not is_first_load(finding, now) for finding in findings.values())
    alert = Alert(
        key=AlertKey(subject=identity[0], concern=identity[1], episode=episode),
        subject=next(iter(findings.values())).subject,
        state=AlertState.OPEN if is_news else AlertState.INVENTORY,
        reasons=reasons,
        opened_at=now.at,
        changed_at=now.at,
        accountable=find_accountable(reasons.values()),
        baseline=now.baselines.get(identity[0]),
    )
    change = Change.OPENED if is_news else Change.INVENTORIED
    return _Step(alert, Transition(alert=alert, change=change, at=now.at, joined=tuple(reasons)))


def _take_further(alert: Alert, judged: Judged, now: Circumstances) -> _Step:
    subject = alert.key.subject
    for gone, change in ((now.cancelled, Change.CANCELLED), (now.left_scope, Change.LEFT_SCOPE)):
        if subject in gone:
            return _end(alert, change, now, tuple(sorted(alert.reasons)))
    compared = compare(alert, judged, now)
    if not compared.reasons:
        return _end(alert, _name_ending(alert, compared.ended, now), now, tuple(sorted(compared.ended)))
    return _go_on(alert, compared, now)


def _go_on(alert: Alert, compared: Comparison, now: Circumstances) -> _Step:
    change = _name_change(alert.state, compared)
    state = AlertState.OPEN if change in (Change.OPENED, Change.WORSENED) else alert.state
    speaks_again = state is AlertState.OPEN and alert.state is not AlertState.OPEN
    alert = replace(
        alert,
        state=state,
        reasons=_tell_figures(compared.reasons) if speaks_again else compared.reasons,
        opened_at=now.at if change is Change.OPENED else alert.opened_at,
        changed_at=now.at if change else alert.changed_at,
        accountable=_keep_accountable(alert.accountable, compared.reasons),
        baseline=alert.baseline if compared.frozen else now.baselines.get(alert.key.subject),
        frozen=compared.frozen,
    )
    return _Step(alert, None if change is None else _describe(alert, change, compared, now.at))


def _describe(alert: Alert, change: Change, compared: Comparison, at: datetime) -> Transition:
    return Transition(
        alert=alert,
        change=change,
        at=at,
        joined=tuple(compared.reasons) if change is Change.OPENED else compared.new,
        left=compared.cleared,
        raised=compared.fallen if change is Change.BETTER else compared.raised,
    )


def _tell_figures(reasons: Mapping[str, Reason]) -> dict[str, Reason]:
    """What speaks (again) tells the figures of today: later ones are compared with these."""
    return {
        rule: reason if reason.finding.gravity is None else replace(reason, gravity=reason.finding.gravity)
        for rule, reason in reasons.items()
    }


def _name_change(state: AlertState, compared: Comparison) -> Change | None:
    """An entry of the inventory that worsens is news; an accepted alert that worsens is open again. Only an open alert
    gets better aloud."""
    if compared.news or compared.raised:
        return Change.OPENED if state is AlertState.INVENTORY else Change.WORSENED
    if state is AlertState.OPEN and (compared.fallen or compared.cleared):
        return Change.BETTER
    return Change.INVENTORIED if compared.new else None


def _keep_accountable(role: str | None, reasons: Mapping[str, Reason]) -> str | None:
    """The role that was asked first, as long as a reason still names it."""
    named = {reason.finding.accountable for reason in reasons.values()}
    return role if role in named else find_accountable(reasons.values())


def _name_ending(alert: Alert, ended: Mapping[str, Change], now: Circumstances) -> Change:
    """The weakest of the claims: what nobody judged is not called resolved; nor what a new baseline made good."""
    for change in (Change.RULE_RETIRED, Change.NOT_PRACTISED):
        if change in ended.values():
            return change
    return Change.REBASELINED if has_new_baseline(alert, now) else Change.RESOLVED


def _end(alert: Alert, change: Change, now: Circumstances, left: tuple[str, ...]) -> _Step:
    """The last reasons stay in an ended alert, so that its ending can say what is over. Entries of the inventory were
    never told as news and end in silence."""
    ended = replace(alert, state=AlertState.ENDED, changed_at=now.at, frozen=False)
    if alert.state is AlertState.INVENTORY:
        return _Step(ended)
    return _Step(ended, Transition(alert=ended, change=change, at=now.at, left=left))


def _remind(step: _Step, remind: Callable[[Alert], bool], at: datetime) -> _Step:
    if step.transition is not None or step.alert.state is not AlertState.OPEN or step.alert.frozen:
        return step
    if not remind(step.alert):
        return step
    alert = replace(step.alert, changed_at=at)
    return _Step(alert, Transition(alert=alert, change=Change.REMINDED, at=at))
