"""Workbooks as the PMO keeps them: title rows above the header, real dates beside dates typed as text.

The same content always gives the same bytes: nothing of the machine or the hour goes into a workbook.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

Cell = str | int | float | date | None

HEADER_ROW = 3
"""Rows above the header of every sheet (title, edition, empty)."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """`rows` hold one value for each header; None is an empty cell."""

    name: str
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def write_workbook(sheets: Sequence[Sheet], *, edition: date) -> bytes:
    """An `.xlsx` file of an edition's day."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(edition.year, edition.month, edition.day, 12, tzinfo=UTC)})
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "header": book.add_format({"bold": True, "bg_color": "#D9E2F3", "border": 1}),
        "day": book.add_format({"num_format": "dd/mm/yyyy"}),
        "share": book.add_format({"num_format": "0 %"}),
    }
    for sheet in sheets:
        _write_sheet(book.add_worksheet(sheet.name), sheet, edition, formats)
    book.close()
    return out.getvalue()


def _write_sheet(page: Any, sheet: Sheet, edition: date, formats: dict[str, Any]) -> None:
    page.write_string(0, 0, sheet.title, formats["title"])
    page.write_string(1, 0, f"Édition du {edition:%d/%m/%Y}")
    page.set_column(0, len(sheet.header) - 1, 18)
    page.freeze_panes(HEADER_ROW + 1, 0)
    for column, name in enumerate(sheet.header):
        page.write_string(HEADER_ROW, column, name, formats["header"])
    for row, cells in enumerate(sheet.rows, start=HEADER_ROW + 1):
        for column, cell in enumerate(cells):
            _write_cell(page, (row, column), cell, formats)


def _write_cell(page: Any, at: tuple[int, int], cell: Cell, formats: dict[str, Any]) -> None:
    if isinstance(cell, date):
        page.write_datetime(*at, cell, formats["day"])
    elif isinstance(cell, float):
        page.write_number(*at, cell, formats["share"])
    elif isinstance(cell, int):
        page.write_number(*at, cell)
    elif cell is not None:
        page.write_string(*at, cell)
