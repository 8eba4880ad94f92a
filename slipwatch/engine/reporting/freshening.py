"""Alerts as a judgement sees them: a report may be asked for between two runs, when nothing has been told yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from datetime import datetime

from slipwatch.alerts.reasons import Judged, find_accountable, see_first
from slipwatch.model.alert import Alert, AlertKey, AlertState, Reason
from slipwatch.model.finding import Assessment, Finding

UNTOLD = 0
"""Episode of what the next run will open."""


def freshen(
    alerts: Iterable[Alert], assessments: Iterable[Assessment], *, at: datetime, gone: Set[int] = frozenset()
) -> list[Alert]:
    """The alerts with the findings of this judgement: figures of today, frozen where nobody could judge, and what is
    found but was never told as an open alert of its own. `gone` are subjects that raise none any more."""
    judged = Judged.read(assessments)
    known = [_see_again(alert, judged) for alert in alerts]
    told = {(alert.key.subject, alert.key.concern) for alert in known}
    untold = [
        _open(rules.values(), at)
        for identity, rules in judged.findings.items()
        if identity not in told and identity[0] not in gone
    ]
    return [*known, *untold]


def _see_again(alert: Alert, judged: Judged) -> Alert:
    found = judged.findings.get((alert.key.subject, alert.key.concern), {})
    reasons = {rule: _renew(reason, found.get(rule)) for rule, reason in alert.reasons.items()}
    reasons |= {rule: see_first(finding, alert.changed_at) for rule, finding in found.items() if rule not in reasons}
    unseen = [rule for rule in alert.reasons if rule not in found]
    blind = any(alert.key.subject not in judged.evaluated.get(rule, ()) for rule in unseen)
    return replace(alert, reasons=reasons, frozen=blind)


def _renew(reason: Reason, finding: Finding | None) -> Reason:
    return replace(reason, finding=finding, severity=finding.severity) if finding else reason


def _open(findings: Iterable[Finding], at: datetime) -> Alert:
    reasons: Mapping[str, Reason] = {finding.rule: see_first(finding, at) for finding in findings}
    first = next(iter(reasons.values())).finding
    return Alert(
        key=AlertKey(subject=first.subject.id, concern=first.concern, episode=UNTOLD),
        subject=first.subject,
        state=AlertState.OPEN,
        reasons=reasons,
        opened_at=at,
        changed_at=at,
        accountable=find_accountable(reasons.values()),
    )
