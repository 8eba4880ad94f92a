"""Supplies the checks with frames: current records with their project, site and staleness, and the derived views."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from slipwatch.engine.links import assign
from slipwatch.engine.sources import describe_sources
from slipwatch.store.baselines import read_baselines, read_references, read_scope_baseline
from slipwatch.store.expectations import evaluate_suites
from slipwatch.store.reader import read_entity, read_promises
from slipwatch.store.subjects import ensure_subjects
from slipwatch.store.views import read_quarantine, read_windows

if TYPE_CHECKING:
    from slipwatch.check import Check
    from slipwatch.engine.wiring import Programme


@dataclass(kw_only=True)
class FrameSupply:
    """Reads each frame once per assessment. `known_by` limits everything to what was known then (None: all we know)."""

    programme: Programme
    at: datetime
    known_by: datetime | None = None
    stale_sources: frozenset[str] = frozenset()
    _entities: dict[str, pd.DataFrame] = field(default_factory=dict)
    _absent: dict[str, pd.DataFrame] = field(default_factory=dict)
    _views: dict[tuple[str, ...], pd.DataFrame] = field(default_factory=dict)

    @property
    def moment(self) -> datetime:
        """What is known then counts; in the programme's zone, which says what day it is."""
        return (self.known_by or self.at).astimezone(self.programme.zone)

    def supply(self, check: Check) -> dict[str, pd.DataFrame]:
        """Frames of one check: its entities (with `stale` as it concerns this check) and its views."""
        frames = {entity: self.read(entity) for entity in check.reads}
        for entity, frame in frames.items():
            frames[entity] = self._mark_stale(entity, frame, check.reads)
        frames.update({view: self.view(view, check.reads) for view in check.views})
        return frames

    def read(self, entity: str) -> pd.DataFrame:
        """Records of an entity that exist, or the sources for `source`."""
        if entity == "source":
            return self.sources
        if entity not in self._entities:
            frame = read_entity(self.programme.ledger, entity, known_by=self.known_by)
            frame = assign(frame, entity, self.programme.settings.links.assignments, self.programme.portfolio)
            gone = frame["vanished_at"].notna()
            self._absent[entity] = frame[gone] if gone.any() else frame.iloc[:0]
            self._entities[entity] = frame[~gone].reset_index(drop=True) if gone.any() else frame
            if entity == "project":
                self._entities[entity] = self._add_declared(self._entities[entity])
        return self._entities[entity]

    def _add_declared(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Every project of the portfolio is there, also one that no source lists."""
        declared = self.subjects_of("project")
        projects = self.programme.portfolio.projects
        missing = [key for key in declared if key not in set(frame["subject_key"])]
        rows = pd.DataFrame(
            {
                "subject": [declared[key] for key in missing],
                "subject_key": missing,
                "label": missing,
                "name": [projects[key].name for key in missing],
                "project": missing,
                "site": [projects[key].site for key in missing],
                "source": ["portfolio"] * len(missing),
            }
        )
        joined = pd.concat([frame, rows], ignore_index=True) if missing else frame
        return joined.astype({"subject": "int64"})

    @cached_property
    def sources(self) -> pd.DataFrame:
        """One row per configured source: state, cause, age of its facts."""
        return describe_sources(self.programme, self.at)

    @property
    def loaded(self) -> set[str]:
        """Entities that the checks of this run have asked for."""
        return set(self._entities)

    def subjects_of(self, entity: str) -> dict[str, int]:
        """Subject ids of a declared entity (`project`, `milestone`), by portfolio key."""
        declared = self.programme.portfolio.projects if entity == "project" else self.programme.portfolio.milestones
        wanted = [(entity, key, thing.name) for key, thing in declared.items()]
        return {key: id for (_, key), id in ensure_subjects(self.programme.ledger, wanted).items()}

    def view(self, name: str, entities: Iterable[str] = ()) -> pd.DataFrame:
        """A derived frame by name, made once; `KeyError` for a name that no rule may ask for."""
        key = (name, *sorted(entities)) if name == "absent" else (name,)
        if key not in self._views:
            self._views[key] = self._make_view(name, entities)
        return self._views[key].copy(deep=False)

    def _make_view(self, name: str, entities: Iterable[str]) -> pd.DataFrame:
        ledger, moment = self.programme.ledger, self.moment
        views: dict[str, Callable[[], pd.DataFrame]] = {
            "promise": lambda: read_promises(ledger, known_by=self.known_by),
            "baseline": lambda: read_baselines(ledger, at=moment),
            "reference": lambda: read_references(ledger),
            "scope_baseline": lambda: read_scope_baseline(ledger, at=moment),
            "window": lambda: self.windows,
            "quarantine": self._read_quarantine,
            "expectation": lambda: evaluate_suites(ledger, self.programme.settings.suites),
            "absent": lambda: self._gather_absent(entities),
        }
        return views[name]()

    def _gather_absent(self, entities: Iterable[str]) -> pd.DataFrame:
        for entity in entities:
            self.read(entity)
        wanted = {entity: self._absent[entity] for entity in sorted(set(entities) & set(self._absent))}
        filled = {entity: frame for entity, frame in wanted.items() if len(frame)} or dict(list(wanted.items())[:1])
        parts = [frame.assign(entity=entity) for entity, frame in filled.items()]
        columns = ["entity", "subject", "label", "name", "project", "source", "absent_since", "vanished_at"]
        if not parts:
            return pd.DataFrame(columns=columns)
        return pd.concat(parts, ignore_index=True).reindex(columns=columns)

    def _mark_stale(self, entity: str, frame: pd.DataFrame, reads: tuple[str, ...]) -> pd.DataFrame:
        """A subject is stale when any system that speaks of it, or that holds its evidence, is."""
        if entity == "source" or not self.stale_sources or frame.empty:
            return frame.assign(stale=False) if "stale" not in frame else frame
        stale = frame["source"].isin(self.stale_sources)
        stale |= self._lacks_evidence(entity, frame, reads)
        subjects = frame.loc[stale, "subject"]
        return frame.assign(stale=stale | frame["subject"].isin(subjects))

    def _lacks_evidence(self, entity: str, frame: pd.DataFrame, reads: tuple[str, ...]) -> pd.Series:
        """Rows whose proof would come from a stale source, for a check that reads the entities of that source."""
        lacking = pd.Series(data=False, index=frame.index)
        for key in self.stale_sources:
            if not self._provides(key) & (set(reads) - {entity}):
                continue
            for judged, column, value in self.programme.portfolio.sources[key].evidence:
                if judged == entity and not column:
                    lacking |= True
                elif judged == entity and column in frame:
                    lacking |= frame[column].eq(value).fillna(value=False).astype(bool)
        return lacking

    def _provides(self, source: str) -> set[str]:
        windows = self.windows
        return set(windows.loc[windows["source"].eq(source), "entity"].dropna())

    @cached_property
    def windows(self) -> pd.DataFrame:
        """The last window of each stream, of those that were recorded by then."""
        windows = read_windows(self.programme.ledger, latest_only=False)
        return windows[windows["at"] <= self.at].groupby(["source", "stream"], sort=False).tail(1)

    def _read_quarantine(self) -> pd.DataFrame:
        """What was set aside and not read since, as it stood then."""
        rows = read_quarantine(self.programme.ledger, open_only=self.known_by is None)
        still_open = rows["closed_at"].isna() | (rows["closed_at"] > self.at)
        return rows[(rows["first_seen"] <= self.at) & still_open]
