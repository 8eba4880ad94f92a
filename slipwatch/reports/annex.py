"""The annex: how to read the lights, rules and thresholds in force, baselines, and how to make this report again."""

from __future__ import annotations

from collections.abc import Mapping

from slipwatch.document import blocks as b
from slipwatch.reports.blocks import Grid, Part, Row
from slipwatch.reports.given import ApprovalFacts, ReportInput, RuleFacts
from slipwatch.reports.lights import mark_light
from slipwatch.reports.rag import MOST_BLIND, NEAR_SHARE, Colour
from slipwatch.reports.words import NOTHING, Words, build_columns


def write_light_rules(words: Words) -> tuple[Part, ...]:
    """How each light is computed, in the same words as in rag.py."""
    arguments = {"near": round(NEAR_SHARE * 100), "blind": round(MOST_BLIND * 100)}
    order = (Colour.RED, Colour.AMBER, Colour.GREY, Colour.GREEN, Colour.NONE)
    lines = tuple(
        (mark_light(colour, words), b.Span(" " + words.say(f"light_rule.{colour.name.lower()}", **arguments)))
        for colour in order
    )
    return (b.Bullets(lines), b.Paragraph(words.say("light_rule.project")), b.Paragraph(words.say("light_rule.held")))


def write_rules(given: ReportInput, words: Words) -> Grid:
    """Every rule in force with its thresholds, the programme's and those of a project where they differ."""
    columns = build_columns(words, "rule", "number", "concern", "thresholds")
    return Grid(columns=columns, rows=tuple(_write_rule(rule, words) for rule in given.rules), kind="rules")


def _write_rule(rule: RuleFacts, words: Words) -> Row:
    title = words.name_rule(rule.id)
    name = [b.Span(title, strong=True)]
    if title != rule.id:
        name.append(b.Span(f"\n{rule.id}", muted=True))
    lines = [_list_thresholds(rule.thresholds, words)]
    lines += [f"{project}: {_list_thresholds(own, words)}" for project, own in rule.own.items()]
    return Row(cells=(tuple(name), rule.alias or NOTHING, words.name_concern(rule.concern), "\n".join(lines)))


def _list_thresholds(thresholds: Mapping[str, object], words: Words) -> str:
    """`gate_wd` 5, `other_wd` 10, in the words of the configuration, so that a reader finds them there."""
    return ", ".join(f"{name} = {_show(value, words)}" for name, value in thresholds.items()) or NOTHING


def _show(value: object, words: Words) -> str:
    return words.number(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


def write_approvals(given: ReportInput, words: Words) -> tuple[Part, ...]:
    """Baselines that somebody approved, oldest first."""
    if not given.approvals:
        return (b.Paragraph(words.say("approvals.none"), muted=True),)
    columns = build_columns(words, "baseline", "in_force", "approved_by", "reason")
    return (
        Grid(columns=columns, rows=tuple(_write_approval(entry, words) for entry in given.approvals), kind="approvals"),
    )


def _write_approval(entry: ApprovalFacts, words: Words) -> Row:
    title = words.say("baseline_of_kind", kind=words.name_word("baseline_kind", entry.kind), number=entry.number)
    name = (
        b.Span(title, strong=True),
        b.Span(f"\n{entry.name}{f' · {entry.project}' if entry.project else ''}", muted=True),
    )
    return Row(cells=(name, words.day(entry.since), entry.author, entry.reason))


def write_provenance(given: ReportInput, words: Words) -> b.Facts:
    """What makes the same figures again: the two times, the run, and the hash of the configuration."""
    pairs: list[tuple[str, b.Text]] = [
        (words.say("provenance.as_of"), f"{words.instant(given.at)} ({given.zone_name})"),
        (words.say("provenance.recorded"), f"{words.instant(given.recorded_at)} ({given.zone_name})"),
        (words.say("provenance.as_of_exact"), (b.Span(given.at.isoformat(), code=True),)),
        (words.say("provenance.configuration"), (b.Span(given.fingerprint or NOTHING, code=True),)),
    ]
    if given.run is not None:
        pairs.insert(2, (words.say("provenance.run"), str(given.run)))
    return b.Facts(tuple(pairs))
