"""Reading the raw archive again: the texts that earlier batches brought, as rows and items for the mapping of today."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from slipwatch.errors import RecordError
from slipwatch.model.records import Batch, Completeness, Record
from slipwatch.wire.batches import MOST_RECORDS, Target, build_batches
from slipwatch.wire.mapping import MapRecord
from slipwatch.wire.rows import Damaged, Row
from slipwatch.wire.tables import normalise_name
from slipwatch.wire.values import Reason

PLACE = "raw archive"
PROOF = "archive"

_DECIMAL = re.compile(r"-?\d+\.\d+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d)?")


def build_again(raws: Sequence[str], target: Target) -> Iterator[Batch]:
    """Batches of the JSON records that a paged source gave. Raises `ContractError` for one of another shape."""
    starts = range(0, len(raws), MOST_RECORDS)
    pages = (list(map(json.loads, raws[start : start + MOST_RECORDS])) for start in starts)
    return build_batches(pages, target, complete=lambda read: Completeness(read=read, expected=None, proof=PROOF))


def read_archived_rows(raws: Sequence[str]) -> Iterator[Row]:
    """The records of a document; what was no object then is damaged now."""
    for number, raw in enumerate(raws, 1):
        item = json.loads(raw)
        yield Row(f"{PLACE}, record {number}", item if isinstance(item, dict) else Damaged(raw), raw)


class ArchivedTable:
    """The rows of a table, of which the archive keeps the filled cells by name.

    `typed` is true where the cells were dates themselves, not their texts: what looks like one becomes one again.
    """

    def __init__(self, raws: Sequence[str], *, typed: bool) -> None:
        self._raws, self._revive = raws, revive_cell if typed else _keep
        found = {name: None for row in read_archived_rows(raws) if isinstance(row.item, dict) for name in row.item}
        self.names = list(found)
        self._keys = list(map(normalise_name, self.names))

    def find(self, wanted: tuple[str, ...]) -> int:
        """The position of the first of these names. A column that was empty in every row left no name: it gets a place
        at the end."""
        keys = [normalise_name(name) for name in wanted]
        position = next((self._keys.index(key) for key in keys if key in self._keys), None)
        if position is None:
            position = len(self.names)
            self.names.append(wanted[0])
            self._keys.append(keys[0])
        return position

    def read_rows(self) -> Iterator[Row]:
        """The rows as lists of cells, empty ones as None."""
        for place, item, raw in read_archived_rows(self._raws):
            yield Row(place, self._spread(item) if isinstance(item, dict) else item, raw)

    def _spread(self, item: Mapping[str, Any]) -> list[Any]:
        revive = self._revive
        return [revive(item.get(name)) for name in self.names]


def revive_cell(cell: Any) -> Any:
    """The date or time that was written as its ISO text; anything else as it is."""
    if not isinstance(cell, str):
        return cell
    try:
        if _DAY.fullmatch(cell):
            return date.fromisoformat(cell)
        return datetime.fromisoformat(cell) if _MOMENT.fullmatch(cell) else cell
    except ValueError:
        return cell


def map_decimals(map_record: MapRecord) -> MapRecord:
    """The same mapping for rows whose exact decimals became texts: where a text is no number, it is read as one that
    was typed. Texts come first, for a code such as 1.10 is none."""

    def map_either(item: Any) -> Record:
        try:
            return map_record(item)
        except RecordError as error:
            if error.message != Reason.BAD_NUMBER:
                raise
            return map_record(list(map(_revive_decimal, item)))

    return map_either


def _revive_decimal(cell: Any) -> Any:
    return Decimal(cell) if isinstance(cell, str) and _DECIMAL.fullmatch(cell) else cell


def _keep(cell: Any) -> Any:
    return cell
