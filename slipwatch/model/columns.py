"""What kinds of column a canonical record can have, and how each is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

MONEY_SCALE = 10_000
"""Money is stored as whole ten-thousandths of its currency (int64): exact sums, no floating point."""

QUANTITY_SCALE = 1_000_000
"""Quantities are stored as whole millionths of their unit (int64)."""


class Kind(StrEnum):
    """How a value is written in a record, in the ledger and in a frame.

    | kind | in a record | in the ledger | in a frame |
    |---|---|---|---|
    | text | str | TEXT | str |
    | day | datetime.date | ISO day | datetime64[s], midnight, no zone |
    | instant | aware datetime | UTC microseconds (int64) | datetime64[us, UTC] |
    | money | Decimal | int64 x MONEY_SCALE | Int64, scaled |
    | quantity | Decimal | int64 x QUANTITY_SCALE | Int64, scaled |
    | integer | int | int64 | Int64 |
    | ratio | float, 0..1 | double | Float64 |
    | flag | bool | 0 or 1 | boolean |
    | reference | str | TEXT | str, and `<name>_subject` as Int64 once bound |
    """

    TEXT = "text"
    DAY = "day"
    INSTANT = "instant"
    MONEY = "money"
    QUANTITY = "quantity"
    INTEGER = "integer"
    RATIO = "ratio"
    FLAG = "flag"
    REFERENCE = "reference"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One canonical column. `watched` columns are promises: each change of theirs enters the promise ledger.

    `choices` closes a text column to a vocabulary; `refers_to` names the entity a reference points at;
    `unit_column` names the column that holds the currency or the unit of this amount.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    watched: bool = False
    choices: tuple[str, ...] = ()
    refers_to: str | None = None
    unit_column: str | None = None


@dataclass(frozen=True, kw_only=True)
class Entity:
    """A canonical entity: its columns in order, and what one record stands for.

    `closed_when` names a flag or day column that ends the life of a record: a record is *open* while it is empty
    or false.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    closed_when: tuple[str, ...] = ()
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def watched(self) -> tuple[Column, ...]:
        """The columns whose changes are promises made, kept or broken."""
        return tuple(column for column in self.columns if column.watched)
