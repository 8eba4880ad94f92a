"""Opens a file of unknown form: what it is by its bytes, and its lists of rows; what cannot be read says so in one
sentence with the cure."""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from slipwatch.errors import PermanentError, SourceError
from slipwatch.wire.delimited import find_encoding, read_lines
from slipwatch.wire.files import UNFINISHED
from slipwatch.wire.signature import identify
from slipwatch.wire.tables import Line
from slipwatch.wire.workbook import LARGEST_BYTES, Book, open_book

LARGEST_FILE = 2_000_000_000
"""A delimited text is streamed, but not without end."""

_SAMPLE_BYTES = 200_000
_DELIMITERS = (";", "\t", ",", "|")
_CODE_PAGES = {
    "cp1252": "windows-1252, the encoding of western Windows",
    "cp850": "code page 850, the encoding of old consoles",
}
_MACROS = "xl/vbaProject.bin"

_BY_MISTAKE = {
    "pdf": ("is a PDF: it holds no rows that can be trusted", "ask for the export or the spreadsheet it was made from"),
    "picture": ("is a picture", "ask for the spreadsheet that it shows"),
    "rtf": ("is a text document", "ask for the data as a spreadsheet or CSV"),
    "gzip": ("is compressed with gzip", "unpack it first"),
    "html": ("is a web page: an export that failed, or a login page", "export again, and open the file once"),
    "empty": ("is empty: it has no bytes at all", "export it again"),
    "locked": ("is protected by a password", "save a copy without the password"),
    "document": ("is a text document, not a list of rows", "ask for the data as a spreadsheet or CSV"),
    "slides": ("is a presentation, not a list of rows", "ask for the spreadsheet behind it"),
    "binary": ("is a binary workbook (.xlsb)", "save it as .xlsx"),
    "zip": ("is a zip archive, not a workbook", "unpack it and name the files in it"),
    "bytes": ("is damaged or half-written: neither a text nor a workbook", "fetch or export it again"),
}


@dataclass
class Table:
    """One list of rows in a file. `read` starts anew each time and gives lines; `merged` are ranges of merged cells
    with columns counted from the first cell of a line. `records` is the path of the list in a document, whose first
    line then holds the names of the fields."""

    read: Callable[[], Iterator[Line]]
    sheet: str | None = None
    records: str | None = None
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    from_1904: bool = False
    is_document: bool = False


@dataclass
class Opened:
    """A file that can be read. `sheets` names its sheets, and whether each is visible; `load` gives one of its tables
    by name (None where there is only one)."""

    form: str
    load: Callable[[str | None], Table]
    sheets: list[tuple[str, bool]] = field(default_factory=list)
    lists: list[str | None] = field(default_factory=lambda: [None])
    encoding: str | None = None
    delimiter: str | None = None
    quote: str = '"'
    notices: list[str] = field(default_factory=list)


def open_unknown(path: Path) -> Opened:
    """Raises `SourceError` (what, and the cure) for a file that cannot be read."""
    _refuse_unfinished(path)
    kind = _identify(path)
    if kind in _BY_MISTAKE:
        what, cure = _BY_MISTAKE[kind]
        raise PermanentError(what, subject=path.name, cure=cure)
    if kind != "csv" and _has_lock_file(path):
        raise PermanentError(
            "is open in a spreadsheet: what stands there may not be saved yet",
            subject=path.name, cure="save and close it, then read it again",
        )  # fmt: skip
    return _OPENERS[kind](path, kind)


def _refuse_unfinished(path: Path) -> None:
    if path.name.startswith("~$") or path.name.startswith(".~lock."):
        raise PermanentError(
            "is the lock file of a workbook that is open in a spreadsheet",
            subject=path.name, cure=f"close the workbook and name it instead: {path.name.removeprefix('~$')}",
        )  # fmt: skip
    if path.name.casefold().endswith(UNFINISHED):
        raise PermanentError("is a download that has not ended", subject=path.name, cure="wait, or fetch it again")
    if path.stat().st_size > LARGEST_FILE:
        raise PermanentError(
            f"is larger than {LARGEST_FILE // 1_000_000} MB", subject=path.name, cure="export fewer columns or years"
        )


def _has_lock_file(path: Path) -> bool:
    names = (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#")
    return any((path.parent / name).exists() for name in names)


def _identify(path: Path) -> str:
    """One word: a form that can be opened, or a reason why not."""
    kind = identify(path)
    if kind == "zip":
        return _identify_archive(path)
    if kind == "old_workbook":
        return _identify_old(path)
    if kind != "text":
        return kind
    with path.open("rb") as file:
        head = file.read(4096)
    if b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not _is_utf16(head):
        return "bytes"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"<?xml", b"<rss", b"<!DOCTYPE")) or (start[:1] == b"<" and path.suffix.casefold() == ".xml"):
        return "xml"
    return "json" if start.startswith((b"{", b"[")) and _is_document(path, start) else "csv"


def _is_document(path: Path, start: bytes) -> bool:
    return path.suffix.casefold() in (".json", ".txt") or bool(re.match(rb'[\[{]\s*["\[{}\]]', start))


def _is_utf16(head: bytes) -> bool:
    """Without a mark: every other byte of western text is a NUL."""
    odd, even = head[1::2], head[::2]
    if head.count(0) > 0.9 * len(head):
        return False
    return odd.count(0) > 0.4 * len(odd) or even.count(0) > 0.4 * len(even)


def _identify_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError):
        raise PermanentError(
            "is half-written or damaged: its end is missing", subject=path.name, cure="fetch or save it again"
        ) from None
    marks = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "binary", "word/document.xml": "document"}
    for part, kind in (*marks.items(), ("ppt/presentation.xml", "slides")):
        if part in names:
            return kind
    return "ods" if {"mimetype", "content.xml"} <= names and _is_spreadsheet(path) else "zip"


