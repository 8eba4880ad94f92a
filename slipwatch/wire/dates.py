"""Converters for days and instants as files and databases hold them: typed cells, declared patterns, weeks, serials."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from slipwatch.errors import ConfigError
from slipwatch.model.columns import Kind
from slipwatch.model.records import Value
from slipwatch.wire.days import FIRST_DAY, LAST_DAY, remember
from slipwatch.wire.patterns import Weekday, compile_pattern, end_day, find_day, find_moment
from slipwatch.wire.values import Read, Reason, refuse

EPOCHS: Mapping[str, date] = {"serial": date(1899, 12, 30), "serial_1904": date(1904, 1, 1)}
"""Day 0 of the two counts of days that spreadsheets use, as it holds from 1 March 1900 on (FIRST_DAY is later)."""


@dataclass(frozen=True, kw_only=True)
class DayFormat:
    """One accepted form of a day: a pattern, or a name (`iso`, `instant`, `serial`, `serial_1904`).

    `weekday` is the day that a week stands for: needed with %V, refused elsewhere.
    """

    form: str
    weekday: Weekday | None = None


ISO = DayFormat(form="iso")


@dataclass(frozen=True, kw_only=True)
class FileDay:
    """A calendar day in a cell, a row or a JSON text.

    Typed dates (a date cell of a workbook, a DATE of a database) are always read: the time of day is dropped, an aware
    instant is counted in `zone`. Texts must have one of `formats`: a pattern, `iso` (2026-04-24), `instant` (ISO 8601
    with time; counted in `zone`), `serial` or `serial_1904` (a spreadsheet's count of days, number or text). `near` is
    the day of the file: weeks without a year are sought around it. `empty` names the texts that stand for no date.
    """

    kind: ClassVar[Kind] = Kind.DAY
    formats: tuple[DayFormat, ...] = (ISO,)
    zone: str = "UTC"
    near: date | None = None
    empty: frozenset[str] = frozenset()

    def build(self) -> Read:
        zone, empty = ZoneInfo(self.zone), self.empty | {""}
        epoch = next((EPOCHS[one.form] for one in self.formats if one.form in EPOCHS), None)
        parse = remember(_join([_build_parser(one, zone=zone, near=self.near) for one in self.formats]))

        def read(value: Any) -> Value:
            if isinstance(value, str):
                text = value.strip()
                if text in empty:
                    return None
                day = parse(text)
            else:
                day = take_day(value, zone=zone, epoch=epoch)
            if day is None or not FIRST_DAY <= day <= LAST_DAY:
                raise refuse(Reason.BAD_DATE, value)
            return day

        return read


ParseDay = Callable[[str], date | None]


def take_day(value: object, *, zone: ZoneInfo, epoch: date | None) -> date | None:
    """The day of a typed value, or None; a number is a day only where the `epoch` of a spreadsheet was declared."""
    if isinstance(value, datetime):
        return value.date() if value.tzinfo is None else value.astimezone(zone).date()
    if isinstance(value, date):
        return value
    if epoch is None or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return _add_serial(epoch, value)


def _join(parses: list[ParseDay]) -> ParseDay:
    def parse(text: str) -> date | None:
        for one in parses:
            if day := one(text):
                return day
        return None

    return parse


def _build_parser(form: DayFormat, *, zone: ZoneInfo, near: date | None) -> ParseDay:
    if form.form in EPOCHS:
        epoch = EPOCHS[form.form]
        return lambda text: _add_serial(epoch, int(text)) if text.isascii() and text.isdigit() else None
    if form.form == "iso":
        return _parse_iso_day
    if form.form == "instant":
        return lambda text: _parse_instant_day(text, zone)
    pattern = compile_pattern(form.form)
    if ("V" in pattern.directives) != (form.weekday is not None):
        raise ConfigError(f"the date format {form.form!r}: a weekday goes with %V, and with nothing else")

    def parse(text: str) -> date | None:
        fields = pattern.split(text)
        return find_day(fields, weekday=form.weekday, near=near) if fields else None

    return parse


def _parse_iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 and text[4] == text[7] == "-" else None
    except ValueError:
        return None


def _parse_instant_day(text: str, zone: ZoneInfo) -> date | None:
    moment = _parse_iso_moment(text)
    return take_day(moment, zone=zone, epoch=None) if moment else None


def _parse_iso_moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if len(text) > 10 else None
    except ValueError:
        return None


def _add_serial(epoch: date, serial: float) -> date | None:
    if not 0 <= serial < 200_000:  # NaN fails both
        return None
    return epoch + timedelta(days=int(serial))


def check_formats(formats: tuple[DayFormat, ...]) -> None:
    """Raises `ConfigError` where two formats of one column would read the same text as two different days."""
    patterns = [compile_pattern(one.form) for one in formats if "%" in one.form]
    for one in patterns:
        sample = _write_sample(one.text)
        days = {find_day(fields) for other in patterns if (fields := other.split(sample))}
        if len(days - {None}) > 1:
            raise ConfigError(
                f"{sample} would be another day in each of {', '.join(other.text for other in patterns)}",
                cure="keep the format that the source really uses",
            )


def _write_sample(pattern: str) -> str:
    """3 February 2001 as the pattern writes it: day, month and short year can be mistaken for each other."""
    numbers = {
        "%d": "03",
        "%m": "02",
        "%Y": "2001",
        "%y": "01",
        "%b": "feb",
        "%H": "04",
        "%I": "04",
        "%p": "AM",
        "%M": "05",
        "%S": "06",
    }
    for directive, text in numbers.items():
        pattern = pattern.replace(directive, text)
    return pattern


@dataclass(frozen=True, kw_only=True)
class FileInstant:
    """A moment in UTC. `zone` is that of values without an offset; a local time that a clock change skips is refused,
    of a repeated hour the first is taken.

    `formats` are patterns or `iso` (ISO 8601 with time). What gives a day alone, typed or by its pattern, stands for
    the end of that day: nothing is taken as known before it was.
    """

    kind: ClassVar[Kind] = Kind.INSTANT
    formats: tuple[str, ...] = ("iso",)
    zone: str = "UTC"
    empty: frozenset[str] = frozenset()

    def build(self) -> Read:
        zone, empty = ZoneInfo(self.zone), self.empty | {""}
        parses = [_build_moment_parser(form) for form in self.formats]

        def read(value: Any) -> Value:
            if isinstance(value, str):
                text = value.strip()
                if text in empty:
                    return None
                moment = next((found for parse in parses if (found := parse(text))), None)
            else:
                moment = value if isinstance(value, datetime) else end_day(value) if isinstance(value, date) else None
            instant = make_instant(moment, zone) if moment else None
            if instant is None or not FIRST_DAY <= instant.date() <= LAST_DAY:
                raise refuse(Reason.BAD_INSTANT, value)
            return instant

        return read


def _build_moment_parser(form: str) -> Callable[[str], datetime | None]:
    if form == "iso":
        return _parse_iso_moment
    pattern = compile_pattern(form)
    if "V" in pattern.directives:
        raise ConfigError(f"the format {form!r} names a week, which is no moment", cure="give a day")

    def parse(text: str) -> datetime | None:
        fields = pattern.split(text)
        return find_moment(fields) if fields else None

    return parse


def make_instant(moment: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment in UTC; None for a local time that a clock change skips, or that lies beyond the calendar."""
    try:
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        instant = moment.replace(tzinfo=zone).astimezone(UTC)
        return instant if instant.astimezone(zone).replace(tzinfo=None) == moment else None
    except OverflowError:
        return None
