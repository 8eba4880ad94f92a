"""Milestone trend chart: across the day of a report, upwards the date that was then expected.

A level line holds its promise, a rising one slips. The diagonal is "expected today": a milestone is accepted on it, and
a line that runs below it shows a date that has passed without acceptance. Dashes are baselines, dots the sources that
had not followed yet. What was reconstructed is drawn in long dashes, up to the day from which the sources were watched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from slipwatch.document import blocks as b
from slipwatch.reports.blocks import Chart, Part, lay_ground
from slipwatch.reports.canvas import NAME_LIMIT, NARROW, WIDE, Plot, clean_label
from slipwatch.reports.drawing import draw_chart
from slipwatch.reports.facts import MilestoneFacts, Statement
from slipwatch.reports.moves import trace_latest, trace_moves
from slipwatch.reports.words import Words

Point = tuple[date, date]
"""Day on which it was stated, and the date that was stated."""

MOST_LINES = 12
"""More milestones than this cannot be told apart in one chart: those that moved or are open come first."""


@dataclass(frozen=True, kw_only=True)
class Trend:
    """One milestone as lines of (day, date) corners. Moves come with what a pointer shows of them, in words.

    `expected` is reconstructed up to `watched_from` (None: all of it is); `told_later` are the moves that old copies or
    journals told. `reference` is the first date seen, where no baseline was approved.
    """

    name: str
    expected: tuple[Point, ...]
    lagging: tuple[tuple[Point, ...], ...]
    baselines: tuple[tuple[Point, ...], ...]
    moves: tuple[tuple[Point, str], ...]
    accepted_on: date | None
    label: str
    watched_from: date | None = None
    told_later: frozenset[Point] = frozenset()
    reference: tuple[Point, ...] = ()

    @property
    def reconstructed(self) -> tuple[Point, ...]:
        """The part of the line that nobody watched."""
        return split_line(self.expected, self.watched_from)[0]

    @property
    def watched(self) -> tuple[Point, ...]:
        return split_line(self.expected, self.watched_from)[1]

    @property
    def dates(self) -> list[date]:
        """Every date that the vertical axis must hold."""
        lines = (self.expected, *self.lagging, *self.baselines)
        return [day for line in lines for _, day in line] + ([self.accepted_on] if self.accepted_on else [])


def write_trend(milestones: Sequence[MilestoneFacts], until: date, words: Words) -> tuple[Part, ...]:
    """The chart of a project's milestones; nothing while none of them has a date."""
    start = find_start(milestones)
    trends = [trace_trend(point, until, words, start=start) for point in choose_milestones(milestones)]
    drawn = [trend for trend in trends if trend.expected]
    if not drawn:
        return ()
    plot = measure_plot(drawn, until)
    marks = [*list_rebaselines(milestones, words), *mark_watch(drawn, words)]
    wide, narrow = (draw_chart(drawn, plot, sheet, marks=marks, words=words) for sheet in (WIDE, NARROW))
    moved = sum(len(trend.moves) for trend in drawn)
    alt = words.say("trend.alt", milestones=len(drawn), count=moved)
    caption = write_caption(drawn, words)
    chart = Chart(
        wide=wide,
        narrow=narrow,
        alt=alt,
        legend=tuple((b.Span(trend.name, strong=True), b.Span(f" {trend.label}", muted=True)) for trend in drawn),
        caption=caption,
        native=build_native(drawn, b.Picture(lay_ground(wide), alt, caption), words),
    )
    return (chart,)


def write_caption(trends: Iterable[Trend], words: Words) -> str:
    """How the chart is read; of what it does not hold, nothing."""
    drawn = list(trends)
    parts = [words.say("trend.caption")]
    if any(trend.reconstructed for trend in drawn):
        parts.append(words.say("trend.reconstructed"))
    if any(trend.reference for trend in drawn):
        parts.append(words.say("trend.reference"))
    return " ".join(parts)


def mark_watch(trends: Iterable[Trend], words: Words) -> list[tuple[date, str]]:
    """The day up to which the lines were put together afterwards; nothing where none was, or where nobody watches."""
    days = [trend.watched_from for trend in trends if trend.reconstructed and trend.watched_from]
    return [(min(days), words.say("trend.watched"))] if days else []


