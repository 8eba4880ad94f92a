"""The table of lights: one row per project, why each light is not green, and where its gates stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from slipwatch.document import blocks as b
from slipwatch.model.finding import Concern
from slipwatch.reports.blocks import Chip, Grid, Note, Row
from slipwatch.reports.facts import MilestoneFacts, ProjectFacts
from slipwatch.reports.given import ReportInput
from slipwatch.reports.rag import DIMENSIONS, Colour, Light, Lights, Why
from slipwatch.reports.words import NOTHING, Words

TONES: Mapping[Colour, b.Tone] = {
    Colour.RED: "critical",
    Colour.AMBER: "warning",
    Colour.GREEN: "good",
    Colour.GREY: "grey",
    Colour.NONE: "neutral",
}

MOST_REASONS = 3
"""Sentences written out per light; the rest is counted and stands on the project's page."""


def mark_light(colour: Colour, words: Words) -> Chip:
    """A light as a word."""
    return Chip(words.say(f"colour.{colour.name.lower()}"), tone=TONES[colour])


def write_lights(given: ReportInput, lights: Mapping[str, Lights], words: Words) -> Grid:
    """One row per project: its lights, its next gate, its last milestone; below it the sentences behind the lights."""
    titles = ["project", "overall", *(f"concern.{concern}" for concern in DIMENSIONS), "next_gate", "last_milestone"]
    return Grid(
        columns=tuple(b.Column(words.say(title)) for title in titles),
        rows=tuple(_write_row(project, lights[project.key], words) for project in given.projects),
        kind="lights",
    )


def _write_row(project: ProjectFacts, lights: Lights, words: Words) -> Row:
    name = (b.Span(project.key, strong=True, url=f"#{name_anchor(project)}"), b.Span(f"\n{project.name}", muted=True))
    chips = tuple((mark_light(lights.by_concern[concern].colour, words),) for concern in DIMENSIONS)
    cells = (
        name,
        (mark_light(lights.own.colour, words),),
        *chips,
        write_point(find_next_gate(project.milestones), words),
        write_point(find_last(project.milestones), words),
    )
    return Row(cells=cells, notes=explain_lights(lights, words), tone=TONES[lights.own.colour])


def name_anchor(project: ProjectFacts) -> str:
    """Id of a project's page, from its key."""
    return "project-" + "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in project.key.lower())


def find_next_gate(milestones: Iterable[MilestoneFacts]) -> MilestoneFacts | None:
    """The earliest gate that is not accepted yet."""
    dated = [point for point in milestones if point.is_gate and not point.accepted_on and point.reached_on]
    return min(dated, key=lambda point: (point.reached_on is None, point.reached_on), default=None)


def find_last(milestones: Iterable[MilestoneFacts]) -> MilestoneFacts | None:
    """The milestone that ends the project: the latest date of the baselines in force."""
    dated = [(point.in_force.day, point) for point in milestones if point.in_force]
    return max(dated, key=lambda pair: pair[0])[1] if dated else None


def write_point(point: MilestoneFacts | None, words: Words) -> b.Text:
    """Name, date, and slip against the baseline in force and, where it is another, the original one."""
    if point is None:
        return NOTHING
    spans = [b.Span(point.name), b.Span("\n"), b.Span(words.day(point.reached_on), strong=True)]
    for slip, baseline in list_slips(point):
        spans.append(b.Span("\n" + words.tell_slip(slip, baseline), muted=True))
    return tuple(spans)


def list_slips(point: MilestoneFacts) -> list[tuple[int, int]]:
    """(slip in working days, number of the baseline), the one in force first, then the original."""
    numbers = dict.fromkeys(baseline.number for baseline in (point.in_force, point.original) if baseline)
    return [(point.slips[number], number) for number in numbers if number in point.slips]


def explain_lights(lights: Lights, words: Words) -> tuple[Note, ...]:
    """A note per light that is not simply green: which, and why."""
    ordered = sorted(lights.by_concern.values(), key=lambda light: (-light.colour, DIMENSIONS.index(_concern(light))))
    notes = tuple(_explain_light(light, words) for light in ordered if light.why)
    return notes or (Note((mark_light(Colour.GREEN, words),), (words.say("why.all_green"),)),)


def _concern(light: Light) -> Concern:
    return light.concern or Concern.TIME


def _explain_light(light: Light, words: Words) -> Note:
    concern = _concern(light)
    head = (mark_light(light.colour, words), b.Span(f" {words.name_concern(concern)}"))
    tell = _explain_apart if light.colour is Colour.NONE else _explain
    lines = [tell(why, concern, words) for why in light.why[:MOST_REASONS]]
    hidden = len(light.why) - len(lines)
    if hidden:
        lines.append((b.Span(words.say("why.more", count=hidden), muted=True),))
    return Note(head, tuple(lines))


def _explain(why: Why, concern: Concern, words: Words) -> b.Text:
    if why.unjudged:
        return (b.Span(words.say("why.blind", count=why.unjudged, text=words.translate(why.text)), muted=True),)
    name = words.name_subject(why.subject, concern) if why.subject else ""
    head = [b.Span(words.say("named", name=name), strong=True), b.Span(" ")] if name else []
    return (*head, b.Span(words.translate(why.text)))


def _explain_apart(why: Why, _concern: Concern, words: Words) -> b.Text:
    """What is not practised in this project."""
    return (b.Span(words.say("why.not_practised", text=words.translate(why.text)), muted=True),)


def count_colours(lights: Iterable[Lights]) -> Counter[Colour]:
    return Counter(found.own.colour for found in lights)
