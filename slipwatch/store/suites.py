"""The suite that every entity has without anybody writing one: made from model/tables.py.

Critical is what would make a rule judge nonsense; a warning is told in the report only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from slipwatch.model.columns import Column, Entity, Kind

EARLIEST, LATEST = "1990-01-01", "2099-12-31"
"""Days outside are typing errors: an order of the year 0206, a milestone in 9999."""

IN_ORDER: dict[str, tuple[tuple[str, str], ...]] = {
    "project": (("starts_on", "finishes_on"),),
    "work_item": (("starts_on", "due_on"), ("created_at", "done_at")),
    "change_request": (("raised_on", "decided_on"),),
    "order_line": (("ordered_on", "needed_on"), ("delivered_on", "booked_on")),
    "shipment": (("shipped_on", "expected_on"),),
    "receipt": (("received_on", "booked_on"),),
}
"""Pairs of columns of which the second is never earlier than the first."""


@dataclass(frozen=True, kw_only=True)
class GeneratedExpectation:
    """The same shape as one that a user writes."""

    type: str
    kwargs: Mapping[str, Any]
    severity: Literal["critical", "warning", "info"] = "critical"
    meta: Mapping[str, Any] = field(default_factory=lambda: {"made_from": "model/tables.py"})


def generate_suite(entity: Entity) -> tuple[GeneratedExpectation, ...]:
    """Required columns are there, vocabularies are kept, days are possible and in order.

    >>> from slipwatch.model.tables import ENTITIES
    >>> [expectation.type for expectation in generate_suite(ENTITIES["supplier"])]
    ['expect_column_values_to_not_be_null']
    """
    of_columns = [expectation for column in entity.columns for expectation in _expect_of_column(column)]
    return (*of_columns, *(_expect_order(*pair) for pair in IN_ORDER.get(entity.name, ())))


def _expect_of_column(column: Column) -> list[GeneratedExpectation]:
    found = []
    if column.required:
        found.append(GeneratedExpectation(type="expect_column_values_to_not_be_null", kwargs={"column": column.name}))
    if column.choices:
        kwargs = {"column": column.name, "value_set": list(column.choices)}
        found.append(GeneratedExpectation(type="expect_column_values_to_be_in_set", kwargs=kwargs))
    if column.kind is Kind.DAY:
        kwargs = {"column": column.name, "min_value": EARLIEST, "max_value": LATEST}
        found.append(GeneratedExpectation(type="expect_column_values_to_be_between", kwargs=kwargs, severity="warning"))
    return found


def _expect_order(first: str, second: str) -> GeneratedExpectation:
    return GeneratedExpectation(
        type="expect_column_pair_values_a_to_be_greater_than_b",
        kwargs={"column_A": second, "column_B": first, "or_equal": True, "ignore_row_if": "either_value_is_missing"},
        severity="warning",
    )
