"""The only file that knows Great Expectations: it runs what the compiler does not know, and is its oracle in the tests.

Importing the library takes seconds and hundreds of megabytes; this module is imported only when a suite needs it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from slipwatch.model.columns import MONEY_SCALE, QUANTITY_SCALE, Kind
from slipwatch.store.outcomes import KEY_LIMIT, Expectation, Outcome
from slipwatch.store.predicates import Rows

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # older releases called home

import great_expectations as gx
from great_expectations.exceptions.exceptions import GreatExpectationsError
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

KEYS = ["source", "label"]


def run_expectations(connection: sa.Connection, rows: Rows, expectations: Sequence[Expectation]) -> list[Outcome]:
    """Outcomes of the library itself over the same rows, read into a frame."""
    return validate(read_values(connection, rows), expectations)


def read_values(connection: sa.Connection, rows: Rows) -> pd.DataFrame:
    """The rows as a user of a suite thinks of them: days and instants as timestamps, amounts in their unit."""
    found = connection.execute(sa.select(*(rows.table.c[name] for name in rows.kinds)))
    frame = pd.DataFrame(found.all(), columns=list(rows.kinds), dtype=object)
    return pd.DataFrame({name: _read_column(frame[name], kind) for name, kind in rows.kinds.items()})


def _read_column(values: pd.Series[Any], kind: Kind) -> pd.Series[Any]:
    if kind is Kind.DAY:
        return pd.to_datetime(values, format="ISO8601")
    if kind is Kind.INSTANT:
        return pd.to_datetime(values.astype("Int64"), unit="us", utc=True)
    if kind in (Kind.MONEY, Kind.QUANTITY):
        return values.astype("float64") / (MONEY_SCALE if kind is Kind.MONEY else QUANTITY_SCALE)
    if kind in (Kind.INTEGER, Kind.RATIO):
        return values.astype("float64")
    if kind is Kind.FLAG:
        return values.map(bool, na_action="ignore").astype("boolean")
    return values


def validate(frame: pd.DataFrame, expectations: Sequence[Expectation]) -> list[Outcome]:
    """One outcome per expectation, in their order; a type or an argument that the library refuses is broken."""
    batch = _open_batch(frame)
    return [_validate_one(batch, frame, expectation) for expectation in expectations]


def _open_batch(frame: pd.DataFrame) -> Any:
    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("ledger").add_dataframe_asset("rows")
    return asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})


def _validate_one(batch: Any, frame: pd.DataFrame, expectation: Expectation) -> Outcome:
    result_format = {"result_format": "COMPLETE", "unexpected_index_column_names": KEYS}
    try:
        asked = ExpectationConfiguration(type=expectation.type, kwargs=dict(expectation.kwargs)).to_domain_obj()
        found = batch.validate(asked, result_format=result_format)
    except (GreatExpectationsError, TypeError, ValueError) as refused:
        return Outcome(
            expectation=expectation, state="broken", element_count=len(frame), detail=str(refused)[:500], engine="gx"
        )
    return _read_result(expectation, found, len(frame))


def _read_result(expectation: Expectation, found: Any, elements: int) -> Outcome:
    """A check that raised is broken: the library reports it like a failure, but for its traceback."""
    raised = _find_exception(found.exception_info)
    if raised:
        return Outcome(expectation=expectation, state="broken", element_count=elements, detail=raised, engine="gx")
    failing = found.result.get("unexpected_index_list") or []
    count = found.result.get("unexpected_count")
    return Outcome(
        expectation=expectation,
        state="passed" if found.success else "failed",
        element_count=elements,
        unexpected_count=None if count is None else int(count),
        observed=found.result.get("observed_value"),
        by_source=Counter(str(row["source"]) for row in failing),
        keys=() if found.success else tuple(sorted(str(row["label"]) for row in failing)[:KEY_LIMIT]),
        engine="gx",
    )


def _find_exception(info: Any) -> str:
    """What was raised, if anything: the library gives one entry, or one for each of its metrics."""
    entries = [info] if "raised_exception" in info else list(info.values())
    return next((str(entry["exception_message"])[:500] for entry in entries if entry.get("raised_exception")), "")
