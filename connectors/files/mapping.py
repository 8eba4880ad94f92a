"""What a stream of files is told about: which files, their form and date, and how their rows become records."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from slipwatch.connector import Context
from slipwatch.wire.columns import Setting, find_zone
from slipwatch.wire.declaration import Conventions, Declared, Names, Pattern, RecordsDeclaration
from slipwatch.wire.delimited import check_encoding
from slipwatch.wire.file_dates import FileDateDeclaration
from slipwatch.wire.files import compile_glob
from slipwatch.wire.record_maps import check_declaration
from slipwatch.wire.tables import HeaderDeclaration


class NameExpression(Declared):
    """A regular expression for the whole name of a file, its folders below the drop folder included."""

    regex: Pattern


def list_header(value: object) -> object:
    """A list of names stands for `{find: ...}`, a number for `{row: ...}`."""
    if isinstance(value, list | tuple):
        return {"find": value}
    return {"row": value} if isinstance(value, int) and not isinstance(value, bool) else value


WORKBOOKS = ("xlsx", "xls", "ods")
DOCUMENTS = ("json", "xml")

_ONLY_FOR = {
    WORKBOOKS: {"sheet"},
    ("csv",): {"delimiter", "encoding", "quote", "short_rows"},
    DOCUMENTS: {"records", "count", "history"},
}


class StreamOptions(RecordsDeclaration, Conventions):
    """One stream: the files that feed it, and their mapping."""

    stream: str = Field(min_length=1, description="Name of the stream")
    pattern: str | NameExpression = Field(description="Files of this stream, such as *_orders.csv, or {regex: ...}")
    format: Literal["csv", "xlsx", "xls", "ods", "json", "xml"]
    complete: bool = Field(description="true where each file lists everything, false where it only adds and changes")
    as_of: FileDateDeclaration = Field(description="Where the date of the file stands")
    sheet: Names = Field(default=(), description="Sheet of a workbook, in one or several languages")
    header: Annotated[
        HeaderDeclaration,
        BeforeValidator(list_header, json_schema_input_type=int | tuple[Names, ...] | HeaderDeclaration),
    ] = HeaderDeclaration()
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', min_length=1, max_length=1)
    encoding: str | None = Field(default=None, description="Encoding of a text that is not UTF-8, as windows-1252")
    short_rows: bool = Field(
        default=False, description="Rows may end before the last column; without it such a row is set aside"
    )
    records: str | None = Field(default=None, description="Dotted path to the list of records in a JSON document")
    count: str | None = Field(default=None, description="Dotted path to the document's own number of records")

    @model_validator(mode="after")
    def check_format(self) -> Self:
        wrong = {
            name
            for forms, names in _ONLY_FOR.items()
            if self.format not in forms
            for name in names & self.model_fields_set
        }
        if wrong:
            raise ValueError(f"{', '.join(sorted(wrong))} cannot be said of {self.format} files")
        needs = {"cell": WORKBOOKS, "field": DOCUMENTS}.get(self.as_of.from_, (self.format,))
        if self.format not in needs:
            raise ValueError(f"as_of from {self.as_of.from_} cannot be said of {self.format} files")
        return self


def compile_pattern(pattern: str | NameExpression) -> tuple[re.Pattern[str], int]:
    """The expression for names of files, and how many folders deep they stand. Raises `ConfigError`."""
    if isinstance(pattern, NameExpression):
        return re.compile(pattern.regex), 1 + pattern.regex.count("/")
    return compile_glob(pattern), 1 + pattern.count("/")


def join_conventions(stream: StreamOptions, source: Conventions, context: Context) -> Conventions:
    """What the stream leaves open, the source says; the time zone of the programme is the last resort."""
    return stream.complete_with(source).complete_with(Conventions(time_zone=context.time_zone))


def build_setting(
    conventions: Conventions, context: Context, *, near: date | None = None, from_1904: bool = False
) -> Setting:
    """What the converters of a stream need; `near` is the day of the file."""
    return Setting(conventions=conventions, near=near, from_1904=from_1904, pseudonymise=context.pseudonymise)


def check_stream(stream: StreamOptions, conventions: Conventions, context: Context) -> None:
    """Compile all that can be compiled without a file. Raises `ConfigError`."""
    find_zone(conventions.time_zone, subject="time_zone")
    compile_pattern(stream.pattern)
    stream.as_of.build(conventions.time_zone)
    if stream.encoding:
        check_encoding(stream.encoding)
    check_declaration(stream, build_setting(conventions, context))
