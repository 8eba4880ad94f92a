"""The promise ledger as a check sees it: dates that moved, moves that nobody recorded, the promise that stands."""

from __future__ import annotations

from typing import Any

import pandas as pd

from slipwatch.measures.rows import align, to_local_days
from slipwatch.model.records import Cause

MOVE_COLUMNS = ["subject", "source", "record", "day", "previous_day", "old_day", "new_day", "known_at"]


def select_drift(promises: pd.DataFrame, *, entity: str, column: str) -> pd.DataFrame:
    """Changes of one watched column that the source itself made, oldest first; a repaired mapping is no drift."""
    chosen = promises["entity"].eq(entity) & promises["column"].eq(column) & promises["cause"].eq(Cause.SOURCE.value)
    return promises[chosen].sort_values("known_at", kind="stable")


def list_moves(promises: pd.DataFrame, *, entity: str, column: str, zone: str) -> pd.DataFrame:
    """Every move of a date, one per subject, source and day: `MOVE_COLUMNS`, oldest first.

    `promises` is the view of that name; `day` is the local day on which the move was stated, `previous_day` that of the
    same source's move before it (NaT for the first). A date that was stated for the first time has not moved, and one
    that came back the same day has not either.
    """
    changes = select_drift(promises, entity=entity, column=column)
    changes = changes[changes["old_day"].notna() & changes["new_day"].notna()]
    changes = changes.assign(day=to_local_days(changes["known_at"], zone))
    days = changes.groupby(["subject", "source", "day"], sort=False, as_index=False).agg(
        record=("record", "last"),
        old_day=("old_day", "first"),
        new_day=("new_day", "last"),
        known_at=("known_at", "last"),
    )
    moves = days[days["old_day"].ne(days["new_day"])]
    moves = moves.assign(previous_day=moves.groupby(["subject", "source"], sort=False)["day"].shift())
    return moves.reindex(columns=MOVE_COLUMNS)


def find_unrecorded(moves: pd.DataFrame, records: pd.DataFrame) -> pd.Series[bool]:
    """True for each move without a change record.

    A record (columns `subject`, `raised_on`) stands for a move of its subject when it was raised no later than the day
    of the move, and after the move before it: what is written down afterwards does not undo the silence.
    """
    if moves.empty or records.empty:
        return pd.Series(data=True, index=moves.index)
    pairs = moves.reset_index(names="move").merge(records[["subject", "raised_on"]], on="subject")
    in_time = (pairs["raised_on"] <= pairs["day"]) & ~(pairs["raised_on"] <= pairs["previous_day"])
    return pd.Series(~moves.index.isin(pairs.loc[in_time, "move"]), index=moves.index)


def find_stated_at(frame: pd.DataFrame, promises: pd.DataFrame, *, entity: str, column: str) -> pd.Series[Any]:
    """When each record of `frame` stated the value of `column` that it shows now: its last own change, else `known_at`.

    The record's `known_at` alone will not do: it moves with every other column of the record.
    """
    last = select_drift(promises, entity=entity, column=column).drop_duplicates("record", keep="last")
    stated = align(frame["record"], last.set_index("record")["known_at"])
    return stated.fillna(frame["known_at"])


def choose_last_stated(statements: pd.DataFrame) -> pd.DataFrame:
    """The statement that stands for each subject: the last one made, and of two made together the later date.

    Columns needed: `subject`, `promised_on`, `stated_at`; statements without a date promise nothing.

    >>> said = pd.DataFrame({"subject": [1, 1], "promised_on": ["2026-03-27", "2026-04-17"],
    ...                      "stated_at": ["2026-02-05", "2026-03-06"], "source": ["SUP", "ERP"]})
    >>> choose_last_stated(said)[["promised_on", "source"]].to_numpy().tolist()
    [['2026-04-17', 'ERP']]
    """
    dated = statements[statements["promised_on"].notna()]
    ordered = dated.sort_values(["stated_at", "promised_on"], kind="stable")
    return ordered.drop_duplicates("subject", keep="last")
