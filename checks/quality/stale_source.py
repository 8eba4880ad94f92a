"""DQ-01: a source that no longer speaks."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from checks.quality.sources import FAILED, find_owner, gather_sources, name_source
from slipwatch.check import CheckInput, Thresholds, rule
from slipwatch.measures.rows import Row, as_day, as_text, spread_limits, to_local_days
from slipwatch.measures.verdict import Verdict
from slipwatch.model.finding import Argument, Assessment, Concern, Evidence, Finding, GreyReason, Message, Severity


class StaleSourceLimits(Thresholds):
    """How old facts may be, in rhythms of their source."""

    rhythm_count: float = Field(default=2, ge=1, le=20, description="rhythms after which the facts count as stale")


@rule(
    id="quality.stale_source",
    alias="DQ-01",
    concern=Concern.QUALITY,
    entity="source",
    reads=("source",),
    scope="all",
    thresholds=StaleSourceLimits,
)
def judge_stale_source(given: CheckInput) -> Assessment:
    """Stale source

    What it asks: Are the newest facts of a source older than its rhythm allows, or could it not be read at all?
    Why a committee cares: A fresh file may hold old facts; everything judged by them looks calm because nobody
    looked.
    Formula and unit: age = today − day of the newest good fact, in working days of the source's site, else in
    calendar days. It fires above rhythm_count × rhythm, or when the last read failed. Between one rhythm and that the
    PMO gets a note. What rests on a stale source is shown grey and nothing of it is resolved.
    Source: freshness monitors of data observability. Data: windows of the source, its rhythm in sources.yaml.
    What to do: Ask who keeps the source for the missing file or job; until then read its figures with their age.
    """
    verdict = Verdict(given.rule, _measure_age(given))
    rows = verdict.rows
    silent = rows["rhythm_days"].notna() & rows["age"].isna() & ~rows["state"].isin(FAILED)
    verdict.set_grey(silent | rows["state"].eq("never_read"), GreyReason.TOO_FEW_DATA, "quality.never_read")
    rows = verdict.rows
    failed, old = rows["state"].isin(FAILED), rows["age"] > rows["limit"]
    calm = rows["state"].isin(("good", "nothing_new")) & ~old & (rows["age"] > rows["rhythm_days"])
    verdict.assessment.notes.extend(_note(row) for row in rows[calm].itertuples(index=False))
    return verdict.conclude(failed | old, lambda row: _write(given, row))


def _measure_age(given: CheckInput) -> pd.DataFrame:
    """Sources with newest_on, age, limit (both in `unit`: wd or d)."""
    rows = gather_sources(given)
    newest = to_local_days(rows["data_as_of"], given.portfolio.time_zone)
    working = given.calendars.count_days(rows["site"].to_list(), newest, given.day)
    elapsed = (pd.Timestamp(given.day) - newest).dt.days
    sited = rows["site"].notna()
    rhythm = rows["rhythm_days"].astype("float64")
    count = spread_limits(given.settings, rows["project"], "rhythm_count")
    return rows.assign(
        newest_on=newest,
        age=pd.Series(working, index=rows.index).where(sited, elapsed),
        rhythm_days=rhythm,
        limit=rhythm * count,
        unit=pd.Series("wd", index=rows.index).where(sited, "d"),
    )


def _describe(row: Row) -> dict[str, Argument]:
    age = None if pd.isna(row.age) else int(row.age)
    return {"newest": as_day(row.newest_on), "age": age, "unit": row.unit, "source": row.key, "name": as_text(row.name)}


def _note(row: Row) -> Message:
    return Message(id="quality.stale_source.note", arguments=_describe(row))


def _write(given: CheckInput, row: Row) -> Finding:
    role, side = find_owner(given, row.owner)
    arguments = _describe(row) | {"cause": as_text(row.cause)}
    known = "cause" if arguments["cause"] else "state"
    variant = "failed" if row.state in FAILED else "finding"
    limit = None if pd.isna(row.limit) else float(row.limit)
    text = Message(id=f"{given.rule}.{variant}", arguments=arguments)
    return Finding(
        rule=given.rule,
        subject=name_source(row.key, int(row.subject), row.name),
        concern=Concern.QUALITY,
        severity=Severity.WARNING,
        value=None if pd.isna(row.age) else float(row.age),
        threshold=limit,
        unit=row.unit,
        text=text,
        action=Message(id=f"{given.rule}.action"),
        accountable=role,
        audience=side,
        since=as_day(row.newest_on),
        evidence=(Evidence(text=Message(id=f"quality.evidence.{known}", arguments=arguments | {"state": row.state})),),
    )
