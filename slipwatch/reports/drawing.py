"""Draws a trend chart as SVG: no script, no style sheet, every text escaped, legible in black and white."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from markupsafe import Markup

from slipwatch.locales.formats import find_locale
from slipwatch.reports.canvas import (
    FONT,
    HAIR,
    INK,
    MUTED,
    PALETTE,
    PASSED,
    Plot,
    Scale,
    Sheet,
    clean_label,
    draw_line,
    write_text,
)
from slipwatch.reports.labels import label_names, label_numbers

if TYPE_CHECKING:
    from slipwatch.reports.trend import Point, Trend
    from slipwatch.reports.words import Words


def draw_chart(
    trends: Sequence[Trend], plot: Plot, sheet: Sheet, *, marks: Iterable[tuple[date, str]], words: Words
) -> str:
    """The whole drawing."""
    scale = Scale(plot, sheet)
    body = [
        *_draw_passed(scale),
        *_draw_axes(scale, words.language),
        *_name_passed(scale, words),
        *_draw_marks(scale, marks),
        *(
            line
            for index, trend in enumerate(trends)
            for line in _draw_trend(trend, scale, PALETTE[index % len(PALETTE)])
        ),
        *(label_names(trends, scale) if sheet.is_named else label_numbers(trends, scale)),
    ]
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" '
        'font-family="{font}" font-size="{size}" fill="{ink}">'
    ).format(w=sheet.width, h=sheet.height, font=FONT, size=sheet.size, ink=INK)
    return str(Markup("\n").join([head, *body, Markup("</svg>")]))


def _draw_passed(scale: Scale) -> Iterator[Markup]:
    """The ground below the diagonal: dates that had already passed when they were stated."""
    left, top, right, bottom = scale.edges
    slope = (scale.y(scale.plot.last) - scale.y(scale.plot.first)) / max(1.0, right - left)
    start = scale.y(scale.plot.first)
    corners = [(x, start + slope * (x - left)) for x in (left, right)]
    ground = [(x, min(max(y, top), bottom)) for x, y in _clip(corners, bottom)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in [*ground, (right, bottom)])
    yield Markup('<polygon points="{}" fill="{}"/>').format(points, PASSED)
    (x1, y1), (x2, y2) = ground[0], ground[-1]
    yield draw_line(round(x1, 1), round(y1, 1), round(x2, 1), round(y2, 1), stroke="#b4bcc6")


def _name_passed(scale: Scale, words: Words) -> Iterator[Markup]:
    """What that ground means, above the lines of the axes."""
    _left, _top, right, bottom = scale.edges
    if scale.sheet.is_named:
        yield write_text(right - 8, bottom - 10, words.say("trend.passed"), anchor="end", fill=MUTED, halo=PASSED)


def _clip(corners: Sequence[tuple[float, float]], bottom: float) -> list[tuple[float, float]]:
    """The diagonal from where it enters the plot: it may start below its lower edge."""
    (x1, y1), (x2, y2) = corners
    if y1 > bottom and y2 < y1:
        x1, y1 = x1 + (y1 - bottom) * (x2 - x1) / (y1 - y2), bottom
    return [(x1, y1), (x2, y2)]


def _draw_axes(scale: Scale, language: str) -> Iterator[Markup]:
    """Month lines both ways; on a narrow sheet fewer of them are named."""
    left, _, right, bottom = scale.edges
    months = list_months(scale.plot.low, scale.plot.high)
    for index, day in enumerate(months):
        y = scale.y(day)
        yield draw_line(left, y, right, y, stroke=HAIR)
        if index % _step(months, scale.height / 24) == 0:
            yield write_text(left - 8, y + 4, name_month(day, language), anchor="end", fill=MUTED)
    days = list_months(scale.plot.first, scale.plot.last)
    for index, day in enumerate(days):
        x = scale.x(day)
        yield draw_line(x, bottom, x, bottom + 4, stroke=MUTED)
        if index % _step(days, (right - left) / 56) == 0:
            yield write_text(x, bottom + 18, name_month(day, language), anchor="middle", fill=MUTED)
    yield draw_line(left, bottom, right, bottom, stroke=MUTED)


def _step(months: Sequence[date], room: float) -> int:
    """Every how many months a name fits."""
    return next(step for step in (1, 2, 3, 6, 12, 24, 120) if len(months) / step <= max(1.0, room) or step == 120)


def list_months(first: date, last: date) -> list[date]:
    """First days of months between two dates.

    >>> [day.month for day in list_months(date(2026, 1, 15), date(2026, 4, 1))]
    [2, 3, 4]
    """
    found, day = [], first.replace(day=1)
    while day <= last:
        if day >= first:
            found.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    return found


def name_month(day: date, language: str) -> str:
    """Jan, Feb; a year in January. Babel knows the words."""
    from babel.dates import format_date

    return str(format_date(day, "MMM yyyy" if day.month == 1 else "MMM", locale=find_locale(language)))


def _draw_marks(scale: Scale, marks: Iterable[tuple[date, str]]) -> Iterator[Markup]:
    _, top, right, bottom = scale.edges
    for day, name in marks:
        if scale.plot.first <= day <= scale.plot.last:
            x = scale.x(day)
            yield draw_line(x, top, x, bottom, stroke=MUTED, dash="1 3")
            yield write_text(x, top - 9, name, anchor="middle" if x < right - 30 else "end", fill=MUTED)


def _draw_trend(trend: Trend, scale: Scale, colour: str) -> Iterator[Markup]:
    for line in trend.baselines:
        yield _draw_path(line, scale, colour, width="1", extra=' stroke-dasharray="5 4" opacity="0.65"')
    for line in trend.lagging:
        yield _draw_path(line, scale, colour, width="1.6", extra=' stroke-dasharray="1.5 3" stroke-linecap="round"')
    if trend.reference:
        yield _draw_path(trend.reference, scale, colour, width="1", extra=' stroke-dasharray="1 5" opacity="0.8"')
    if trend.reconstructed:
        yield _draw_path(trend.reconstructed, scale, colour, width="2", extra=' stroke-dasharray="9 4"')
    if trend.watched:
        yield _draw_path(trend.watched, scale, colour, width="2")
    for (day, new), told in trend.moves:
        yield _draw_move(scale.x(day), scale.y(new), colour, told, is_open=(day, new) in trend.told_later)
    if trend.accepted_on:
        yield _draw_accepted(scale.x(trend.accepted_on), scale.y(trend.accepted_on), colour)


def _draw_move(x: float, y: float, colour: str, told: str, *, is_open: bool) -> Markup:
    """A disc, or a circle for a move that nobody watched."""
    disc = Markup('<circle cx="{}" cy="{}" r="3.2" fill="{}"><title>{}</title></circle>')
    circle = Markup(
        '<circle cx="{}" cy="{}" r="3.2" fill="#fff" stroke="{}" stroke-width="1.6"><title>{}</title></circle>'
    )
    return (circle if is_open else disc).format(x, y, colour, clean_label(told))


def _draw_path(line: Sequence[Point], scale: Scale, colour: str, *, width: str, extra: str = "") -> Markup:
    points = " ".join(f"{scale.x(day)},{scale.y(latest)}" for day, latest in line)
    element = Markup('<polyline points="{}" fill="none" stroke="{}" stroke-width="{}" stroke-linejoin="round"{}/>')
    return element.format(points, colour, width, Markup(extra))  # noqa: S704 — literals of this module


def _draw_accepted(x: float, y: float, colour: str) -> Markup:
    """A disc with a tick."""
    element = Markup(
        '<circle cx="{x}" cy="{y}" r="6" fill="{c}" stroke="#fff"/>'
        '<path d="M{a} {y} l2 2.2 l3.6 -4.4" fill="none" stroke="#fff" stroke-width="1.5"/>'
    )
    return element.format(x=x, y=y, a=round(x - 2.7, 1), c=colour)
