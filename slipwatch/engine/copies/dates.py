"""What dates an old copy: a declaration, a cell, the mapping, or its name; never the time at which it was written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Self, cast, get_args
from zoneinfo import ZoneInfo

import yaml

from slipwatch.errors import ConfigError, ContractError
from slipwatch.wire.dates import make_instant
from slipwatch.wire.file_dates import limit_to_now
from slipwatch.wire.name_dates import NameDate, Order, find_name_date
from slipwatch.wire.patterns import end_day
from slipwatch.wire.workbook import open_sheet

Origin = Literal["name", "cell", "declared"]

SKIP = "skip"
FORMS = {".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls", ".ods": "ods"}
_CELL = re.compile(r"(?:(?P<sheet>.+)!)?(?P<cell>[A-Za-z]{1,3}[1-9][0-9]{0,6})")
_DAYS_OF_WEEK = 7


@dataclass(frozen=True, kw_only=True)
class DateRule:
    """Where the dates of copies are sought. Without `origin`, where the mapping says, then in the name.

    `order` settles dates such as 03-04-2026. `cell` is an address, on `sheet` or on the only visible one.
    """

    origin: Origin | None = None
    sheet: str | None = None
    cell: str = ""
    order: Order | None = None

    @classmethod
    def parse(cls, text: str | None, order: str | None = None) -> Self:
        """`name`, `declared`, `cell:B2` or `cell:SHEET!B2`. Raises `ConfigError` for anything else."""
        chosen = cast("Order | None", order)
        kind, _, address = (text or "").partition(":")
        if not text or (kind in ("name", "declared") and not address):
            return cls(origin=cast("Origin | None", kind or None), order=chosen)
        found = _CELL.fullmatch(address)
        if kind != "cell" or found is None:
            raise ConfigError(
                f"{text!r} is no place for a date",
                subject="--date-from",
                cure="name, declared, or a cell such as cell:Plan!B2",
            )
        return cls(origin="cell", sheet=found["sheet"], cell=found["cell"], order=chosen)


@dataclass(frozen=True, kw_only=True)
class Dated:
    """The instant of a copy, and where it comes from in words; or the `doubt` why there is none, with the cure."""

    as_of: datetime | None = None
    dated_by: str = ""
    doubt: str = ""
    is_left_out: bool = False


def read_dates_file(path: Path) -> dict[str, Any]:
    """Declared dates by file name: a day, a day with its time, a week (S12-2026), or `skip`. Raises `ConfigError`."""
    try:
        declared = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", subject=str(path)) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"is no YAML: {error}", subject=str(path), cure="write one `NAME: DATE` a line") from None
    if not isinstance(declared, dict):
        raise ConfigError("holds no names with dates", subject=str(path), cure="write one `NAME: DATE` a line")
    return {str(name): value for name, value in declared.items()}


def check_declared(declared: Mapping[str, Any], names: list[str], *, subject: str) -> None:
    """Raises `ConfigError` for a name that is no file of the folder: a typing error would leave a copy undated."""
    known = {*names, *(one.rpartition("/")[2] for one in names)}
    stranger = next((name for name in declared if name not in known), None)
    if stranger is not None:
        cure = "correct the name, or remove it"
        raise ConfigError(f"names {stranger!r}, which is not in the folder", subject=subject, cure=cure)


def find_declared(declared: Mapping[str, Any], name: str) -> Any:
    """What is declared of a file, by its path below the folder or by its bare name; None where nothing is."""
    return declared.get(name, declared.get(name.rpartition("/")[2]))


@dataclass(frozen=True, kw_only=True)
class Dating:
    """Dates copies. `now` bounds them: a copy of a day to come is none."""

    rule: DateRule
    declared: Mapping[str, Any]
    zone: ZoneInfo
    now: datetime

    def asks_mapping(self, name: str) -> bool:
        """Whether the mapping has a say in the date of a copy."""
        return self.rule.origin is None and find_declared(self.declared, name) is None

    def find(self, name: str, path: Path, mapped: datetime | None) -> Dated:
        """The date of one copy. `mapped` is what its mapping finds. Raises `SourceError`s of a cell that is sought."""
        told = find_declared(self.declared, name)
        if told is not None:
            return self.read_declared(name, told)
        if self.rule.origin == "declared":
            return Dated(doubt="no date is declared for it")
        if self.rule.origin == "cell":
            return self.read_cell(name, path)
        if self.rule.origin is None and mapped is not None:
            return self.compare(name, mapped)
        return self.read_name(name)

    def read_declared(self, name: str, told: Any) -> Dated:
        if str(told).strip().casefold() == SKIP:
            return Dated(dated_by="declared", doubt="left out as declared", is_left_out=True)
        dated = self.read_value(name, told, dated_by="declared")
        return dated if dated.as_of else Dated(doubt=f"declared as {told!r}: {dated.doubt}")

    def read_cell(self, name: str, path: Path) -> Dated:
        place = f"cell {f'{self.rule.sheet}!' if self.rule.sheet else ''}{self.rule.cell}"
        form = FORMS.get(path.suffix.casefold())
        if form is None:
            return Dated(doubt=f"has no {place}: it is no workbook")
        sheet = open_sheet(path, [self.rule.sheet] if self.rule.sheet else [], form=form)
        value = sheet.read_cell(self.rule.cell)
        dated = self.read_value(name, value, dated_by=f"{place} “{value}”" if isinstance(value, str) else place)
        return dated if dated.as_of else Dated(doubt=f"{place} holds {str(value) or 'nothing'!r}: {dated.doubt}")

    def read_name(self, name: str) -> Dated:
        found = self.find_in_name(name)
        if found.day is None:
            return Dated(doubt=f"name: {found.doubt}")
        return self.finish(name, found, dated_by=f"name “{found.words}”")

    def find_in_name(self, name: str) -> NameDate:
        """A date in the file's own name, or in those of the folders above it."""
        path = name.rpartition(".")[0] or name
        own = find_name_date(path.rpartition("/")[2], order=self.rule.order)
        if own.day is not None or "/" not in path:
            return own
        above = find_name_date(path, order=self.rule.order)
        return above if above.day is not None else own

    def compare(self, name: str, mapped: datetime) -> Dated:
        """What the mapping finds, unless the name tells another day: then one of them is wrong."""
        day, told = mapped.astimezone(self.zone).date(), self.find_in_name(name)
        if told.day is not None and not _agree(day, told):
            return Dated(doubt=f"the mapping dates it {day}, its name {told.day}: one of them is wrong")
        return self.limit(name, mapped, dated_by="mapping")

    def read_value(self, name: str, value: Any, *, dated_by: str) -> Dated:
        """A date of YAML, a cell's, or a text that names one."""
        if isinstance(value, datetime) and value.time() != datetime.min.time():
            return self.limit(name, make_instant(value, self.zone), dated_by=dated_by)
        if isinstance(value, datetime | date):
            day = value.date() if isinstance(value, datetime) else value
            return self.finish(name, NameDate(day=day), dated_by=dated_by)
        moment = _parse_moment(str(value))
        if moment is not None:
            return self.limit(name, make_instant(moment, self.zone), dated_by=dated_by)
        found = find_name_date(str(value), order=self.rule.order)
        return self.finish(name, found, dated_by=dated_by) if found.day else Dated(doubt=found.doubt)

    def finish(self, name: str, found: NameDate, *, dated_by: str) -> Dated:
        """The end of the day, or of the week: nothing is taken as known before it was."""
        if found.day is None:
            return Dated(doubt=found.doubt)
        instant = make_instant(end_day(found.day), self.zone)
        words = f"{dated_by}, end of the week" if found.is_week else dated_by
        began = found.is_week and self.now > instant - timedelta(days=_DAYS_OF_WEEK) if instant else False
        return self.limit(name, min(instant, self.now) if instant and began else instant, dated_by=words)

    def limit(self, name: str, instant: datetime | None, *, dated_by: str) -> Dated:
        if instant is None:
            return Dated(doubt="the clocks were changed at that hour")
        try:
            return Dated(as_of=limit_to_now(instant, now=self.now, zone=self.zone.key, subject=name), dated_by=dated_by)
        except ContractError as error:
            return Dated(doubt=error.message)


def list_orders() -> tuple[str, ...]:
    """The choices for the order of day, month and year."""
    return get_args(Order)


def _agree(day: date, told: NameDate) -> bool:
    """A week agrees with each of its days."""
    last = told.day
    return last is not None and (last - timedelta(days=_DAYS_OF_WEEK) < day <= last if told.is_week else day == last)


def _parse_moment(text: str) -> datetime | None:
    """A day with its time, as ISO 8601 writes it."""
    if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:", text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
