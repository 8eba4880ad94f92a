"""The opening inventory as a list to work through: a row per group that waits, with what would make an end of it."""

from __future__ import annotations

from collections.abc import Iterable

from slipwatch.document import blocks as b
from slipwatch.document.escape import clean_line
from slipwatch.reports.blocks import Grid, Part, Row
from slipwatch.reports.desk_facts import Age, OpeningGroup, OpeningKind
from slipwatch.reports.given import ReportInput
from slipwatch.reports.words import NOTHING, Words, build_columns
from slipwatch.settings.commented import write_commented

MOST_EXAMPLES = 3
MOST_KEY = 40
CHOOSE = "PROJECT?"
"""Stands where nobody can tell the project."""


def write_opening(given: ReportInput, words: Words) -> tuple[Part, ...]:
    """Nothing where the inventory is empty; what was accepted is counted."""
    if not given.opening:
        return ()
    waiting = [group for group in given.opening if group.waits]
    parts: list[Part] = [b.Heading(2, words.say("opening")), b.Paragraph(words.say("opening.intro"), muted=True)]
    if waiting:
        names = ("opening.group", "count", "opening.worst", "opening.examples", "proposed")
        columns = build_columns(words, *names, right=["count", "opening.worst"])
        parts.append(Grid(columns=columns, rows=tuple(_write_group(group, words) for group in waiting), kind="opening"))
    done = len(given.opening) - len(waiting)
    if done:
        parts.append(b.Paragraph(words.say("opening.accepted", count=done), muted=True))
    return tuple(parts)


def _write_group(group: OpeningGroup, words: Words) -> Row:
    spans = [b.Span(words.say(f"opening.kind.{group.kind}"), strong=True), b.Span(f"\n{tell_group(group, words)}")]
    if group.fresh and group.accepted_on:
        spans.append(b.Span(f"\n{words.say('opening.fresh', count=len(group.fresh))}", muted=True))
    spans += [b.Span("\n"), b.Span(group.name, code=True, muted=True)]
    return Row(
        cells=(
            tuple(spans),
            words.number(group.count),
            words.measure(group.worst, group.unit) if group.worst is not None else NOTHING,
            list_examples(group),
            tell_proposal(group, words),
        )
    )


def tell_group(group: OpeningGroup, words: Words) -> str:
    """What the members of a group have in common."""
    if group.kind is OpeningKind.KNOWN:
        rules = ", ".join(words.name_rule(rule) for rule in group.rules)
        aged = group.age not in (None, Age.UNDATED)
        return words.say(f"opening.age.{group.age}", rules=rules) if aged else rules
    if group.kind is OpeningKind.UNASSIGNED:
        how = f"{'label' if group.field == 'label' else 'code'}.{'whole' if group.whole else 'prefix'}"
        entity = words.name_word("entity", group.entity)
        return words.say(f"opening.pattern.{how}", entity=entity, prefix=clean_line(group.prefix, MOST_KEY))
    return words.translate(group.text) if group.text else NOTHING


def tell_proposal(group: OpeningGroup, words: Words) -> b.Text:
    """A link rule as it is pasted, else the cure."""
    if group.rule is not None:
        return (b.Span("links.yaml: ", muted=True), b.Span(tell_rule(group), code=True))
    return words.translate(group.cure) if group.cure else NOTHING


def list_examples(group: OpeningGroup) -> str:
    """Up to three members; those that joined since the group was accepted, where there are any."""
    keys: Iterable[str] = group.fresh or group.keys
    shown = [clean_line(key, MOST_KEY) for key in keys][:MOST_EXAMPLES]
    return ", ".join(shown) + (" …" if group.count > len(shown) else "")


def tell_rule(group: OpeningGroup) -> str:
    """A rule in one line, as links.yaml has it."""
    rule = dict(group.rule or {})
    rule.setdefault("project", CHOOSE)
    return "{" + ", ".join(f"{name}: {_quote(value)}" for name, value in rule.items()) + "}"


def _quote(value: str) -> str:
    """A text as YAML reads it back as text: codes may be numbers, dates or marks elsewhere."""
    return write_commented({"v": [value]}).strip().removeprefix("v: [").removesuffix("]")
