"""The contract of a connector: options, `check`, `discover`, `read` in windows, `sweep`.

A connector is a class with the attributes and methods of `Connector`. It knows its system and nothing else: batch
bounds, upserts, change events, cursors, reject thresholds and completeness are enforced by the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Protocol, runtime_checkable

from slipwatch.model.options import Options
from slipwatch.model.records import Batch, Window, WindowKind

__all__ = [
    "CONTRACT_VERSION",
    "CheckReport",
    "Connector",
    "Context",
    "Options",
    "ReadsAgain",
    "ReadsCopies",
    "StreamInfo",
]

CONTRACT_VERSION = 1
"""Raised when a change breaks connectors of third parties; the registry refuses others with a clear message."""


@dataclass(frozen=True, kw_only=True)
class StreamInfo:
    """One stream that a source offers.

    `key` tells what the source id is made of; `history` is `native`, `rendered` or `none`; `deletes` is `sweep`,
    `feed` or `none`; `count` is the number of records where the source gives one cheaply.
    """

    name: str
    entity: str
    kind: WindowKind
    key: str
    history: str = "none"
    deletes: str = "none"
    fields: tuple[str, ...] = ()
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """What `check` found without changing anything: reach, rights per stream, version, clock.

    `problems` are (stream or "", sentence with the cure) pairs; an empty tuple means that the source can be read.
    """

    ok: bool
    version: str = ""
    clock_skew_seconds: float = 0.0
    problems: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the engine lends to a connector.

    `resolve` turns a secret reference into its value, only while a request is made. `now` is the injected clock (aware,
    UTC), `sleep` the injected pause in seconds. `home` is a folder for state of the connector's own, `base` the folder
    that relative paths in the options start from. `cursor` is what the last committed window of the stream left behind.
    """

    source: str
    resolve: Callable[[str], str]
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    home: Path
    base: Path
    time_zone: str = "UTC"
    pseudonymise: Callable[[str], str] = field(default=lambda text: text)
    code_lists: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class Connector(Protocol):
    """A source of canonical records. Built by `Type(options, context)`; building it touches nothing outside."""

    name: ClassVar[str]
    contract_version: ClassVar[int]
    Options: ClassVar[type[Options]]

    def check(self) -> CheckReport:
        """Tell whether the source can be read, within 30 s and without changing anything.

        Raises only `ConfigError`; all else is a problem in the report.
        """
        ...

    def discover(self) -> tuple[StreamInfo, ...]:
        """List the streams that the options select. Raises `SourceError`s."""
        ...

    def plan(self, stream: str, cursor: str | None) -> tuple[Window, ...]:
        """The windows to read next, oldest first; none when there is nothing new.

        `cursor` is the `position` of the last window that was committed for the stream, or None.
        """
        ...

    def read(self, window: Window) -> Iterator[Batch]:
        """Yield the batches of one window; the last one carries its completeness. Raises `SourceError`s."""
        ...

    def sweep(self, stream: str) -> Iterator[str]:
        """Yield the source id of every record that exists now, with rights verified first. Raises `SourceError`s."""
        ...

    def close(self) -> None:
        """Release connections and files."""
        ...


@runtime_checkable
class ReadsAgain(Protocol):
    """What a connector may offer beside: reading what the raw archive kept of a window, with the mapping of today."""

    def read_again(self, window: Window, raws: Sequence[str], *, as_of: datetime) -> Iterator[Batch]:
        """Map raw texts of earlier batches anew, in their order; the last batch carries the completeness.

        `as_of` is that of the batches they came with. The source is asked only for lookups that a text does not hold.
        Raises `ContractError` where the texts lack what the mapping wants, `PermanentError` for what only the source
        itself can tell, and `SourceError`s of lookups.
        """
        ...


@runtime_checkable
class ReadsCopies(Protocol):
    """What a connector of files may offer beside: reading old copies of its files, wherever they lie."""

    def find_streams(self, name: str, *, among: Collection[str] = ()) -> tuple[str, ...]:
        """The streams (of those in `among`, if any) that a file of this name feeds; none where it is no file of theirs.

        Raises `ContractError` where it could be one or another.
        """
        ...

    def date_copy(self, stream: str, path: Path) -> datetime | None:
        """The instant for which a copy states its values, by the mapping alone; None where the mapping finds none.

        The time at which a file was written is never taken: copying a file changes it. Raises `SourceError`s.
        """
        ...

    def read_copy(self, window: Window, path: Path) -> Iterator[Batch]:
        """Yield the batches of a copy as of `window.until`; the last one carries its completeness.

        Raises `ContractError` that names every column that the copy lacks, and other `SourceError`s.
        """
        ...
