"""One row of a sheet: what it is called, its values as a workbook gives them back, and what may not be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from slipwatch.engine.workbook.cells import digest, settle
from slipwatch.engine.workbook.columns import Sheet
from slipwatch.engine.workbook.wording import Wording


@dataclass(frozen=True, kw_only=True)
class Row:
    """`values` hold settled values of every column. A `frozen` row may be read and marked, not edited; a `group` row
    stands for the rows below it; a `spare` one waits for an entry."""

    sheet: str
    identity: tuple[str, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    frozen: bool = False
    group: bool = False
    spare: bool = False


def build_row(
    sheet: Sheet, values: Mapping[str, Any], wording: Wording, *, frozen: bool = False, group: bool = False
) -> Row:
    """A row of what is in force. Values that the sheet does not know are left out."""
    settled = {
        column.field: settle(column, values.get(column.field), wording)
        for column in sheet.columns
    }  # fmt: skip
    return Row(sheet=sheet.id, identity=identify(sheet, settled), values=settled, frozen=frozen, group=group)


def identify(sheet: Sheet, values: Mapping[str, Any]) -> tuple[str, ...]:
    """What tells a row from the others of its sheet."""
    return tuple("" if values.get(name) is None else str(values[name]) for name in sheet.keys)


def fingerprint(sheet: Sheet, row: Row) -> dict[str, str]:
    """A digest of each value that a person may change."""
    return {column.field: digest(row.values.get(column.field)) for column in sheet.entered}
