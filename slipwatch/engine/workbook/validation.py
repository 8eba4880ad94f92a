"""The drop-downs and limits of cells: the spreadsheet program itself refuses what could not be read back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from slipwatch.engine.workbook.columns import Column, Kind
from slipwatch.engine.workbook.sheets import BY_ID, LISTS, MEMORY
from slipwatch.engine.workbook.wording import Wording

MOST_TEXT, MOST_CELL = 2_000, 32_000
LIST_COLUMN = 5
"""First column of the hidden sheet that holds lists of names."""

LIST_ROWS = 400
FROM, TO = date(1990, 1, 1), date(2199, 12, 31)


def build_validation(
    column: Column, wording: Wording, lengths: Mapping[str, int], first_row: int
) -> dict[str, Any] | None:
    """XlsxWriter's description of what a cell of this column may hold; None where anything may be typed."""
    if column.kind in (Kind.WORD, Kind.FLAG):
        words = column.words or ("yes", "no")
        return {"validate": "list", "source": [wording.word(word) for word in words], "error_type": "stop"}
    if column.kind is Kind.NAME:
        return {
            "validate": "list",
            "source": find_source(column.names, wording, lengths, first_row),
            "error_type": "warning",
        }
    if column.kind is Kind.DAY:
        return {"validate": "date", "criteria": "between", "minimum": FROM, "maximum": TO, "error_type": "stop"}
    if column.kind is Kind.WHOLE:
        return {"validate": "integer", "criteria": ">=", "value": 0, "error_type": "stop"}
    if column.kind is Kind.NUMBER:
        return {"validate": "decimal", "criteria": ">=", "value": 0, "error_type": "stop"}
    most = MOST_CELL if column.kind in (Kind.TEXTS, Kind.NAMES, Kind.WORDS) else MOST_TEXT
    return {"validate": "length", "criteria": "<=", "value": most, "error_type": "stop"}


def find_source(names: str, wording: Wording, lengths: Mapping[str, int], first_row: int) -> str:
    """The cells that hold the allowed names: the keys of another sheet, new ones included, or a list."""
    from xlsxwriter.utility import xl_col_to_name

    if names in BY_ID:
        last = first_row + max(lengths[names], 1)
        return f"={_quote(wording.title(names))}!$A${first_row + 1}:$A${last}"
    letter = xl_col_to_name(LIST_COLUMN + LISTS.index(names))
    return f"={_quote(wording.title(MEMORY))}!${letter}$1:${letter}${LIST_ROWS}"


def _quote(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"
