"""What stands in the notes of a slide: where its figures come from, as of when, and how they are computed."""

from __future__ import annotations

from slipwatch.document import blocks as b
from slipwatch.reports.annex import write_light_rules
from slipwatch.reports.given import SourceFacts
from slipwatch.reports.pack.decisions import list_requests
from slipwatch.reports.pack.sheet import Desk
from slipwatch.reports.standing import list_evidence
from slipwatch.reports.words import Words

MOST_PROOF = 4
"""Rows of evidence per decision."""


def note_sources(desk: Desk) -> tuple[str, ...]:
    """As of when, by which configuration, and each source with the age of its data."""
    given, words = desk.given, desk.words
    made = words.say("pack.note.made", at=given.at, recorded=given.recorded_at, configuration=given.fingerprint[:12])
    return (made, *(_tell_source(source, words) for source in desk.sources))


def _tell_source(source: SourceFacts, words: Words) -> str:
    state = words.say("stale") if source.is_stale else words.name_word("source_state", source.state)
    age = words.measure(source.age, source.unit)
    return words.say(
        "pack.note.source", key=source.key, name=source.name, at=words.instant(source.data_as_of), age=age, state=state
    )


def note_lights(words: Words) -> tuple[str, ...]:
    """How each light is computed."""
    lines: list[str] = []
    for part in write_light_rules(words):
        lines += [b.flatten(item) for item in part.items] if isinstance(part, b.Bullets) else []
        lines += [b.flatten(part.text)] if isinstance(part, b.Paragraph) else []
    return tuple(lines)


def note_decisions(desk: Desk) -> tuple[str, ...]:
    """The evidence behind each decision: what a system stated, and when."""
    words = desk.words
    lines: list[str] = []
    for request in list_requests(desk):
        for alert in request.alerts:
            name = words.name_subject(alert.subject, alert.key.concern)
            proof = list_evidence(reason.finding for reason in alert.reasons.values())[:MOST_PROOF]
            lines += [
                f"{name}: {words.translate(one.text)}"
                + (f" ({one.source.source} {one.source.label})" if one.source else "")
                for one in proof
            ]
    return tuple(dict.fromkeys(lines))
