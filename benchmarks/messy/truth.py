"""What is true of a messy file: what its author meant, whatever its cells look like."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

Value = str | date | Decimal | None
"""What a cell means: a day for dates, weeks and instants; a Decimal for amounts (units applied) and shares (0..1)."""

UNMAPPED: frozenset[str | None] = frozenset({None})


@dataclass(frozen=True, kw_only=True)
class Expected:
    """One source column. `fields` are the canonical columns it may rightly become, None for none, the usual one first.

    A `doubtful` column can be told by nobody but its author: a question is right, a silent mapping wrong.
    """

    fields: tuple[str | None, ...]
    doubtful: bool = False
    kind: str = "text"


@dataclass(frozen=True, kw_only=True)
class Truth:
    """The truth of one file.

    `kinds` are the kinds it may be called, the usual one first. `keys` are the sets of columns that identify a row,
    each as good as the other; none where no set does. `cells` are the raw cells of the records with what they mean, by
    column (text columns are left out); `meant` is what each row of a record means, by row and column. `ignored` are
    the rows below the header that are no records; `damaged` the cells that must be reported, as (row, column).
    `doubts` are (topic, column or "") where only a question is right.
    `refused` holds words of which the sentence of a refusal must have one; empty where the file must be read, or may be
    refused with a cure (`may_refuse`). `notice` is true where the reader must be told something about the file.
    """

    file: str
    language: str
    messes: frozenset[str]
    kinds: tuple[str, ...] = ()
    preset: str | None = None
    refused: tuple[str, ...] = ()
    format: str = "xlsx"
    sheet: str | None = None
    encodings: tuple[str, ...] = ()
    delimiter: str | None = None
    header_rows: tuple[int, ...] = ()
    columns: Mapping[str, Expected] = field(default_factory=dict)
    keys: tuple[frozenset[str], ...] = ()
    cells: Mapping[str, tuple[tuple[Any, Value], ...]] = field(default_factory=dict)
    meant: Mapping[int, Mapping[str, Value]] = field(default_factory=dict)
    ignored: Mapping[int, str] = field(default_factory=dict)
    damaged: frozenset[tuple[int, str]] = frozenset()
    doubts: frozenset[tuple[str, str]] = frozenset()
    notice: bool = False
    may_refuse: bool = False
    records: int = 0


SAVED = datetime(2026, 6, 26, 15, tzinfo=UTC).timestamp()
"""When every file was last saved."""


@dataclass(frozen=True, kw_only=True)
class MessyFile:
    """A file to be written, with its truth."""

    truth: Truth
    write: Callable[[Path], None]

    def write_into(self, folder: Path) -> Path:
        """Raises OSError where the folder cannot be written."""
        path = folder / self.truth.file
        self.write(path)
        os.utime(path, (SAVED, SAVED))
        return path


def hold_bytes(content: bytes) -> Callable[[Path], None]:
    """A writer of these bytes."""

    def write(path: Path) -> None:
        path.write_bytes(content)

    return write
