"""The forms of a canonical value: in a record, in the raw archive (Arrow), and in the ledger."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from slipwatch.model.columns import MONEY_SCALE, QUANTITY_SCALE, Column, Entity, Kind
from slipwatch.store.arrays import (
    INSTANT,
    LEAST,
    MOST,
    build_amounts,
    build_days,
    build_flags,
    build_floats,
    build_instants,
    build_integers,
    build_texts,
    join_texts,
    make_scalar,
    view_numbers,
)
from slipwatch.store.texts import render_ratio

DIGITS = {Kind.MONEY: len(str(MONEY_SCALE)) - 1, Kind.QUANTITY: len(str(QUANTITY_SCALE)) - 1}
PLAIN: dict[Kind, frozenset[type]] = {
    Kind.TEXT: frozenset({str}),
    Kind.REFERENCE: frozenset({str}),
    Kind.DAY: frozenset({date}),
    Kind.INSTANT: frozenset({datetime}),
    Kind.MONEY: frozenset({Decimal}),
    Kind.QUANTITY: frozenset({Decimal}),
    Kind.INTEGER: frozenset({int}),
    Kind.RATIO: frozenset({float, int}),
    Kind.FLAG: frozenset({bool}),
}
ARROW: dict[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.REFERENCE: pa.string(),
    Kind.DAY: pa.date32(),
    Kind.INSTANT: INSTANT,
    Kind.MONEY: pa.int64(),
    Kind.QUANTITY: pa.int64(),
    Kind.INTEGER: pa.int64(),
    Kind.RATIO: pa.float64(),
    Kind.FLAG: pa.bool_(),
}
WRONG = {
    Kind.TEXT: "bad_text",
    Kind.REFERENCE: "bad_text",
    Kind.DAY: "bad_date",
    Kind.INSTANT: "bad_instant",
    Kind.FLAG: "bad_flag",
}
SEPARATOR = "\0"


BUILDERS: dict[Kind, Callable[[Sequence[Any]], pa.Array]] = {
    Kind.TEXT: build_texts,
    Kind.REFERENCE: build_texts,
    Kind.DAY: build_days,
    Kind.INSTANT: build_instants,
    Kind.MONEY: partial(build_amounts, digits=DIGITS[Kind.MONEY]),
    Kind.QUANTITY: partial(build_amounts, digits=DIGITS[Kind.QUANTITY]),
    Kind.INTEGER: build_integers,
    Kind.RATIO: build_floats,
    Kind.FLAG: build_flags,
}
"""Arrow columns of values that `find_fault` has nothing against; else they raise `ValueError` or `OverflowError`."""


def is_plain(column: Column, values: Sequence[Any]) -> bool:
    """True where a glance shows that every value is what the column's kind asks for."""
    kinds = set(map(type, values)) - {type(None)}
    if not kinds <= PLAIN[column.kind] or (column.required and None in values):
        return False
    if column.choices:
        return set(values) <= {*column.choices, None}
    if column.kind is Kind.RATIO:
        return all(value is None or math.isfinite(value) for value in values)
    if column.kind is Kind.INSTANT:
        return all(value is None or value.tzinfo is not None for value in values)
    return True


def find_fault(column: Column, value: Any) -> str | None:
    """Why a value cannot be kept, as the stable word of a reject, or None."""
    if value is None:
        return "missing_value" if column.required else None
    if not has_type(column.kind, value):
        return WRONG.get(column.kind, "bad_number")
    if column.choices and value not in column.choices:
        return "unknown_choice"
    return find_number_fault(column.kind, value)


def has_type(kind: Kind, value: Any) -> bool:
    if kind is Kind.DAY:
        return isinstance(value, date) and not isinstance(value, datetime)
    if kind is Kind.INSTANT:
        return isinstance(value, datetime) and value.tzinfo is not None
    if kind is not Kind.FLAG and isinstance(value, bool):
        return False
    return isinstance(value, tuple(PLAIN[kind]))


