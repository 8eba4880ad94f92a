"""Where the declared fields stand in a source's records, and what is said when one is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from slipwatch.errors import ConfigError, ContractError
from slipwatch.model.columns import Column, Entity
from slipwatch.model.tables import ENTITIES
from slipwatch.wire.maps import Path

Find = Callable[[tuple[str, ...]], Path | None]
"""Where the first of these names stands in the source's record, or None where it has none of them."""


@dataclass(frozen=True, kw_only=True)
class Fields:
    """The fields of a source: `find` locates one, `names` lists them all (empty where every record has its own)."""

    find: Find
    names: tuple[str, ...] = ()
    subject: str = ""

    def locate(self, wanted: tuple[str, ...], *, column: str) -> Path:
        """Raises `ContractError` with what is missing, what there is, and the cure."""
        path = self.find(wanted)
        if path is None:
            raise self.report_missing(wanted, column)
        return path

    def report_missing(self, wanted: tuple[str, ...], column: str) -> ContractError:
        missing = " or ".join(f"“{name}”" for name in wanted)
        near = get_close_matches(wanted[0], self.names, n=1)
        hint = f"is it “{near[0]}” now? " if near else ""
        return ContractError(
            f"the column {missing} ({column}) is missing; the file has {', '.join(self.names[:60]) or 'no columns'}",
            subject=self.subject,
            cure=f"{hint}add its new name to the mapping of {column}, or have the old one put back",
        )


def fetch_path(path: Path) -> Callable[[Any], Any]:
    """A function from a record to the value at this path; None where the record has none."""
    steps: tuple[str | int, ...] = path if isinstance(path, tuple) else (path,)

    def fetch(item: Any) -> Any:
        try:
            for step in steps:
                item = item[step]
        except (KeyError, IndexError, TypeError):
            return None
        return item

    return fetch


def find_entity(name: str) -> Entity:
    """Raises `ConfigError` for a name that is no entity."""
    if name not in ENTITIES:
        raise ConfigError(f"there is no entity {name}", cure=f"use one of {', '.join(ENTITIES)}")
    return ENTITIES[name]


def find_column(entity: Entity, name: str) -> Column:
    if name not in entity.by_name:
        raise ConfigError(
            f"{entity.name} has no column {name}", subject=name, cure=f"use one of {', '.join(entity.by_name)}"
        )
    return entity.by_name[name]
