"""TIME-03: somebody moved an approved date and wrote it down nowhere."""

from __future__ import annotations

import pandas as pd

from checks.schedule.milestones import (
    find_accountable,
    grade,
    list_milestone_moves,
    name_milestone,
    prove_moves,
    screen_milestones,
)
from slipwatch.check import CheckInput, rule
from slipwatch.measures.naming import bind_items
from slipwatch.measures.projects import is_read, lacks_register
from slipwatch.measures.promises import find_unrecorded
from slipwatch.measures.rows import Row, as_day, as_text, look_up, to_local_days
from slipwatch.model.finding import Argument, Assessment, Concern, Finding, GreyReason, Message
from slipwatch.model.records import SPOKEN


@rule(
    id="schedule.silent_move",
    alias="TIME-03",
    concern=Concern.TIME,
    entity="milestone",
    reads=("milestone", "change_request"),
    views=("baseline", "promise", "window"),
    scope="all",
)
def judge_silent_move(given: CheckInput) -> Assessment:
    """Silent move

    What it asks: Did a system move the date of an approved milestone without a change record that names it?
    Why a committee cares: It approved that date. Whoever moves it alone decides in the committee's place, and the
    committee hears of it weeks later.
    Formula and unit: number of moves since the baseline in force for which no change request names the milestone and
    was raised on or before the day of the move, and after the same source's move before it. A later record is no
    cure; a move onto the approved date is none. The reason stands until a new baseline or the acceptance.
    Source: change control as in PRINCE2 and ITIL. Data: promise ledger of milestone.forecast_on,
    change_request.items.
    What to do: Ask who moved the date and why; have the change recorded and decided, or the date put back.
    """
    verdict = screen_milestones(given)
    if not is_read(given.frames, "change_request"):
        everything = verdict.rows["subject"].notna()
        verdict.set_grey(everything, GreyReason.NOT_PRACTISED, "schedule.no_change_register", counted="project")
    lacking = lacks_register(given.frames["change_request"], verdict.rows["project"])
    verdict.set_grey(lacking, GreyReason.STALE_SOURCE)
    silent = _list_silent_moves(given, verdict.rows)
    counts = silent.groupby("subject").size()
    verdict.rows = verdict.rows.assign(moves=look_up(verdict.rows["subject"], counts))
    return verdict.conclude(verdict.rows["moves"] > 0, lambda row: _write(given, row, silent))


def _list_silent_moves(given: CheckInput, rows: pd.DataFrame) -> pd.DataFrame:
    """Moves without a record, of milestones that are still open, since their baseline came into force."""
    moves = list_milestone_moves(given)
    moves = moves[moves["source"].ne(SPOKEN)]  # what was said aloud and written down is not silent
    unrecorded = moves[find_unrecorded(moves, _bind_records(given))]
    known = rows[["subject", "baseline_on", "baseline_from"]]
    open_moves = unrecorded.merge(known, on="subject")
    since = to_local_days(open_moves["baseline_from"], given.portfolio.time_zone)
    drift = (open_moves["day"] >= since) & open_moves["new_day"].ne(open_moves["baseline_on"])
    return open_moves[drift]


def _bind_records(given: CheckInput) -> pd.DataFrame:
    """Change requests by the milestone they name: subject, raised_on."""
    requests = given.frames["change_request"]
    raised = requests[requests["raised_on"].notna() & requests["decision"].ne("withdrawn").fillna(value=True)]
    return bind_items(raised, _list_names(given))


def _list_names(given: CheckInput) -> pd.DataFrame:
    """Everything a record may call a milestone by."""
    frame = given.frames["milestone"]
    parts = [
        frame[["subject", "project", column]].rename(columns={column: "name"})
        for column in ("subject_key", "label", "source_id", "name", "milestone")
    ]
    declared = frame[["subject", "project", "milestone"]].drop_duplicates()
    known = given.portfolio.milestones
    for place in ("name", "aliases"):
        names = declared["milestone"].map(lambda key, place=place: getattr(known.get(key), place, None))
        parts.append(declared.assign(name=names)[["subject", "project", "name"]].explode("name"))
    return pd.concat(parts, ignore_index=True).dropna(subset=["name"])


def _write(given: CheckInput, row: Row, silent: pd.DataFrame) -> Finding:
    role, side = find_accountable(given, row)
    own = silent[silent["subject"].eq(row.subject)]
    first, last = own.iloc[0], own.iloc[-1]
    moved = given.calendars.for_site(as_text(row.site)).count_days(own["old_day"], own["new_day"])
    source = str(last["source"])
    arguments: dict[str, Argument] = {
        "count": len(own),
        "source": source,
        "old": as_day(last["old_day"]),
        "new": as_day(last["new_day"]),
        "day": as_day(last["day"]),
    }
    return Finding(
        rule=given.rule,
        subject=name_milestone(given, row),
        concern=Concern.TIME,
        severity=grade(given, row),
        value=len(own),
        threshold=0,
        unit="items",
        text=Message(id=f"{given.rule}.finding", arguments=arguments, plural="count"),
        action=Message(id=f"{given.rule}.action"),
        accountable=role,
        audience=side,
        gravity=len(own),
        stake_days=float(max(0, moved.sum())),
        since=as_day(first["day"]),
        evidence=tuple(prove_moves(given, row, own)),
    )