def _is_spreadsheet(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return archive.getinfo("mimetype").file_size < 200 and b"spreadsheet" in archive.read("mimetype")


def _identify_old(path: Path) -> str:
    """A compound file is a workbook where it has a stream of that name."""
    with path.open("rb") as file:
        head = file.read(1 << 20)
        file.seek(max(0, path.stat().st_size - (1 << 20)))
        content = head + file.read()
    if "WordDocument".encode("utf-16-le") in content:
        return "document"
    if "PowerPoint Document".encode("utf-16-le") in content:
        return "slides"
    return "xls"


def _open_workbook(path: Path, form: str) -> Opened:
    book = open_book(path, form=form)
    notices = []
    if form == "xlsx" and _has_macros(path):
        notices.append("holds macros: they were not run, only the cells were read")
    if form == "xls":
        notices.append("is an old .xls: cells with errors (#REF!) cannot be told from empty ones; .xlsx tells them")
    return Opened(form, lambda name: _load_sheet(book, name), sheets=book.list_sheets(), notices=notices)


def _has_macros(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return _MACROS in archive.namelist()


def _load_sheet(book: Book, name: str | None) -> Table:
    sheet = book.load(name or book.list_sheets()[0][0])
    offset = sheet.starts_at - 1

    def read() -> Iterator[Line]:
        return (Line(number, number, cells) for number, cells in sheet.read_rows())

    merged = [(top, left - offset, bottom, right - offset) for top, left, bottom, right in sheet.list_merged()]
    return Table(read=read, sheet=sheet.name, merged=merged, from_1904=sheet.from_1904)


def _open_delimited(path: Path, form: str) -> Opened:
    encoding, declared = _find_encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        sample = file.read(_SAMPLE_BYTES)
    notices = []
    if "\0" in sample:
        raise PermanentError("is no text", subject=path.name, cure="export it as CSV in UTF-8")
    delimiter, quote = find_delimiter(sample)
    if declared in _CODE_PAGES:
        notices.append(f"is not in UTF-8: read as {_CODE_PAGES[declared]}")

    def read() -> Iterator[Line]:
        return read_lines(path, delimiter=delimiter, encoding=declared, quote=quote)

    return Opened(
        form, lambda _: Table(read=read), encoding=encoding, delimiter=delimiter, quote=quote, notices=notices
    )


def _find_encoding(path: Path) -> tuple[str, str | None]:
    """The encoding, and the one to declare where it does not show by itself."""
    with path.open("rb") as file:
        head = file.read(4096)
    if b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
        return name, name
    try:
        return find_encoding(path, None), None
    except PermanentError:
        name = choose_code_page(path.read_bytes()[:_SAMPLE_BYTES])
        return name, name


def choose_code_page(content: bytes) -> str:
    """Windows-1252, or code page 850 of old consoles, where that makes letters of what would be signs inside words."""
    text = content.decode("cp1252", errors="replace")
    other = content.decode("cp850")
    inside = [index for index in range(1, len(text) - 1) if _is_inside_word(text, index)]
    signs = sum(not text[index].isalpha() for index in inside)
    letters = sum(other[index].isalpha() for index in inside)
    return "cp850" if inside and signs > 0.5 * len(inside) and letters > 0.9 * len(inside) else "cp1252"


def _is_inside_word(text: str, index: int) -> bool:
    """A sign beyond ASCII between two letters; dashes and apostrophes stand there too."""
    beyond = ord(text[index]) > 127 and text[index] not in "’‘–—·"
    return beyond and text[index - 1].isalpha() and text[index + 1].isalpha()


def find_delimiter(sample: str) -> tuple[str, str]:
    """Delimiter and quotation mark of a text: the delimiter that cuts most lines into the same number of cells."""
    quote = "'" if sample.count("'") > 20 and '"' not in sample and re.search(r"(?m)^'[^'\n]*'[;,\t|]", sample) else '"'
    whole = sample if len(sample) < _SAMPLE_BYTES else sample[: sample.rfind("\n") + 1] or sample
    scored = [(_score_delimiter(whole, delimiter, quote), -index) for index, delimiter in enumerate(_DELIMITERS)]
    best, index = max(scored)
    return (_DELIMITERS[-index], quote) if best > 0 else (";", quote)


def _score_delimiter(sample: str, delimiter: str, quote: str) -> float:
    """Lines that have the commonest number of cells, times that number; 0 where nothing is cut."""
    try:
        rows = [
            row for row in csv.reader(sample.splitlines(keepends=True), delimiter=delimiter, quotechar=quote) if row
        ]
    except csv.Error:
        return 0
    widths = Counter(len(row) for row in rows[:500] if len(row) > 1)
    if not widths:
        return 0
    width, count = max(widths.items(), key=lambda one: (one[1] * (one[0] - 1), one[0]))
    return count * (width - 1) * (count / max(1, len(rows[:500])))


def describe_refusal(error: SourceError) -> tuple[str, str]:
    """What is wrong, and the cure."""
    return error.message, error.cure or "export it again"


def _open_document(path: Path, form: str) -> Opened:
    from slipwatch.inference.documents import open_document

    lists, load = open_document(path, form)
    return Opened(form, load, lists=lists, encoding="utf-8")


_OPENERS: dict[str, Callable[[Path, str], Opened]] = {
    "xlsx": _open_workbook, "xls": _open_workbook, "ods": _open_workbook, "csv": _open_delimited,
    "json": _open_document, "xml": _open_document,
}  # fmt: skip

__all__ = ["LARGEST_BYTES", "Opened", "Table", "describe_refusal", "find_delimiter", "open_unknown"]
