"""Which projects a subject belongs to, whatever its entity: records by their links, sources by what they feed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from slipwatch.measures.rows import iterate

if TYPE_CHECKING:
    from slipwatch.engine.frames import FrameSupply

Projects = tuple[str, ...]


@dataclass(kw_only=True)
class Places:
    """Looks up projects by subject. Each entity is read once."""

    supply: FrameSupply
    _entities: dict[str, dict[int, Projects]] = field(default_factory=dict)

    def find(self, entity: str, subject: int) -> Projects:
        """Keys of the projects of a subject; empty while it is unassigned."""
        return self.of(entity).get(subject, ())

    def of(self, entity: str) -> Mapping[int, Projects]:
        """Projects by subject id, for one entity."""
        if entity not in self._entities:
            self._entities[entity] = self._read(entity)
        return self._entities[entity]

    def _read(self, entity: str) -> dict[int, Projects]:
        if entity == "source":
            sources = self.supply.sources
            return {int(row.subject): self.feeds[str(row.key)] for row in iterate(sources)}
        if entity == "project":
            return {subject: (key,) for key, subject in self.supply.subjects_of("project").items()}
        frame = self.supply.read(entity)
        placed = frame[frame["project"].notna()].drop_duplicates("subject", keep="last")
        return {int(subject): (str(key),) for subject, key in zip(placed["subject"], placed["project"], strict=True)}

    @cached_property
    def feeds(self) -> Mapping[str, Projects]:
        """Projects that each source speaks of; all of them for a source that has never spoken of any."""
        every = tuple(self.supply.programme.portfolio.projects)
        found: dict[str, set[str]] = defaultdict(set)
        for entity in sorted(self.supply.loaded):
            for source, key in _list_pairs(self._place(self.supply.read(entity))):
                found[source].add(key)
        return {
            key: tuple(project for project in every if project in found[key]) or every
            for key in self.supply.programme.portfolio.sources
        }

    def _place(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Answers, notices and receipts belong to the project of the order line that they name."""
        if "order_line_subject" not in frame:
            return frame
        lines = {subject: keys[0] for subject, keys in self.of("order_line").items()}
        return frame.assign(project=frame["project"].fillna(frame["order_line_subject"].map(lines)))


def _list_pairs(frame: pd.DataFrame) -> list[tuple[str, str]]:
    placed = frame[["source", "project"]].dropna().drop_duplicates()
    return [(str(source), str(key)) for source, key in placed.itertuples(index=False)]
