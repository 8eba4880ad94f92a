"""Projects as subjects of a rule, and whether a process is practised at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from slipwatch.model.portfolio import Portfolio


def list_projects(frame: pd.DataFrame, portfolio: Portfolio) -> pd.DataFrame:
    """One row per project of the portfolio: subject, subject_key, label, name, project, site.

    `frame` is the entity frame `project`. Raises `LookupError` for a project without a subject in it: a rule that
    could not name what it speaks of is broken, not silent.
    """
    known = frame.drop_duplicates("subject_key").set_index("subject_key")["subject"]
    missing = [key for key in portfolio.projects if key not in known.index]
    if missing:
        raise LookupError(f"no subject for project {', '.join(missing)}")
    rows = [
        {
            "subject": int(known[key]),
            "subject_key": key,
            "label": key,
            "name": project.name,
            "project": key,
            "site": project.site,
        }
        for key, project in portfolio.projects.items()
    ]
    return pd.DataFrame(rows, columns=["subject", "subject_key", "label", "name", "project", "site"])


def is_read(frames: Mapping[str, pd.DataFrame], entity: str) -> bool:
    """True where some source delivers this entity, be it an empty list: a register nobody keeps cannot be judged by."""
    return not frames[entity].empty or bool(frames["window"]["entity"].eq(entity).any())


def list_stale_projects(*frames: pd.DataFrame) -> set[str]:
    """Projects that a stale source speaks of in any of these frames."""
    return {str(key) for frame in frames for key in frame.loc[frame["stale"].astype(bool), "project"].dropna().unique()}


def lacks_register(register: pd.DataFrame, projects: pd.Series[Any]) -> pd.Series[bool]:
    """True for each project whose register cannot be trusted today: some of it is stale, and nothing fresh speaks of
    this project. What is missing from a stale register proves nothing."""
    stale = register["stale"].astype(bool)
    return ~projects.isin(register.loc[~stale, "project"].dropna()) & bool(stale.any())
