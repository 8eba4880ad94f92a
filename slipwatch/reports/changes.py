"""What changed since the last report: alerts, dates that moved, baselines that were approved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from slipwatch.document import blocks as b
from slipwatch.model.alert import ENDINGS, Alert, AlertKey, AlertState, Change, Reason, Transition
from slipwatch.model.finding import Severity
from slipwatch.model.records import SPOKEN
from slipwatch.reports.blocks import Chip, Grid, Part, Row
from slipwatch.reports.facts import MilestoneFacts
from slipwatch.reports.given import ApprovalFacts, ReportInput, SinceKind
from slipwatch.reports.moves import Move, trace_moves
from slipwatch.reports.words import Words, build_columns

GOOD_NEWS = frozenset({Change.BETTER, Change.RESOLVED})
"""Endings other than `resolved` are neutral: nothing was made good."""

BAD_NEWS = frozenset({Change.OPENED, Change.WORSENED})


def title_changes(given: ReportInput, words: Words) -> str:
    """The heading says from when: the last report, the last committee, or the beginning."""
    if given.since is None or given.since_kind is SinceKind.START:
        return words.say("changes.start")
    return words.say(f"changes.{given.since_kind}", day=given.since_day or words.find_day(given.since))


def write_changes(given: ReportInput, words: Words) -> tuple[Part, ...]:
    """Alerts that changed, one row each; dates that moved; baselines approved; or one sentence that nothing did."""
    told = list_changes(given.transitions)
    blocks = (
        *_write_inventory(given.transitions, words),
        *_write_alerts(told, words),
        *_write_moves(given, words),
        *_write_approvals(given, words),
    )
    return blocks or (b.Paragraph(_tell_quiet(given, words)),)


def _tell_quiet(given: ReportInput, words: Words) -> str:
    """Silence means checked only where every source could be read."""
    looked = not any(source.is_stale for source in given.sources)
    return words.say("changes.none") + (f" {words.say('changes.looked')}" if looked else "")


def list_changes(transitions: Iterable[Transition]) -> list[list[Transition]]:
    """Transitions by alert, without those of the opening inventory; open alerts first, the gravest first."""
    by_alert: dict[AlertKey, list[Transition]] = defaultdict(list)
    for transition in transitions:
        if transition.change is not Change.INVENTORIED:
            by_alert[transition.alert.key].append(transition)
    return sorted(by_alert.values(), key=_rank_changes)


def _rank_changes(changes: list[Transition]) -> tuple[bool, float, float, str]:
    last = changes[-1]
    return last.change in ENDINGS, -last.alert.severity, -find_stake(last.alert), last.alert.subject.key


def find_stake(alert: Alert) -> float:
    """Milestone working days at stake."""
    return max((reason.finding.stake_days for reason in alert.reasons.values()), default=0.0)


def rank_reasons(alert: Alert) -> list[Reason]:
    """Reasons of an alert, the gravest first."""
    return sorted(
        alert.reasons.values(), key=lambda reason: (-reason.severity, -reason.finding.stake_days, reason.rule)
    )


def mark_change(change: Change, severity: Severity, words: Words) -> Chip:
    """A change as a word; bad news has the tone of its severity."""
    bad: b.Tone = "critical" if severity >= Severity.CRITICAL else "warning"
    tone: b.Tone = bad if change in BAD_NEWS else "good" if change in GOOD_NEWS else "neutral"
    return Chip(words.name_value(change), tone=tone)


def name_alert(alert: Alert, words: Words) -> b.Text:
    """Subject and concern: what an alert is about."""
    subject = words.name_subject(alert.subject, alert.key.concern)
    return (b.Span(subject, strong=True), b.Span(f"\n{words.name_concern(alert.key.concern)}", muted=True))


def mark_severity(severity: Severity, words: Words) -> Chip:
    tones: Mapping[Severity, b.Tone] = {Severity.CRITICAL: "critical", Severity.WARNING: "warning"}
    return Chip(words.name_value(severity.name.lower()), tone=tones.get(severity, "neutral"))


def _write_alerts(told: list[list[Transition]], words: Words) -> tuple[Part, ...]:
    if not told:
        return ()
    columns = build_columns(words, "change", "subject", "project", "what")
    return (Grid(columns=columns, rows=tuple(_write_change(changes, words) for changes in told), kind="changes"),)


def _write_change(changes: list[Transition], words: Words) -> Row:
    alert, last = changes[-1].alert, changes[-1]
    chips: list[b.Span] = []
    for index, change in enumerate(dict.fromkeys(transition.change for transition in changes)):
        chips += [*([b.Span(" ")] if index else []), mark_change(change, alert.severity, words)]
    subject = name_alert(alert, words)
    return Row(cells=(tuple(chips), subject, alert.subject.project or "–", _tell(last, words)))


def _tell(transition: Transition, words: Words) -> b.Text:
    """What holds now; for an ending, when it opened and when it ended."""
    alert = transition.alert
    if transition.change in ENDINGS:
        days = words.say("changes.lasted", opened=words.find_day(alert.opened_at), ended=words.find_day(transition.at))
        was = words.say("changes.was", text=_join_texts(alert, words))
        return (b.Span(days), b.Span(f" {was}", muted=True))
    return _join_texts(alert, words)


def _join_texts(alert: Alert, words: Words) -> str:
    return " ".join(words.translate(reason.finding.text) for reason in rank_reasons(alert))


def _write_inventory(transitions: Iterable[Transition], words: Words) -> tuple[b.Block, ...]:
    """The opening inventory is one line per rule, never a list of news."""
    keys: dict[str, list[str]] = defaultdict(list)
    for transition in transitions:
        if transition.change is Change.INVENTORIED and transition.alert.state is AlertState.INVENTORY:
            for rule in transition.joined:
                keys[rule].append(transition.alert.subject.key)
    if not keys:
        return ()
    lines = tuple(
        words.say("changes.inventory", count=len(found), rule=words.name_rule(rule), first=", ".join(sorted(found)[:3]))
        for rule, found in sorted(keys.items())
    )
    return (b.Bullets(lines),)


def _write_moves(given: ReportInput, words: Words) -> tuple[Part, ...]:
    rows = [
        _write_move(point, move, project.key, words)
        for project in given.projects
        for point in project.milestones
        for move in trace_moves(point)
        if _is_after(move.at, given.since)
    ]
    if not rows:
        return ()
    names = ("milestone", "project", "stated_on", "moved_from", "moved_to", "moved_days", "stated_in")
    columns = build_columns(words, *names, right=["moved_days"])
    return (b.Heading(4, words.say("changes.moves")), Grid(columns=columns, rows=tuple(rows), kind="moves"))


def _is_after(moment: datetime, since: datetime | None) -> bool:
    return since is None or moment > since


def _write_move(point: MilestoneFacts, move: Move, project: str, words: Words) -> Row:
    return Row(
        cells=(
            (b.Span(point.name, strong=True),),
            project,
            words.local_day(move.at),
            words.day(move.old),
            words.day(move.new),
            words.signed(move.days),
            name_speaker(move.source, move.stated_by, words),
        )
    )


def name_speaker(source: str, stated_by: str | None, words: Words) -> str:
    """A source, and who stated it there where the source says; a spoken word is its role's own."""
    if source == SPOKEN:
        return words.say("spoken.speaker", role=words.name_role(stated_by))
    return f"{source} · {stated_by}" if stated_by else source


def _write_approvals(given: ReportInput, words: Words) -> tuple[b.Block, ...]:
    fresh = [approval for approval in given.approvals if _is_after(approval.approved_at, given.since)]
    return (b.Bullets(tuple(_tell_approval(approval, words) for approval in fresh)),) if fresh else ()


def _tell_approval(approval: ApprovalFacts, words: Words) -> str:
    return words.say(
        "changes.baseline",
        kind=words.name_word("baseline_kind", approval.kind),
        number=approval.number,
        author=approval.author,
        reason=approval.reason,
        day=approval.since,
    )
