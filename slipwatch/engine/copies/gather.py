"""The old copies in a folder: their dates, and those among them that are one and the same."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from slipwatch.connector import ReadsCopies
from slipwatch.engine.copies.dates import Dated, Dating
from slipwatch.engine.copies.report import CopyState, Outcome
from slipwatch.errors import ConfigError, SourceError
from slipwatch.wire.files import FoundFile, compute_digest, list_files

DEPTH = 5
"""Folders in folders are searched to this depth."""

Progress = Callable[[int, int], None]
"""(copies done, copies in all)"""

DECLARE = "declare it in a file for --dates, as {name}: 2026-03-31, or as skip"


def quote_name(name: str) -> str:
    """A file name as a key of YAML."""
    return json.dumps(name, ensure_ascii=False)


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A dated copy; `streams` are those that it feeds, `digest` tells its content apart."""

    name: str
    path: Path
    digest: str
    streams: tuple[str, ...]
    as_of: datetime
    dated_by: str

    def conclude(self, state: CopyState, **facts: object) -> Outcome:
        values = {"file": self.name, "as_of": self.as_of, "dated_by": self.dated_by} | facts
        return Outcome(state=state, **values)  # type: ignore[arg-type]  # — fields of Outcome by name


def list_copies(folder: Path) -> list[FoundFile]:
    """Every file of a folder and those in it. Raises `ConfigError` for what is no folder, `SourceError`s."""
    if not folder.is_dir():
        raise ConfigError("is no folder", subject=str(folder), cure="name the folder that holds the old copies")
    return list_files(folder, re.compile(r".*", re.DOTALL), depth=DEPTH)


@dataclass(frozen=True, kw_only=True)
class Gathering:
    """Finds out what each file is. `among` are the streams asked for; none means all."""

    connector: ReadsCopies
    dating: Dating
    among: tuple[str, ...]

    def date(self, file: FoundFile) -> Copy | Outcome:
        """A copy with its date, or what keeps the file from being one."""
        try:
            streams = self.connector.find_streams(file.name, among=self.among)
            if not streams:
                return Outcome(file=file.name, state=CopyState.FOREIGN, detail="no stream reads such files")
            file.require_plain()
            dated = self.dating.find(file.name, file.path, self.ask_mapping(file, streams[0]))
            return self.conclude(file, streams, dated)
        except SourceError as error:
            return Outcome(file=file.name, state=CopyState.SET_ASIDE, detail=error.message, cure=error.cure)

    def ask_mapping(self, file: FoundFile, stream: str) -> datetime | None:
        return self.connector.date_copy(stream, file.path) if self.dating.asks_mapping(file.name) else None

    def conclude(self, file: FoundFile, streams: tuple[str, ...], dated: Dated) -> Copy | Outcome:
        if dated.is_left_out:
            return Outcome(file=file.name, state=CopyState.LEFT_OUT, detail=dated.doubt, dated_by=dated.dated_by)
        if dated.as_of is None:
            cure = DECLARE.format(name=quote_name(file.name))
            return Outcome(file=file.name, state=CopyState.UNDATED, detail=dated.doubt, cure=cure)
        digest = compute_digest(file)
        return Copy(
            name=file.name,
            path=file.path,
            digest=digest,
            streams=streams,
            as_of=dated.as_of,
            dated_by=dated.dated_by,
        )


def group_by_date(copies: Iterable[Copy]) -> list[tuple[list[Copy], list[Outcome]]]:
    """Oldest first, the copies of each instant with different contents, and what the others of it are."""
    ordered = sorted(copies, key=lambda one: (one.as_of, one.name))
    return [_tell_apart(list(same)) for _, same in groupby(ordered, key=lambda one: one.as_of)]


def _tell_apart(copies: Sequence[Copy]) -> tuple[list[Copy], list[Outcome]]:
    first: dict[tuple[str, tuple[str, ...]], Copy] = {}
    again = []
    for one in copies:
        known = first.setdefault((one.digest, one.streams), one)
        if known is not one:
            again.append(one.conclude(CopyState.SAME, detail=f"the same file as {known.name}"))
    return list(first.values()), again
