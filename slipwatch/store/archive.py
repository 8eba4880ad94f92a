"""The raw archive: one folder per window with what was read and what was set aside, as Parquet."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from slipwatch.errors import LedgerError
from slipwatch.model.columns import Entity
from slipwatch.model.records import Completeness, Window, WindowKind
from slipwatch.model.tables import ENTITIES
from slipwatch.store.cells import ARROW

RECORDS, REJECTS = "records.parquet", "rejects.parquet"
UNFINISHED = ".unfinished"
STAMP = "%Y%m%dT%H%M%S.%fZ"
FACTS = b"slipwatch.window"

HEAD = (
    pa.field("source_id", pa.string()),
    pa.field("label", pa.string()),
    pa.field("known_at", pa.timestamp("us", tz="UTC")),
    pa.field("stated_by", pa.string()),
    pa.field("url", pa.string()),
    pa.field("history", pa.string()),
    pa.field("content", pa.string()),
)
"""What every record has beside its canonical columns; `history` is JSON, `content` the hash of the values."""

RAW = pa.field("raw", pa.string())
REJECT_SCHEMA = pa.schema(
    [pa.field(name, pa.string()) for name in ("source_id", "reason", "column", "where", "excerpt", "raw")]
)


@cache
def build_schema(entity: Entity) -> pa.Schema:
    canonical = [pa.field(column.name, ARROW[column.kind]) for column in entity.columns]
    return pa.schema([*HEAD, *canonical, RAW])


@dataclass(frozen=True, kw_only=True)
class Spooled:
    """A window that lies complete in the archive, ready to be merged.

    `archive` is its folder below the spool folder, with forward slashes. `rows` and `rejects` count what will be merged
    and what was set aside; `as_of` is the newest instant for which the source stated values. `fingerprint` is the
    SHA-256 of the content in the order read; when and how it was read does not enter it.
    """

    source: str
    stream: str
    entity: str
    window: Window
    rows: int
    rejects: int
    as_of: datetime
    completeness: Completeness | None
    folder: Path
    archive: str
    fingerprint: str

    @property
    def paths(self) -> tuple[Path, Path]:
        """The Parquet files of records and of rejects."""
        return self.folder / RECORDS, self.folder / REJECTS

    def read_records(self) -> Iterator[pa.Table]:
        """The records without their raw text, one row group at a time."""
        names = [name for name in build_schema(ENTITIES[self.entity]).names if name != RAW.name]
        with pq.ParquetFile(self.paths[0]) as file:
            for group in range(file.num_row_groups):
                yield file.read_row_group(group, columns=names, use_threads=False)

    def read_keys(self) -> set[str]:
        """Source ids of the records."""
        with pq.ParquetFile(self.paths[0]) as file:
            return set(file.read(columns=["source_id"], use_threads=False)["source_id"].to_pylist())

    def read_raws(self) -> Iterator[tuple[str, str]]:
        """Source id and raw text of every record, in the order read."""
        with pq.ParquetFile(self.paths[0]) as file:
            for group in range(file.num_row_groups):
                table = file.read_row_group(group, columns=["source_id", RAW.name], use_threads=False)
                yield from zip(table["source_id"].to_pylist(), table[RAW.name].to_pylist(), strict=True)

    def read_rejects(self, *, raw: bool = False) -> list[dict[str, str | None]]:
        """The rejects: source_id, reason, column, where, excerpt, and where asked for the raw text."""
        names = [name for name in REJECT_SCHEMA.names if raw or name != RAW.name]
        with pq.ParquetFile(self.paths[1]) as file:
            rows: list[dict[str, str | None]] = file.read(columns=names, use_threads=False).to_pylist()
        return rows


def write_facts(spooled: Spooled) -> dict[str, str]:
    """What `load_spooled` needs, for the footer of the Parquet file."""
    facts: dict[str, Any] = {name: getattr(spooled, name) for name in ("source", "stream", "entity", "rows", "rejects")}
    window = spooled.window
    facts["window"] = {
        "stream": window.stream,
        "kind": window.kind,
        "since": window.since and window.since.isoformat(),
        "until": window.until.isoformat(),
        "position": window.position,
    }
    facts["as_of"] = spooled.as_of.isoformat()
    facts["completeness"] = spooled.completeness and asdict(spooled.completeness)
    facts["fingerprint"] = spooled.fingerprint
    return {FACTS.decode(): json.dumps(facts)}


def load_spooled(spool: Path, archive: str) -> Spooled:
    """The window that was spooled below the folder `spool`; raises `LedgerError` where it was pruned or damaged."""
    folder = spool / archive
    try:
        metadata = pq.read_metadata(folder / RECORDS).metadata
        facts = json.loads(metadata[FACTS])
    except (OSError, pa.ArrowInvalid, KeyError) as error:
        cure = "read the source again"
        raise LedgerError(f"the raw archive cannot be read: {error}", subject=archive, cure=cure) from error
    since = facts["window"].pop("since")
    window = Window(
        stream=facts["window"]["stream"],
        kind=WindowKind(facts["window"]["kind"]),
        since=since and datetime.fromisoformat(since),
        until=datetime.fromisoformat(facts["window"]["until"]),
        position=facts["window"]["position"],
    )
    completeness = facts["completeness"] and Completeness(**facts["completeness"])
    as_of = datetime.fromisoformat(facts["as_of"])
    facts |= {"window": window, "as_of": as_of, "completeness": completeness}
    return Spooled(**facts, folder=folder, archive=archive)


def prune_spool(spool: Path, *, before: datetime, keep: Collection[str] = ()) -> int:
    """Delete the archives of windows that ended before an instant, and what killed runs left; returns how many.

    `keep` names archives that are still needed. A folder that cannot be deleted (held open by another program) is
    left for the next time, under a name that nobody reads any more.
    """
    stamp = before.strftime(STAMP)
    doomed = [
        folder
        for folder in spool.glob("*/*/*")
        if folder.name < stamp and folder.relative_to(spool).as_posix() not in keep
    ]
    return sum(delete_folder(folder) for folder in doomed)


def delete_folder(folder: Path) -> bool:
    """Take an archive away as a whole: half of one would look like a window with fewer records."""
    scratch = folder if folder.suffix == UNFINISHED else folder.with_name(folder.name + UNFINISHED)
    try:
        folder.rename(scratch)
        shutil.rmtree(scratch)
    except OSError:
        return False
    return True


@dataclass(frozen=True, kw_only=True)
class SpoolSize:
    """How much lies in the archive: windows, bytes, and the end of the oldest window (None where there is none)."""

    windows: int
    bytes: int
    oldest: datetime | None


def measure_spool(spool: Path) -> SpoolSize:
    """Size of everything below the spool folder, what killed runs left included."""
    folders = [folder for folder in spool.glob("*/*/*") if folder.is_dir()]
    stamps = sorted(folder.name.partition("-")[0] for folder in folders)
    return SpoolSize(
        windows=len(folders),
        bytes=sum(file.stat().st_size for folder in folders for file in folder.iterdir()),
        oldest=datetime.strptime(stamps[0], STAMP).replace(tzinfo=UTC) if stamps else None,
    )
