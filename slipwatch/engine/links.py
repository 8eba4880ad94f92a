"""Which records are the same thing, and which project and milestone they belong to.

Both follow the ordered rules of `links.yaml`. What no rule catches keeps a key of its own and stays *unassigned*: it is
counted, never thrown away.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from slipwatch.model.portfolio import Portfolio
from slipwatch.settings.links import Assignment, Identity

if TYPE_CHECKING:
    import pandas as pd

    from slipwatch.store.entries import Unplaced

DECLARED = ("project", "milestone", "supplier")
"""Entities that the portfolio declares: their records are matched to it before any rule is tried."""

REGISTER = "REGISTER"
"""Source of the PMO's own registers: their lines name projects by the portfolio's own keys."""


def name_declared(portfolio: Portfolio, entity: str) -> dict[str, str]:
    """Everything that stands for a declared subject (key, name, alias, code), case-folded, with the subject's key."""
    names: dict[str, str] = {}
    if entity == "milestone":
        for milestone in portfolio.milestones.values():
            names.update(dict.fromkeys((milestone.key, milestone.name, *milestone.aliases), milestone.key))
    elif entity == "project":
        for project in portfolio.projects.values():
            names.update(dict.fromkeys((project.key, project.name), project.key))
    elif entity == "supplier":
        for supplier in portfolio.suppliers.values():
            names.update(dict.fromkeys((supplier.key, supplier.name, *supplier.codes), supplier.key))
    return {name.casefold(): key for name, key in names.items()}


class Identities:
    """Finds the subject key of a record: portfolio, then the rules in order, then a key of its own."""

    def __init__(self, rules: Iterable[Identity], portfolio: Portfolio) -> None:
        self._declared = {entity: name_declared(portfolio, entity) for entity in DECLARED}
        self._pinned: dict[tuple[str, str, str], str] = {}
        self._by_label: dict[str, set[str]] = {}
        for entry in rules:
            if entry.is_ is not None:
                name = entry.source_id or entry.label or ""
                self._pinned[entry.entity, entry.source or "", name] = entry.is_
            elif entry.by == "label":
                self._by_label.setdefault(entry.entity, set()).update(entry.sources or ("*",))

    def find_keys(self, entity: str, source: str, records: Unplaced) -> list[str]:
        """Subject keys of new records, in their order."""
        sources = self._by_label.get(entity, set())
        if "*" in sources or source in sources:
            keys = list(records.labels)
        else:
            keys = [f"{source}:{source_id}" for source_id in records.ids]
        declared = self._declared.get(entity)
        if declared:
            names = [str(name or "") for name in records.values["name"]]
            for index, candidates in enumerate(zip(records.labels, records.ids, names, strict=True)):
                matches = (declared.get(candidate.casefold()) for candidate in candidates)
                keys[index] = next((key for key in matches if key is not None), keys[index])
        return self._pin(entity, source, records, keys)

    def _pin(self, entity: str, source: str, records: Unplaced, keys: list[str]) -> list[str]:
        """A record that a rule names goes where the rule says; its id counts before its label."""
        pinned = {name: key for (one, where, name), key in self._pinned.items() if (one, where) == (entity, source)}
        if not pinned:
            return keys
        named = zip(records.ids, records.labels, keys, strict=True)
        return [pinned.get(source_id) or pinned.get(label) or key for source_id, label, key in named]


def assign(frame: pd.DataFrame, entity: str, rules: Iterable[Assignment], portfolio: Portfolio) -> pd.DataFrame:
    """Add `project`, `milestone` and `site` (portfolio keys, missing where nothing catches) to a frame of records.

    Declared milestones and projects, and lines of the PMO's registers, belong where they say, whatever the rules.
    """
    project, milestone = _place_declared(frame, entity, portfolio)
    texts: dict[str, pd.Series[str]] = {}
    for entry in rules if len(frame) else ():
        if entry.entity not in ("*", entity) or entry.field not in frame.columns:
            continue
        if entry.field not in texts:
            texts[entry.field] = frame[entry.field].astype("str")
        caught = project.isna() & _catches(texts[entry.field], entry)
        if caught.any():
            project = project.mask(caught, entry.project)
            milestone = milestone.mask(caught, entry.milestone) if entry.milestone else milestone
    return frame.assign(project=project, milestone=milestone).pipe(_locate, portfolio)


def _place_declared(frame: pd.DataFrame, entity: str, portfolio: Portfolio) -> tuple[pd.Series[str], pd.Series[str]]:
    """Project and milestone of declared subjects; missing for everything else."""
    import pandas as pd

    nothing = pd.Series(pd.NA, index=frame.index, dtype="str")
    if entity not in ("milestone", "project"):
        return _place_lines(frame, portfolio) if "project_code" in frame else nothing, nothing
    homes = {key: declared.project for key, declared in portfolio.milestones.items()}
    homes.update({key: key for key in portfolio.projects})
    keys = frame["subject_key"]
    own = keys.where(keys.isin(list(portfolio.milestones))) if entity == "milestone" else nothing
    return keys.map(homes).astype("str"), own


def _place_lines(frame: pd.DataFrame, portfolio: Portfolio) -> pd.Series[str]:
    """Projects of the lines of the PMO's own registers."""
    own = frame["source"].eq(REGISTER) & frame["project_code"].isin(list(portfolio.projects))
    return frame["project_code"].where(own).astype("str")


def _catches(text: pd.Series[str], entry: Assignment) -> pd.Series[bool]:
    if entry.equals is not None:
        found = text == entry.equals
    elif entry.prefix is not None:
        found = text.str.startswith(entry.prefix)
    else:
        found = text.isin(list(entry.list_))
    return found.fillna(value=False).astype(bool)


def _locate(frame: pd.DataFrame, portfolio: Portfolio) -> pd.DataFrame:
    """The site whose calendar counts: delivery site, then the milestone's, then the project's."""
    import pandas as pd

    codes = {code: site.key for site in portfolio.sites.values() for code in (site.key, *site.codes)}
    of_milestone = {key: milestone.site for key, milestone in portfolio.milestones.items() if milestone.site}
    of_project = {key: project.site for key, project in portfolio.projects.items() if project.site}
    site = pd.Series(pd.NA, index=frame.index, dtype="str")
    if "site_code" in frame.columns:
        site = frame["site_code"].map(codes).astype("str")
    site = site.fillna(frame["milestone"].map(of_milestone).astype("str"))
    return frame.assign(site=site.fillna(frame["project"].map(of_project).astype("str")))
