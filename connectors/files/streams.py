"""One stream of a drop folder at work: its new files in order, and the records of one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from connectors.files.client import DropFolder, OpenFile, find_date, read_name_date
from connectors.files.mapping import StreamOptions, build_setting
from connectors.files.position import Position
from slipwatch.connector import Context
from slipwatch.errors import SourceError, TransientError
from slipwatch.model.records import Window, WindowKind
from slipwatch.wire.declaration import Conventions
from slipwatch.wire.documents import split_path
from slipwatch.wire.fields import Fields
from slipwatch.wire.file_dates import limit_to_now
from slipwatch.wire.files import FoundFile
from slipwatch.wire.mapping import MapRecord
from slipwatch.wire.record_maps import build_mapper
from slipwatch.wire.rereading import PLACE, PROOF, ArchivedTable, read_archived_rows
from slipwatch.wire.row_rules import build_filter
from slipwatch.wire.rows import Row, RowTarget

T = TypeVar("T")


@dataclass(frozen=True)
class Candidate:
    """A content that was not read yet. `key` tells it apart, `date` is None where none can be read."""

    file: FoundFile
    key: str
    date: datetime | None
    is_readable: bool = True

    @property
    def order(self) -> tuple[bool, datetime, datetime, str]:
        """By date, then by arrival; what cannot be read comes last, so that it holds nothing up."""
        return not self.is_readable, self.date or self.file.modified, self.file.modified, self.file.name


class FileStream:
    """`conventions` are those of stream, source and programme together."""

    def __init__(self, options: StreamOptions, conventions: Conventions, folder: DropFolder, context: Context) -> None:
        self.options, self.folder, self.context = options, folder, context
        self.conventions = conventions
        self.zone = conventions.time_zone or "UTC"
        self.kind = WindowKind.COMPLETE if options.complete else WindowKind.INCREMENTAL

    def plan(self, position: Position, *, settle_seconds: float) -> Iterator[Window]:
        """A window for each new content. Its position remembers all that comes before it."""
        files = self.folder.list_settled(
            self.options, seconds=settle_seconds, now=self.context.now(), sleep=self.context.sleep
        )
        keys = {file: self.make_key(file) for file in files}
        new = {key: file for file, key in reversed(keys.items()) if position.is_new(file.name, key)}
        for candidate in sorted((self.look_into(file, key) for key, file in new.items()), key=lambda one: one.order):
            position = position.advance(candidate.file.name, candidate.key, present=keys.values())
            yield self.make_window(candidate.file, candidate.date, position)

    def make_window(self, file: FoundFile, date: datetime | None, position: Position) -> Window:
        until = min(date or file.modified, self.context.now())
        return Window(stream=self.options.stream, kind=self.kind, until=until, position=position.write())

    def make_key(self, file: FoundFile) -> str:
        """Its content, and its date where the name tells it: the same list a week later says that nothing changed."""
        digest = self.folder.read_digest(file)
        date = _try(lambda: read_name_date(file, self.options, zone=self.zone))
        return f"{digest}@{date:%Y%m%dT%H%M%S}" if date else digest

    def look_into(self, file: FoundFile, key: str) -> Candidate:
        """Files of complete streams stand in for each other and keep their order, readable or not."""
        if self.options.as_of.from_ in ("name", "modified") and self.options.complete:
            return Candidate(file, key, self.find_plain_date(file))
        opened = _try(lambda: self.open_checked(file))
        date = _try(lambda: self.read_date(opened)) if opened else self.find_plain_date(file)
        return Candidate(file, key, date, is_readable=self.options.complete or bool(opened and date))

    def find_plain_date(self, file: FoundFile) -> datetime | None:
        """The date as far as it can be told without opening the file."""
        if self.options.as_of.from_ == "modified":
            return file.modified
        return _try(lambda: read_name_date(file, self.options, zone=self.zone))

    def open_checked(self, file: FoundFile) -> OpenFile:
        """Open a file and bind the mapping to its columns. Raises `SourceError`s."""
        opened = self.folder.open_file(file, self.options)
        self.build_mapper(opened, self.context.now())
        return opened

    def read_date(self, opened: OpenFile) -> datetime:
        instant = find_date(opened, self.options, zone=self.zone)
        return limit_to_now(instant, now=self.context.now(), zone=self.zone, subject=opened.file.name)

    def find_file(self, position: Position) -> FoundFile:
        """The file of a window. Raises `TransientError` where it is gone or was replaced since it was found."""
        file = self.folder.find_file(position.file, self.options)
        if position.key and self.make_key(file) != position.key:
            raise TransientError(
                "was replaced since it was found", subject=file.name, cure="it is read again next time"
            )
        return file

    def open_target(self, window: Window) -> tuple[Iterator[Row], RowTarget]:
        """The rows of a window's file, and what their batches have in common. Raises `SourceError`s."""
        file = self.find_file(Position.parse(window.position))
        opened = self.folder.open_file(file, self.options)
        return opened.read_rows(), self.build_target(opened, window, self.read_date(opened))

    def build_target(self, opened: OpenFile, window: Window, as_of: datetime) -> RowTarget:
        return RowTarget(
            entity=self.options.entity,
            window=window,
            as_of=as_of,
            map_record=self.build_mapper(opened, as_of),
            accept=build_filter(self.options, opened.fields),
            proof="count" if opened.expected is not None else "end_of_file",
            expected=opened.expected,
            finish=opened.file.require_unchanged,
        )

    def open_archived(self, window: Window, raws: Sequence[str], *, as_of: datetime) -> tuple[Iterator[Row], RowTarget]:
        """What the archive kept of a file, as `open_target` gives the file itself."""
        if self.options.format == "json":
            fields, rows = Fields(find=lambda names: split_path(names[0]), subject=PLACE), read_archived_rows(raws)
        else:
            table = ArchivedTable(raws, typed=self.options.format == "xlsx")
            fields, rows = Fields(find=table.find, subject=PLACE), table.read_rows()
        target = RowTarget(
            entity=self.options.entity,
            window=window,
            as_of=as_of,
            map_record=self.compile_mapper(fields, as_of),
            accept=build_filter(self.options, fields),
            proof=PROOF,
        )
        return rows, target

    def build_mapper(self, opened: OpenFile, as_of: datetime) -> MapRecord:
        return self.compile_mapper(opened.fields, as_of, from_1904=opened.from_1904)

    def compile_mapper(self, fields: Fields, as_of: datetime, *, from_1904: bool = False) -> MapRecord:
        near = as_of.astimezone(ZoneInfo(self.zone)).date()
        setting = build_setting(self.conventions, self.context, near=near, from_1904=from_1904)
        return build_mapper(self.options, fields, setting)


def _try(read: Callable[[], T]) -> T | None:
    """None where it cannot be read: the window of that file tells why."""
    try:
        return read()
    except SourceError:
        return None
