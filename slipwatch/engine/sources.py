"""Health of the sources, as the rules and the PMO see it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from slipwatch.model.records import WindowState
from slipwatch.store.ledger import Ledger
from slipwatch.store.subjects import ensure_subjects
from slipwatch.store.views import read_windows

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme

GOOD = frozenset({WindowState.MERGED, WindowState.UNCHANGED, WindowState.OLDER, WindowState.RELEASED})
WORST_FIRST = (WindowState.FAILED, WindowState.SET_ASIDE, WindowState.HELD, WindowState.INCOMPLETE)


def describe_sources(programme: Programme, at: datetime) -> pd.DataFrame:
    """One row per configured source, as its windows stood at an instant.

    Columns: subject, key, name, state (`good`, `never_read`, or the worst state of its streams), cause, last_good_at,
    data_as_of (oldest among its streams of the newest good facts), rhythm_days, site, owner, rows.
    """
    windows = read_windows(programme.ledger, latest_only=False)
    windows = windows[windows["at"] <= at]
    profiles = programme.portfolio.sources
    subjects = ensure_subjects(programme.ledger, [("source", key, profile.name) for key, profile in profiles.items()])
    rows = []
    for key, profile in profiles.items():
        own = windows[windows["source"].eq(key)]
        state, cause = _worst_state(own)
        good = own[own["state"].isin(GOOD)]
        newest = good.groupby("stream")["as_of"].max()
        rows.append(
            {
                "subject": subjects["source", key],
                "key": key,
                "name": profile.name,
                "state": state,
                "cause": cause,
                "last_good_at": good["at"].max() if len(good) else pd.NaT,
                "data_as_of": newest.min() if len(newest) else pd.NaT,
                "rhythm_days": profile.rhythm_days,
                "site": profile.site,
                "owner": profile.owner,
                "stale": False,
            }
        )
    frame = pd.DataFrame(rows, columns=list(rows[0]) if rows else ["subject", "key"])
    for column in ("last_good_at", "data_as_of"):
        frame[column] = pd.to_datetime(frame[column], utc=True).astype("datetime64[us, UTC]")
    return frame


def _worst_state(windows: pd.DataFrame) -> tuple[str, str]:
    """Worst state among the latest windows of its streams; a fault of the whole source ends with its next window."""
    if windows.empty:
        return "never_read", ""
    latest = windows.sort_values(["at", "window"]).groupby("stream").tail(1)
    whole = latest["stream"].eq("")
    if (~whole).any():
        latest = latest[~whole | (latest["at"] >= latest.loc[~whole, "at"].max())]
    for state in WORST_FIRST:
        found = latest[latest["state"].eq(state)]
        if len(found):
            row = found.iloc[-1]
            return str(state), str(row["detail"] or row["reason"])
    return "good", ""


def list_sources_read(ledger: Ledger) -> set[str]:
    """Sources of which at least one window was merged."""
    windows = read_windows(ledger, latest_only=False)
    return set(windows.loc[windows["state"].isin(GOOD), "source"])
