"""Milestones that moved, with the last move of each, and the lines of those that matter most."""

from __future__ import annotations

from datetime import date

from slipwatch.document import blocks as b
from slipwatch.reports.blocks import Grid, Part, Row
from slipwatch.reports.changes import name_speaker
from slipwatch.reports.facts import MilestoneFacts
from slipwatch.reports.milestones import write_baseline, write_slip
from slipwatch.reports.moves import Move, trace_moves
from slipwatch.reports.pack.sheet import Desk
from slipwatch.reports.trend import write_trend
from slipwatch.reports.words import Words, build_columns

MOST_LINES = 6
"""Lines of a chart on a slide: a theme has six accents, and a reader no more eyes."""

COLUMNS = ("milestone", "pack.baseline", "pack.expected", "pack.slip", "pack.slip_original", "pack.last_move")


def list_moved(desk: Desk) -> list[MilestoneFacts]:
    """Milestones that moved: those ahead by the size of their slip, then the accepted ones."""
    moved = [point for point in desk.project.milestones if trace_moves(point)]
    return sorted(moved, key=_rank)


def _rank(point: MilestoneFacts) -> tuple[bool, int, str]:
    slips = [slip for slip in (point.slip_wd, point.original_slip_wd) if slip is not None]
    return point.accepted_on is not None, -max(slips, default=0), point.key


def list_moved_since(desk: Desk) -> list[MilestoneFacts]:
    """Those that moved since the last time."""
    return [point for point in list_moved(desk) if _is_new(trace_moves(point)[-1], desk)]


def _is_new(move: Move, desk: Desk) -> bool:
    return desk.given.since is None or move.at > desk.given.since


def write_moved(desk: Desk) -> tuple[Part, ...]:
    """One row per milestone that moved, against both baselines."""
    points = list_moved(desk)
    if not points:
        return (b.Paragraph(desk.words.say("stories.none")),)
    rows = tuple(_write_row(point, desk) for point in points)
    columns = build_columns(desk.words, *COLUMNS, right=COLUMNS[3:5])
    return (Grid(columns=columns, rows=rows, kind="milestones"),)


def _write_row(point: MilestoneFacts, desk: Desk) -> Row:
    words, moves = desk.words, trace_moves(point)
    name = [b.Span(point.name, strong=True)]
    if point.is_gate:
        name.append(b.Span(f" {words.say('gate')}", muted=True))
    if _is_new(moves[-1], desk):
        name += [b.Span(" "), b.Chip(words.say("pack.new"), tone="warning")]
    cells = (
        tuple(name),
        _write_target(point, words),
        _write_expected(point, words),
        write_slip(point, point.slip_wd, words),
        words.signed(point.original_slip_wd),
        _tell_move(moves, words),
    )
    return Row(cells=cells)


def _write_target(point: MilestoneFacts, words: Words) -> b.Text:
    """The date in force, with the number of its baseline."""
    target = write_baseline(point.in_force, words)
    return tuple(b.Span(span.text.replace("\n", " "), muted=span.muted) for span in b.as_spans(target))


def _write_expected(point: MilestoneFacts, words: Words) -> b.Text:
    if point.accepted_on:
        return words.say("trend.accepted", day=point.accepted_on)
    return (b.Span(words.day(point.forecast_on), strong=True),)


def _tell_move(moves: list[Move], words: Words) -> b.Text:
    """When, how far, by whom; and how many moves there were."""
    last = moves[-1]
    told = words.say(
        "pack.move",
        day=words.local_day(last.at),
        days=words.signed(last.days),
        source=name_speaker(last.source, words.name_role(last.stated_by) if last.stated_by else None, words),
    )
    more = words.say("pack.moves", count=len(moves)) if len(moves) > 1 else ""
    return (b.Span(told), b.Span(f" {more}" if more else "", muted=True))


def write_lines(desk: Desk) -> tuple[Part, ...]:
    """The trend chart of the milestones that moved; of those ahead where none has."""
    points = list_moved(desk)[:MOST_LINES] or _list_ahead(desk)
    chart = write_trend(points, desk.given.day, desk.words)
    return chart or (b.Paragraph(desk.words.say("pack.no_trend"), muted=True),)


def _list_ahead(desk: Desk) -> list[MilestoneFacts]:
    ahead = [point for point in desk.project.milestones if not point.accepted_on]
    return sorted(ahead, key=lambda point: (point.reached_on or date.max, point.key))[:MOST_LINES]