def build_native(trends: Sequence[Trend], picture: b.Picture, words: Words) -> b.DateChart:
    """The lines and baselines as figures, for a medium with charts of its own."""
    return b.DateChart(
        lines=tuple(
            b.DateLine(
                name=clean_label(trend.name, NAME_LIMIT),
                points=trend.watched,
                early=trend.reconstructed,
                targets=tuple((level[0], level[-1]) for level in trend.baselines),
                hints=((trend.reference[0], trend.reference[-1]),) if trend.reference else (),
            )
            for trend in trends
        ),
        same_day=words.say("trend.same_day"),
        target=words.say("trend.target"),
        picture=picture,
        reading=_write_reading(trends, words),
        early=words.say("trend.early"),
        hint=words.say("trend.hint"),
    )


def _write_reading(trends: Sequence[Trend], words: Words) -> str:
    """How the chart of figures is read; of what it does not hold, nothing."""
    parts = [words.say("trend.reading")]
    if any(trend.reconstructed for trend in trends):
        parts.append(words.say("trend.reading.early"))
    if any(trend.reference for trend in trends):
        parts.append(words.say("trend.reading.hint"))
    return " ".join(parts)


def choose_milestones(milestones: Iterable[MilestoneFacts]) -> list[MilestoneFacts]:
    """Milestones in the order of their dates; where there are too many, those that moved or are open."""
    ordered = sorted(milestones, key=lambda point: (point.reached_on or date.max, point.name))
    if len(ordered) <= MOST_LINES:
        return ordered
    telling = [point for point in ordered if trace_moves(point) or not point.accepted_on]
    return telling[:MOST_LINES]


def find_start(milestones: Iterable[MilestoneFacts]) -> date:
    """The day on which the first baseline came into force: what was said before it is negotiation, not drift.

    A baseline that is younger than the watch over its milestones cuts nothing off a history that was reconstructed: the
    programme had a past before it had one.
    """
    points = list(milestones)
    since = min((point.original.since for point in points if point.original), default=date.min)
    said = [statement for point in points for statement in point.statements]
    watched = min((one.at.date() for one in said if not one.is_reconstructed), default=date.max)
    is_late = since >= watched and any(one.is_reconstructed for one in said)
    return date.min if is_late else since


def trace_trend(point: MilestoneFacts, until: date, words: Words, *, start: date = date.min) -> Trend:
    end = point.accepted_on or until
    return Trend(
        name=point.name,
        expected=clip_line(_trace_expected(point, end, words), start),
        lagging=tuple(filter(None, (clip_line(line, start) for line in _list_lagging(point, end, words)))),
        baselines=tuple(_list_baselines(point, end)),
        moves=tuple(
            (
                (words.find_day(move.at), move.new),
                words.say("trend.move", name=point.name, old=move.old, new=move.new, source=move.source),
            )
            for move in trace_moves(point)
            if words.find_day(move.at) >= start
        ),
        watched_from=min(
            (words.find_day(said.at) for said in point.statements if not said.is_reconstructed), default=None
        ),
        told_later=frozenset(
            (words.find_day(move.at), move.new) for move in trace_moves(point) if move.is_reconstructed
        ),
        reference=clip_line(_trace_reference(point, end, words), start),
        accepted_on=point.accepted_on,
        label=_label(point, words),
    )


def _label(point: MilestoneFacts, words: Words) -> str:
    if point.accepted_on:
        return words.say("trend.accepted", day=point.accepted_on)
    return words.day(point.reached_on)


def _trace_expected(point: MilestoneFacts, end: date, words: Words) -> tuple[Point, ...]:
    """Corners of the latest date over time, up to today, or to the day of acceptance on that day."""
    steps = [(words.find_day(statement.at), latest) for statement, latest in trace_latest(point.statements)]
    line = close_line([(day, latest) for day, latest in steps if latest and day <= end], end)
    return (*line, (end, point.accepted_on)) if line and point.accepted_on else line


