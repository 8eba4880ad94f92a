"""Open alerts with their evidence, and what to decide or do about them."""

from __future__ import annotations

from collections.abc import Iterable

from slipwatch.document import blocks as b
from slipwatch.model.alert import Alert, AlertState
from slipwatch.model.finding import Evidence, Finding, Severity
from slipwatch.reports.blocks import Grid, Part, Row
from slipwatch.reports.changes import find_stake, mark_severity, name_alert, rank_reasons
from slipwatch.reports.facts import ProjectFacts
from slipwatch.reports.given import ReportInput
from slipwatch.reports.lights import name_anchor
from slipwatch.reports.replies import tell_reply
from slipwatch.reports.words import NOTHING, Words, build_columns

MOST_EVIDENCE = 6
"""Rows of proof that are not folded away."""


def list_open(alerts: Iterable[Alert]) -> list[Alert]:
    """Open alerts, the gravest first, then the most days at stake."""
    found = [alert for alert in alerts if alert.state is AlertState.OPEN]
    return sorted(found, key=lambda alert: (-alert.severity, -find_stake(alert), alert.opened_at, alert.subject.key))


def write_alerts(alerts: Iterable[Alert], given: ReportInput, words: Words) -> tuple[Part, ...]:
    """One panel per open alert with its evidence and what was replied; a sentence where there is none."""
    panels = tuple(write_alert(alert, given, words) for alert in list_open(alerts))
    return panels or (b.Paragraph(words.say("alerts.none"), muted=True),)


def write_alert(alert: Alert, given: ReportInput, words: Words) -> b.Panel:
    reasons = rank_reasons(alert)
    blocks: list[b.Block] = [_write_head(alert, words)]
    blocks.append(b.Bullets(tuple(words.translate(reason.finding.text) for reason in reasons)))
    if alert.frozen:
        blocks.append(b.Paragraph(words.say("alerts.frozen"), muted=True))
    asked = words.name_role(alert.accountable)
    actions = dict.fromkeys(words.translate(reason.finding.action) for reason in reasons)
    blocks.append(b.Facts(((words.say("asked_of"), asked), (words.say("proposed"), " ".join(actions)))))
    proof = list_evidence(reason.finding for reason in reasons)
    blocks += _write_evidence(proof, words)
    replied = tell_reply(given, alert.subject.key, alert.key.concern, words)
    if replied:
        blocks.append(b.Paragraph((b.Span(replied, strong=True),)))
    tone: b.Tone = "critical" if alert.severity >= Severity.CRITICAL else "warning"
    return b.Panel(tuple(blocks), tone)


def _write_head(alert: Alert, words: Words) -> b.Paragraph:
    since = words.say(
        "alerts.since", concern=words.name_concern(alert.key.concern), day=words.local_day(alert.opened_at)
    )
    if alert.key.episode > 1:
        since += " " + words.say("alerts.episode", number=alert.key.episode)
    subject = words.name_subject(alert.subject, alert.key.concern)
    spans = (
        mark_severity(alert.severity, words),
        b.Span(" "),
        b.Span(subject, strong=True),
        b.Span(f" {since}", muted=True),
    )
    return b.Paragraph(spans)


def list_evidence(findings: Iterable[Finding]) -> list[Evidence]:
    """Proof of all findings, each once, in the order in which it is given."""
    found: list[Evidence] = []
    for finding in findings:
        found += [evidence for evidence in finding.evidence if evidence not in found]
    return found


def _write_evidence(proof: list[Evidence], words: Words) -> list[b.Block]:
    if not proof:
        return []
    lines = tuple(_write_proof(evidence, words) for evidence in proof)
    shown: list[b.Block] = [b.Paragraph(words.say("evidence"), muted=True), b.Bullets(lines[:MOST_EVIDENCE])]
    rest = lines[MOST_EVIDENCE:]
    return [*shown, b.Details(words.say("evidence.more", count=len(rest)), (b.Bullets(rest),))] if rest else shown


def _write_proof(evidence: Evidence, words: Words) -> b.Text:
    spans = [b.Span(words.translate(evidence.text))]
    if evidence.source is not None:
        spans += [
            b.Span(" "),
            b.Span(f"{evidence.source.source} {evidence.source.label}", url=evidence.source.url, muted=True),
        ]
    if evidence.known_at is not None:
        spans.append(b.Span(f", {words.local_day(evidence.known_at)}", muted=True))
    return tuple(spans)


def write_proposals(given: ReportInput, words: Words) -> tuple[Part, ...]:
    """What each open alert asks for, ranked by the milestone days at stake, and decisions that wait."""
    alerts = {alert.key: alert for project in given.projects for alert in project.alerts}
    rows = [_propose(alert, given, words) for alert in list_open(alerts.values())]
    rows += [row for project in given.projects for row in _list_waiting(project, words)]
    if not rows:
        return (b.Paragraph(words.say("proposals.none")),)
    columns = build_columns(words, "proposed", "asked_of", "about", "project", "stake", right=["stake"])
    return (Grid(columns=columns, rows=tuple(rows), kind="proposals"),)


def _propose(alert: Alert, given: ReportInput, words: Words) -> Row:
    reasons = rank_reasons(alert)
    action = words.translate(reasons[0].finding.action) if reasons else NOTHING
    stake = find_stake(alert)
    return Row(
        cells=(
            action,
            words.name_role(alert.accountable),
            name_alert(alert, words),
            _name_project(alert, given),
            words.number(stake) if stake else NOTHING,
        ),
        tone="critical" if alert.severity >= Severity.CRITICAL else "neutral",
    )


def _name_project(alert: Alert, given: ReportInput) -> b.Text:
    project = next((project for project in given.projects if project.key == alert.subject.project), None)
    return (b.Span(project.key, url=f"#{name_anchor(project)}"),) if project else NOTHING


def _list_waiting(project: ProjectFacts, words: Words) -> Iterable[Row]:
    """Decisions whose day has passed: each is asked for again."""
    for action in project.actions:
        if action.is_decision:
            text = words.say("proposals.decide", name=action.name, due=action.due_on)
            yield Row(cells=(text, words.name_role(action.responsible), action.label, project.key, NOTHING))
