"""Layouts as workbooks: .xlsx with other sheets, merged cells and macros, .ods, and the old .xls."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from benchmarks.messy.compound import make_compound, make_old_workbook
from benchmarks.messy.grid import Layout, tell_truth
from benchmarks.messy.truth import MessyFile, hold_bytes
from benchmarks.messy.writing import Formula, Percent


@dataclass(frozen=True, kw_only=True)
class Extra:
    """A sheet beside the list. `place` is before or after it."""

    name: str
    rows: list[list[Any]]
    hidden: bool = False
    place: str = "after"


def make_workbook(
    layout: Layout,
    name: str,
    *,
    sheet: str = "Sheet1",
    extras: tuple[Extra, ...] = (),
    down: int = 0,
    day_format: str = "dd/mm/yyyy",
) -> MessyFile:
    """An .xlsx file, or .xlsm with macros by its name. `down` leaves rows free above, `layout.left` columns."""
    import xlsxwriter

    layout.file = name
    for _ in range(down):
        layout.rows.insert(0, type(layout.rows[0])([], "blank"))
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2026, 6, 26, tzinfo=UTC)})
    styles = {"day": book.add_format({"num_format": day_format}), "share": book.add_format({"num_format": "0%"})}
    styles["merged"] = book.add_format({"valign": "top"})
    for extra in (one for one in extras if one.place == "before"):
        fill_extra(book, extra, styles)
    page = book.add_worksheet(sheet)
    fill_rows(page, [row.cells for row in layout.rows], styles, left=layout.left)
    merge_cells(page, layout, styles)
    page.activate()
    for extra in (one for one in extras if one.place == "after"):
        fill_extra(book, extra, styles)
    if name.endswith(".xlsm"):
        book.add_vba_project(
            io.BytesIO(make_compound({"PROJECT": b'Module=Module1\r\nName="VBAProject"\r\n'})), is_stream=True
        )
        layout.messes.add("macros")
        layout.notice = True
    book.close()
    truth = tell_truth(layout, format="xlsx", sheet=sheet if len(extras) else None)
    return MessyFile(truth=truth, write=hold_bytes(out.getvalue()))


def fill_extra(book: Any, extra: Extra, styles: dict[str, Any]) -> None:
    page = book.add_worksheet(extra.name)
    fill_rows(page, extra.rows, styles, left=0)
    if extra.hidden:
        page.hide()


def fill_rows(page: Any, rows: list[list[Any]], styles: dict[str, Any], *, left: int) -> None:
    for down, cells in enumerate(rows):
        for across, cell in enumerate(cells, left):
            write_cell(page, down, across, cell, styles)


def write_cell(page: Any, down: int, across: int, cell: Any, styles: dict[str, Any]) -> None:
    if isinstance(cell, date):
        page.write_datetime(down, across, cell, styles["day"])
    elif isinstance(cell, Percent):
        page.write_number(down, across, cell.share, styles["share"])
    elif isinstance(cell, Formula):
        page.write_formula(down, across, cell.text, None, cell.shows)
    elif isinstance(cell, int | float):
        page.write_number(down, across, cell)
    elif cell is not None and cell != "":
        page.write_string(down, across, str(cell))


def find_runs(cells: list[Any]) -> list[tuple[int, int]]:
    """First and last place of equal neighbours."""
    runs = []
    for place, cell in enumerate(cells):
        if cell and place and cells[place - 1] == cell:
            start = runs.pop()[0] if runs and runs[-1][1] == place - 1 else place - 1
            runs.append((start, place))
    return runs


def merge_cells(page: Any, layout: Layout, styles: dict[str, Any]) -> None:
    """Merge what the layout spread, and equal neighbours of a header row above another."""
    places = {id(row): place for place, row in enumerate(layout.rows)}
    for first, last, column in layout.spread:
        across, text = column + layout.left, first.cells[column]
        page.merge_range(places[id(first)], across, places[id(last)], across, text, styles["merged"])
    heads = [place for place, row in enumerate(layout.rows) if row.why == "header"][: layout.header_rows]
    for left, right in find_runs(layout.rows[heads[0]].cells) if len(heads) > 1 else []:
        text = layout.rows[heads[0]].cells[left]
        page.merge_range(heads[0], left + layout.left, heads[0], right + layout.left, text, styles["merged"])
    if layout.spread or "merged group header" in layout.messes:
        layout.messes.add("merged cells")


def make_ods(layout: Layout, name: str, *, sheet: str = "Sheet1") -> MessyFile:
    """An OpenDocument spreadsheet with one sheet."""
    layout.file = name
    rows = "".join(
        f"<table:table-row>{''.join(map(write_ods_cell, row.cells))}</table:table-row>" for row in layout.rows
    )
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f"<office:spreadsheet><table:table table:name={quoteattr(sheet)}>{rows}</table:table></office:spreadsheet>"
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in (("mimetype", kind), ("content.xml", content), ("META-INF/manifest.xml", manifest)):
            archive.writestr(zipfile.ZipInfo(part, (2026, 6, 26, 12, 0, 0)), text)
    layout.messes.add("OpenDocument")
    truth = tell_truth(layout, format="ods", may_refuse=True)
    return MessyFile(truth=truth, write=hold_bytes(out.getvalue()))


def write_ods_cell(cell: Any) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
    if isinstance(cell, Percent):
        return f'<table:table-cell office:value-type="percentage" office:value="{cell.share}"/>'
    if isinstance(cell, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    text = escape(str(cell))
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def make_xls(layout: Layout, name: str, *, sheet: str = "Sheet1") -> MessyFile:
    """A workbook of the old binary kind; days must be written as text."""
    layout.file = name
    layout.messes.add("old .xls")
    content = make_old_workbook(sheet, [row.cells for row in layout.rows])
    truth = tell_truth(layout, format="xls", may_refuse=True)
    return MessyFile(truth=truth, write=hold_bytes(content))
