"""Expectations that look at a whole column: smallest and largest value, mean, sum, distinct values, number of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from slipwatch.errors import ConfigError
from slipwatch.store.predicates import BOUNDS, Arguments, Rows, ignore_missing, read_set

Figures = dict[str, Any]
"""Results of the aggregates of one expectation."""


@dataclass(frozen=True)
class Summary:
    """`parts` are aggregates over all rows; `judge` turns their results into what was observed, and whether it may."""

    parts: dict[str, sa.ColumnElement[Any]]
    judge: Callable[[Figures], tuple[object, bool]]


@dataclass(frozen=True)
class Distinct:
    """The distinct values of a column, and whether they may be these."""

    column: sa.ColumnElement[Any]
    judge: Callable[[set[object]], bool]


@dataclass(frozen=True)
class Duplicates:
    """Columns that together must not occur twice, among the rows where `considered` holds."""

    columns: tuple[sa.ColumnElement[Any], ...]
    considered: sa.ColumnElement[bool]


def is_within(value: Any, wanted: Arguments, convert: Callable[[object], Any]) -> bool:
    """Whether an observed figure lies within the bounds; one that does not exist lies nowhere."""
    low, high = convert(wanted.get("min_value")), convert(wanted.get("max_value"))
    if value is None:
        return False
    above = low is None or (value > low if wanted.get("strict_min") else value >= low)
    below = high is None or (value < high if wanted.get("strict_max") else value <= high)
    return above and below


def _aggregate(build: Callable[[sa.ColumnElement[Any]], sa.ColumnElement[Any]]) -> Callable[[Rows, Arguments], Summary]:
    def compile_one(rows: Rows, wanted: Arguments) -> Summary:
        name = wanted["column"]

        def judge(found: Figures) -> tuple[object, bool]:
            value = found["value"]
            number = float(value) if value is not None and not isinstance(value, (str, int)) else value
            return number, is_within(number, wanted, lambda bound: rows.convert(name, bound))

        return Summary({"value": build(rows.column(name))}, judge)

    return compile_one


def _count_distinct(rows: Rows, wanted: Arguments) -> Summary:
    def judge(found: Figures) -> tuple[object, bool]:
        return found["distinct"], is_within(found["distinct"], wanted, lambda bound: bound)

    return Summary({"distinct": sa.func.count(sa.distinct(rows.column(wanted["column"])))}, judge)


def _share_distinct(rows: Rows, wanted: Arguments) -> Summary:
    column = rows.column(wanted["column"])

    def judge(found: Figures) -> tuple[object, bool]:
        share = found["distinct"] / found["known"] if found["known"] else None
        return share, is_within(share, wanted, lambda bound: bound)

    return Summary({"distinct": sa.func.count(sa.distinct(column)), "known": sa.func.count(column)}, judge)


def _share_known(rows: Rows, wanted: Arguments) -> Summary:
    def judge(found: Figures) -> tuple[object, bool]:
        share = found["known"] / found["all"] if found["all"] else None
        return share, is_within(share, wanted, lambda bound: bound)

    return Summary({"known": sa.func.count(rows.column(wanted["column"])), "all": sa.func.count()}, judge)


def _count_rows(rows: Rows, wanted: Arguments) -> Summary:
    def judge(found: Figures) -> tuple[object, bool]:
        exact = {"min_value": wanted["value"], "max_value": wanted["value"]} if "value" in wanted else wanted
        return found["all"], is_within(found["all"], exact, lambda bound: bound)

    return Summary({"all": sa.func.count()}, judge)


def _exist(rows: Rows, wanted: Arguments) -> Summary:
    found = wanted["column"] in rows.kinds
    return Summary({}, lambda figures: (found, found))


def _values_in(rows: Rows, wanted: Arguments) -> Distinct:
    allowed = set(read_set(rows, wanted))
    return Distinct(rows.column(wanted["column"]), lambda found: found <= allowed)


def _values_contain(rows: Rows, wanted: Arguments) -> Distinct:
    needed = set(read_set(rows, wanted))
    return Distinct(rows.column(wanted["column"]), lambda found: found >= needed)


def _values_equal(rows: Rows, wanted: Arguments) -> Distinct:
    exact = set(read_set(rows, wanted))
    return Distinct(rows.column(wanted["column"]), lambda found: found == exact)


def _unique(rows: Rows, wanted: Arguments) -> Duplicates:
    column = rows.column(wanted["column"])
    return Duplicates((column,), column.is_not(None))


def _compound(rows: Rows, wanted: Arguments) -> Duplicates:
    columns: Sequence[sa.ColumnElement[Any]] = [rows.column(name) for name in wanted["column_list"]]
    if not columns:
        raise ConfigError("column_list is empty", subject="suite", cure="name the columns")
    ignored = wanted.get("ignore_row_if", "all_values_are_missing")
    return Duplicates(tuple(columns), ignore_missing(list(columns), ignored))


Compile = Callable[[Rows, Arguments], Summary | Distinct | Duplicates]

SUMMARIES: dict[str, tuple[tuple[str, ...], Compile]] = {
    "expect_column_min_to_be_between": (("column", *BOUNDS), _aggregate(sa.func.min)),
    "expect_column_max_to_be_between": (("column", *BOUNDS), _aggregate(sa.func.max)),
    "expect_column_sum_to_be_between": (("column", *BOUNDS), _aggregate(sa.func.sum)),
    "expect_column_mean_to_be_between": (("column", *BOUNDS), _aggregate(sa.func.avg)),
    "expect_column_unique_value_count_to_be_between": (("column", *BOUNDS), _count_distinct),
    "expect_column_proportion_of_unique_values_to_be_between": (("column", *BOUNDS), _share_distinct),
    "expect_column_proportion_of_non_null_values_to_be_between": (("column", *BOUNDS), _share_known),
    "expect_column_distinct_values_to_be_in_set": (("column", "value_set"), _values_in),
    "expect_column_distinct_values_to_contain_set": (("column", "value_set"), _values_contain),
    "expect_column_distinct_values_to_equal_set": (("column", "value_set"), _values_equal),
    "expect_column_values_to_be_unique": (("column",), _unique),
    "expect_compound_columns_to_be_unique": (("column_list", "ignore_row_if"), _compound),
    "expect_table_row_count_to_be_between": (BOUNDS, _count_rows),
    "expect_table_row_count_to_equal": (("value",), _count_rows),
    "expect_column_to_exist": (("column",), _exist),
}
"""Type, the arguments that are understood (beside `mostly`), and how it is asked for."""