def find_number_fault(kind: Kind, value: Any) -> str | None:
    if kind in DIGITS:
        return find_amount_fault(value, DIGITS[kind])
    if kind is Kind.RATIO and not math.isfinite(value):
        return "bad_number"
    return "out_of_range" if kind is Kind.INTEGER and not LEAST <= value <= MOST else None


def find_amount_fault(value: Decimal, digits: int) -> str | None:
    if not value.is_finite():
        return "bad_number"
    _, numerals, exponent = value.as_tuple()
    figures = "".join(map(str, numerals)).rstrip("0")
    places = -int(exponent) - (len(numerals) - len(figures))
    if figures and places > digits:
        return "too_precise"
    too_large = value and (value.adjusted() + digits > 18 or not LEAST <= int(value.scaleb(digits)) <= MOST)
    return "out_of_range" if too_large else None


def to_ledger(column: Column, array: pa.Array) -> pa.Array:
    """The ledger's form of an archived column: text, int64 or double."""
    if column.kind is Kind.DAY:
        return array.cast(pa.string())
    if column.kind is Kind.FLAG:
        return array.cast(pa.int8()).cast(pa.int64())
    return array.cast(pa.int64()) if column.kind is Kind.INSTANT else array


def to_text(column: Column, array: pa.Array) -> pa.Array:
    """The text of a promise: ISO day or instant, exact decimal without trailing zeros, true or false."""
    if column.kind in DIGITS:
        return format_amounts(array, DIGITS[column.kind])
    if column.kind is Kind.RATIO:
        return build_texts(list(map(render_ratio, array.to_pylist())))
    if column.kind is Kind.INSTANT:
        return pc.strftime(array, "%Y-%m-%dT%H:%M:%SZ")
    return array.cast(pa.string())


def format_amounts(array: pa.Array, digits: int) -> pa.Array:
    """Arrow has no view of an int64 as a decimal: the two halves of its 128 bits are written side by side."""
    numbers = view_numbers(array)
    halves = np.stack([numbers, numbers >> 63], axis=1)
    wide = pa.Array.from_buffers(pa.decimal128(38, digits), len(array), [None, pa.py_buffer(halves.tobytes())])
    texts = pc.utf8_rtrim(pc.utf8_rtrim(wide.cast(pa.string()), "0"), ".")
    return pc.if_else(array.is_null(), pa.nulls(len(array), pa.string()), texts)


def hash_rows(entity: Entity, table: pa.Table) -> pa.Array:
    """A 128-bit hash of each row's canonical values, as hex.

    Built from `name=value` of the columns that are not null, joined by NUL: a column added to the entity later, and
    empty so far, changes no hash. Floats enter by their bits: their text may differ between versions of a library.
    """
    stated = [column for column in entity.columns if table[column.name].null_count < len(table)] or entity.columns
    joined = join_texts([make_scalar(entity.name), *(hash_part(table, column) for column in stated)], SEPARATOR)
    return build_texts([hash_bytes(row) for row in joined.cast(pa.binary()).to_pylist()])


def hash_bytes(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


def hash_part(table: pa.Table, column: Column) -> pa.Array:
    array = table[column.name].combine_chunks()
    if column.kind is Kind.RATIO:
        array = array.view(pa.int64())
    values = to_ledger(column, array).cast(pa.string())
    return pc.binary_join_element_wise(make_scalar(f"{column.name}="), values, make_scalar(""))


def render_value(column: Column, value: Any) -> str | None:
    """`to_text` for one value of a record."""
    if value is None:
        return None
    text: str | None = to_text(column, BUILDERS[column.kind]([value])).to_pylist()[0]
    return text


def parse_text(column: Column, text: str | None) -> Any:
    """The record's value that `to_text` wrote."""
    if text is None:
        return None
    return PARSERS[column.kind](text)


PARSERS: dict[Kind, Any] = {
    Kind.TEXT: str,
    Kind.REFERENCE: str,
    Kind.DAY: date.fromisoformat,
    Kind.INSTANT: lambda text: datetime.fromisoformat(text).astimezone(UTC),
    Kind.MONEY: Decimal,
    Kind.QUANTITY: Decimal,
    Kind.INTEGER: int,
    Kind.RATIO: float,
    Kind.FLAG: lambda text: text == "true",
}
