"""The drop folder: its files, and what one of them holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.files.mapping import DOCUMENTS, WORKBOOKS, StreamOptions, compile_pattern
from slipwatch.errors import PermanentError, TransientError
from slipwatch.wire.delimited import read_lines
from slipwatch.wire.documents import (
    count_records,
    fetch_value,
    list_records,
    load_document,
    read_document_rows,
    split_path,
)
from slipwatch.wire.fields import Fields, fetch_path
from slipwatch.wire.file_dates import find_newest, read_file_date
from slipwatch.wire.files import FoundFile, compute_digest, list_files, look_at, wait_until_settled
from slipwatch.wire.rows import Row
from slipwatch.wire.tables import Fit, Header, Line, Merged, find_header, read_table_rows
from slipwatch.wire.workbook import Sheet, open_sheet
from slipwatch.wire.xml_documents import load_xml_document


@dataclass(frozen=True, kw_only=True)
class OpenFile:
    """What a file holds for one stream. `read_rows` starts anew at each call; `expected` is the file's own count;
    `read_cell` reads a cell by its address, `read_field` a value of a JSON document by its path."""

    file: FoundFile
    fields: Fields
    read_rows: Callable[[], Iterator[Row]]
    expected: int | None = None
    from_1904: bool = False
    read_cell: Callable[[str], Any] = str
    read_field: Callable[[str], Any] = str


class DropFolder:
    """A folder into which others drop files. Nothing in it is changed or moved."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._digests: dict[FoundFile, str] = {}
        self._loaded: tuple[object, Any] = (None, None)

    def list_files(self, stream: StreamOptions) -> list[FoundFile]:
        pattern, depth = compile_pattern(stream.pattern)
        return list_files(self.folder, pattern, depth=depth)

    def list_settled(
        self, stream: StreamOptions, *, seconds: float, now: datetime, sleep: Callable[[float], None]
    ) -> list[FoundFile]:
        return wait_until_settled(self.list_files(stream), seconds=seconds, now=now, sleep=sleep)

    def find_file(self, name: str, stream: StreamOptions) -> FoundFile:
        """Raises `TransientError` for a file that is gone, `PermanentError` for a name that leads out of the folder."""
        path = self.folder / name
        inside = path.parent.resolve().is_relative_to(self.folder.resolve())
        if not inside or not compile_pattern(stream.pattern)[0].fullmatch(name):
            raise PermanentError("is no file of this stream", subject=name)
        found = look_at(path, name)
        if found is None:
            raise TransientError("is no longer there", subject=name, cure="drop it again")
        return found

    def read_digest(self, file: FoundFile) -> str:
        """Read once for each state of a file."""
        if file not in self._digests:
            self._digests[file] = compute_digest(file)
        return self._digests[file]

    def open_file(self, file: FoundFile, stream: StreamOptions) -> OpenFile:
        """Raises `PermanentError` for what is not what the stream says, `ContractError` for another structure."""
        file.require_plain()
        if stream.format in DOCUMENTS:
            return self._open_document(file, stream)
        return self._open_workbook(file, stream) if stream.format in WORKBOOKS else _open_delimited(file, stream)

    def forget(self) -> None:
        """Release the file that was loaded last."""
        self._loaded = (None, None)

    def _load(self, key: object, load: Callable[[], Any]) -> Any:
        """The last file is kept: its date and its rows, or its streams, are read one after the other."""
        if self._loaded[0] != key:
            self.forget()
            self._loaded = (key, load())
        return self._loaded[1]

    def _open_workbook(self, file: FoundFile, stream: StreamOptions) -> OpenFile:
        sheet: Sheet = self._load((file, stream.sheet), lambda: open_sheet(file.path, stream.sheet, form=stream.format))

        def read() -> Iterator[Line]:
            return (Line(number, number, cells) for number, cells in sheet.read_rows())

        offset = sheet.starts_at - 1
        merged = (
            [(top, left - offset, bottom, right - offset) for top, left, bottom, right in sheet.list_merged()]
            if stream.header.rows > 1
            else []
        )
        opened = _open_table(
            file, stream, read, place=f"{file.name}, sheet {sheet.name}", unit="row", merged=merged, fit="beyond"
        )
        return replace(opened, from_1904=sheet.from_1904, read_cell=sheet.read_cell)

    def _open_document(self, file: FoundFile, stream: StreamOptions) -> OpenFile:
        load = load_xml_document if stream.format == "xml" else load_document
        document = self._load(file, lambda: load(file.path))
        records = list_records(document, stream.records, subject=file.name)
        return OpenFile(
            file=file,
            fields=Fields(find=lambda names: split_path(names[0]), subject=file.name),
            read_rows=lambda: read_document_rows(records, place=file.name),
            expected=count_records(document, stream.count, subject=file.name),
            read_field=lambda name: fetch_value(document, name),
        )


def _open_delimited(file: FoundFile, stream: StreamOptions) -> OpenFile:
    def read() -> Iterator[Line]:
        return read_lines(file.path, delimiter=stream.delimiter, encoding=stream.encoding, quote=stream.quote)

    fit: Fit = "short" if stream.short_rows else "exact"
    return _open_table(file, stream, read, place=file.name, unit="line", fit=fit)


def _open_table(
    file: FoundFile,
    stream: StreamOptions,
    read: Callable[[], Iterator[Line]],
    *,
    place: str,
    unit: str,
    merged: Merged = (),
    fit: Fit = "exact",
) -> OpenFile:
    header: Header = find_header(read(), stream.header, subject=file.name, merged=merged)
    fields = Fields(find=header.find, names=header.names, subject=file.name)
    repeated = [column for column in stream.columns.values() if column.as_above]
    as_above = [int(str(fields.locate(column.from_, column="as_above"))) for column in repeated]

    def read_rows() -> Iterator[Row]:
        lines = read()
        find_header(lines, stream.header, subject=file.name, merged=merged)
        return read_table_rows(lines, header, place=place, unit=unit, as_above=as_above, fit=fit)

    return OpenFile(file=file, fields=fields, read_rows=read_rows)


def read_name_date(file: FoundFile, stream: StreamOptions, *, zone: str | None) -> datetime | None:
    """The date that a name tells without opening the file; None where it stands elsewhere. Raises `ContractError`."""
    if stream.as_of.from_ != "name":
        return None
    return read_file_date(file.name, stream.as_of, zone=zone, subject=file.name)


def find_date(opened: OpenFile, stream: StreamOptions, *, zone: str | None) -> datetime:
    """The date of a file from where the stream says. Raises `ContractError`."""
    declared, name = stream.as_of, opened.file.name
    if declared.from_ == "modified":
        return opened.file.modified
    if declared.from_ == "column":
        fetch = fetch_path(opened.fields.locate(declared.column, column="as_of"))
        values = (fetch(row.item) for row in opened.read_rows())
        return find_newest(values, declared, zone=zone, subject=name)
    texts: dict[str, Callable[[], Any]] = {
        "name": lambda: name,
        "cell": lambda: opened.read_cell(declared.cell or ""),
        "field": lambda: opened.read_field(declared.field or ""),
    }
    return read_file_date(texts[declared.from_](), declared, zone=zone, subject=name)
