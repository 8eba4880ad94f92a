"""Workbooks for tests: honest ones, and ones with a part replaced."""

import zipfile

import xlsxwriter

HEAD = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def write_workbook(path, rows, *, sheet="Plan", hidden=(), date_1904=False):
    """Rows of cells from A1; a tuple (value, number format) is written with that format."""
    book = xlsxwriter.Workbook(
        path, {"date_1904": date_1904, "strings_to_formulas": False, "default_date_format": "dd/mm/yyyy"}
    )
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, tuple):
                page.write(number, column, cell[0], book.add_format({"num_format": cell[1]}))
            elif cell is not None:
                page.write(number, column, cell)
    for name in hidden:
        book.add_worksheet(name).hide()
    book.close()
    return path


def replace_part(path, part, text, *, target=None):
    """The same archive with one part replaced (or added)."""
    parts = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name)
    parts[part] = text.encode() if isinstance(text, str) else text
    target = target or path
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target


def write_sheet_xml(path, rows_xml):
    """A workbook whose one sheet holds this XML between <sheetData> and its end."""
    write_workbook(path, [["x"]])
    return replace_part(path, "xl/worksheets/sheet1.xml", f"{HEAD}<sheetData>{rows_xml}</sheetData></worksheet>")
