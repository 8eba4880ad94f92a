"""A chart over days as a chart of the office program itself: figures in a sheet of its own, to be edited by anybody.

One row of the sheet per day on which something changed, and one for the day before, so that a line falls and rises in
steps; one column per line. Dates are numbers of days, shown as dates.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from slipwatch.document import blocks as b
from slipwatch.document.escape import clean_line, escape_xlsx_cell

if TYPE_CHECKING:
    from pptx.chart.data import CategoryChartData

EPOCH = date(1899, 12, 30)
"""Day 0 of the date numbers of spreadsheets."""

MADE = datetime(2000, 1, 1)  # noqa: DTZ001 — a spreadsheet's properties have no zone
"""Written into every sheet: the same figures give the same bytes."""

STEPS_DAYS = (7, 14, 28, 56, 91, 182, 364)
MOST_STEPS = 8
ACCENTS = 6
"""Accents of a theme."""
LANGUAGE_IDS = {"fr": "40C", "de": "407", "en": "809"}
"""Windows language ids, so that a month has its name in the language of the document."""


Dash = Literal["DASH", "LONG_DASH", "ROUND_DOT"]
"""Names of MSO_LINE_DASH_STYLE."""

Level = tuple[b.DatePoint, b.DatePoint]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A line of the chart: one value per day, None where it has none. `colour` numbers it; `dash` is that of a level or
    of what was put together afterwards. `is_named`: it has an entry in the legend."""

    name: str
    values: tuple[int | None, ...]
    colour: int | None = None
    dash: Dash | None = None
    is_named: bool = True


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The figures of a chart. `low`, `high` and `step` are those of the vertical axis."""

    days: tuple[date, ...]
    columns: tuple[Column, ...]
    low: int
    high: int
    step: int


def count_days(day: date) -> int:
    """The number that a spreadsheet knows a date by.

    >>> count_days(date(2026, 1, 1))
    46023
    """
    return (day - EPOCH).days


def build_sheet(chart: b.DateChart) -> Sheet:
    """The figures of a chart: lines with the latest date first, then their levels, then the diagonal."""
    days = _list_days(chart.lines)
    ordered = sorted(chart.lines, key=lambda line: (line.whole[-1][1], line.name), reverse=True)
    columns = [column for number, line in enumerate(ordered) for column in _draw_line(line, number, chart, days)]
    columns.sort(key=lambda column: not column.is_named)
    for number, line in enumerate(ordered):
        columns += _draw_levels(line.targets, f"{line.name} · {chart.target}", number, days, "DASH")
        columns += _draw_levels(line.hints, f"{line.name} · {chart.hint}", number, days, "ROUND_DOT")
    low, high, step = _find_axis(value for column in columns for value in column.values if value is not None)
    diagonal = tuple(number if low <= (number := count_days(day)) <= high else None for day in days)
    columns.append(Column(name=chart.same_day, values=diagonal, dash="ROUND_DOT"))
    return Sheet(days=days, columns=tuple(columns), low=low, high=high, step=step)


def _draw_line(line: b.DateLine, number: int, chart: b.DateChart, days: Sequence[date]) -> list[Column]:
    """The line, and before it the part that nobody watched; where all of it is that part, it has the name."""
    columns = []
    if line.points:
        columns.append(Column(name=line.name, values=_sample(line.points, days), colour=number))
    if line.early:
        name = f"{line.name} · {chart.early}"
        values = _sample(line.early, days)
        columns.append(Column(name=name, values=values, colour=number, dash="LONG_DASH", is_named=not line.points))
    return columns


def _draw_levels(levels: Sequence[Level], name: str, number: int, days: Sequence[date], dash: Dash) -> list[Column]:
    """The level in force on each day; it has the colour of its line, and no entry of its own in the legend."""
    values = []
    for day in days:
        held = [start[1] for start, end in levels if start[0] <= day <= end[0]]
        values.append(count_days(held[-1]) if held else None)
    if all(value is None for value in values):
        return []
    return [Column(name=name, values=tuple(values), colour=number, dash=dash, is_named=False)]


def _list_days(lines: Iterable[b.DateLine]) -> tuple[date, ...]:
    """Every day with a corner, and the day before it."""
    corners = {day for line in lines for day, _ in line.whole}
    corners |= {day for line in lines for level in (*line.targets, *line.hints) for day, _ in level}
    return tuple(sorted(corners | {day - timedelta(days=1) for day in corners - {min(corners)}}))


def _sample(points: Sequence[b.DatePoint], days: Iterable[date]) -> tuple[int | None, ...]:
    """The date that held at the end of each day, from the first point to the last."""
    first, last = points[0][0], points[-1][0]
    return tuple(_find_value(points, day) if first <= day <= last else None for day in days)


def _find_value(points: Iterable[b.DatePoint], day: date) -> int:
    return count_days([value for start, value in points if start <= day][-1])


def _find_axis(values: Iterable[int]) -> tuple[int, int, int]:
    """Bounds with a little room, and a step of whole weeks or more."""
    known = list(values)
    low, high = min(known) - 7, max(known) + 7
    step = next((days for days in STEPS_DAYS if (high - low) / days <= MOST_STEPS), STEPS_DAYS[-1])
    return low, low + -(-(high - low) // step) * step, step


def build_data(sheet: Sheet) -> CategoryChartData:
    """The figures as the chart's writer takes them."""
    from pptx.chart.data import CategoryChartData

    data = CategoryChartData(number_format="yyyy\\-mm\\-dd")
    data.categories = sheet.days
    for column in sheet.columns:
        data.add_series(clean_name(column.name), column.values)
    return data


