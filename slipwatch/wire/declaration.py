"""How a mapping is written in YAML for files and database views: which field feeds which column, and how it is read.

A field of the source is named by its header, its column or, in JSON, its dotted path; a list names it in several
languages, the first one present counts. Nothing is guessed: dates have declared formats, and without `decimal` only
whole numbers are read from texts.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from slipwatch.wire.patterns import Weekday


def refuse_flag(value: Any) -> Any:
    """Raises `ValueError` where YAML took a name for true or false."""
    if isinstance(value, bool):
        raise ValueError("YAML reads no, yes, on and off as true or false: put the name in quotation marks")
    return value


def write_word(value: Any) -> Any:
    """A number that stands for a name, such as the header 2026, is its digits."""
    return str(value) if isinstance(refuse_flag(value), int) else value


def list_one(value: Any) -> Any:
    """A single word stands for a list of one."""
    return tuple(write_word(one) for one in (value if isinstance(value, list | tuple) else (value,)))


def write_keys(value: Any) -> Any:
    """What the source writes may be a number."""
    return {write_word(word): meaning for word, meaning in value.items()} if isinstance(value, dict) else value


def name_source(value: Any) -> Any:
    """A bare name, or a list of names, stands for `{from: ...}`."""
    return {"from": value} if isinstance(value, str | list | tuple) else refuse_flag(value)


def check_pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from None
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(list_one, json_schema_input_type=str | tuple[str, ...])]
Pattern = Annotated[str, BeforeValidator(check_pattern)]


class Declared(BaseModel):
    """Unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WeekFormat(Declared):
    """A date written as a calendar week, such as KW 17; the pattern holds %V and perhaps %G, the year of the week."""

    week: str = Field(description="Pattern, such as `KW %V` or `%G-W%V`")
    day: Weekday = Field(description="The day of that week which is meant")


DateFormat = str | WeekFormat


class Conventions(Declared):
    """How dates and numbers are written, for a whole source, a stream or one column."""

    time_zone: str | None = Field(default=None, description="Zone of times without an offset, such as Europe/Paris")
    formats: tuple[DateFormat, ...] | None = Field(
        default=None,
        description="Accepted forms of a date: patterns such as %d/%m/%Y, `iso`, `instant` (ISO 8601 with time), "
        "`serial` (a spreadsheet's number), or a week with its day. Date cells of a workbook are always read",
    )
    decimal: str | None = Field(default=None, min_length=1, max_length=1, description="Decimal mark in texts")
    thousands: str | None = Field(default=None, min_length=1, max_length=1, description="Sign between thousands")
    empty: tuple[str, ...] | None = Field(default=None, description="Texts that stand for no value, such as n/a")

    def complete_with(self, other: Conventions) -> Conventions:
        """These conventions, and the other ones where these say nothing."""
        mine = {name: getattr(self, name) for name in Conventions.model_fields}
        return Conventions(**{name: getattr(other, name) if value is None else value for name, value in mine.items()})


class PartDeclaration(Declared):
    """A part of a key or of a joined text: a field of the source (`from`), or a column of this mapping (`column`)."""

    from_: Names = Field(default=(), alias="from")
    column: str | None = None
    width: int | None = Field(default=None, ge=1, description="Exact length; a shorter one has lost its zeros")
    pattern: Pattern | None = Field(default=None, description="Regular expression that all of it must match")

    @model_validator(mode="after")
    def check_origin(self) -> Self:
        if bool(self.from_) == bool(self.column):
            raise ValueError("give either `from` or `column`")
        if self.column and (self.width or self.pattern):
            raise ValueError("width and pattern belong to the column itself")
        return self


Part = Annotated[PartDeclaration, BeforeValidator(name_source, json_schema_input_type=Names | PartDeclaration)]


def list_parts(value: Any) -> Any:
    """One part alone stands for a list of one."""
    return (value,) if isinstance(value, str | dict) else refuse_flag(value)


Parts = Annotated[tuple[Part, ...], BeforeValidator(list_parts, json_schema_input_type=Part | tuple[Part, ...])]


