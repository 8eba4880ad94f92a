"""The date of a file: the instant for which it states its values, from where the mapping says, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from slipwatch.errors import ContractError, RecordError
from slipwatch.wire.dates import FileInstant
from slipwatch.wire.declaration import Declared, Names, Pattern
from slipwatch.wire.values import Read

_NEEDS = {"name": "pattern", "cell": "cell", "field": "field", "column": "column", "modified": None}


class FileDateDeclaration(Declared):
    """Where the date of a file stands. What is dated by its day alone is taken at the end of that day."""

    from_: Literal["name", "cell", "field", "column", "modified"] = Field(
        alias="from",
        description="`name` of the file, `cell` of the sheet, `field` of a JSON document, the newest date of a "
        "`column`, or the time at which the file was last `modified`",
    )
    pattern: Pattern | None = Field(
        default=None, description="Expression whose one group is the date, in a file name or a cell"
    )
    cell: str | None = Field(default=None, pattern=r"^[A-Za-z]{1,3}[1-9][0-9]{0,6}$")
    field: str | None = None
    column: Names = ()
    formats: tuple[str, ...] = Field(default=("iso", "%Y-%m-%d"), description="Forms of the date")

    @model_validator(mode="after")
    def check_needs(self) -> Self:
        need = _NEEDS[self.from_]
        if need and not getattr(self, need):
            raise ValueError(f"as_of from {self.from_} needs `{need}`")
        if self.pattern and re.compile(self.pattern).groups != 1:
            raise ValueError("the pattern needs one group, in parentheses, around the date")
        return self

    def build(self, zone: str | None) -> Read:
        """The function that reads the date's text or cell. Raises `ConfigError`."""
        return FileInstant(formats=self.formats, zone=zone or "UTC").build()


def read_file_date(value: Any, declared: FileDateDeclaration, *, zone: str | None, subject: str) -> datetime:
    """The instant that a name, a cell or a field tells. Raises `ContractError` where it tells none."""
    text = value
    if declared.pattern and isinstance(value, str):
        found = re.search(declared.pattern, value)
        text = found[1] if found else None
    try:
        instant = None if text is None else declared.build(zone)(text)
    except RecordError:
        instant = None
    if not isinstance(instant, datetime):
        raise ContractError(
            f"no date can be read from “{value}”", subject=subject, cure="correct `as_of`, or name the file as agreed"
        )
    return instant


def find_newest(values: Iterable[Any], declared: FileDateDeclaration, *, zone: str | None, subject: str) -> datetime:
    """The newest date of a column; cells that hold none are left to the mapping. Raises `ContractError` for no date."""
    read, newest = declared.build(zone), None
    for value in values:
        try:
            instant = None if value is None else read(value)
        except RecordError:
            continue
        if isinstance(instant, datetime) and (newest is None or instant > newest):
            newest = instant
    if newest is None:
        raise ContractError(
            f"the column {' or '.join(declared.column)} holds no date", subject=subject, cure="correct `as_of`"
        )
    return newest


def limit_to_now(instant: datetime, *, now: datetime, zone: str | None, subject: str) -> datetime:
    """A file of today is as of now, for the day is not over. Raises `ContractError` for a day to come."""
    if instant <= now:
        return instant
    local = ZoneInfo(zone or "UTC")
    if instant.astimezone(local).date() > now.astimezone(local).date() + timedelta(days=1):
        raise ContractError(
            f"is dated {instant.astimezone(local):%Y-%m-%d}, which is still to come",
            subject=subject,
            cure="correct the date of the file, or `as_of`",
        )
    return now
