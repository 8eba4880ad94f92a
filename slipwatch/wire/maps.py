"""Descriptions of field maps, and what is checked of them before the first record is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slipwatch.errors import ConfigError
from slipwatch.model.columns import Column, Entity, Kind
from slipwatch.model.records import Statement, Value
from slipwatch.wire.values import Converter, Text

Path = str | int | tuple[str | int, ...]
"""Where a value stands: a key, a position in a row, or the steps into nested objects. A dot in a key is only a dot."""

Finish = Callable[[Any, dict[str, Value]], None]
"""Computes what a table cannot say: gets the source's record and the canonical values, which it changes in place."""

ReadHistory = Callable[[Any, Mapping[str, Value]], tuple[Statement, ...]]
"""What the source itself remembers of earlier values: gets its record and the canonical values of today."""

_TEXTS = frozenset({Kind.TEXT, Kind.REFERENCE})


@dataclass(frozen=True)
class Field:
    """One row of a field map: our column, their path, the converter, and the unit of an amount.

    `unit` is written to the column that holds the currency or unit, where the source has none of its own. `constant`
    replaces a path. `optional` is true for a field that the source leaves out when it is empty.
    """

    column: str
    path: Path | None = None
    read: Converter = field(default=Text(), kw_only=True)
    unit: str | None = field(default=None, kw_only=True)
    constant: Value = field(default=None, kw_only=True)
    optional: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key made of one or more fields: `Key(paths=("order", "line"))` is `4500031870/10`. Every part must be there.

    `reads` gives each part its converter; all are plain texts where it is empty.
    """

    paths: tuple[Path, ...]
    reads: tuple[Converter, ...] = ()
    separator: str = "/"
    prefix: str = ""

    def list_fields(self) -> list[Field]:
        """The parts as fields: one that the source leaves out is missing, like an empty one."""
        reads = self.reads or (Text(),) * len(self.paths)
        return [Field("", path, read=read, optional=True) for path, read in zip(self.paths, reads, strict=True)]


@dataclass(frozen=True, kw_only=True)
class RecordMap:
    """How one entity is read from one kind of source record.

    `key` makes the immutable source id, `label` the key that people use (the source id where None, or where a function
    finds none). `known_at` reads the instant at which the world knew the values, `stated_by` who stated them, `url` a
    deep link from the source id. `required` names columns that must have a value here, beside those of the model.
    """

    entity: str
    key: Key
    fields: tuple[Field, ...]
    label: Key | Callable[[Any], str | None] | None = None
    known_at: Field | Callable[[Any], datetime | None] | None = None
    stated_by: Field | None = None
    url: Callable[[str], str] | None = None
    finish: Finish | None = None
    history: ReadHistory | None = None
    required: tuple[str, ...] = ()


def find_units(entity: Entity, fields: Iterable[Field]) -> dict[str, Value]:
    """The currency and unit that the map itself states. Raises `ConfigError` where it states two for one column."""
    units: dict[str, Value] = {}
    for row in fields:
        target = entity.by_name[row.column].unit_column
        if row.unit is None or target is None:
            continue
        if units.setdefault(target, row.unit) != row.unit:
            raise ConfigError(f"{row.column} is in {row.unit}, another amount in {units[target]}", subject=entity.name)
    return units


def check_fields(entity: Entity, record_map: RecordMap) -> None:
    """Raises `ConfigError` naming the column and what is wrong with its row."""
    names = [row.column for row in record_map.fields]
    for name in {name for name in names if names.count(name) > 1}:
        raise ConfigError(f"column {name} is mapped twice", subject=entity.name)
    for row in record_map.fields:
        if row.column not in entity.by_name:
            raise ConfigError(
                f"unknown column {row.column}", subject=entity.name, cure=f"one of {', '.join(entity.by_name)}"
            )
        if row.path is not None:
            check_kind(entity, entity.by_name[row.column], row.read)
    if isinstance(record_map.known_at, Field) and record_map.known_at.read.kind is not Kind.INSTANT:
        raise ConfigError("known_at must be read as an instant", subject=entity.name)
    check_presence(entity, record_map)


def check_kind(entity: Entity, column: Column, converter: Converter) -> None:
    if converter.kind is not column.kind and not {converter.kind, column.kind} <= _TEXTS:
        raise ConfigError(f"{column.name} is a {column.kind}, read as a {converter.kind}", subject=entity.name)
    words = getattr(converter, "words", None)
    if not column.choices:
        return
    if words is None or not {word for word in words.values() if word} <= set(column.choices):
        raise ConfigError(
            f"{column.name} needs a Choice whose words are among {', '.join(column.choices)}", subject=entity.name
        )


def check_presence(entity: Entity, record_map: RecordMap) -> None:
    mapped = {row.column for row in record_map.fields}
    if record_map.finish is not None:
        return
    for column in entity.columns:
        if column.required and column.name not in mapped:
            raise ConfigError(f"the required column {column.name} is not mapped", subject=entity.name)
    stated = mapped | set(find_units(entity, record_map.fields))
    for name in mapped:
        unit = entity.by_name[name].unit_column
        if entity.by_name[name].kind is Kind.MONEY and unit not in stated:
            raise ConfigError(f"{name} has no currency", subject=entity.name, cure="map currency, or give the unit")
