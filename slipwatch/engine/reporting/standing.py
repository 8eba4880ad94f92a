"""What stood open at an instant, what changed before it, and from when a report counts its changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from slipwatch.model.alert import Alert, AlertKey, AlertState, Transition
from slipwatch.reports.given import SinceKind
from slipwatch.store.acts import list_acts
from slipwatch.store.alerts import load_alerts, read_transitions

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme

ISSUED = "issue_report"
"""Kind of the act that notes a report that was written."""


def read_alerts_at(programme: Programme, at: datetime) -> list[Alert]:
    """Alerts that had not ended at an instant.

    One that has changed since is taken as its last transition before then left it; what never makes a transition (being
    frozen by a stale source, being accepted) is known of the present state only.
    """
    then: dict[AlertKey, Alert] = {}
    for transition in read_transitions(programme.ledger):
        if transition.at <= at:
            then[transition.alert.key] = transition.alert
    for alert in load_alerts(programme.ledger, include_ended=True):
        if alert.changed_at <= at:
            then[alert.key] = alert
    return [alert for alert in then.values() if alert.state is not AlertState.ENDED]


def read_changes(programme: Programme, since: datetime | None, at: datetime) -> tuple[Transition, ...]:
    """Transitions after `since`, up to and with `at`."""
    return tuple(one for one in read_transitions(programme.ledger, since) if one.at <= at)


@dataclass(frozen=True, kw_only=True)
class Start:
    """From when changes count; `day` is what people call it, where that is not the day of the moment."""

    moment: datetime | None = None
    kind: SinceKind = SinceKind.START
    day: date | None = None


def find_start(programme: Programme, at: datetime) -> Start:
    """The last report written before, else the last committee before, else the beginning."""
    issued = [moment for act in list_acts(programme.ledger, ISSUED) if (moment := _read_instant(act.detail)) < at]
    if issued:
        return Start(moment=max(issued), kind=SinceKind.REPORT)
    met = [day for day in list_meetings(programme) if day < at.astimezone(programme.zone).date()]
    if met:
        return Start(moment=_start_after(programme, max(met)), kind=SinceKind.COMMITTEE, day=max(met))
    return Start()


def find_last_meeting(programme: Programme, at: datetime, project: str) -> Start | None:
    """The last meeting before of a committee that follows the project; None where there was none."""
    today = at.astimezone(programme.zone).date()
    met = [
        day
        for committee in programme.portfolio.committees.values()
        for day in committee.dates
        if day < today and (not committee.projects or project in committee.projects)
    ]
    if not met:
        return None
    return Start(moment=_start_after(programme, max(met)), kind=SinceKind.COMMITTEE, day=max(met))


def _read_instant(detail: object) -> datetime:
    return datetime.fromisoformat(detail["at"])  # type: ignore[index]  # — written by `write_report`


def list_meetings(programme: Programme) -> Iterable[date]:
    """Days of every committee."""
    return (day for committee in programme.portfolio.committees.values() for day in committee.dates)


def _start_after(programme: Programme, day: date) -> datetime:
    """Midnight after a meeting: what was found on its day was known there."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=programme.zone)


def find_next_committee(programme: Programme, day: date) -> tuple[str, date] | None:
    """Name and day of the next meeting, today included."""
    coming = [
        (meeting, committee.name)
        for committee in programme.portfolio.committees.values()
        for meeting in committee.dates
        if meeting >= day
    ]
    return (min(coming)[1], min(coming)[0]) if coming else None
