"""Names beside the lines of a trend chart, kept apart from each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from slipwatch.reports.canvas import MUTED, NAME_ROOM, PALETTE, Scale, draw_line, write_name, write_text

if TYPE_CHECKING:
    from slipwatch.reports.trend import Point, Trend


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Heights as near as possible to the wanted ones, in the same order from top to bottom, at least `gap` apart.

    >>> spread([10, 12, 50], 10, 0, 100)
    [10, 20, 50]
    """
    placed: list[float] = []
    for y in wanted:
        placed.append(max(y, placed[-1] + gap) if placed else max(y, low))
    for index in range(len(placed) - 1, -1, -1):
        limit = high if index == len(placed) - 1 else placed[index + 1] - gap
        placed[index] = min(placed[index], limit)
    return placed


def label_names(trends: Sequence[Trend], scale: Scale) -> Iterator[Markup]:
    """Open milestones are named at the right edge, accepted ones beside their disc where there is room for it."""
    pairs = [(trend, PALETTE[index % len(PALETTE)]) for index, trend in enumerate(trends)]
    inside = [
        pair for pair in pairs if pair[0].accepted_on and scale.x(pair[0].accepted_on) < scale.edges[2] - NAME_ROOM
    ]
    yield from _label_edge([pair for pair in pairs if pair not in inside], scale)
    yield from _label_inside(inside, scale)


def _label_edge(pairs: list[tuple[Trend, str]], scale: Scale) -> Iterator[Markup]:
    _, top, right, bottom = scale.edges
    ordered = sorted(pairs, key=lambda pair: scale.y(_find_end(pair[0])[1]))
    heights = spread([scale.y(_find_end(trend)[1]) for trend, _ in ordered], 31, top + 6, bottom - 16)
    for (trend, colour), y in zip(ordered, heights, strict=True):
        day, latest = _find_end(trend)
        start = scale.x(day) + (6 if trend.accepted_on else 0)
        yield draw_line(start, scale.y(latest), right + 12, y, stroke=colour, dash="1 2" if trend.accepted_on else "")
        yield write_name(right + 17, y + 1, trend.name, colour, weight="bold")
        yield write_text(right + 17, y + 15, trend.label, fill=MUTED)


def _label_inside(pairs: list[tuple[Trend, str]], scale: Scale) -> Iterator[Markup]:
    _, top, _, bottom = scale.edges
    ordered = sorted(pairs, key=lambda pair: scale.y(_find_end(pair[0])[1]))
    heights = spread([scale.y(_find_end(trend)[1]) + 5 for trend, _ in ordered], 15, top, bottom - 4)
    for (trend, colour), y in zip(ordered, heights, strict=True):
        yield write_name(scale.x(_find_end(trend)[0]) + 11, y, trend.name, colour)


def _find_end(trend: Trend) -> Point:
    day = trend.accepted_on or trend.expected[-1][0]
    return day, trend.accepted_on or trend.expected[-1][1]


def label_numbers(trends: Sequence[Trend], scale: Scale) -> Iterator[Markup]:
    """Numbers of the legend, open milestones at the right edge, accepted ones below their disc."""
    _, top, right, bottom = scale.edges
    numbered = [(number, trend, PALETTE[(number - 1) % len(PALETTE)]) for number, trend in enumerate(trends, 1)]
    still = sorted(
        (entry for entry in numbered if not entry[1].accepted_on), key=lambda entry: scale.y(entry[1].expected[-1][1])
    )
    heights = spread([scale.y(trend.expected[-1][1]) for _, trend, _ in still], 15, top, bottom)
    for (number, trend, colour), y in zip(still, heights, strict=True):
        yield draw_line(right, scale.y(trend.expected[-1][1]), right + 9, y, stroke=colour)
        yield write_text(right + 12, y + 4, str(number), fill=colour, weight="bold")
    for number, trend, colour in numbered:
        if trend.accepted_on:
            x, y = scale.x(trend.accepted_on), scale.y(trend.accepted_on)
            yield write_text(x, y + 18, str(number), anchor="middle", fill=colour, weight="bold")
