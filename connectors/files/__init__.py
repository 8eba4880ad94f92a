"""Files that people and programs drop into a folder: workbooks, delimited texts, JSON documents.

Each new content of a file is one window, oldest first by the date that the mapping finds in it. Files stay where they
are; what was read is remembered by content, not by name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from connectors.files.client import DropFolder
from connectors.files.copies import date_copy, find_streams, open_copy
from connectors.files.mapping import StreamOptions, check_stream, join_conventions
from connectors.files.position import Position
from connectors.files.streams import FileStream
from slipwatch import connector
from slipwatch.connector import CheckReport, Context, StreamInfo
from slipwatch.errors import ConfigError, PermanentError, SourceError
from slipwatch.model.records import Batch, Window, WindowKind
from slipwatch.wire.declaration import Conventions
from slipwatch.wire.rows import build_row_batches


def check_names(streams: tuple[StreamOptions, ...]) -> tuple[StreamOptions, ...]:
    """Raises `ValueError` for two streams of one name."""
    names = [stream.stream for stream in streams]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"two streams are called {', '.join(sorted(twice))}")
    return streams


class FilesOptions(connector.Options, Conventions):
    """A drop folder. `time_zone`, `formats`, `decimal`, `thousands` and `empty` hold for all streams that do not say
    otherwise."""

    folder: str = Field(min_length=1, description="The folder, relative to the configuration")
    streams: Annotated[tuple[StreamOptions, ...], AfterValidator(check_names)] = Field(min_length=1)
    settle_seconds: float = Field(
        default=30.0, ge=0.0, le=600.0, description="A file younger than this is looked at twice, this far apart"
    )


class FilesConnector:
    """See the module."""

    name: ClassVar[str] = "files"
    contract_version: ClassVar[int] = connector.CONTRACT_VERSION
    Options: ClassVar[type[connector.Options]] = FilesOptions

    def __init__(self, options: FilesOptions, context: Context) -> None:
        self._options = options
        self._folder = DropFolder(context.base / options.folder)
        self._streams = {stream.stream: self._open_stream(stream, context) for stream in options.streams}

    def _open_stream(self, stream: StreamOptions, context: Context) -> FileStream:
        conventions = join_conventions(stream, self._options, context)
        try:
            check_stream(stream, conventions, context)
        except ConfigError as error:
            subject = f"{stream.stream}.{error.subject}" if error.subject else stream.stream
            raise ConfigError(error.message, subject=subject, cure=error.cure) from None
        return FileStream(stream, conventions, self._folder, context)

    def check(self) -> CheckReport:
        """Look for each stream's newest file, and read its first records."""
        problems: list[tuple[str, str]] = []
        notes: list[str] = []
        for name, stream in self._streams.items():
            try:
                notes.append(f"{name}: {try_newest(stream)}")
            except SourceError as error:
                problems.append((name, str(error)))
        return CheckReport(ok=not problems, problems=tuple(problems), notes=tuple(notes))

    def discover(self) -> tuple[StreamInfo, ...]:
        """The streams as they are declared; nothing is read."""
        return tuple(describe_stream(stream) for stream in self._options.streams)

    def plan(self, stream: str, cursor: str | None) -> tuple[Window, ...]:
        """A window for each new content, oldest first. Raises `SourceError`s for a folder that cannot be read.

        A file that cannot be dated or opened gets a window too: reading it tells what is wrong.
        """
        planned = self._find_stream(stream).plan(Position.parse(cursor), settle_seconds=self._options.settle_seconds)
        return tuple(planned)

    def read(self, window: Window) -> Iterator[Batch]:
        """The records of one file. Raises `SourceError`s that name the file."""
        yield from stream_batches(self._find_stream(window.stream), window)

    def read_again(self, window: Window, raws: Sequence[str], *, as_of: datetime) -> Iterator[Batch]:
        """The archived rows of one file, mapped as the options say today; the file itself is not opened.

        Rows that were skipped were not archived, and a workbook that counts days from 1904 no longer says so: what
        hangs on these is only told by the file. Raises `ContractError`.
        """
        rows, target = self._find_stream(window.stream).open_archived(window, raws, as_of=as_of)
        return build_row_batches(rows, target)

    def find_streams(self, name: str, *, among: Collection[str] = ()) -> tuple[str, ...]:
        """The streams that an old copy of this name feeds. Raises `ContractError` where that is unclear."""
        chosen = [self._find_stream(one).options for one in among]
        return find_streams(chosen or self._options.streams, name)

    def date_copy(self, stream: str, path: Path) -> datetime | None:
        """The date of an old copy as the mapping finds it. Raises `SourceError`s."""
        return date_copy(self._find_stream(stream), path)

    def read_copy(self, window: Window, path: Path) -> Iterator[Batch]:
        """The records of an old copy, as of the end of its window. Raises `SourceError`s."""
        rows, target = open_copy(self._find_stream(window.stream), window, path)
        yield from build_row_batches(rows, target)

    def sweep(self, stream: str) -> Iterator[str]:
        """The source ids in the newest file. Raises `PermanentError` where files do not list everything."""
        found = self._find_stream(stream)
        if not found.options.complete:
            raise PermanentError("its files do not list everything", subject=stream)
        for batch in self.read(find_newest(found)):
            yield from (record.source_id for record in batch.records)

    def close(self) -> None:
        """Forget the file that was read last."""
        self._folder.forget()

    def _find_stream(self, name: str) -> FileStream:
        if name not in self._streams:
            raise ConfigError(f"there is no stream {name}", cure=f"one of {', '.join(self._streams)}")
        return self._streams[name]


def find_newest(stream: FileStream) -> Window:
    """A window on the newest file, whether it was read before or not. Raises `PermanentError` where there is none."""
    files = stream.folder.list_files(stream.options)
    if not files:
        raise PermanentError("no file matches", subject=stream.options.stream, cure="correct `pattern` or `folder`")
    latest = sorted(files, key=lambda file: (stream.find_plain_date(file) or file.modified, file.modified))[-10:]
    newest = max((stream.look_into(file, "") for file in latest), key=lambda one: one.order[1:])
    return stream.make_window(newest.file, newest.date, Position(newest.file.name))


def try_newest(stream: FileStream) -> str:
    """What the newest file looks like, in one line. Raises `SourceError`s."""
    window = find_newest(stream)
    first = next(stream_batches(stream, window))
    return (
        f"{len(first.rejects)} of the first {len(first.raw)} records of {Position.parse(window.position).file} "
        f"cannot be read; as of {first.as_of:%Y-%m-%d %H:%M} UTC"
    )


def stream_batches(stream: FileStream, window: Window) -> Iterator[Batch]:
    """Batches of one window of this stream."""
    rows, target = stream.open_target(window)
    return build_row_batches(rows, target)


def describe_stream(stream: StreamOptions) -> StreamInfo:
    """The key is told by its parts, as the mapping names them."""
    parts = (part.column or " or ".join(part.from_) for part in stream.key.parts)
    return StreamInfo(
        name=stream.stream,
        entity=stream.entity,
        kind=WindowKind.COMPLETE if stream.complete else WindowKind.INCREMENTAL,
        key=stream.key.separator.join(parts),
        history="native" if stream.history else "none",
        deletes="sweep" if stream.complete else "none",
        fields=tuple(stream.columns),
    )
