"""Turns assessments into alerts and messages in one transaction, then lets the relay send what is due.

The broad `except` of this file is the place where a transport of a third party may raise anything: the message stays in
the outbox and the problem is reported.
"""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from slipwatch.alerts.draft import Draft, draft
from slipwatch.alerts.lifecycle import Circumstances, Outcome, advance
from slipwatch.alerts.message import Letterhead, compose
from slipwatch.alerts.relay import Claim, drain
from slipwatch.alerts.routing import Letter, RoutingRules, Surroundings, route
from slipwatch.alerts.transports.eml_folder import write_whole
from slipwatch.engine.assess import Judgement, list_checks
from slipwatch.engine.notices import Notice, list_notices, mark_reported
from slipwatch.engine.sources import list_sources_read
from slipwatch.engine.standing import find_cancelled, find_left_scope, find_suppliers, number_baselines
from slipwatch.errors import DeliveryError, SlipwatchError
from slipwatch.model.alert import Alert, AlertKey, Change, OutboxState
from slipwatch.model.finding import Assessment, Concern
from slipwatch.store import outbox as store_outbox
from slipwatch.store.acts import released_recipients
from slipwatch.store.alerts import (
    commit_outcome,
    known_rules,
    known_sources,
    last_episode,
    load_alerts,
    read_judgements,
    read_roots,
)

if TYPE_CHECKING:
    from slipwatch.engine.frames import FrameSupply
    from slipwatch.engine.wiring import Programme
    from slipwatch.store.ledger import Ledger

CLAIM_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a run had to tell: transitions, one letter per reader, drafts for the accountable roles."""

    outcome: Outcome
    letters: tuple[Letter, ...]
    drafts: tuple[Draft, ...]

    def count(self, change: Change) -> int:
        return sum(transition.change is change for transition in self.outcome.transitions)

    def as_json(self) -> dict[str, object]:
        changes = {str(change): self.count(change) for change in Change if self.count(change)}
        return {"changes": changes, "messages": len(self.letters), "drafts": len(self.drafts)}


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What became of the outbox: sent now, still waiting, and one sentence per problem."""

    sent: int
    waiting: int
    problems: tuple[str, ...] = ()


def tell(programme: Programme, run: int, at: datetime, judgement: Judgement) -> Told:
    """Advance every alert, write the drafts, then alerts, transitions and messages in one transaction.

    A crash before the commit leaves nothing but drafts behind; the next run finds the same changes again. Drafts come
    first, because a message that promises one may leave as soon as it is committed. Raises `LeaseError` where another
    run has taken over meanwhile.
    """
    assessments = judgement.assessments
    suppliers = find_suppliers(judgement.supply)
    outcome = advance(
        load_alerts(programme.ledger),
        assessments,
        describe_circumstances(programme, at, judgement.supply),
        next_episode=partial(_number_episode, programme),
        remind=build_reminder(programme, at),
    )
    notices = list_notices(programme)
    around = _describe(programme, outcome, suppliers, notices)
    letters = route(outcome.transitions, assessments, build_rules(programme), at=at, around=around)
    head = build_letterhead(programme)
    messages = [
        compose(letter, head, run=run, portfolio=programme.portfolio, catalogue=programme.catalogue)
        for letter in letters
    ]
    drafts = tuple(
        draft(
            line, head, run=run, portfolio=programme.portfolio, catalogue=programme.letters,
            supplier_of=around.supplier_of,
        )
        for letter in letters
        for line in letter.drafts
    )  # fmt: skip
    _save_drafts(programme, at, drafts)
    commit_outcome(
        programme.ledger, run, at=at, alerts=outcome.alerts, transitions=outcome.transitions,
        assessments=assessments, messages=messages, lease=programme.lease,
    )  # fmt: skip
    mark_reported(programme, notices, at=at)
    return Told(outcome=outcome, letters=letters, drafts=drafts)


def describe_circumstances(programme: Programme, at: datetime, supply: FrameSupply) -> Circumstances:
    """What the life of alerts depends on beside the assessments of this run."""
    rules = {check.id for check in list_checks(programme)}
    read = list_sources_read(programme.ledger)
    return Circumstances(
        at=at,
        rules=rules,
        first_rules=rules - known_rules(programme.ledger),
        first_sources=(read & set(programme.settings.sources)) - known_sources(programme.ledger),
        never_read=set(programme.settings.sources) - read,
        baselines=number_baselines(supply),
        cancelled=find_cancelled(supply),
        left_scope=find_left_scope(supply),
    )


def _number_episode(programme: Programme, subject: int, concern: Concern) -> int:
    return last_episode(programme.ledger, subject, concern) + 1


def build_rules(programme: Programme) -> RoutingRules:
    """Routing as the configuration has it."""
    routing = programme.settings.routing
    entries = {**{str(side): entry for side, entry in routing.sides.items()}, **routing.roles}
    return RoutingRules(
        pmo=routing.pmo,
        most_new_lines=routing.most_new_lines,
        heartbeat=routing.heartbeat,
        follows={name: frozenset(entry.concerns) for name, entry in entries.items()},
    )


