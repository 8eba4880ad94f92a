"""Rows of one sheet of a workbook (.xlsx, .xls, .ods), as typed cells with their row numbers; the file is checked
before it is loaded."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
import python_calamine
from defusedxml.common import DefusedXmlException

from slipwatch.errors import ContractError, PermanentError
from slipwatch.wire.archive import (
    Survey,
    number_column,
    open_archive,
    read_chunks,
    survey_open_document,
    survey_sheet,
)
from slipwatch.wire.signature import require_contents

LARGEST_BYTES = 200_000_000
"""A workbook may unpack to this much; a sheet of 50,000 rows by 12 columns unpacks to about 30 MB."""

_CALAMINE_ERRORS = (python_calamine.CalamineError, OSError, ValueError)


class BrokenCell:
    """Stands in the place of an error (#N/A) or of a formula without result: no converter reads it."""

    def __repr__(self) -> str:
        return "#ERROR"


BROKEN = BrokenCell()


@dataclass(frozen=True)
class Sheet:
    """One sheet. `starts_at` is the number of its first column (1 is A); dates count from 1904 if `from_1904`."""

    name: str
    starts_at: int
    from_1904: bool
    source: Any = field(repr=False)
    broken: frozenset[tuple[int, int]] = frozenset()

    def list_merged(self) -> list[tuple[int, int, int, int]]:
        """First row, first column, last row, last column of each merged range, counted from 1."""
        ranges = self.source.merged_cell_ranges or ()
        return [(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges]

    def read_rows(self) -> Iterator[tuple[int, list[Any]]]:
        """Row number, counted from 1, and the cells from `starts_at` on; empty cells are empty texts."""
        broken_rows = {row for row, _ in self.broken}
        for number, cells in enumerate(self.source.iter_rows(), 1):
            if number in broken_rows:
                cells = [
                    BROKEN if (number, self.starts_at + index) in self.broken else cell
                    for index, cell in enumerate(cells)
                ]
            yield number, cells

    def read_cell(self, address: str) -> Any:
        """The cell at an address such as B2, or an empty text outside the sheet. Raises ValueError for no address."""
        letters = address.rstrip("0123456789")
        row, column = int(address[len(letters) :]), number_column(letters.upper()) - self.starts_at
        cells = next((cells for number, cells in self.read_rows() if number == row), [])
        return cells[column] if 0 <= column < len(cells) else ""


@dataclass(frozen=True)
class Book:
    """A workbook whose archive was checked. `parts` are the parts of its sheets by name (.xlsx only)."""

    path: Path
    form: str
    source: Any = field(repr=False)
    parts: dict[str, str] = field(default_factory=dict)
    from_1904: bool = False
    largest_bytes: int = LARGEST_BYTES

    def list_sheets(self) -> list[tuple[str, bool]]:
        """Name, and whether it is visible, of each sheet of cells."""
        sheets = (one for one in self.source.sheets_metadata if one.typ == python_calamine.SheetTypeEnum.WorkSheet)
        return [(one.name, one.visible == python_calamine.SheetVisibleEnum.Visible) for one in sheets]

    def load(self, name: str) -> Sheet:
        """Raises `PermanentError` for a sheet that is damaged, or too large to be loaded."""
        survey = Survey()
        if self.form == "xlsx":
            with open_archive(self.path, largest_bytes=self.largest_bytes) as archive:
                survey = survey_sheet(archive, self.parts.get(name, ""), path=self.path)
        return _load_sheet(self.source, name, survey, path=self.path, from_1904=self.from_1904)


def open_sheet(
    path: Path, names: Sequence[str] = (), *, form: str = "xlsx", largest_bytes: int = LARGEST_BYTES
) -> Sheet:
    """Load the first of these sheets that the workbook has; without names, its only visible sheet.

    Raises `PermanentError` for what is no workbook, is locked, damaged or dangerous; `ContractError` for a sheet that
    is not there.
    """
    book = open_book(path, form=form, largest_bytes=largest_bytes)
    return book.load(choose_sheet(book.source, names, path))


def open_book(path: Path, *, form: str = "xlsx", largest_bytes: int = LARGEST_BYTES) -> Book:
    """Check a workbook and open it; `form` is xlsx, xls or ods. Raises `PermanentError` as `open_sheet`."""
    require_contents(path, "old_workbook" if form == "xls" else "zip")
    if form == "xls":
        if path.stat().st_size > largest_bytes:
            raise PermanentError(
                f"is larger than {largest_bytes // 1_000_000} MB", subject=path.name, cure="export it as CSV"
            )
        return Book(path, form, _load(path))
    with open_archive(path, largest_bytes=largest_bytes) as archive:
        if form == "ods":
            survey_open_document(archive, path=path)
            return Book(path, form, _load(path))
        parts, from_1904 = list_sheets(archive, path)
        for part in ("xl/sharedStrings.xml", "xl/styles.xml"):
            if part in archive.namelist():
                for _ in read_chunks(archive, part, path=path):
                    pass  # its checksum proves the size
        return Book(path, form, _load(path), parts, from_1904, largest_bytes)


def list_sheet_names(path: Path, *, largest_bytes: int = LARGEST_BYTES) -> list[str]:
    """The names of all sheets, hidden ones included. Raises `PermanentError` as `open_sheet` does."""
    require_contents(path, "zip")
    with open_archive(path, largest_bytes=largest_bytes) as archive:
        return list(list_sheets(archive, path)[0])


def _load(path: Path) -> Any:
    try:
        return python_calamine.load_workbook(path)
    except _CALAMINE_ERRORS as error:
        raise _report_damage(path, error) from None


def _load_sheet(workbook: Any, name: str, survey: Survey, *, path: Path, from_1904: bool) -> Sheet:
    try:
        sheet = workbook.get_sheet_by_name(name)
    except _CALAMINE_ERRORS as error:
        raise _report_damage(path, error) from None
    first = sheet.start[1] + 1 if sheet.start else 1
    return Sheet(name, first, from_1904, sheet, frozenset(survey.broken))


def _report_damage(path: Path, error: Exception) -> PermanentError:
    return PermanentError(f"is damaged: {error}", subject=path.name, cure="open it in a spreadsheet and save it again")


def choose_sheet(workbook: Any, names: Sequence[str], path: Path) -> str:
    """Raises `ContractError` that lists the sheets there are."""
    visible = [
        sheet.name for sheet in workbook.sheets_metadata if sheet.visible == python_calamine.SheetVisibleEnum.Visible
    ]
    found = [name for name in names if name in workbook.sheet_names] if names else visible
    if names and not found:
        raise ContractError(
            f"no sheet is named {' or '.join(names)}; the workbook has {', '.join(workbook.sheet_names)}",
            subject=path.name, cure="name the sheet under `sheet`",
        )  # fmt: skip
    if not names and len(visible) != 1:
        raise ContractError(
            f"which sheet? the workbook has {', '.join(visible)}", subject=path.name, cure="name one under `sheet`"
        )
    return found[0]


def list_sheets(archive: zipfile.ZipFile, path: Path) -> tuple[dict[str, str], bool]:
    """The part of the archive that holds each sheet, by sheet name; and whether dates count from 1904."""
    book = _parse(archive, "xl/workbook.xml", path)
    targets = {
        relation.get("Id"): _resolve(relation.get("Target", ""))
        for relation in _parse(archive, "xl/_rels/workbook.xml.rels", path)
    }
    parts, from_1904 = {}, False
    for element in book.iter():
        kind = element.tag.rpartition("}")[2]
        if kind == "sheet":
            identity = next((value for key, value in element.items() if key.endswith("}id")), None)
            parts[element.get("name", "")] = targets.get(identity, "")
        elif kind == "workbookPr":
            from_1904 = element.get("date1904") in ("1", "true")
    return parts, from_1904


def _resolve(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)


def _parse(archive: zipfile.ZipFile, part: str, path: Path) -> Element:
    text = b"".join(read_chunks(archive, part, path=path))
    try:
        root: Element = defusedxml.ElementTree.fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException) as error:
        raise _report_damage(path, error) from None
    return root
