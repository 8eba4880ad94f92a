"""What a sheet of the portfolio workbook is made of: kinds of cell, columns, areas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """How a value is written in a cell. `any` takes a day or a number as its text.

    `texts`, `words` and `names` are lists in one cell, separated by semicolons.
    """

    TEXT = "text"
    TEXTS = "texts"
    DAY = "day"
    WHOLE = "whole"
    NUMBER = "number"
    FLAG = "flag"
    WORD = "word"
    WORDS = "words"
    NAME = "name"
    NAMES = "names"
    ANY = "any"


class Area(StrEnum):
    """What a sheet is for: the PMO decides, declares, or keeps a register."""

    DECIDE = "decide"
    DECLARE = "declare"
    KEEP = "keep"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column. `key` columns name the row; `shown` ones are for reading only; `words` close a choice; `names` is the
    sheet (or list) whose keys are allowed. `default` is what an empty cell means."""

    field: str
    kind: Kind = Kind.TEXT
    width: int = 18
    key: bool = False
    shown: bool = False
    hidden: bool = False
    required: bool = False
    words: tuple[str, ...] = ()
    names: str = ""
    default: object = None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet. `spare` rows wait for new entries; 0 where nothing can be added. `group` is where its rows stand in
    the configuration, or the entity of a register."""

    id: str
    area: Area
    columns: tuple[Column, ...]
    spare: int = 40
    group: str = ""
    by_field: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_field", {column.field: column for column in self.columns})

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.field for column in self.columns if column.key)

    @property
    def entered(self) -> tuple[Column, ...]:
        """Columns in which a person may write, the keys left out."""
        return tuple(column for column in self.columns if not column.key and not column.shown)
