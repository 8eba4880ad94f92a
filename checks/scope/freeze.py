"""Which projects have a scope freeze in force, and which items it froze."""

from __future__ import annotations

import pandas as pd

from slipwatch.check import CheckInput
from slipwatch.measures.naming import bind_items
from slipwatch.measures.projects import is_read, lacks_register, list_projects, list_stale_projects
from slipwatch.measures.rows import align, to_local_days
from slipwatch.measures.verdict import Verdict
from slipwatch.model.finding import GreyReason


def screen_projects(given: CheckInput, *, stale_by: tuple[str, ...]) -> Verdict:
    """One row per project whose scope is frozen and can be judged: the columns of `list_projects` and `frozen_on`.

    `stale_by` are the entities whose stale rows freeze a project.
    """
    verdict = Verdict(given.rule, _list_freezes(given))
    day = pd.Timestamp(given.day)
    verdict.set_grey(~(verdict.rows["frozen_on"] < day), GreyReason.NOT_PRACTISED, "scope.no_freeze")
    verdict.set_grey(~verdict.rows["approved"], GreyReason.NO_BASELINE, "scope.no_baseline")
    if not is_read(given.frames, "change_request"):
        everything = verdict.rows["subject"].notna()
        verdict.set_grey(everything, GreyReason.NOT_PRACTISED, "scope.no_change_register")
    stale = verdict.rows["project"].isin(list_stale_projects(*(given.frames[name] for name in stale_by)))
    stale |= lacks_register(given.frames["change_request"], verdict.rows["project"])
    verdict.set_grey(stale, GreyReason.STALE_SOURCE)
    return verdict


def _list_freezes(given: CheckInput) -> pd.DataFrame:
    """Every project with its day of freeze (declared, else that of its scope baseline) and whether one was approved."""
    projects = list_projects(given.frames["project"], given.portfolio)
    approved = given.frames["scope_baseline"].drop_duplicates("project", keep="last").set_index("project")["frozen_at"]
    days = to_local_days(approved, given.portfolio.time_zone).astype("datetime64[s]")
    declared = {key: project.scope_freeze for key, project in given.portfolio.projects.items()}
    frozen = pd.to_datetime(projects["project"].map(declared)).astype("datetime64[s]")
    frozen = frozen.fillna(align(projects["project"], days))
    return projects.assign(frozen_on=frozen, approved=projects["project"].isin(days.index))


def select_decided(given: CheckInput, *decisions: str) -> pd.DataFrame:
    """Change requests decided so by the day of judgement. A request that was put off counts only with the day on which
    it was: then the committee has decided to defer what it names."""
    requests = given.frames["change_request"]
    by_now = ~(requests["decided_on"] > pd.Timestamp(given.day))
    dated = requests["decision"].ne("deferred").fillna(value=True) | requests["decided_on"].notna()
    return requests[requests["decision"].isin(decisions) & by_now & dated]


def find_covered(requests: pd.DataFrame, items: pd.DataFrame, *, names: tuple[str, ...]) -> set[int]:
    """Subjects of `items` that one of these requests names by any of the columns `names`."""
    parts = [items[["subject", "project", name]].rename(columns={name: "name"}) for name in names]
    known = pd.concat(parts, ignore_index=True).dropna(subset=["name"])
    return set(bind_items(requests, known)["subject"].astype(int))
