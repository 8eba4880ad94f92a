"""Old copies of the files of a stream: which streams a name may feed, the date that the mapping finds, the records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from connectors.files.client import OpenFile, find_date
from connectors.files.mapping import StreamOptions, compile_pattern
from connectors.files.streams import FileStream
from slipwatch.errors import ContractError, TransientError
from slipwatch.model.records import Window
from slipwatch.wire.declaration import ColumnDeclaration, Names
from slipwatch.wire.fields import Fields
from slipwatch.wire.files import FoundFile, look_at
from slipwatch.wire.rows import Row, RowTarget

ENDINGS = {
    "csv": (".csv", ".txt", ".tsv"),
    "xlsx": (".xlsx", ".xlsm"),
    "xls": (".xls",),
    "ods": (".ods",),
    "json": (".json",),
    "xml": (".xml",),
}
_IN_THE_FILE = ("cell", "field", "column")


def find_streams(streams: Iterable[StreamOptions], name: str) -> tuple[str, ...]:
    """The streams whose format has the ending of this name; of those, the ones whose pattern it has, if any.

    Raises `ContractError` where no pattern fits and several could be meant: sheets of one workbook share a pattern.
    """
    fitting = [one for one in streams if name.casefold().endswith(ENDINGS[one.format])]
    named = [one for one in fitting if compile_pattern(one.pattern)[0].fullmatch(name.rpartition("/")[2])]
    chosen = named or fitting
    if not named and len({str(one.pattern) for one in fitting}) > 1:
        names = ", ".join(one.stream for one in fitting)
        raise ContractError(
            f"which stream does it feed? {names}", subject=name, cure="name the stream, or rename the file as usual"
        )
    return tuple(one.stream for one in chosen)


def look_at_copy(path: Path) -> FoundFile:
    """Raises `TransientError` for a file that is gone."""
    found = look_at(path, path.name)
    if found is None:
        raise TransientError("is no longer there", subject=path.name)
    return found


def date_copy(stream: FileStream, path: Path) -> datetime | None:
    """The date that stands in the file, or in its name as the mapping has it. Raises `SourceError`s.

    A copy that was renamed is no error: its name may tell the date in another way.
    """
    declared, file = stream.options.as_of, look_at_copy(path)
    if declared.from_ in _IN_THE_FILE:
        return find_date(stream.folder.open_file(file, stream.options), stream.options, zone=stream.zone)
    return stream.find_plain_date(file) if declared.from_ == "name" else None


def open_copy(stream: FileStream, window: Window, path: Path) -> tuple[Iterator[Row], RowTarget]:
    """The rows of a copy, and what their batches have in common. Raises `SourceError`s."""
    opened = stream.folder.open_file(look_at_copy(path), stream.options)
    require_columns(opened, stream.options)
    return opened.read_rows(), stream.build_target(opened, window, window.until)


def require_columns(opened: OpenFile, options: StreamOptions) -> None:
    """Raises `ContractError` with every column that the copy lacks, and those of its own that nothing maps."""
    fields = opened.fields
    missing = {column: names for column, names in list_wanted(options) if fields.find(names) is None}
    if not missing or not fields.names:
        return
    told = ", ".join(f"“{'” or “'.join(names)}” ({column})" for column, names in missing.items())
    column, names = next(iter(missing.items()))
    spare = list_spare(fields, options)
    guess = spare[0] if len(spare) == 1 else "its name then"
    raise ContractError(
        f"this copy has no column {told}; it has {', '.join(spare) or 'none'} that nothing maps",
        subject=opened.file.name,
        cure=f"was it called otherwise then? add that name to the mapping, as {column}: "
        f"[{', '.join([*names, guess])}], and import the folder again",
    )


def list_wanted(options: StreamOptions) -> Iterator[tuple[str, Names]]:
    """What the mapping needs in each file, and the names that it may have there."""
    extras = {"known_at": options.known_at, "stated_by": options.stated_by}
    columns: dict[str, ColumnDeclaration | None] = {**options.columns, **extras}
    for name, column in columns.items():
        if column is None or column.optional:
            continue
        for names in (column.from_, *(part.from_ for part in column.join)):
            if names:
                yield name, names
    for kind, key in (("key", options.key), ("label", options.label)):
        for part in key.parts if key else ():
            if part.from_:
                yield kind, part.from_


def list_spare(fields: Fields, options: StreamOptions) -> list[str]:
    """The columns of a file that nothing maps."""
    used = {fields.find(names) for _, names in list_wanted(options)}
    return [name for name in fields.names if fields.find((name,)) not in used]
