"""DQ-03: a list that suddenly has another length."""

from __future__ import annotations

import pandas as pd

from checks.quality.sources import find_owner, list_windows, name_source, screen_read_sources
from slipwatch.check import CheckInput, rule
from slipwatch.measures.rows import Row, as_day, as_text, iterate
from slipwatch.model.finding import Argument, Assessment, Concern, Evidence, Finding, Message, Severity


@rule(
    id="quality.row_count_jump",
    alias="DQ-03",
    concern=Concern.QUALITY,
    entity="source",
    reads=("source",),
    views=("window",),
    scope="all",
)
def judge_row_count_jump(given: CheckInput) -> Assessment:
    """Row count jump

    What it asks: Was a complete list held back because it has far fewer or far more rows than the last good one?
    Why a committee cares: An export with the wrong filter makes two thirds of the orders vanish, and with them every
    delay that was reported.
    Formula and unit: change = (rows − rows of the last good window) / rows of the last good window, in per cent. The
    limits are set per source (guard in sources.yaml). A held list changes nothing: nothing vanishes, nothing is
    resolved.
    Source: volume monitors of data observability; individuals chart. Data: windows of the source.
    What to do: Have the list exported again. If the change is real, release it: slipwatch release, with the reason.
    """
    held = list_windows(given, "held")
    change = (held["rows"].astype("float64") - held["previous_rows"].astype("float64")) * 100
    held = held.assign(change=(change / held["previous_rows"].astype("float64").where(lambda rows: rows > 0)).round())
    held = held.sort_values("change", key=abs, ascending=False, na_position="last")
    verdict = screen_read_sources(given, found=set(held["source"]))
    return verdict.conclude(verdict.rows["key"].isin(held["source"]), lambda row: _write(given, row, held))


def _write(given: CheckInput, row: Row, held: pd.DataFrame) -> Finding:
    own = held[held["source"].eq(row.key)]
    worst = next(iterate(own))
    role, side = find_owner(given, row.owner)
    change = None if pd.isna(worst.change) else int(worst.change)
    arguments = _describe(worst)
    return Finding(
        rule=given.rule,
        subject=name_source(row.key, int(row.subject), row.name),
        concern=Concern.QUALITY,
        severity=Severity.WARNING,
        value=change,
        threshold=None,
        unit="%",
        text=Message(id=f"{given.rule}.finding", arguments=arguments),
        action=Message(id=f"{given.rule}.action"),
        accountable=role,
        audience=side,
        gravity=None if change is None else abs(change),
        since=as_day(worst.as_of),
        evidence=tuple(
            Evidence(text=Message(id="quality.evidence.held", arguments=_describe(one))) for one in iterate(own)
        ),
        keys=tuple(own["stream"].astype(str)),
    )


def _describe(window: Row) -> dict[str, Argument]:
    return {
        "source": window.source,
        "stream": as_text(window.stream),
        "rows": int(window.rows),
        "previous": None if pd.isna(window.previous_rows) else int(window.previous_rows),
        "change": None if pd.isna(window.change) else int(window.change),
        "day": as_day(window.as_of),
    }