def close_line(steps: Sequence[Point], end: date) -> tuple[Point, ...]:
    """A staircase: each date holds until the next one is stated, the last one until `end`.

    >>> close_line([(date(2026, 1, 2), date(2026, 4, 30)), (date(2026, 4, 8), date(2026, 5, 13))], date(2026, 5, 1))[1]
    (datetime.date(2026, 4, 8), datetime.date(2026, 4, 30))
    """
    corners: list[Point] = []
    for day, latest in steps:
        if corners and corners[-1][1] != latest:
            corners.append((day, corners[-1][1]))
        corners.append((day, latest))
    return (*corners, (end, corners[-1][1])) if corners else ()


def split_line(line: Sequence[Point], day: date | None) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """A staircase up to a day, and from it on; without a day all of it is before.

    >>> due = date(2026, 5, 1)
    >>> split_line([(date(2026, 1, 2), due), (date(2026, 3, 2), due)], date(2026, 2, 1))[0][-1]
    (datetime.date(2026, 2, 1), datetime.date(2026, 5, 1))
    """
    if day is None:
        return tuple(line), ()
    before = tuple(point for point in line if point[0] < day)
    after = tuple(point for point in line if point[0] >= day)
    if not before or not after:
        return before, after
    joint = (day, before[-1][1])
    return (*before, joint), (joint, *after)


def _trace_reference(point: MilestoneFacts, end: date, words: Words) -> tuple[Point, ...]:
    """The level of the first date seen, from the day on which it was."""
    said = point.reference
    if said is None or said.new is None or words.find_day(said.at) >= end:
        return ()
    return ((words.find_day(said.at), said.new), (end, said.new))


def clip_line(line: Sequence[Point], start: date) -> tuple[Point, ...]:
    """The part of a line from a day on; it begins there at the height it had."""
    inside = tuple(point for point in line if point[0] >= start)
    before = [latest for day, latest in line if day < start]
    return ((start, before[-1]), *inside) if before and inside else inside


def _list_lagging(point: MilestoneFacts, end: date, words: Words) -> Iterable[tuple[Point, ...]]:
    """Lines of sources that showed another date than the latest one, where they did."""
    for source in dict.fromkeys(statement.source for statement in point.statements):
        yield from _trace_lag(point.statements, source, end, words)


def _trace_lag(statements: Sequence[Statement], source: str, end: date, words: Words) -> Iterable[tuple[Point, ...]]:
    """Stretches in which a source stated an earlier date than the latest one, each at the height of its own date."""
    start: Point | None = None
    for day, lag in _find_lags(statements, source, end, words):
        if start and (lag is None or lag[1] != start[1]):
            yield (start, (min(day, end), start[1]))
            start = None
        start = start or lag
    if start:
        yield (start, (end, start[1]))


def _find_lags(
    statements: Sequence[Statement], source: str, end: date, words: Words
) -> Iterable[tuple[date, Point | None]]:
    """The day of each statement, with the date that the source shows then where it is earlier than the latest one."""
    own: date | None = None
    for statement, latest in trace_latest(statements):
        day = words.find_day(statement.at)
        own = statement.new if statement.source == source else own
        yield day, ((day, own) if own and _lags(own, latest) and day < end else None)


def _lags(own: date, latest: date | None) -> bool:
    return latest is not None and own < latest


def _list_baselines(point: MilestoneFacts, end: date) -> Iterable[tuple[Point, ...]]:
    """Each baseline's date, from its first day in force until the next one's, or the end."""
    ends = [*(baseline.since for baseline in point.baselines[1:]), end]
    for baseline, last in zip(point.baselines, ends, strict=False):
        if baseline.since < min(last, end):
            yield ((baseline.since, baseline.day), (min(last, end), baseline.day))


def list_rebaselines(milestones: Iterable[MilestoneFacts], words: Words) -> list[tuple[date, str]]:
    """Days on which another baseline came into force, with its name."""
    found = {(baseline.since, baseline.number) for point in milestones for baseline in point.baselines[1:]}
    return [(day, words.say("baseline_number", number=number)) for day, number in sorted(found)]


def measure_plot(trends: Sequence[Trend], until: date) -> Plot:
    """Bounds of both axes: everything that was stated, and a little room above and below."""
    dates = [day for trend in trends for day in trend.dates]
    first = min(line[0][0] for trend in trends for line in (trend.expected, *trend.baselines))
    return Plot(first=first, last=max(until, first), low=min(dates), high=max(dates))
