"""The first sheet: the light of the project and of each dimension, and why; nothing is green that was not judged."""

from __future__ import annotations

from collections.abc import Iterable

from slipwatch.document import blocks as b
from slipwatch.reports.blocks import Chip, Grid, Note, Part, Row
from slipwatch.reports.facts import MilestoneFacts
from slipwatch.reports.lights import TONES, explain_lights, find_last, find_next_gate, list_slips, mark_light
from slipwatch.reports.pack.decisions import list_requests
from slipwatch.reports.pack.moved import list_moved_since
from slipwatch.reports.pack.sheet import SEPARATOR, Desk
from slipwatch.reports.pack.supply import list_exceptions
from slipwatch.reports.rag import DIMENSIONS, Colour, Light, Lights
from slipwatch.reports.words import NOTHING, Words, build_columns


def write_status(desk: Desk, lights: Lights) -> tuple[Part, ...]:
    """The verdict, what is asked, why, and where the next gate stands."""
    return (
        write_verdict(desk, lights),
        count_news(desk),
        write_reasons(desk, lights),
        write_standing(desk),
    )


def write_verdict(desk: Desk, lights: Lights) -> b.Banner:
    """The light as a word, which dimensions gave it, and what the project claims of itself."""
    words, colour = desk.words, lights.own.colour
    names = ", ".join(words.name_concern(concern) for concern in lights.led_by)
    said = [words.say("pack.led_by", names=names) if names else words.say(f"pack.verdict.{colour.name.lower()}")]
    claimed = desk.project.claimed
    said.append(words.say("pack.claimed", claimed=claimed) if claimed else words.say("pack.computed"))
    return b.Banner(words.say(f"colour.{colour.name.lower()}"), " ".join(said), TONES[colour])


def count_news(desk: Desk) -> b.Counters:
    """Five figures, each of a sheet that follows."""
    project, words = desk.project, desk.words
    blind = sum(entry.blind_total for entry in project.dimensions)
    overdue = sum(not action.is_decision for action in project.actions)
    counts: tuple[tuple[str, int, b.Tone], ...] = (
        ("moved", len(list_moved_since(desk)), "warning"),
        ("requests", len(list_requests(desk)), "warning"),
        ("exceptions", len(list_exceptions(project)), "warning"),
        ("overdue", overdue, "warning"),
        ("unjudged", blind, "grey"),
    )
    return b.Counters(
        tuple(
            (words.number(count), words.say(f"pack.count.{name}", count=count), tone if count else "neutral")
            for name, count, tone in counts
        )
    )


def write_reasons(desk: Desk, lights: Lights) -> Grid:
    """A row per dimension: its light, and the sentences behind it."""
    words = desk.words
    columns = build_columns(words, "pack.dimension", "pack.light", "pack.why")
    rows = tuple(_write_row(desk, lights.by_concern[concern]) for concern in DIMENSIONS)
    return Grid(columns=columns, rows=rows, kind="reasons")


def _write_row(desk: Desk, light: Light) -> Row:
    words = desk.words
    concern = light.concern or DIMENSIONS[0]
    lights = Lights(own=light, by_concern={concern: light})
    notes = explain_lights(lights, words) if light.why else ()
    return Row(
        cells=(
            (b.Span(words.name_concern(concern), strong=True),),
            (mark_light(light.colour, words),),
            _join_notes(notes, _list_replies(desk, light)) or _say_empty(light, words),
        ),
        tone=TONES[light.colour],
    )


def _say_empty(light: Light, words: Words) -> b.Text:
    return (b.Span(words.say("why.all_green"), muted=True),) if light.colour is Colour.GREEN else NOTHING


def _join_notes(notes: Iterable[Note], replies: Iterable[str]) -> tuple[b.Span, ...]:
    lines = [b.as_spans(line) for note in notes for line in note.lines]
    lines += [(b.Span(reply, muted=True),) for reply in replies]
    spans: list[b.Span] = []
    for line in lines:
        spans += [*([b.Span("\n")] if spans else []), *line]
    return tuple(spans)


def _list_replies(desk: Desk, light: Light) -> list[str]:
    """What the accountable sides answered to the findings behind a light."""
    subjects = dict.fromkeys(why.subject.key for why in light.why if why.subject)
    concern = light.concern or DIMENSIONS[0]
    return [told for key in subjects if (told := desk.tell_reply(key, concern))]


def write_standing(desk: Desk) -> b.Facts:
    """Next gate and last milestone, and who answers for the project, as roles."""
    words, points = desk.words, desk.project.milestones
    return b.Facts(
        (
            (words.say("next_gate"), tell_point(find_next_gate(points), words)),
            (words.say("last_milestone"), tell_point(find_last(points), words)),
        )
    )


def tell_point(point: MilestoneFacts | None, words: Words) -> b.Text:
    """Name, date and slips on one line."""
    if point is None:
        return NOTHING
    slips = SEPARATOR.join(words.tell_slip(slip, baseline) for slip, baseline in list_slips(point))
    day = b.Span(words.day(point.reached_on), strong=True)
    return (b.Span(f"{point.name}{SEPARATOR}"), day, b.Span(f"{SEPARATOR}{slips}" if slips else "", muted=True))


def write_unjudged(desk: Desk, lights: Lights) -> tuple[Part, ...]:
    """What no rule could judge, by dimension: the reason is printed, and its light is grey, never green by default."""
    words = desk.words
    rows = [
        Row(
            cells=(
                words.name_concern(facts.concern),
                (mark_light(lights.by_concern[facts.concern].colour, words),),
                words.number(blind.count),
                (Chip(words.name_grey(blind.reason), tone="grey"),),
                words.translate(blind.text),
            )
        )
        for facts in desk.project.dimensions
        for blind in (*facts.blind, *facts.set_apart)
    ]
    if not rows:
        return (b.Paragraph(words.say("grey.none")),)
    names = ("pack.dimension", "pack.light", "count", "pack.reason", "pack.lacking")
    columns = build_columns(words, *names, right=["count"])
    return (Grid(columns=columns, rows=tuple(rows), kind="unjudged"),)
