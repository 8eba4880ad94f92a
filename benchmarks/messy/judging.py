"""What the formats that were found make of the raw cells: each cell is read as the product would read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from benchmarks.messy.truth import Value
from slipwatch.errors import SlipwatchError
from slipwatch.wire.amounts import compile_number
from slipwatch.wire.dates import DayFormat, FileDay
from slipwatch.wire.patterns import compile_pattern, find_moment

NEAR = date(2026, 6, 29)
"""The day that the inference is told it is."""

UNREAD = object()
"""A cell that the format refuses: it would be set aside and named, never taken for something else."""

Format = Mapping[str, Any]


def read_day(form: Format, raw: Any) -> Any:
    """The day of a cell, None for none, or `UNREAD`."""
    if raw is None or raw == "" or raw in form.get("empty", ()):
        return None
    if isinstance(raw, str) and (day := read_moment(form, raw)):
        return day
    formats = tuple(make_format(text, form) for text in form.get("formats", ()))
    try:
        return FileDay(formats=formats, near=NEAR, empty=frozenset(form.get("empty", ()))).build()(raw)
    except SlipwatchError:
        return UNREAD


def make_format(text: str, form: Format) -> DayFormat:
    return DayFormat(form=text, weekday=form.get("weekday", "monday") if "%V" in text else None)


def read_moment(form: Format, raw: str) -> date | None:
    """The local day of a text with a time; None where no pattern has one."""
    for text in form.get("formats", ()):
        try:
            if "%H" in text or "%I" in text:
                fields = compile_pattern(text).split(raw.strip())
                moment = find_moment(fields) if fields else None
            else:
                moment = datetime.fromisoformat(raw.replace(" UTC", "")) if text in ("iso", "instant") else None
        except (ValueError, SlipwatchError):
            continue
        if moment:
            return moment.date()
    return None


def read_figure(form: Format, factor: Any, raw: Any) -> Any:
    """The figure of a cell in its unit, None for none, or `UNREAD`."""
    if raw is None or raw == "" or raw in form.get("empty", ()):
        return None
    times = Decimal(str(factor or 1))
    if isinstance(raw, int | float | Decimal):
        return Decimal(str(raw)) * times
    text = str(raw)
    for affix in form.get("affixes", ()):
        text = text.replace(affix, "")
    try:
        return compile_number(form.get("decimal") or ".", form.get("group") or "")(text) * times
    except (SlipwatchError, InvalidOperation):
        return UNREAD


def agree(found: Any, meant: Value) -> bool:
    """Whether what was read is what was meant, whatever type says it."""
    if found is UNREAD:
        return False
    if isinstance(meant, date):
        return str(found)[:10] == meant.isoformat()
    if isinstance(meant, Decimal):
        return is_near(found, meant)
    return clean(found) == clean(meant)


def is_near(found: Any, meant: Decimal) -> bool:
    try:
        return abs(Decimal(str(found)) - meant) <= abs(meant) * Decimal("0.000001") + Decimal("0.000001")
    except InvalidOperation:
        return False


def clean(value: Any) -> str:
    return re.sub(r"\s+", " ", "" if value is None else str(value)).strip()
