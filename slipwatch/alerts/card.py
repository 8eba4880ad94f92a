"""One alert as a mail shows it: what slips, what changed, who is accountable, what to do, the proof and its age."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from slipwatch.alerts.routing import Line
from slipwatch.alerts.wording import Wording
from slipwatch.document.blocks import Banner, Block, Bullets, Facts, Link, Panel, Paragraph, Span, Text, Tone
from slipwatch.document.escape import clean_line, clean_url
from slipwatch.model.alert import ENDINGS, Change, Reason
from slipwatch.model.finding import Evidence, Severity

MOST_EVIDENCE = 6
MOST_REASONS = 6
TEXT_LIMIT = 600
"""Characters of one sentence: enough for any of ours, a bound for upstream text inside it."""

TONES: dict[Severity, Tone] = {Severity.NOTE: "neutral", Severity.WARNING: "warning", Severity.CRITICAL: "critical"}


def write_card(line: Line, wording: Wording, *, draft: str | None = None) -> Panel:
    """An alert with everything its reader needs; `draft` is the file name of the draft for the accountable role."""
    alert, leading = line.transition.alert, line.reasons[0]
    severity = max(reason.severity for reason in line.reasons)
    label = f"{wording.name_word(line.transition.change)} · {wording.name_word(severity)}"
    name = wording.name_subject(alert.subject, alert.key.concern)
    blocks: list[Block] = [
        Banner(label, (Span(name, strong=True),), TONES[severity]),
        Paragraph((Span(tell(leading, wording), strong=True),)),
    ]
    others = line.reasons[1:MOST_REASONS]
    if others:
        blocks.append(Bullets(tuple(tell(reason, wording) for reason in others)))
    if alert.frozen:
        blocks.append(Paragraph(wording.say("mail.frozen"), muted=True))
    blocks += [Facts(tuple(_list_facts(line, wording, draft))), *write_evidence(line, wording)]
    return Panel(tuple(blocks), TONES[severity])


def tell(reason: Reason, wording: Wording) -> str:
    """The sentence of a finding."""
    return clean_line(wording.tell(reason.finding.text), TEXT_LIMIT)


def _list_facts(line: Line, wording: Wording, draft: str | None) -> Iterator[tuple[str, Text]]:
    alert = line.transition.alert
    yield wording.say("mail.fact.changed"), tell_change(line, wording)
    yield wording.say("mail.fact.accountable"), wording.name_role(alert.accountable)
    yield wording.say("mail.fact.action"), tell_action(line, wording)
    if line.stake_days > 0:
        yield wording.say("mail.fact.stake"), wording.say("mail.stake.days", days=line.stake_days, unit="wd")
    project = wording.portfolio.projects.get(alert.subject.project or "")
    if project is not None:
        yield wording.say("mail.fact.project"), project.name
    yield wording.say("mail.fact.rule"), _name_rules(line, wording)
    if draft is not None:
        role = wording.portfolio.roles[alert.accountable or ""]
        spans = wording.say("mail.draft.ready", role=role.name, file="\0").split("\0")
        yield wording.say("mail.fact.draft"), (Span(spans[0]), Span(draft, code=True), Span(spans[1]))


def _name_rules(line: Line, wording: Wording) -> tuple[Span, ...]:
    """Title, id and tolerance of each rule, so that its manual page is found."""
    spans: list[Span] = []
    for reason in line.reasons[:MOST_REASONS]:
        title, threshold = wording.name_rule(reason.rule), reason.finding.threshold
        if threshold:
            limit = wording.measure(threshold, reason.finding.unit)
            title = wording.say("mail.rule.threshold", rule=title, threshold=limit)
        spans += [Span("; " if spans else ""), Span(f"{title} ("), Span(reason.rule, code=True), Span(")")]
    return tuple(spans)


def tell_change(line: Line, wording: Wording) -> str:
    """What is new since the last message to this reader: figures before and after, reasons that joined or ended."""
    transition, alert = line.transition, line.transition.alert
    opened = alert.opened_at.astimezone(wording.zone).date()
    if transition.change is Change.OPENED:
        return wording.say("mail.changed.first")
    if transition.change is Change.REMINDED:
        return wording.say("mail.changed.reminded", day=opened)
    sentences = list(_list_changes(line, wording))
    told = line.root is not None
    sentences.append(wording.say("mail.changed.since" if told else "mail.changed.first_to_you", day=opened))
    return " ".join(sentences)


def _list_changes(line: Line, wording: Wording) -> Iterator[str]:
    readable = {reason.rule: reason for reason in line.reasons}
    for rule, (before, after) in line.transition.raised.items():
        if rule in readable:
            was, now = wording.compare_figures(readable[rule].finding, before, after)
            yield _end(wording.say("mail.changed.raised", rule=wording.name_rule(rule), before=was, after=now))
    for rule in line.transition.joined:
        if rule in readable:
            yield _end(wording.say("mail.changed.joined", rule=wording.name_rule(rule)))
    sees_all = len(line.reasons) == len(line.transition.alert.reasons)
    if sees_all and line.transition.change not in ENDINGS:
        for rule in line.transition.left:
            yield _end(wording.say("mail.changed.left", rule=wording.name_rule(rule)))


def _end(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def tell_action(line: Line, wording: Wording) -> str:
    """The actions that the reasons propose, each once."""
    actions = (clean_line(wording.tell(reason.finding.action), TEXT_LIMIT) for reason in line.reasons[:MOST_REASONS])
    return " ".join(dict.fromkeys(actions))


def write_evidence(line: Line, wording: Wording) -> Iterator[Block]:
    """The proof: what each system states, with a link to the record and the age of the fact; a button for the first."""
    at = line.transition.at
    proof = list(dict.fromkeys(_tell_evidence(item, at, wording) for item in _list_evidence(line)))
    if not proof:
        return
    rows: list[Text] = list(proof[:MOST_EVIDENCE])
    if len(proof) > MOST_EVIDENCE:
        rows.append(wording.say("mail.evidence.more", count=len(proof) - MOST_EVIDENCE))
    yield Paragraph((Span(wording.say("mail.evidence.title"), muted=True),))
    yield Bullets(tuple(rows), muted=True)
    first = next((item.source for item in _list_evidence(line) if item.source and clean_url(item.source.url)), None)
    if first is not None and first.url is not None:
        text = wording.say("mail.open", label=clean_line(first.label, 60), source=wording.name_source(first.source))
        yield Link(text, first.url)


def _list_evidence(line: Line) -> Iterator[Evidence]:
    for reason in line.reasons:
        yield from reason.finding.evidence


def _tell_evidence(evidence: Evidence, at: datetime, wording: Wording) -> tuple[Span, ...]:
    spans = [Span(clean_line(wording.tell(evidence.text), TEXT_LIMIT))]
    where = evidence.source
    if where is not None:
        label = wording.say("mail.evidence.source", source=where.source, label=clean_line(where.label, 60))
        spans += [Span(" ["), Span(label, url=where.url), Span("]")]
    age = wording.tell_age(evidence, at)
    return (*spans, Span(f" – {age}", muted=True)) if age else tuple(spans)
