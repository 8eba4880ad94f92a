"""What a stream of a database is told about: which view, how it grows, and how its rows become records."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from slipwatch.connector import Context
from slipwatch.wire.columns import Setting, find_zone
from slipwatch.wire.declaration import Conventions, Declared, RecordsDeclaration
from slipwatch.wire.record_maps import check_declaration

DAY_MINUTES = 24 * 60


class CursorOptions(Declared):
    """The column that tells which rows were touched since the last read: a time, a day, or an ISO text."""

    column: str
    overlap_minutes: int = Field(
        default=60,
        ge=0,
        le=60 * DAY_MINUTES,
        description="Read again, for rows that were stamped before they were saved",
    )


class StreamOptions(RecordsDeclaration, Conventions):
    """One stream: a view or table, and its mapping. Without `cursor` each read lists everything."""

    stream: str = Field(min_length=1, description="Name of the stream")
    view: str = Field(min_length=1, description="Name of the view or table; never a statement")
    schema_name: str | None = Field(default=None, alias="schema", min_length=1)
    cursor: CursorOptions | None = Field(default=None, description="Read only what was touched since the last time")
    fresh_as_of: str | None = Field(
        default=None,
        description="Column whose newest value is the date of the data, such as the posting time: a view that is "
        "rewritten each night may still hold old facts",
    )
    paged: bool = Field(default=False, description="Read in pages by key instead of one long statement")

    @model_validator(mode="after")
    def check_history(self) -> Self:
        if self.history is not None:
            raise ValueError("a view has no lists of changes inside its rows: leave out `history`")
        return self


def join_conventions(stream: StreamOptions, source: Conventions, context: Context) -> Conventions:
    """What the stream leaves open, the source says; the time zone of the programme is the last resort."""
    return stream.complete_with(source).complete_with(Conventions(time_zone=context.time_zone))


def build_setting(conventions: Conventions, context: Context, *, near: date | None = None) -> Setting:
    """What the converters of a stream need; `near` is the day of the data."""
    return Setting(conventions=conventions, near=near, pseudonymise=context.pseudonymise)


def check_stream(stream: StreamOptions, conventions: Conventions, context: Context) -> None:
    """Compile all that can be compiled without the database. Raises `ConfigError`."""
    find_zone(conventions.time_zone, subject="time_zone")
    check_declaration(stream, build_setting(conventions, context))
