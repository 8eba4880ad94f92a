"""Workbooks are zip archives from elsewhere: measured before anything is unpacked, then checked piece by piece.

A few kilobytes can unpack to gigabytes, declare sizes that are not theirs, or hold one cell in the last corner of a
sheet, for which a reader reserves the whole rectangle. Nothing here keeps more than a few megabytes.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from slipwatch.errors import PermanentError

MOST_ENTRIES = 5_000
MOST_RATIO = 100
SMALL_BYTES = 1 << 20
"""The ratio says nothing about entries that stay below this when unpacked."""

MOST_CELLS = 5_000_000
"""Of the rectangle around a sheet's cells; the reader keeps about 32 bytes for each."""

MOST_REPEATED = 100_000
"""One filled row or cell of an OpenDocument sheet may stand for so many."""

_CHUNK_BYTES = 1 << 20
_OVERLAP_BYTES = 16 << 10
_REFERENCE = rb"""\sr\s*=\s*["']([A-Z]{0,4})([0-9]{1,9})["']"""
_POSITION = re.compile(_REFERENCE)
_CELL = re.compile(_REFERENCE + rb"[^>]*(?<!/)>")
_ROW = re.compile(rb"<(?:\w+:)?row[\s>]")
_UNPLACED = re.compile(rb"<(?:\w+:)?c(?:>|\s(?![^>]*\br\s*=)[^>]*[^/]>)")
_ERROR = re.compile(rb"""<(?:\w+:)?c(\s[^>]*\bt\s*=\s*["']e["'][^>]*)>""")
_FORMULA = re.compile(
    rb"<(?:\w+:)?c(\s[^>]*)><(?:\w+:)?f(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_REPEATED_ROWS = re.compile(rb"""<table:table-row[^>]*number-rows-repeated=["']([0-9]{1,9})["'][^>]*>(.*?)</""", re.S)
_REPEATED_CELLS = re.compile(
    rb"""<table:table-cell(?=[^>]*office:value-type)[^>]*number-columns-repeated=["']([0-9]{1,9})"""
)
_FORMULA_MARKS = (b"<f>", b"<f ", b":f>", b":f ")


@dataclass
class Survey:
    """What a sheet holds: last row and column (counted from 1), and the cells without a usable value, as (row, column).

    Such a cell shows an error (#N/A), or holds a formula that was never calculated. A reader of workbooks gives both as
    empty, which would silently take a date away. Rows and cells may name their place or just follow each other:
    `rows_met` and `cells_met` (of the row being read) count them.
    """

    rows: int = 0
    columns: int = 0
    rows_met: int = 0
    cells_met: int = 0
    broken: set[tuple[int, int]] = field(default_factory=set)


def open_archive(path: Path, *, largest_bytes: int) -> zipfile.ZipFile:
    """Open a zip archive after a look at its directory. Raises `PermanentError` for damage and for bombs."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, EOFError, ValueError) as error:
        raise PermanentError(
            f"cannot be opened: {error}", subject=path.name, cure="it may be cut short: save and drop it again"
        ) from None
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > largest_bytes:
        archive.close()
        raise _refuse_bomb(path, f"unpacks to more than {largest_bytes // 1_000_000} MB or {MOST_ENTRIES} parts")
    for entry in entries:
        if entry.file_size > SMALL_BYTES and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
            archive.close()
            raise _refuse_bomb(path, f"holds a part that unpacks to over {MOST_RATIO} times its size")
    return archive


def _refuse_bomb(path: Path, message: str) -> PermanentError:
    return PermanentError(message, subject=path.name, cure="ask its author for a plain copy; do not open this one")


def read_chunks(archive: zipfile.ZipFile, part: str, *, path: Path) -> Iterator[bytes]:
    """The unpacked bytes of one part, checksum included: a directory that lies about a size is found out here.

    Raises `PermanentError` for damage, encryption, and a document type (entities, references to other files).
    """
    try:
        with archive.open(part) as file:
            yield from _refuse_document_type(file, path)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError, OSError) as error:
        raise PermanentError(
            f"its part {part} cannot be unpacked: {error}", subject=path.name, cure="save and drop the file again"
        ) from None


def _refuse_document_type(file: IO[bytes], path: Path) -> Iterator[bytes]:
    before = b""
    while chunk := file.read(_CHUNK_BYTES):
        if b"<!DOCTYPE" in before + chunk or b"<!ENTITY" in before + chunk:
            raise _refuse_bomb(path, "declares XML entities, which no spreadsheet program does")
        yield chunk
        before = chunk[-16:]


def survey_sheet(archive: zipfile.ZipFile, part: str, *, path: Path) -> Survey:
    """Measure a sheet before it is loaded. Raises `PermanentError` where its rectangle of cells is too large."""
    survey, before = Survey(), b""
    for chunk in read_chunks(archive, part, path=path):
        _measure_places(survey, before + chunk)
        _measure_counts(survey, chunk)
        _find_broken(survey, before + chunk, path)
        before = chunk[-_OVERLAP_BYTES:]
    if survey.rows * survey.columns > MOST_CELLS:
        raise _refuse_bomb(path, f"reaches to row {survey.rows} and column {survey.columns}, more than can be loaded")
    return survey


def survey_open_document(archive: zipfile.ZipFile, *, path: Path) -> None:
    """Raises `PermanentError` where a few repeated cells of an OpenDocument sheet stand for more than can be loaded."""
    before, rows, columns = b"", 1, 1
    for chunk in read_chunks(archive, "content.xml", path=path):
        text = before + chunk
        filled = (int(count) for count, cells in _REPEATED_ROWS.findall(text) if b"office:value-type" in cells)
        rows = max(rows, *filled, 1)
        columns = max(columns, *map(int, _REPEATED_CELLS.findall(text)), 1)
        before = chunk[-_OVERLAP_BYTES:]
    if rows * columns > MOST_CELLS or max(rows, columns) > MOST_REPEATED:
        raise _refuse_bomb(path, f"repeats cells over {rows} rows and {columns} columns, more than can be loaded")


def _measure_places(survey: Survey, text: bytes) -> None:
    """The largest row and column that a row, or a cell with a value, names."""
    cells = _CELL.findall(text)
    survey.rows = max(survey.rows, *map(int, {row for _, row in cells}), 0)
    survey.columns = max(survey.columns, *map(number_column, {name for name, _ in cells}), 0)


def _measure_counts(survey: Survey, text: bytes) -> None:
    """The number of rows, and the largest number of cells in one that do not name their place."""
    rows = _ROW.split(text) if b":row" in text else text.split(b"<row")
    survey.rows_met += len(rows) - 1
    survey.rows = max(survey.rows, survey.rows_met)
    if b":c" not in text and b"<c>" not in text and text.count(b"<c ") == text.count(b"<c r="):
        return
    for index, row in enumerate(rows):
        met = len(_UNPLACED.findall(row))
        survey.cells_met = met if index else survey.cells_met + met
        survey.columns = max(survey.columns, survey.cells_met)


def _find_broken(survey: Survey, text: bytes, path: Path) -> None:
    if b'"e"' in text or b"'e'" in text:
        survey.broken.update(_locate(attributes, path) for attributes in _ERROR.findall(text))
    if any(mark in text for mark in _FORMULA_MARKS):
        formulas = (attributes for attributes in _FORMULA.findall(text) if b"str" not in attributes)
        survey.broken.update(_locate(attributes, path) for attributes in formulas)


def _locate(attributes: bytes, path: Path) -> tuple[int, int]:
    position = _POSITION.search(attributes)
    if position is None:
        raise PermanentError(
            "holds cells with errors, but does not say where", subject=path.name, cure="open it and save it again"
        )
    return int(position[2]), number_column(position[1])


def number_column(letters: bytes | str) -> int:
    """The number of a column: A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters if isinstance(letters, bytes) else letters.encode():
        number = number * 26 + letter - 64
    return number
