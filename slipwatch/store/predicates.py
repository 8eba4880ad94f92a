"""Expectations that look at one row at a time, as SQL conditions with the null semantics of Great Expectations.

A row whose value is missing is not considered (except by the expectations on missing values); a condition that is
unknown for a considered row does not count against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from slipwatch.errors import ConfigError
from slipwatch.model.columns import MONEY_SCALE, QUANTITY_SCALE, Kind

Condition = sa.ColumnElement[bool]
Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Rows:
    """The rows of one entity: a table, sub-query or join, and the kind of each column that an expectation may name."""

    table: sa.FromClause
    kinds: Mapping[str, Kind]

    def column(self, name: str) -> sa.ColumnElement[Any]:
        """Raises `ConfigError` for a column that the entity does not have."""
        if name not in self.kinds:
            known = ", ".join(sorted(self.kinds))
            raise ConfigError(f"no column {name}", subject="suite", cure=f"columns: {known}")
        return self.table.c[name]

    def convert(self, name: str, value: object) -> object:
        """A value of a suite as the ledger stores it; raises `ConfigError` where the column cannot hold it."""
        kind = self.kinds.get(name, Kind.TEXT)
        try:
            return None if value is None else _CONVERTERS[kind](value)
        except (TypeError, ValueError, ArithmeticError) as bad:
            raise ConfigError(
                f"{name} is a {kind}, {value!r} is none", subject="suite", cure="correct the suite"
            ) from bad

    def convert_text(self, name: str) -> sa.ColumnElement[Any]:
        """A column of text; raises `ConfigError` for any other, because a pattern says nothing about a number."""
        column = self.column(name)
        if self.kinds[name] not in (Kind.TEXT, Kind.REFERENCE, Kind.DAY):
            raise ConfigError(f"{name} is a {self.kinds[name]}, not a text", subject="suite", cure="correct the suite")
        return column


@dataclass(frozen=True)
class Predicate:
    """`considered` are the rows that the expectation speaks of, `expected` what must hold for them."""

    considered: Condition
    expected: Condition

    @property
    def unexpected(self) -> Condition:
        return sa.and_(self.considered, sa.not_(self.expected))


def _read_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _read_day(value: object) -> str:
    return (value if isinstance(value, date) else date.fromisoformat(_read_text(value))).isoformat()[:10]


def _read_instant(value: object) -> int:
    moment = value if isinstance(value, date) else datetime.fromisoformat(_read_text(value))
    exact = moment if isinstance(moment, datetime) else datetime.combine(moment, time(), tzinfo=UTC)
    aware = exact if exact.tzinfo else exact.replace(tzinfo=UTC)
    return round((aware - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)


def _read_scaled(scale: int) -> Callable[[Any], int | float]:
    def read(value: Any) -> int | float:
        exact = Decimal(str(value)) * scale
        return int(exact) if exact == exact.to_integral_value() else float(exact)

    return read


def _read_flag(value: object) -> int:
    if value not in (True, False):
        raise ValueError(value)
    return int(bool(value))


_CONVERTERS: dict[Kind, Callable[[Any], object]] = {
    Kind.TEXT: _read_text,
    Kind.REFERENCE: _read_text,
    Kind.DAY: _read_day,
    Kind.INSTANT: _read_instant,
    Kind.MONEY: _read_scaled(MONEY_SCALE),
    Kind.QUANTITY: _read_scaled(QUANTITY_SCALE),
    Kind.INTEGER: _read_scaled(1),
    Kind.RATIO: float,
    Kind.FLAG: _read_flag,
}


def limit(value: sa.ColumnElement[Any], bounds: Arguments, convert: Callable[[object], object]) -> Condition:
    """A value within `min_value` and `max_value`, which may be strict; raises `ConfigError` without any bound."""
    low, high = convert(bounds.get("min_value")), convert(bounds.get("max_value"))
    parts: list[Condition] = []
    if low is not None:
        parts.append(value > low if bounds.get("strict_min") else value >= low)
    if high is not None:
        parts.append(value < high if bounds.get("strict_max") else value <= high)
    if not parts:
        raise ConfigError("neither min_value nor max_value", subject="suite", cure="give at least one of them")
    return sa.and_(*parts)


def _one(rows: Rows, wanted: Arguments, expected: Condition) -> Predicate:
    return Predicate(rows.column(wanted["column"]).is_not(None), expected)


def _not_null(rows: Rows, wanted: Arguments) -> Predicate:
    return Predicate(sa.true(), rows.column(wanted["column"]).is_not(None))


def _null(rows: Rows, wanted: Arguments) -> Predicate:
    return Predicate(sa.true(), rows.column(wanted["column"]).is_(None))


def _in_set(rows: Rows, wanted: Arguments) -> Predicate:
    return _one(rows, wanted, rows.column(wanted["column"]).in_(read_set(rows, wanted)))


def _not_in_set(rows: Rows, wanted: Arguments) -> Predicate:
    return _one(rows, wanted, rows.column(wanted["column"]).not_in(read_set(rows, wanted)))


def read_set(rows: Rows, wanted: Arguments) -> list[object]:
    """The values of a set as the ledger stores them; a missing value belongs to no set."""
    values: Iterable[object] = wanted["value_set"]
    return [rows.convert(wanted["column"], value) for value in values if value is not None]


def _between(rows: Rows, wanted: Arguments) -> Predicate:
    column = wanted["column"]
    return _one(rows, wanted, limit(rows.column(column), wanted, lambda value: rows.convert(column, value)))


def _lengths_between(rows: Rows, wanted: Arguments) -> Predicate:
    length = sa.func.length(rows.convert_text(wanted["column"]))
    return _one(rows, wanted, limit(length, wanted, lambda value: value))


def _length_equal(rows: Rows, wanted: Arguments) -> Predicate:
    return _one(rows, wanted, sa.func.length(rows.convert_text(wanted["column"])) == wanted["value"])


def _match(rows: Rows, wanted: Arguments) -> Predicate:
    return _one(rows, wanted, rows.convert_text(wanted["column"]).regexp_match(wanted["regex"]))


def _not_match(rows: Rows, wanted: Arguments) -> Predicate:
    return _one(rows, wanted, sa.not_(rows.convert_text(wanted["column"]).regexp_match(wanted["regex"])))


def _match_list(rows: Rows, wanted: Arguments) -> Predicate:
    column = rows.convert_text(wanted["column"])
    return _one(rows, wanted, _join(wanted, [column.regexp_match(regex) for regex in wanted["regex_list"]]))


def _not_match_list(rows: Rows, wanted: Arguments) -> Predicate:
    column = rows.convert_text(wanted["column"])
    return _one(rows, wanted, sa.and_(*(sa.not_(column.regexp_match(regex)) for regex in wanted["regex_list"])))


def _like(rows: Rows, wanted: Arguments) -> Predicate:
    return _one(rows, wanted, rows.convert_text(wanted["column"]).like(wanted["like_pattern"]))


def _not_like(rows: Rows, wanted: Arguments) -> Predicate:
    return _one(rows, wanted, sa.not_(rows.convert_text(wanted["column"]).like(wanted["like_pattern"])))


def _like_list(rows: Rows, wanted: Arguments) -> Predicate:
    column = rows.convert_text(wanted["column"])
    return _one(rows, wanted, _join(wanted, [column.like(pattern) for pattern in wanted["like_pattern_list"]]))


def _not_like_list(rows: Rows, wanted: Arguments) -> Predicate:
    column = rows.convert_text(wanted["column"])
    return _one(rows, wanted, sa.and_(*(sa.not_(column.like(pattern)) for pattern in wanted["like_pattern_list"])))


def _join(wanted: Arguments, conditions: list[Condition]) -> Condition:
    return sa.and_(*conditions) if wanted.get("match_on") == "all" else sa.or_(*conditions)


def _pair(rows: Rows, wanted: Arguments) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any], Condition]:
    first, second = rows.column(wanted["column_A"]), rows.column(wanted["column_B"])
    return first, second, ignore_missing([first, second], wanted.get("ignore_row_if", "both_values_are_missing"))


def ignore_missing(columns: list[sa.ColumnElement[Any]], ignored: str) -> Condition:
    """Which rows are left when those with missing values are ignored as Great Expectations words it."""
    missing = [column.is_(None) for column in columns]
    choices = {
        "both_values_are_missing": sa.not_(sa.and_(*missing)),
        "all_values_are_missing": sa.not_(sa.and_(*missing)),
        "either_value_is_missing": sa.not_(sa.or_(*missing)),
        "any_value_is_missing": sa.not_(sa.or_(*missing)),
        "neither": sa.true(),
        "never": sa.true(),
    }
    if ignored not in choices:
        raise ConfigError(f"ignore_row_if: {ignored}", subject="suite", cure=f"one of: {', '.join(choices)}")
    return choices[ignored]


def _greater(rows: Rows, wanted: Arguments) -> Predicate:
    first, second, considered = _pair(rows, wanted)
    if wanted.get("or_equal"):
        return Predicate(considered, sa.or_(first >= second, sa.and_(first.is_(None), second.is_(None))))
    return Predicate(considered, first > second)


def _equal(rows: Rows, wanted: Arguments) -> Predicate:
    first, second, considered = _pair(rows, wanted)
    return Predicate(considered, sa.and_(first == second, first.is_not(None), second.is_not(None)))


def _distinct_within(rows: Rows, wanted: Arguments) -> Predicate:
    columns = [rows.column(name) for name in wanted["column_list"]]
    same = [
        sa.or_(one == other, sa.and_(one.is_(None), other.is_(None)))
        for place, one in enumerate(columns)
        for other in columns[place + 1 :]
    ]
    ignored = wanted.get("ignore_row_if", "all_values_are_missing")
    return Predicate(ignore_missing(columns, ignored), sa.not_(sa.or_(*same)))


Compile = Callable[[Rows, Arguments], Predicate]

BOUNDS = ("min_value", "max_value", "strict_min", "strict_max")
PREDICATES: dict[str, tuple[tuple[str, ...], Compile]] = {
    "expect_column_values_to_not_be_null": (("column",), _not_null),
    "expect_column_values_to_be_null": (("column",), _null),
    "expect_column_values_to_be_in_set": (("column", "value_set"), _in_set),
    "expect_column_values_to_not_be_in_set": (("column", "value_set"), _not_in_set),
    "expect_column_values_to_be_between": (("column", *BOUNDS), _between),
    "expect_column_value_lengths_to_be_between": (("column", *BOUNDS), _lengths_between),
    "expect_column_value_lengths_to_equal": (("column", "value"), _length_equal),
    "expect_column_values_to_match_regex": (("column", "regex"), _match),
    "expect_column_values_to_not_match_regex": (("column", "regex"), _not_match),
    "expect_column_values_to_match_regex_list": (("column", "regex_list", "match_on"), _match_list),
    "expect_column_values_to_not_match_regex_list": (("column", "regex_list"), _not_match_list),
    "expect_column_values_to_match_like_pattern": (("column", "like_pattern"), _like),
    "expect_column_values_to_not_match_like_pattern": (("column", "like_pattern"), _not_like),
    "expect_column_values_to_match_like_pattern_list": (("column", "like_pattern_list", "match_on"), _like_list),
    "expect_column_values_to_not_match_like_pattern_list": (("column", "like_pattern_list"), _not_like_list),
    "expect_column_pair_values_a_to_be_greater_than_b": (
        ("column_A", "column_B", "or_equal", "ignore_row_if"),
        _greater,
    ),
    "expect_column_pair_values_to_be_equal": (("column_A", "column_B", "ignore_row_if"), _equal),
    "expect_select_column_values_to_be_unique_within_record": (("column_list", "ignore_row_if"), _distinct_within),
}
"""Type, the arguments that are understood (beside `mostly`), and how it becomes a condition."""
