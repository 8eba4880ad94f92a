"""From readings of files of one layout to the options of one stream of the files connector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slipwatch.inference.file_names import find_stamp, write_pattern
from slipwatch.inference.mappings import (
    build_columns,
    build_key,
    build_known_at,
    collect_guesses,
    drop_priceless,
    find_gaps,
    find_shared,
)
from slipwatch.inference.reading import FileReading
from slipwatch.model.tables import ENTITIES
from slipwatch.settings.commented import Noted

WORKBOOKS = ("xlsx", "xls", "ods")
DOCUMENTS = ("json", "xml")

MESSAGES = ("confirmation", "shipment", "receipt", "cost_entry")
"""Entities whose files come as they come: each adds, none lists everything."""

_TELLING = {"forecast_on"}
"""Without its date, a milestone cannot be followed."""

_STREAMS = {name: f"{name}s" for name in ENTITIES} | {"budget_line": "budget", "cost_entry": "costs"}


@dataclass(frozen=True, kw_only=True)
class StreamDraft:
    """One stream as it may be written. `options` are those of the files connector, values with their reasons.

    `dropped` names columns that cannot be read without a currency, `uneven` what some of its files lack, in sentences.
    """

    name: str
    entity: str
    readings: tuple[FileReading, ...]
    options: dict[str, Any]
    dropped: tuple[str, ...] = ()
    uneven: tuple[str, ...] = ()


def draft_stream(readings: Sequence[FileReading]) -> StreamDraft:
    """The options of one stream. Raises `LookupError` with the sentence to show where a needed column is missing."""
    first = max(readings, key=lambda one: one.rows)
    ordered = [first, *(one for one in readings if one is not first)]
    entity = str(first.entity)
    guesses = collect_guesses(ordered)
    shared = find_shared(entity, guesses)
    columns = build_columns(entity, guesses, shared=shared)
    uneven = tuple(_mark_optional(columns, ordered))
    dropped = drop_priceless(entity, columns)
    if "name" in ENTITIES[entity].by_name and "name" not in columns:
        columns = {"name": Noted(first.keys[0], "no column names it: its key stands for a name"), **columns}
    if gaps := find_gaps(entity, columns):
        raise LookupError(f"a column for {', '.join(gaps)} is missing: a {entity} cannot be read without it")
    if entity == "milestone" and not _TELLING & set(columns):
        raise LookupError("no column tells when its milestones are expected")
    options = {
        "stream": _STREAMS[entity], "entity": entity, **_describe_file(ordered), **shared,
        **_describe_rows(ordered, guesses), "key": build_key(entity, ordered, guesses),
    }  # fmt: skip
    if known_at := build_known_at(entity, guesses):
        options["known_at"] = known_at
    return StreamDraft(
        name=_STREAMS[entity],
        entity=entity,
        readings=tuple(readings),
        options={**options, "columns": columns},
        dropped=tuple(dropped),
        uneven=uneven,
    )


def _mark_optional(columns: dict[str, Any], readings: Sequence[FileReading]) -> Iterator[str]:
    """What one of the files lacks may be missing: the mapping serves them all. It is told, for a value that a later
    file does not state would count as withdrawn."""
    for name, noted in columns.items():
        told = noted.value if isinstance(noted.value, dict) else {"from": noted.value}
        names = told.get("from", ())
        listed = [names] if isinstance(names, str) else names
        having = [one.path.name for one in readings if any(map(one.find_column, listed))]
        lacking = [one.path.name for one in readings if one.path.name not in having]
        if not having or not lacking:
            continue
        columns[name] = Noted({**told, "optional": True}, f"{noted.why}; not in {', '.join(lacking)}")
        yield (
            f"{', '.join(lacking)} without the column “{listed[0]}” that {having[0]} has: what a later file does not"
            " state counts as withdrawn; if these are two lists, keep them in two folders, else export all alike"
        )


def _describe_file(readings: Sequence[FileReading]) -> dict[str, Any]:
    first, names = readings[0], sorted({one.path.name for one in readings})
    pattern = write_pattern(names)
    options: dict[str, Any] = {
        "pattern": Noted(pattern, _explain_pattern(pattern, names)),
        "format": first.format,
    }
    if first.format == "csv":
        options["delimiter"] = first.delimiter or ","
        if first.quote != '"':
            options["quote"] = first.quote
        if any(one.short_rows for one in readings):
            options["short_rows"] = Noted(value=True, why="some rows end before the last column: the rest is empty")
        if encoding := _choose_encoding(readings):
            options["encoding"] = Noted(encoding, "accents of the file are only right in this one")
    options["complete"] = _judge_completeness(readings)
    options["as_of"] = _find_as_of(names)
    if first.sheet and first.format in WORKBOOKS:
        options["sheet"] = first.sheet
    if first.records:
        options["records"] = first.records
    return options


def _explain_pattern(pattern: str, names: Sequence[str]) -> str:
    if pattern == names[0]:
        return "its name holds no date: save next week's under the same name"
    return f"from {names[0]}" + (f" and {len(names) - 1} more" if len(names) > 1 else "")


def _choose_encoding(readings: Sequence[FileReading]) -> str | None:
    """The declared encoding is only used where a text is not UTF-8."""
    others = [one.encoding for one in readings if one.encoding and not one.encoding.startswith("utf-8")]
    return {"cp1252": "windows-1252"}.get(others[0], others[0]) if others else None


def _judge_completeness(readings: Sequence[FileReading]) -> Noted:
    """A list of everything can show what vanished; messages only add."""
    if readings[0].entity in MESSAGES:
        return Noted(value=False, why="messages: each file adds, none lists everything")
    return Noted(value=True, why="a list: what is missing next week is gone; false if it is filtered")


def _find_as_of(names: Sequence[str]) -> Noted:
    found = [find_stamp(name) for name in names]
    first = found[0]
    if first and all(one and one.form == first.form for one in found):
        formats = {} if first.form == "%Y-%m-%d" else {"formats": [first.form]}
        return Noted({"from": "name", "pattern": first.pattern, **formats}, "the date in the name of the file")
    return Noted({"from": "modified"}, "no date in its name: the time at which it was saved counts")


def _describe_rows(readings: Sequence[FileReading], guesses: Mapping[str, Any]) -> dict[str, Any]:
    """Header and rows to leave out, found by their texts: they stay right when a title line is added above."""
    first = readings[0]
    if first.format in DOCUMENTS:
        return {}
    options: dict[str, Any] = {}
    if first.header_rows:
        options["header"] = Noted(_find_header(readings), f"row {first.header_rows[0]} of {first.path.name}")
    if rules := list(_list_skips(readings, guesses)):
        options["skip"] = rules
    return options


def _find_header(readings: Sequence[FileReading]) -> Any:
    """The names of the key and of one more column, in each language of the files."""
    first = readings[0]
    if len(first.header_rows) > 1:
        return {"row": first.header_rows[0], "rows": len(first.header_rows)}
    names: list[Any] = [_join([one.keys[place] for one in readings if place < len(one.keys)])
                        for place in range(len(first.keys))]  # fmt: skip
    others = [one for one in first.columns if one.field and one.name not in first.keys]
    names += [_join([found.name for one in readings if (found := one.find_field(str(column.field)))])
              for column in others[:1]]  # fmt: skip
    return names


def _join(names: Sequence[str]) -> Any:
    distinct = list(dict.fromkeys(names))
    return distinct if len(distinct) > 1 else distinct[0]


def _list_skips(readings: Sequence[FileReading], guesses: Mapping[str, Any]) -> Iterator[Any]:
    """Subtotals, totals and notes, by the text that marks them."""
    marked: dict[tuple[str, str], str] = {}
    without_key = ""
    for reading in readings:
        for row in reading.ignored_rows:
            if row.why in ("title", "header", "blank") or not row.column:
                continue
            if row.text:
                marked[row.column, row.text] = row.why
            elif reading.keys:
                without_key = reading.keys[0]
    for (column, text), why in list(marked.items())[:20]:
        yield Noted({"from": column, "equals": text}, why)
    if without_key:
        yield Noted({"from": without_key, "empty": True}, "heads and sums of groups, which have no number of their own")