class ColumnDeclaration(Conventions):
    """Where a canonical column comes from, and how it is read."""

    from_: Names = Field(default=(), alias="from", description="Name of the field, or names in several languages")
    join: Parts = Field(default=(), description="Several fields joined to one text, such as order and line")
    separator: str = "/"
    constant: str | bool | int | None = Field(default=None, description="The same value for every record")
    choices: Annotated[dict[str, str | bool | None], BeforeValidator(write_keys)] = Field(
        default_factory=dict, description="What the source writes, and what it means; anything else is refused"
    )
    width: int | None = Field(default=None, ge=1, description="Exact length of a code")
    pattern: Pattern | None = Field(default=None, description="Regular expression that all of a code must match")
    factor: Decimal | None = Field(default=None, gt=0, description="Multiplies the figure: 1000 for thousands")
    unit: str | None = Field(default=None, description="Currency or unit of the figure, where no column gives it")
    affixes: tuple[str, ...] = Field(default=(), description="Signs allowed before or after the figure, such as €")
    person: bool | None = Field(default=None, description="A person's name, to be replaced by a pseudonym")
    required: bool = Field(default=False, description="A record without a value is set aside")
    optional: bool = Field(default=False, description="The source may lack this field altogether")
    as_above: bool = Field(
        default=False, description="An empty cell repeats the one above, as merged cells do (files of rows only)"
    )

    @model_validator(mode="after")
    def check_origin(self) -> Self:
        if sum((bool(self.from_), bool(self.join), self.constant is not None)) != 1:
            raise ValueError("give one of `from`, `join` and `constant`")
        return self


SourceColumn = Annotated[
    ColumnDeclaration, BeforeValidator(name_source, json_schema_input_type=Names | ColumnDeclaration)
]


class KeyDeclaration(Declared):
    """What identifies a record: one field or several, joined."""

    parts: Parts = Field(min_length=1)
    separator: str = "/"
    prefix: str = ""


def list_key(value: Any) -> Any:
    """Parts alone stand for a key with the usual separator."""
    return value if isinstance(value, dict) and "parts" in value else {"parts": value}


KeyOption = Annotated[KeyDeclaration, BeforeValidator(list_key, json_schema_input_type=Parts | KeyDeclaration)]


class HistoryDeclaration(Declared):
    """Past changes inside each record: a list of objects that name a field, its old and new value, when and by whom."""

    path: str
    field: str = "field"
    old: str = "old"
    new: str = "new"
    at: str = "at"
    by: str | None = None
    person: bool = Field(default=True, description="`by` is a person's name, to be replaced by a pseudonym")
    formats: tuple[str, ...] = Field(default=("iso",), description="Forms of `at`")
    columns: dict[str, str] = Field(description="The source's names of the fields that matter, and our columns")


class RowRule(Declared):
    """Rows whose field has one of these values, matches the expression, or is empty."""

    from_: Names = Field(alias="from")
    equals: Names = ()
    matches: Pattern | None = None
    empty: bool = False

    @model_validator(mode="after")
    def check_rule(self) -> Self:
        if sum((bool(self.equals), self.matches is not None, self.empty)) != 1:
            raise ValueError("give one of `equals`, `matches` and `empty`")
        return self


class RecordsDeclaration(Declared):
    """The mapping of one stream: rows that count, key, label, columns, history, link."""

    entity: str
    columns: dict[str, SourceColumn] = Field(min_length=1)
    key: KeyOption
    label: KeyOption | None = Field(default=None, description="The key that people use; without it, `key`")
    known_at: SourceColumn | None = Field(
        default=None, description="When the world knew the values, such as a booking day; without it, the file's date"
    )
    stated_by: SourceColumn | None = Field(default=None, description="Who stated the values")
    url: str | None = Field(default=None, description="Link to the record, with {source_id} in it")
    history: HistoryDeclaration | None = None
    skip: tuple[RowRule, ...] = Field(default=(), description="Rows to leave out, such as subtotals")
    only: tuple[RowRule, ...] = Field(default=(), description="Rows to read, where the rows of others stand beside")

    @model_validator(mode="after")
    def check_url(self) -> Self:
        if self.url is not None:
            parts = urlsplit(self.url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError("url: only http and https links")
            if re.findall(r"[{}]", self.url.replace("{source_id}", "")):
                raise ValueError("url: {source_id} is all that can be filled in")
        return self
