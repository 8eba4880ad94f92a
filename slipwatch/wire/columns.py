"""From the declaration of a column to the converter that reads it. Options that its kind does not have are refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slipwatch.errors import ConfigError
from slipwatch.model.columns import Column, Kind
from slipwatch.wire.amounts import Integer, Money, Quantity
from slipwatch.wire.dates import ISO, DayFormat, FileDay, FileInstant, check_formats
from slipwatch.wire.declaration import ColumnDeclaration, Conventions, DateFormat, WeekFormat
from slipwatch.wire.figures import Figure
from slipwatch.wire.texts import Affixed, Code, Person
from slipwatch.wire.values import Choice, Converter, Flag, Text

_NO_MARK = "\0"
"""A decimal mark that never occurs: where none is declared, texts are read as whole numbers only."""

_DATES = {"formats", "time_zone"}
_FIGURES = {"decimal", "thousands", "affixes"}
_OPTIONS: dict[Kind, set[str]] = {
    Kind.TEXT: {"choices", "width", "pattern", "person"},
    Kind.REFERENCE: {"width", "pattern"},
    Kind.DAY: _DATES,
    Kind.INSTANT: _DATES,
    Kind.MONEY: {*_FIGURES, "factor", "unit"},
    Kind.QUANTITY: {*_FIGURES, "factor", "unit"},
    Kind.INTEGER: {"decimal", "thousands", "affixes"},
    Kind.RATIO: {*_FIGURES, "factor"},
    Kind.FLAG: {"choices"},
}
_EVERYWHERE = {"from_", "join", "separator", "constant", "empty", "required", "optional", "as_above"}

PERSONS = frozenset({"assignee", "stated_by"})
"""Columns whose texts are names of persons unless the declaration says otherwise."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What converters need beside the declaration: the conventions of the stream, the day of the file (for weeks
    without a year), whether its serials count from 1904, and the function that makes pseudonyms."""

    conventions: Conventions
    near: date | None = None
    from_1904: bool = False
    pseudonymise: Callable[[str], str] = str


def build_converter(column: Column, declared: ColumnDeclaration, setting: Setting) -> Converter:
    """Raises `ConfigError` that names the column."""
    check_options(column, declared)
    conventions = declared.complete_with(setting.conventions)
    converter = _BUILDERS[column.kind](column, declared, conventions, setting)
    return Affixed(inner=converter, affixes=declared.affixes) if declared.affixes else converter


def check_options(column: Column, declared: ColumnDeclaration) -> None:
    wrong = declared.model_fields_set - _EVERYWHERE - _OPTIONS[column.kind]
    if wrong:
        raise ConfigError(
            f"{', '.join(sorted(wrong))} cannot be said of a column of kind {column.kind}", subject=column.name
        )


def find_zone(name: str | None, *, subject: str) -> str:
    """The name again, or UTC for none. Raises `ConfigError` for a zone that does not exist."""
    try:
        return ZoneInfo(name or "UTC").key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(f"there is no time zone {name}", subject=subject, cure="write it as Europe/Paris") from None


def list_formats(formats: tuple[DateFormat, ...], *, from_1904: bool = False) -> tuple[DayFormat, ...]:
    """Raises `ConfigError` for formats that contradict each other."""
    listed = tuple(_build_format(form, from_1904=from_1904) for form in formats) or (ISO,)
    check_formats(listed)
    return listed


def _build_format(form: DateFormat, *, from_1904: bool) -> DayFormat:
    if isinstance(form, WeekFormat):
        return DayFormat(form=form.week, weekday=form.day)
    return DayFormat(form="serial_1904" if form == "serial" and from_1904 else form)


def _build_text(column: Column, declared: ColumnDeclaration, rules: Conventions, setting: Setting) -> Converter:
    empty = frozenset(rules.empty or ())
    if declared.choices or column.choices:
        return Choice(words=_list_words(column, declared), empty=empty)
    if declared.width or declared.pattern:
        return Code(width=declared.width, pattern=declared.pattern, empty=empty)
    is_person = column.name in PERSONS if declared.person is None else declared.person
    return Person(pseudonymise=setting.pseudonymise, empty=empty) if is_person else Text(empty=empty)


def _list_words(column: Column, declared: ColumnDeclaration) -> dict[str, str | None]:
    """The declared words, or our own ones where none are declared."""
    if not declared.choices:
        return {word: word for word in column.choices}
    if any(isinstance(meaning, bool) for meaning in declared.choices.values()):
        raise ConfigError("choices of a text are texts", subject=column.name)
    return {word: None if meaning is None else str(meaning) for word, meaning in declared.choices.items()}


def _build_day(column: Column, declared: ColumnDeclaration, rules: Conventions, setting: Setting) -> Converter:
    return FileDay(
        formats=list_formats(rules.formats or (), from_1904=setting.from_1904),
        zone=find_zone(rules.time_zone, subject=column.name),
        near=setting.near,
        empty=frozenset(rules.empty or ()),
    )


def _build_instant(column: Column, declared: ColumnDeclaration, rules: Conventions, setting: Setting) -> Converter:
    """Formats of the column itself only: those of the stream are for days."""
    formats = declared.formats or ("iso",)
    if any(isinstance(form, WeekFormat) for form in formats):
        raise ConfigError("a week is no moment", subject=column.name)
    return FileInstant(
        formats=tuple(str(form) for form in formats),
        zone=find_zone(rules.time_zone, subject=column.name),
        empty=frozenset(rules.empty or ()),
    )


def _mark_figures(rules: Conventions) -> dict[str, Any]:
    if rules.decimal and rules.decimal == rules.thousands:
        raise ConfigError(f"{rules.decimal} cannot be both the decimal mark and the sign between thousands")
    return {
        "decimal": rules.decimal or _NO_MARK,
        "group": rules.thousands or "",
        "empty": frozenset(rules.empty or ()),
    }


def _build_amount(column: Column, declared: ColumnDeclaration, rules: Conventions, setting: Setting) -> Converter:
    amount = Money if column.kind is Kind.MONEY else Quantity
    return amount(times=declared.factor or Decimal(1), **_mark_figures(rules))


def _build_integer(column: Column, declared: ColumnDeclaration, rules: Conventions, setting: Setting) -> Converter:
    return Integer(**_mark_figures(rules))


def _build_ratio(column: Column, declared: ColumnDeclaration, rules: Conventions, setting: Setting) -> Converter:
    """A share lies between 0 and 1, hours have no upper bound; `factor: 0.01` reads percent."""
    most = None if column.name.endswith("_hours") else 1.0
    return Figure(factor=declared.factor or Decimal(1), most=most, **_mark_figures(rules))


def _build_flag(column: Column, declared: ColumnDeclaration, rules: Conventions, setting: Setting) -> Converter:
    empty = frozenset(rules.empty or ())
    if not declared.choices:
        return Flag(empty=empty)
    if any(isinstance(meaning, str) for meaning in declared.choices.values()):
        raise ConfigError("choices of a flag are true, false or nothing", subject=column.name)
    words = declared.choices.items()
    return Flag(
        yes=frozenset(word for word, meaning in words if meaning is True),
        no=frozenset(word for word, meaning in words if meaning is False),
        empty=empty | {word for word, meaning in words if meaning is None},
    )


_BUILDERS: dict[Kind, Callable[[Column, ColumnDeclaration, Conventions, Setting], Converter]] = {
    Kind.TEXT: _build_text,
    Kind.REFERENCE: _build_text,
    Kind.DAY: _build_day,
    Kind.INSTANT: _build_instant,
    Kind.MONEY: _build_amount,
    Kind.QUANTITY: _build_amount,
    Kind.INTEGER: _build_integer,
    Kind.RATIO: _build_ratio,
    Kind.FLAG: _build_flag,
}
