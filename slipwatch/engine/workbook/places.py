"""The configuration files while rows are written into them, and which row stands where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from slipwatch.engine.workbook.comparing import Change
from slipwatch.settings import Settings
from slipwatch.settings.editing import Draft
from slipwatch.settings.marks import YamlPath


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a row stands in a file. `names` says which column a key is, where the two differ; `field` is the column
    that is meant where no key is named."""

    file: str
    path: YamlPath
    change: Change
    names: Mapping[str, str] = field(default_factory=dict)
    field: str = ""


class Files:
    """Drafts of the files that change. `frozen` names the approved baselines by kind, project and number.

    Entries are taken away last, so that places in lists stay what they are.
    """

    def __init__(self, settings: Settings, frozen: frozenset[tuple[str, str, int]] = frozenset()) -> None:
        self.settings, self.frozen = settings, frozen
        self.places: list[Place] = []
        self._drafts: dict[str, Draft] = {}
        self._removals: set[tuple[str, YamlPath]] = set()
        self._lists: set[tuple[str, YamlPath]] = set()

    def open(self, file: str) -> Draft:
        if file not in self._drafts:
            self._drafts[file] = Draft(file, self.settings.texts.get(file, ""))
        return self._drafts[file]

    def add(
        self, file: str, path: YamlPath, change: Change, names: Mapping[str, str] | None = None, field: str = ""
    ) -> Place:
        """Note where a row stands."""
        place = Place(file=file, path=path, change=change, names=names or {}, field=field)
        self.places.append(place)
        return place

    def read(self, file: str, *path: str | int) -> Any:
        """What the draft says at a path; None where it says nothing."""
        data = self.open(file).wanted
        for part in path:
            inside = part in data if isinstance(data, dict) else isinstance(part, int) and part < len(data or ())
            if not inside:
                return None
            data = data[part]
        return data

    def put(self, place: Place, value: Any) -> None:
        self.open(place.file).put(place.path, value)

    def assign(self, place: Place, value: Any) -> None:
        """A single value; None takes it away."""
        if value is not None:
            self.put(place, value)
        elif self.read(place.file, *place.path) is not None:
            self._removals.add((place.file, place.path))

    def set(self, place: Place, name: str, value: Any) -> None:
        """One value of a row; None takes the key away."""
        path = (*place.path, name)
        if value is not None:
            self.open(place.file).put(path, value)
        elif self.read(place.file, *path) is not None:
            self._removals.add((place.file, path))

    def set_list(self, place: Place, values: Sequence[Any]) -> None:
        """A whole list; an empty one takes the key away."""
        if values or self.read(place.file, *place.path) is not None:
            self.put(place, list(values))
            self._lists.add((place.file, place.path))

    def remove(self, place: Place) -> None:
        self._removals.add((place.file, place.path))

    def finish(self) -> None:
        """Take away what is to go, the last of each list first."""
        emptied = {(file, path) for file, path in self._lists if not self.read(file, *path)}
        for file, path in sorted(emptied | self._removals, key=_rank, reverse=True):
            if self.read(file, *path) is not None:
                self.open(file).remove(path)
                self.places = [_move_up(place, file, path) for place in self.places]

    def render(self) -> dict[str, str]:
        """The texts that differ from those in force."""
        texts = {name: draft.render() for name, draft in self._drafts.items()}
        return {name: text for name, text in texts.items() if text != self.settings.texts.get(name, "")}


def _rank(one: tuple[str, YamlPath]) -> list[str]:
    return [one[0], *(str(part).zfill(9) for part in one[1])]


def _move_up(place: Place, file: str, path: YamlPath) -> Place:
    """A place behind an item of a list that was taken away."""
    index, depth = path[-1], len(path) - 1
    if place.file != file or not isinstance(index, int) or place.path[:depth] != path[:-1] or len(place.path) <= depth:
        return place
    own = place.path[depth]
    if not isinstance(own, int) or own <= index:
        return place
    return replace(place, path=(*place.path[:depth], own - 1, *place.path[depth + 1 :]))