def clean_name(name: str) -> str:
    """A name without what XML refuses."""
    return escape_xlsx_cell(clean_line(name, 80)) or "–"


def write_workbook(sheet: Sheet) -> bytes:
    """The sheet behind the chart. Names are written as texts: none of them is ever a formula."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": MADE})
    page = book.add_worksheet("Sheet1")
    dates = book.add_format({"num_format": "yyyy-mm-dd"})
    page.set_column(0, len(sheet.columns), 16)
    for row, day in enumerate(sheet.days, start=1):
        page.write_number(row, 0, count_days(day), dates)
    for number, column in enumerate(sheet.columns, start=1):
        page.write_string(0, number, clean_name(column.name))
        for row, value in enumerate(column.values, start=1):
            if value is not None:
                page.write_number(row, number, value, dates)
    book.close()
    return buffer.getvalue()


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a chart is drawn. Without `font` and `colours` (RGB as six digits) they are those of the document's theme."""

    language: str
    size: float
    font: str = ""
    colours: tuple[str, ...] = ()


def add_chart(shapes: Any, chart: b.DateChart, place: Sequence[int], look: Look) -> Any:
    """Put the chart on a slide and return its shape; `place` is left, top, width, height in EMU."""
    from pptx.enum.chart import XL_CHART_TYPE

    sheet = build_sheet(chart)
    frame = shapes.add_chart(XL_CHART_TYPE.LINE, *place, build_data(sheet))
    drawn = frame.chart
    drawn.part.chart_workbook.update_from_xlsx_blob(write_workbook(sheet))
    _style_chart(drawn, look)
    _style_axes(drawn, sheet, look.language)
    for series, column in zip(drawn.plots[0].series, sheet.columns, strict=True):
        _style_series(series, column, look.colours)
    _hide_levels(drawn, sheet)
    return frame


def _style_chart(chart: Any, look: Look) -> None:
    from pptx.enum.chart import XL_LEGEND_POSITION
    from pptx.util import Pt

    chart.has_title = False
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.RIGHT
    chart.legend.include_in_layout = False
    chart.font.size = Pt(max(9.0, look.size - 1))
    if look.font:
        chart.font.name = look.font


def _style_axes(chart: Any, sheet: Sheet, language: str) -> None:
    from pptx.enum.chart import XL_TICK_LABEL_POSITION
    from pptx.util import Pt

    code = f"[$-{LANGUAGE_IDS.get(language, LANGUAGE_IDS['en'])}]"
    across, up = chart.category_axis, chart.value_axis
    across.has_major_gridlines = False
    across.tick_labels.number_format = f"{code}mmm yy"
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    up.minimum_scale, up.maximum_scale, up.major_unit = sheet.low, sheet.high, sheet.step
    up.tick_labels.number_format = f"{code}d mmm yy"
    for axis in (across, up):
        axis.tick_labels.number_format_is_linked = False
        axis.format.line.width = Pt(0.75)
        _paint_line(axis.format.line, dim=True)
    _paint_line(up.major_gridlines.format.line, dim=True)
    up.major_gridlines.format.line.width = Pt(0.5)
    _set_months(across, sheet)


def _paint_line(line: Any, *, dim: bool) -> None:
    from pptx.enum.dml import MSO_THEME_COLOR

    line.color.theme_color = MSO_THEME_COLOR.TEXT_1
    line.color.brightness = 0.85 if dim else 0.5


def _set_months(axis: Any, sheet: Sheet) -> None:
    """The axis counts days and names months."""
    from lxml import etree

    months = max(1, (sheet.days[-1] - sheet.days[0]).days // 30)
    step = next(step for step in (1, 2, 3, 6, 12, 120) if months / step <= MOST_STEPS or step == 120)
    element = axis._element
    for name in ("majorUnit", "majorTimeUnit", "baseTimeUnit"):
        for old in element.findall(f"{{{element.nsmap['c']}}}{name}"):
            element.remove(old)
    wanted = (("baseTimeUnit", "days"), ("majorUnit", str(step)), ("majorTimeUnit", "months"))
    for name, value in wanted:
        etree.SubElement(element, f"{{{element.nsmap['c']}}}{name}", val=value)


def _style_series(series: Any, column: Column, colours: Sequence[str]) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.dml import MSO_LINE_DASH_STYLE, MSO_THEME_COLOR
    from pptx.util import Pt

    series.smooth = False
    line = series.format.line
    line.width = Pt(1.0 if column.dash in ("DASH", "ROUND_DOT") else 2.25)
    if column.colour is None:
        _paint_line(line, dim=False)
    elif colours:
        line.color.rgb = RGBColor.from_string(colours[column.colour % len(colours)])
    else:
        line.color.theme_color = getattr(MSO_THEME_COLOR, f"ACCENT_{column.colour % ACCENTS + 1}")
    if column.dash:
        line.dash_style = getattr(MSO_LINE_DASH_STYLE, column.dash)
    _drop_markers(series)


def _drop_markers(series: Any) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE

    series.marker.style = XL_MARKER_STYLE.NONE


def _hide_levels(chart: Any, sheet: Sheet) -> None:
    """What belongs to another line has its colour, and no entry of its own in the legend."""
    from lxml import etree

    legend = chart.legend._element
    space = f"{{{legend.nsmap['c']}}}"
    position = legend.find(f"{space}legendPos")
    for index, column in reversed(list(enumerate(sheet.columns))):
        if not column.is_named:
            entry = etree.Element(f"{space}legendEntry")
            etree.SubElement(entry, f"{space}idx", val=str(index))
            etree.SubElement(entry, f"{space}delete", val="1")
            position.addnext(entry)
