"""From a row of a frame to the words of a finding: cells without NaN, subjects, references to the source, evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel

from slipwatch.model.finding import Argument, Evidence, Message, Subject
from slipwatch.model.records import SourceRef

Row = Any
"""A named tuple of `DataFrame.itertuples`: its fields are the frame's columns."""

EVIDENCE_LIMIT = 50
"""Rows of proof in one finding; its keys name every item, its text says how many there are."""


def as_text(value: object) -> str | None:
    """Text of a cell, None where it is missing or empty.

    >>> as_text("SIT exit"), as_text(pd.NA), as_text(float("nan")), as_text("")
    ('SIT exit', None, None, None)
    """
    return None if _is_missing(value) or value == "" else str(value)


def as_day(value: object) -> date | None:
    """Day of a cell that holds a day or a midnight.

    >>> as_day(pd.Timestamp("2026-04-30")), as_day(pd.NaT)
    (datetime.date(2026, 4, 30), None)
    """
    if _is_missing(value):
        return None
    return value if type(value) is date else pd.Timestamp(value).date()  # type: ignore[arg-type]  # any cell pandas can read as a time


def as_moment(value: object) -> datetime | None:
    """Aware instant of a cell.

    >>> as_moment(pd.Timestamp("2026-04-08T10:00Z"))
    datetime.datetime(2026, 4, 8, 10, 0, tzinfo=datetime.timezone.utc)
    """
    if _is_missing(value):
        return None
    moment = pd.Timestamp(value)  # type: ignore[arg-type]  # any cell pandas can read as a time
    return (moment.tz_localize("UTC") if moment.tzinfo is None else moment.tz_convert("UTC")).to_pydatetime()


def as_decimal(value: object, scale: int) -> Decimal | None:
    """Exact amount or quantity of a cell stored as whole parts of `scale`.

    >>> as_decimal(284_500_000, 10_000), as_decimal(pd.NA, 10_000)
    (Decimal('28450'), None)
    """
    return None if _is_missing(value) else Decimal(int(value)) / scale  # type: ignore[call-overload]  # an integer cell of any width


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or value != value  # NaN alone differs from itself


def to_local_days(instants: pd.Series[Any], zone: str) -> pd.Series[Any]:
    """Calendar day (midnight, no zone) on which each aware instant falls in `zone`; a column of days stays as it is.

    >>> to_local_days(pd.Series(pd.to_datetime(["2026-03-28T23:30Z"], utc=True)), "Europe/Paris")[0]
    Timestamp('2026-03-29 00:00:00')
    """
    times = pd.to_datetime(instants)
    if times.dt.tz is not None:
        times = times.dt.tz_convert(ZoneInfo(zone)).dt.tz_localize(None)
    return times.dt.normalize()


def iterate(frame: pd.DataFrame) -> Iterator[Row]:
    """Rows as named tuples."""
    return frame.itertuples(index=False, name="Row")


def spread_limits(
    settings: Callable[[str | None], BaseModel], projects: pd.Series[Any], field: str
) -> npt.NDArray[np.float64]:
    """A threshold for each row, by the row's project; one look-up per project."""
    names = projects.astype(object).where(projects.notna(), None)
    limits = {name: float(getattr(settings(name), field)) for name in names.unique()}
    return np.array([limits[name] for name in names], dtype=np.float64)


def build_subject(row: Row, entity: str, *, name: str | None = None) -> Subject:
    """Subject of a row: `name`, else its title, else its label."""
    title = name or as_text(getattr(row, "name", None)) or as_text(getattr(row, "label", None)) or str(row.subject_key)
    return Subject(
        id=int(row.subject), entity=entity, key=str(row.subject_key), name=title, project=as_text(row.project)
    )


def refer(row: Row) -> SourceRef:
    """Where the row's record is found in its own system."""
    return SourceRef(
        source=str(row.source),
        stream=str(row.stream),
        source_id=str(row.source_id),
        label=as_text(row.label) or str(row.source_id),
        url=as_text(row.url),
    )


def prove(id: str, row: Row | None = None, **arguments: Argument) -> Evidence:
    """One row of proof. With `row`, its source, reference and the moment at which it was known go along."""
    if row is None:
        return Evidence(text=Message(id=id, arguments=arguments))
    text = Message(id=id, arguments={"source": str(row.source), **arguments})
    return Evidence(text=text, source=refer(row), known_at=as_moment(row.known_at))


def align(keys: pd.Series[Any], values: pd.Series[Any]) -> pd.Series[Any]:
    """The value of each key, missing where there is none; `values` has the keys as its unique index.

    Unlike `Series.map` it keeps the type of the values when there are no keys, or no values.

    >>> align(pd.Series(["ERP", "WMS"]), pd.Series({"ERP": 9.0})).to_list()
    [9.0, nan]
    """
    return pd.Series(values.reindex(keys).array, index=keys.index)


def look_up(keys: pd.Series[Any], figures: pd.Series[Any]) -> pd.Series[float]:
    """Figure of each key as float64, 0 where there is none."""
    return align(keys, figures).astype("float64").fillna(0)
