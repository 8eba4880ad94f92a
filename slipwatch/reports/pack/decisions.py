"""Decisions requested: what the register and the change log hold open, and what an alert leaves to a committee.

A committee is asked about dates of gates, scope and money; an alert about anything else is the work of those who are
accountable. An alert whose subject a waiting request names is that request's reason, not another question.
"""

from __future__ import annotations

from dataclasses import dataclass

from slipwatch.document import blocks as b
from slipwatch.model.alert import Alert
from slipwatch.model.finding import Concern, Severity
from slipwatch.reports.blocks import Grid, Part, Row
from slipwatch.reports.changes import find_stake, rank_reasons
from slipwatch.reports.facts import RequestFacts
from slipwatch.reports.pack.sheet import SEPARATOR, Desk
from slipwatch.reports.standing import list_open
from slipwatch.reports.words import NOTHING, Words, build_columns

ALWAYS = frozenset({Concern.SCOPE, Concern.COST})
"""Nobody below a committee may settle these."""

MOST_ITEMS = 6


@dataclass(frozen=True, kw_only=True)
class Request:
    """Something a committee is asked. `alerts` are the reasons; `facts` is None where only they ask."""

    facts: RequestFacts | None
    alerts: tuple[Alert, ...] = ()

    @property
    def stake(self) -> float:
        """Milestone working days at stake."""
        return max((find_stake(alert) for alert in self.alerts), default=0.0)


def needs_decision(alert: Alert) -> bool:
    """Whether an open alert leaves something to a committee: a gate beyond its tolerance, scope, or money."""
    concern = alert.key.concern
    return concern in ALWAYS or (concern is Concern.TIME and alert.severity >= Severity.CRITICAL)


def list_requests(desk: Desk) -> list[Request]:
    """Everything that is asked, the most days at stake first, then the longest waiting."""
    alerts = list_open(desk.project.alerts)
    asked = [Request(facts=facts, alerts=_find_reasons(facts, alerts)) for facts in desk.project.requests]
    named = {alert.key for request in asked for alert in request.alerts}
    unnamed = [alert for alert in alerts if needs_decision(alert) and alert.key not in named]
    asked += [Request(facts=None, alerts=(alert,)) for alert in unnamed]
    return sorted(asked, key=lambda request: -request.stake)


def _find_reasons(facts: RequestFacts, alerts: list[Alert]) -> tuple[Alert, ...]:
    return tuple(alert for alert in alerts if alert.subject.key in facts.items)


def write_decisions(desk: Desk) -> tuple[Part, ...]:
    """One row per decision: what is asked, of whom, since when or by when, what hangs on it, and why it is asked."""
    words, requests = desk.words, list_requests(desk)
    if not requests:
        return (b.Paragraph(words.say("pack.no_decision")),)
    columns = build_columns(words, "pack.asked", "asked_of", "pack.when", "stake", "pack.why", right=["stake"])
    return (Grid(columns=columns, rows=tuple(_write_row(one, desk) for one in requests), kind="proposals"),)


def _write_row(request: Request, desk: Desk) -> Row:
    words, stake = desk.words, request.stake
    facts = request.facts
    asked_of = facts.asked_of if facts else None
    cells = (
        _ask(request, words),
        words.name_role(asked_of) if asked_of else words.say("pack.committee"),
        _tell_wait(facts, words) if facts else _tell_since(request.alerts[0], words),
        words.number(stake) if stake else NOTHING,
        _tell_reasons(request, desk),
    )
    critical = any(alert.severity >= Severity.CRITICAL for alert in request.alerts)
    return Row(cells=cells, tone="critical" if critical else "neutral")


def _tell_since(alert: Alert, words: Words) -> str:
    return words.say("pack.open_since", day=words.find_day(alert.opened_at))


def _ask(request: Request, words: Words) -> b.Text:
    if request.facts is None:
        alert = request.alerts[0]
        subject = words.name_subject(alert.subject, alert.key.concern)
        answers = words.say("pack.answers", role=words.name_role(alert.accountable))
        told = b.Span(f"\n{_propose(alert, words)}")
        return (b.Span(subject, strong=True), told, b.Span(f" {answers}" if alert.accountable else "", muted=True))
    facts = request.facts
    details = SEPARATOR.join(filter(None, (words.name_word("request", facts.kind), _tell_change(facts, words))))
    return (b.Span(f"{facts.label} {facts.name}", strong=True), b.Span(f"\n{details}", muted=True))


def _propose(alert: Alert, words: Words) -> str:
    reasons = rank_reasons(alert)
    return words.translate(reasons[0].finding.action) if reasons else ""


def _tell_change(facts: RequestFacts, words: Words) -> str:
    """New date, amount and number of items, as far as the request names them."""
    told = [
        words.say("pack.new_date", day=facts.new_date) if facts.new_date else "",
        words.money(facts.amount, facts.currency) if facts.amount is not None else "",
        words.say("pack.items", count=len(facts.items)) if len(facts.items) > 1 else "",
    ]
    return SEPARATOR.join(filter(None, told))


def _tell_wait(facts: RequestFacts, words: Words) -> b.Text:
    """By when it is needed, or since when it waits; an answer that is late is marked."""
    waiting = facts.waiting_wd or 0
    if facts.needed_by is not None:
        day = words.say("pack.needed_by", day=facts.needed_by)
        late = words.say("pack.late_by", days=waiting, unit="wd")
        return (b.Span(f"{day} "), b.Chip(late, tone="critical")) if waiting > 0 else day
    if facts.raised_on is not None:
        return words.say("pack.raised", day=facts.raised_on, days=waiting, unit="wd")
    return NOTHING


def _tell_reasons(request: Request, desk: Desk) -> b.Text:
    """What was found about it, and what the accountable side answered."""
    spans: list[b.Span] = []
    for alert in request.alerts:
        for reason in rank_reasons(alert):
            spans += [b.Span("\n" if spans else ""), b.Span(desk.words.translate(reason.finding.text))]
        spans += desk.reply_to(alert)
    return tuple(spans) or (b.Span(desk.words.say("pack.no_reason"), muted=True),)
