"""Milestones of a project: the table against both baselines, and the story of each that moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from slipwatch.document import blocks as b
from slipwatch.reports.blocks import Chip, Grid, Part, Row, Together
from slipwatch.reports.changes import name_speaker
from slipwatch.reports.facts import BaselineDate, MilestoneFacts, ProjectFacts
from slipwatch.reports.moves import Follow, Move, trace_moves
from slipwatch.reports.words import NOTHING, Words, build_columns

COLUMNS = (
    "milestone",
    "baseline_original",
    "baseline_current",
    "forecast",
    "accepted",
    "slip_current",
    "slip_original",
    "moves",
)


def write_milestones(project: ProjectFacts, words: Words) -> Grid:
    """One row per milestone, in the order of the dates in force."""
    ordered = sorted(project.milestones, key=_order)
    return Grid(
        columns=build_columns(words, *COLUMNS, right=COLUMNS[5:]),
        rows=tuple(_write_row(point, words) for point in ordered),
        kind="milestones",
    )


def _order(point: MilestoneFacts) -> tuple[bool, date | None, str]:
    day = point.in_force.day if point.in_force else point.reached_on
    return day is None, day or date.max, point.name


def _write_row(point: MilestoneFacts, words: Words) -> Row:
    name = [b.Span(point.name, strong=True)]
    if point.is_gate:
        name.append(b.Span(f" {words.say('gate')}", muted=True))
    cells = (
        tuple(name),
        _write_original(point, words),
        _write_in_force(point, words),
        write_forecast(point, words),
        words.day(point.accepted_on),
        write_slip(point, point.slip_wd, words),
        words.signed(point.original_slip_wd),
        words.number(len(trace_moves(point))),
    )
    return Row(cells=cells, tone=_tone(point))


def write_baseline(baseline: BaselineDate | None, words: Words) -> tuple[b.Span, ...]:
    if baseline is None:
        return (b.Span(words.say("no_baseline"), muted=True),)
    return (
        b.Span(words.day(baseline.day)),
        b.Span(f"\n{words.say('baseline_number', number=baseline.number)}", muted=True),
    )


def _write_original(point: MilestoneFacts, words: Words) -> b.Text:
    """The baseline; without one, what there is to talk about: the first date seen, which nobody approved."""
    spans = write_baseline(point.original, words)
    if point.reference is None or point.reference.new is None:
        return spans
    said = "reference.reconstructed" if point.reference.is_reconstructed else "reference"
    return (*spans, b.Span(f"\n{words.say(said, day=point.reference.new)}", muted=True))


def _write_in_force(point: MilestoneFacts, words: Words) -> b.Text:
    if len(point.baselines) > 1:
        return write_baseline(point.in_force, words)
    return (b.Span(words.say("same_baseline"), muted=True),) if point.baselines else NOTHING


def write_forecast(point: MilestoneFacts, words: Words) -> b.Text:
    """One date where all sources agree, else one line per source; an accepted milestone has no forecast any more."""
    if point.accepted_on:
        return NOTHING
    days = {said.day for said in point.current}
    if len(days) == 1:
        sources = ", ".join(said.source for said in point.current)
        return (b.Span(words.day(point.forecast_on)), b.Span(f"\n{sources}", muted=True))
    lines: list[b.Span] = []
    for said in point.current:
        lines += [b.Span("\n" if lines else ""), b.Span(words.day(said.day)), b.Span(f" {said.source}", muted=True)]
    return tuple(lines) or NOTHING


def write_slip(point: MilestoneFacts, slip: int | None, words: Words) -> b.Text:
    """The figure; a slip beyond the tolerance is marked."""
    text = words.signed(slip)
    return (Chip(text, tone="critical" if point.is_gate else "warning"),) if _is_beyond(point, slip) else text


def _is_beyond(point: MilestoneFacts, slip: int | None) -> bool:
    return slip is not None and point.tolerance_wd is not None and not point.accepted_on and slip > point.tolerance_wd


def _tone(point: MilestoneFacts) -> b.Tone:
    return "grey" if point.is_stale or not point.baselines else "neutral"


def write_stories(project: ProjectFacts, words: Words) -> tuple[Part, ...]:
    """Who said what, when, of each milestone that moved; nothing where none has."""
    moved = [(point, moves) for point in sorted(project.milestones, key=_order) if (moves := trace_moves(point))]
    if not moved:
        return (b.Paragraph(words.say("stories.none"), muted=True),)
    return tuple(_write_story(point, moves, words) for point, moves in moved)


def _write_story(point: MilestoneFacts, moves: Sequence[Move], words: Words) -> Together:
    names = ("stated_on", "moved_from", "moved_to", "moved_days", "stated_in", "others")
    columns = build_columns(words, *names, right=["moved_days"])
    rows = [(move.at, _write_move(move, words)) for move in moves]
    rows += [(_start(baseline, moves), _write_rebaseline(baseline, words)) for baseline in point.baselines[1:]]
    head = b.Heading(4, words.say("stories.moved", name=point.name, count=len(moves)))
    ordered = tuple(row for _, row in sorted(rows, key=lambda pair: pair[0]))
    return Together((head, _summarise(point, moves, words), Grid(columns=columns, rows=ordered, kind="story")))


def _start(baseline: BaselineDate, moves: Sequence[Move]) -> datetime:
    """When a baseline came into force, as an instant of the same zone as the moves."""
    return datetime.combine(baseline.since, datetime.min.time(), tzinfo=moves[0].at.tzinfo)


def _write_move(move: Move, words: Words) -> Row:
    return Row(
        cells=(
            words.local_day(move.at),
            words.day(move.old),
            (b.Span(words.day(move.new), strong=True),),
            words.signed(move.days),
            _name_origin(move, words),
            "; ".join(_tell_follow(follow, words) for follow in move.followed) or NOTHING,
        )
    )


def _name_origin(move: Move, words: Words) -> b.Text:
    speaker = name_speaker(move.source, move.stated_by, words)
    if not move.is_reconstructed:
        return speaker
    return (b.Span(speaker), b.Span(f"\n{words.say('reconstructed')}", muted=True))


def _tell_follow(follow: Follow, words: Words) -> str:
    if follow.days == 0:
        return words.say("stories.same_day", source=follow.source)
    if follow.days is not None:
        return words.say("stories.followed", source=follow.source, count=follow.days)
    if follow.says is not None:
        return words.say("stories.still", source=follow.source, day=follow.says)
    return words.say("stories.never", source=follow.source)


def _write_rebaseline(baseline: BaselineDate, words: Words) -> Row:
    """A new baseline is an event of the story: it moves the target, not the date."""
    text = words.say("stories.rebaselined", number=baseline.number)
    cells = (
        words.day(baseline.since),
        NOTHING,
        words.day(baseline.day),
        NOTHING,
        (b.Span(text, strong=True),),
        NOTHING,
    )
    return Row(cells=cells, tone="neutral")


def _summarise(point: MilestoneFacts, moves: Sequence[Move], words: Words) -> b.Paragraph:
    """From the first to the last date, and where that stands against the baselines."""
    total = (moves[-1].new - moves[0].old).days
    text = words.say("stories.total", old=moves[0].old, new=moves[-1].new, days=words.signed(total))
    if point.accepted_on:
        text += " " + words.say("stories.accepted", day=point.accepted_on)
    slips = [
        words.tell_slip(point.slips[baseline.number], baseline.number)
        for baseline in point.baselines
        if baseline.number in point.slips
    ]
    return b.Paragraph((b.Span(text), b.Span(f" {'; '.join(slips)}." if slips else "", muted=True)))