def build_reminder(programme: Programme, at: datetime) -> Callable[[Alert], bool] | None:
    """Whether an open alert has been silent for long enough, in working days; None where reminders are off."""
    routing = programme.settings.routing
    if not routing.reminders.enabled:
        return None
    calendar, today = programme.calendars.for_site(routing.deferral.site), at.astimezone(programme.zone).date()

    def is_due(alert: Alert) -> bool:
        told = alert.changed_at.astimezone(programme.zone).date()
        return calendar.count(told, today) >= routing.reminders.after_wd

    return is_due


def _describe(
    programme: Programme, outcome: Outcome, suppliers: Mapping[int, str], notices: Sequence[Notice]
) -> Surroundings:
    released = released_recipients(programme.ledger)
    readers = {programme.settings.routing.pmo, *released}
    told: dict[str, dict[AlertKey, str]] = {role: dict(read_roots(programme.ledger, role)) for role in readers}
    return Surroundings(
        portfolio=programme.portfolio,
        is_working_day=lambda role, day: programme.calendars.for_site(
            role.site or programme.settings.routing.deferral.site
        ).is_working(day),
        released=released,
        told=told,
        supplier_of=lambda subject: suppliers.get(subject.id),
        open_alerts=outcome.alerts,
        notes=[notice.message for notice in notices],
        told_assessments=_read_told(programme),
    )


def _read_told(programme: Programme) -> list[Assessment]:
    """What the PMO's last message said could not be judged."""
    run = store_outbox.last_told_run(programme.ledger, programme.settings.routing.pmo)
    return [] if run is None else read_judgements(programme.ledger, run)


def build_letterhead(programme: Programme) -> Letterhead:
    mail = programme.settings.programme.mail
    return Letterhead(
        programme=programme.portfolio.name,
        sender=mail.sender,
        domain=mail.domain,
        reply_to=mail.reply_to,
        prefect_url=programme.settings.programme.prefect_url,
        report=find_latest_report(programme),
    )


def find_latest_report(programme: Programme) -> str | None:
    """Path of the report that was written last, in the programme's own language; None before the first one."""
    path = programme.home / "reports" / "latest.html"
    return str(path) if path.is_file() else None


def _save_drafts(programme: Programme, at: datetime, drafts: Sequence[Draft]) -> None:
    """One folder per day; a draft that a crash left behind is written over by the next run of the day."""
    folder = programme.home / "drafts" / at.astimezone(programme.zone).date().isoformat()
    for item in drafts:
        write_whole(folder / item.name, item.payload)


class LedgerOutbox:
    """The store's outbox with its ledger bound, as the relay wants it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def claim_messages(self, *, owner: str, now: datetime, lease_seconds: float, limit: int) -> Sequence[Claim]:
        return store_outbox.claim_messages(self._ledger, owner=owner, now=now, lease_seconds=lease_seconds, limit=limit)

    def mark_sent(self, id: str, *, owner: str, at: datetime, reply: str) -> None:
        store_outbox.mark_sent(self._ledger, id, owner=owner, at=at, reply=reply)

    def mark_failed(self, id: str, *, owner: str, at: datetime, error: str, next_try: datetime | None) -> None:
        store_outbox.mark_failed(self._ledger, id, owner=owner, at=at, error=error, next_try=next_try)


def deliver(programme: Programme) -> Delivery:
    """Send what is due. Never raises for a mail server: the messages wait, and the problem is in the answer."""
    owner = f"{socket.gethostname()}:{os.getpid()}"
    try:
        transport = programme.open_transport()
        try:
            report = drain(
                LedgerOutbox(programme.ledger), transport, now=programme.now, owner=owner,
                random=random.random, lease_seconds=CLAIM_SECONDS,
            )  # fmt: skip
        finally:
            transport.close()
    except (DeliveryError, SlipwatchError) as error:
        return Delivery(sent=0, waiting=_count_waiting(programme), problems=(programme.redact(str(error)),))
    except (
        Exception
    ) as error:  # a transport of a third party may raise anything; nothing is lost, all stays in the outbox
        problem = programme.redact(f"{type(error).__name__}: {error}")
        return Delivery(sent=0, waiting=_count_waiting(programme), problems=(problem,))
    problems = tuple(programme.redact(failure.error) for failure in report.failed)
    if report.stopped:
        problems += (programme.redact(report.stopped),)
    return Delivery(sent=len(report.sent), waiting=_count_waiting(programme), problems=problems)


def _count_waiting(programme: Programme) -> int:
    """Messages that are due and not yet handed over; deferred ones are not late."""
    now = programme.now()
    waiting = [*store_outbox.list_messages(programme.ledger, state=OutboxState.PENDING)]
    return sum(row.message.not_before <= now for row in waiting)
