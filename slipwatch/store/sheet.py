"""A row group of the archive in the ledger's form."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from slipwatch.model.columns import Column, Entity, Kind
from slipwatch.store.arrays import INSTANT, build_flags, build_integers, build_texts
from slipwatch.store.bulk import Bulk, Repeated, fill, quote_names
from slipwatch.store.cells import BUILDERS, DIGITS, to_ledger, to_text

Ids = npt.NDArray[np.int64]


class Sheet:
    """Some rows of a window; columns are turned into Python lists only when asked for."""

    def __init__(self, entity: Entity, table: pa.Table) -> None:
        self.entity, self.table = entity, table

    def __len__(self) -> int:
        return len(self.table)

    def take(self, rows: Sequence[int]) -> Sheet:
        return self if len(rows) == len(self) else Sheet(self.entity, self.table.take(build_integers(rows)))

    def read_column(self, name: str) -> Sequence[Any]:
        """A column beside the canonical ones."""
        return list_cells(self.table[name])

    @cached_property
    def keys(self) -> list[str]:
        keys: list[str] = self.table["source_id"].to_pylist()
        return keys

    @cached_property
    def known(self) -> list[int]:
        """When the world knew each row, in microseconds."""
        micros: list[int] = self.table["known_at"].cast(pa.int64()).to_pylist()
        return micros

    @cached_property
    def cells(self) -> dict[str, Sequence[Any]]:
        """The canonical columns as the ledger stores them."""
        return {
            column.name: list_cells(to_ledger(column, self.table[column.name].combine_chunks()))
            for column in self.entity.columns
        }

    def read_texts(self, column: Column) -> pa.Array:
        """A canonical column as the texts of promises."""
        return to_text(column, self.table[column.name].combine_chunks())


def read_open_texts(bulk: Bulk, entity: Entity, records: list[int]) -> dict[str, pa.Array]:
    """Watched values of the open versions of records, as the texts of promises, in the order of `records`."""
    watched = entity.watched
    sql = fill(
        "SELECT {names} FROM {ids} JOIN {versions} v ON v.record = keys.value WHERE v.ended_at IS NULL",
        names=quote_names(["record", *(column.name for column in watched)], "v."),
        versions=f"{entity.name}_version",
    )
    rows = {row[0]: row[1:] for row in bulk.fetch(sql, records)}
    empty = (None,) * len(watched)
    ordered: Sequence[Sequence[Any]] = [rows.get(record, empty) for record in records]
    return {
        column.name: to_text(column, from_ledger(column, [row[index] for row in ordered]))
        for index, column in enumerate(watched)
    }


def from_ledger(column: Column, values: Sequence[Any]) -> pa.Array:
    """The archive's form of values as the ledger stores them."""
    if column.kind is Kind.DAY:
        return build_texts(values).cast(pa.date32())
    if column.kind is Kind.FLAG:
        return build_flags(values)
    if column.kind is Kind.INSTANT:
        return build_integers(values).cast(INSTANT)
    return build_integers(values) if column.kind in DIGITS else BUILDERS[column.kind](values)


def list_cells(array: pa.Array | pa.ChunkedArray) -> Sequence[Any]:
    """The values of a column; what is the same in every row is kept once."""
    if array.null_count == len(array):
        return Repeated(None, len(array))
    values: list[Any] = array.to_pylist()
    alike = values[0] == values[-1] and values.count(values[0]) == len(values)
    return Repeated(values[0], len(values)) if alike else values
