"""Findings, messages and alerts as JSON text and back: every typed argument returns as it was."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from numbers import Integral, Real
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")

DAY, INSTANT, DECIMAL, NUMBER = "$day", "$instant", "$decimal", "$number"
"""Tags of values that JSON has no word for; `$number` is an infinity or NaN."""


def encode(value: object) -> str:
    """JSON text of a `Finding`, `Message`, `Alert`, `Transition` or anything made of the same parts.

    Raises `TypeError` for a value that could not come back as it is.
    """
    return json.dumps(pack(value), allow_nan=False, separators=(",", ":"))


def decode(kind: type[T], text: str) -> T:
    """The value of type `kind` that `encode` wrote."""
    return cast(T, unpack(kind, json.loads(text)))


def pack(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | bool):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return pack_fields(value)
    if isinstance(value, Mapping | list | tuple | Set):
        return pack_group(value)
    return pack_scalar(value)


def pack_group(value: Mapping[Any, Any] | Sequence[Any] | Set[Any]) -> dict[str, Any] | list[Any]:
    """A set becomes a sorted list: equal sets give equal texts."""
    if isinstance(value, Mapping):
        return {pack_key(key): pack(entry) for key, entry in value.items()}
    entries = [pack(entry) for entry in value]
    return sorted(entries) if isinstance(value, Set) else entries


def pack_fields(value: Any) -> dict[str, Any]:
    return {field.name: pack(getattr(value, field.name)) for field in dataclasses.fields(value) if field.init}


def pack_key(key: object) -> str:
    if not isinstance(key, str) or key.startswith("$"):
        raise TypeError(f"a key must be a text without leading $: {key!r}")
    return str(key)


def pack_scalar(value: Any) -> Any:
    """Numbers of any library become plain ones; pandas' missing time is refused: it alone differs from itself."""
    if isinstance(value, date) and value != value:
        raise TypeError("a missing time cannot be an argument: use None")
    if isinstance(value, datetime):
        return {INSTANT: value.isoformat()}
    if isinstance(value, date):
        return {DAY: value.isoformat()}
    if isinstance(value, Decimal):
        return {DECIMAL: str(value)}
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        number = float(value)
        return number if math.isfinite(number) else {NUMBER: repr(number)}
    raise TypeError(f"{type(value).__name__} cannot be kept: {value!r}")


TAGS: dict[str, Any] = {
    DAY: date.fromisoformat,
    INSTANT: datetime.fromisoformat,
    DECIMAL: Decimal,
    NUMBER: float,
}


def unpack(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return unpack_union(get_args(kind), value)
    if dataclasses.is_dataclass(kind):
        return unpack_fields(cast(type, kind), value)
    if origin is not None:
        return unpack_many(origin, get_args(kind), value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    tagged = untag(value)
    return float(tagged) if kind is float else tagged


def unpack_fields(kind: type, value: Mapping[str, Any]) -> Any:
    """Fields that this version no longer has are dropped; new ones take their defaults."""
    hints = read_hints(kind)
    return kind(**{name: unpack(hints[name], entry) for name, entry in value.items() if name in hints})


@cache
def read_hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind) if field.init}


def unpack_union(kinds: tuple[Any, ...], value: Any) -> Any:
    """Unions hold one structured type and None, or plain arguments, whose tags say what they are."""
    structured = [kind for kind in kinds if get_origin(kind) or dataclasses.is_dataclass(kind)]
    enums = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum)]
    chosen = [*structured, *enums]
    return unpack(chosen[0], value) if chosen else untag(value)


def unpack_many(origin: Any, kinds: tuple[Any, ...], value: Any) -> Any:
    if issubclass(origin, Mapping):
        return {key: unpack(kinds[1], entry) for key, entry in value.items()}
    if origin is tuple and kinds[-1] is not Ellipsis:
        return tuple(unpack(kind, entry) for kind, entry in zip(kinds, value, strict=True))
    entries = (unpack(kinds[0], entry) for entry in value)
    return tuple(entries) if origin is tuple else set(entries) if issubclass(origin, Set) else list(entries)


def untag(value: Any) -> Any:
    if isinstance(value, dict) and len(value) == 1:
        (tag, content), *_ = value.items()
        if tag in TAGS:
            return TAGS[tag](content)
    return value
