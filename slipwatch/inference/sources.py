"""From the readings of files to sources: which files are one source, and the mapping of each of its streams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from slipwatch.inference.file_names import find_stamp, name_topic, write_pattern
from slipwatch.inference.reading import FileReading
from slipwatch.inference.streams import DOCUMENTS, MESSAGES, StreamDraft, draft_stream
from slipwatch.model.tables import ENTITIES
from slipwatch.settings.commented import Noted, strip_notes

_KEYS = {
    "milestone": "PLAN", "order_line": "ORDERS", "work_item": "TRACKER", "requirement": "TRACKER",
    "confirmation": "CONFIRMATIONS", "shipment": "NOTICES", "receipt": "RECEIPTS", "action": "ACTIONS",
    "decision": "DECISIONS", "risk": "RISKS", "budget_line": "BUDGET", "cost_entry": "COSTS",
    "supplier": "SUPPLIERS", "change_request": "CHANGES", "training": "TRAININGS", "project": "PROJECTS",
}  # fmt: skip
_NAMES = {
    "PLAN": "Plan", "ORDERS": "Order list", "TRACKER": "Tracker", "LOG": "Log", "CONFIRMATIONS": "Order confirmations",
    "NOTICES": "Shipping notices", "RECEIPTS": "Goods receipts", "ACTIONS": "Action log", "DECISIONS": "Decisions",
    "RISKS": "Risk register", "BUDGET": "Budget", "COSTS": "Bookings", "SUPPLIERS": "Supplier list",
    "CHANGES": "Change requests", "TRAININGS": "Training register", "PROJECTS": "Project list",
}  # fmt: skip
_LOG = {"action", "decision", "change_request", "risk", "budget_line", "training"}


@dataclass(frozen=True, kw_only=True)
class SourceDraft:
    """Streams that come out of the same files. `folder` is where they lie; `newest` the last date in their names."""

    key: str
    name: str
    folder: Path
    streams: tuple[StreamDraft, ...]
    newest: date | None = None

    @property
    def is_listing(self) -> bool:
        """Whether its files list everything: then a rhythm can be expected of it."""
        return all(strip_notes(stream.options["complete"]) for stream in self.streams)


@dataclass(frozen=True, kw_only=True)
class Left:
    """A file, or a sheet of it, that no source reads, and why."""

    file: str
    why: str
    cure: str = ""

    def as_json(self) -> dict[str, str]:
        return {"file": self.file, "why": self.why, "cure": self.cure}


@dataclass(frozen=True, kw_only=True)
class SourceProposal:
    sources: tuple[SourceDraft, ...]
    left: tuple[Left, ...] = field(default=())


def propose_sources(readings: Sequence[FileReading]) -> SourceProposal:
    """Every readable table in a stream, every stream in a source; what fits nowhere is in `left` with the reason."""
    left = [reason for reading in readings if (reason := _find_obstacle(reading))]
    left += _list_other_sheets(readings)
    usable = [reading for reading in readings if not _find_obstacle(reading)]
    streams: list[tuple[Path, tuple[str, ...], StreamDraft]] = []
    for group in _group_streams(usable):
        try:
            drafted = draft_stream(group)
        except LookupError as gap:
            left += [Left(file=name_part(one), why=str(gap.args[0]), cure="map it by hand") for one in group]
            continue
        streams.append((group[0].path.parent, tuple(sorted({one.path.name for one in group})), drafted))
    return SourceProposal(sources=tuple(_join_sources(streams)), left=tuple(left))


def _list_other_sheets(readings: Sequence[FileReading]) -> Iterator[Left]:
    """Sheets that were seen and not read: hidden ones, and those that are no list of a known kind."""
    read = {(reading.path, reading.sheet or reading.records) for reading in readings}
    for reading in readings:
        for other in reading.other_sheets:
            if (reading.path, other.sheet) not in read:
                yield Left(file=f"{reading.file}, {other.sheet}", why=other.why)


def name_part(reading: FileReading) -> str:
    """The file, and the sheet or list of it that this reading is about."""
    part = reading.sheet or reading.records
    return f"{reading.file}, {part}" if part else reading.file


def _find_obstacle(reading: FileReading) -> Left | None:
    """Why no source can read this; None where one can."""
    name = name_part(reading)
    if reading.status == "refused":
        return Left(file=name, why=reading.error or "cannot be read", cure=reading.cure or "")
    if reading.entity is None or reading.entity not in ENTITIES:
        return Left(file=name, why="it is not clear what one row of it is", cure="answer its question, or leave it out")
    if not reading.keys:
        return Left(file=name, why="no columns tell its rows apart", cure="answer the question for its key")
    return None


def _group_streams(readings: Iterable[FileReading]) -> Iterator[list[FileReading]]:
    """Readings that one mapping can serve: dated copies of a file, and messages of several senders."""
    groups: dict[tuple[Any, ...], list[FileReading]] = defaultdict(list)
    for reading in readings:
        part = reading.sheet or reading.records
        alike = (reading.path.parent, reading.format, reading.entity, part, reading.delimiter)
        name = write_pattern([reading.path.name])
        word = name_topic([reading.path.name]) if reading.entity in MESSAGES else None
        groups[(*alike, word or name)].append(reading)
    yield from groups.values()


def _join_sources(streams: Iterable[tuple[Path, tuple[str, ...], StreamDraft]]) -> Iterator[SourceDraft]:
    """Streams of the same files are one source; keys are unique."""
    groups: dict[tuple[Path, tuple[str, ...]], list[StreamDraft]] = defaultdict(list)
    for folder, names, stream in streams:
        groups[folder, names].append(stream)
    used: dict[str, int] = defaultdict(int)
    for (folder, names), drafted in groups.items():
        key = _choose_key(drafted)
        used[key] += 1
        name = _NAMES.get(key, key.capitalize())
        if used[key] > 1:
            key, name = f"{key}-{used[key]}", f"{name} {used[key]}"
        dates = [found.day for one in names if (found := find_stamp(one))]
        yield SourceDraft(
            key=key, name=name, folder=folder, streams=tuple(_name_apart(drafted)), newest=max(dates, default=None)
        )


def _choose_key(streams: Sequence[StreamDraft]) -> str:
    """After what a PMO calls the file: a workbook of several registers is a log."""
    entities = {stream.entity for stream in streams}
    if (
        "milestone" in entities
        and entities & {"requirement", "work_item"}
        and streams[0].options["format"] in DOCUMENTS
    ):
        return "TRACKER"
    if len(entities & _LOG) > 1:
        return "LOG"
    return next((_KEYS[name] for name in _KEYS if name in entities), "FILES")


def _name_apart(streams: Sequence[StreamDraft]) -> Iterator[StreamDraft]:
    """Two sheets of one entity get a name each."""
    seen: dict[str, int] = defaultdict(int)
    for stream in streams:
        seen[stream.name] += 1
        name = stream.name if seen[stream.name] == 1 else f"{stream.name}_{seen[stream.name]}"
        yield replace(stream, name=name, options={**stream.options, "stream": name})


def write_source(draft: SourceDraft, *, base: str, time_zone: str, owner: str | None) -> dict[str, Any]:
    """The entry of sources.yaml. `base` is the folder as the configuration names it."""
    entry: dict[str, Any] = {"type": "files", "name": draft.name}
    if owner:
        entry["owner"] = Noted(owner, "who is asked when it is late or damaged")
    if draft.is_listing:
        entry["rhythm_days"] = Noted(7, "older than twice this is stale, and what depends on it turns grey")
    names = ", ".join(sorted({reading.path.name for stream in draft.streams for reading in stream.readings})[:3])
    options = {
        "folder": Noted(base, f"where {names} lay"),
        "time_zone": time_zone,
        "settle_seconds": 5,
        "streams": [dict(stream.options) for stream in draft.streams],
    }
    return {**entry, "options": options}
