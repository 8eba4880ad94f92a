"""Remapping: the raw archive of a source is read again with the mapping of today, so that a repaired mapping is told as
a repair and never looks like drift."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from slipwatch.connector import ReadsAgain
from slipwatch.engine.desk import require_act
from slipwatch.engine.run import choose_sources, hold_lease
from slipwatch.errors import ContractError, LedgerError, PermanentError, SlipwatchError
from slipwatch.model.records import Batch, WindowKind
from slipwatch.model.tables import ENTITIES
from slipwatch.store.acts import record_act
from slipwatch.store.repair import Repair, list_read_windows, repair_stream
from slipwatch.store.runs import finish_run, start_run
from slipwatch.store.spool import Spooled, load_spooled, spool_window

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme
    from slipwatch.store.windows import WindowRow

ACT = "remap"
ANY_SHARE = 100.0
"""How much may be unreadable is judged here, against what was unreadable before."""

Rejects = list[dict[str, str | None]]


@dataclass(frozen=True, kw_only=True)
class StreamRemap:
    """What became of one stream: windows read again, and records. `readable` counts records that were set aside before;
    `lost` windows whose archive is gone. `detail` says why the stream stayed as it was ("" where it did not)."""

    stream: str
    windows: int = 0
    records: int = 0
    changed: int = 0
    readable: int = 0
    quarantined: int = 0
    lost: int = 0
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class RemapReport:
    """What a remap did to one source."""

    run: int
    source: str
    streams: tuple[StreamRemap, ...] = ()

    @property
    def failed(self) -> bool:
        return any(stream.detail for stream in self.streams)

    def as_json(self) -> dict[str, object]:
        return {"run": self.run, "source": self.source, "streams": [asdict(stream) for stream in self.streams]}


def remap_source(programme: Programme, source: str, *, author: str, reason: str) -> RemapReport:
    """Put the values that the ledger holds of a source right, from the raw archive, with the cause `mapping`.

    Each record is read from the newest window that brought it; so is what was set aside. Values that a record had
    earlier stay as they were read, and so do its subject and the rows that the mapping skipped. A stream is put right
    as a whole or, with the cause in its `detail`, not at all. Nothing is judged and nobody is told: the next run does.
    Raises `ConfigError`, `LeaseError`, and `PermanentError` where the connector cannot read its archive again.
    """
    require_act(ACT, author, reason)
    choose_sources(programme, [source])
    with hold_lease(programme), open_again(programme, source) as connector:
        at = programme.now()
        run = start_run(programme.ledger, kind=ACT, at=at, configuration=programme.settings.texts)
        remapping = Remapping(programme=programme, connector=connector, run=run, source=source)
        streams = [remapping.try_stream(stream, rows) for stream, rows in list_read_windows(programme.ledger, source)]
        report = RemapReport(run=run, source=source, streams=tuple(streams))
        told = report.as_json()
        state = "partial" if report.failed else "done"
        finish_run(programme.ledger, run, at=programme.now(), state=state, summary=told)
        record_act(programme.ledger, kind=ACT, subject=source, author=author, reason=reason, at=at, detail=told)
    return report


@contextmanager
def open_again(programme: Programme, source: str) -> Iterator[ReadsAgain]:
    """The connector of a source, closed at the end. Raises `PermanentError` where it cannot read its archive again."""
    connector = programme.open_connector(source)
    try:
        if not isinstance(connector, ReadsAgain):
            raise PermanentError(
                "its connector cannot read its archive again", subject=source, cure="let the source be read anew"
            )
        yield connector
    finally:
        connector.close()


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What one window of the archive tells that no newer one does: its records and what was set aside."""

    window: WindowRow
    archive: Spooled
    keys: frozenset[str]
    raws: list[str]
    rejects: Rejects

    @property
    def rejected_keys(self) -> set[str]:
        return {key for reject in self.rejects if (key := reject["source_id"]) is not None}


@dataclass(kw_only=True)
class Remapping:
    """One source on its way through today's mapping."""

    programme: Programme
    connector: ReadsAgain
    run: int
    source: str

    def try_stream(self, stream: str, rows: Sequence[WindowRow]) -> StreamRemap:
        try:
            return self.remap_stream(stream, rows)
        except SlipwatchError as error:
            return StreamRemap(stream=stream, detail=self.programme.redact(str(error)))

    def remap_stream(self, stream: str, rows: Sequence[WindowRow]) -> StreamRemap:
        programme = self.programme
        with tempfile.TemporaryDirectory(dir=programme.home, prefix="remap-") as scratch:
            pieces = _Pieces(subject=f"{self.source}.{stream}")
            self.read_archive(rows, pieces, Path(scratch))
            pieces.check(most_rejects_percent=programme.limits(self.source).rejects_percent)
            report = repair_stream(
                programme.ledger, [piece.repair for piece in pieces.read], run=self.run, at=programme.now(),
                subject_keys=programme.identities.find_keys,
            )  # fmt: skip
        return StreamRemap(
            stream=stream,
            windows=len(pieces.read),
            records=report.new + report.changed + report.unchanged,
            changed=report.changed,
            readable=report.released,
            quarantined=report.quarantined,
            lost=pieces.lost,
        )

    def read_archive(self, rows: Sequence[WindowRow], pieces: _Pieces, scratch: Path) -> None:
        """From the newest window back, each record once. Before the newest complete list only those are sought that it
        could not tell. Where an archive is gone, older ones might be out of date: they are left alone."""
        told: set[str] = set()
        sought: set[str] | None = None
        for number, row in enumerate(rows):
            if sought is not None and not sought - told:
                return
            archive = self.find_archive(row)
            if archive is None:
                pieces.lost = len(rows) - number
                return
            texts = choose_texts(row, archive, told=told, sought=sought)
            told |= texts.keys
            if texts.raws or texts.rejects:
                told |= pieces.add(texts, self.read_again(texts, scratch))
            if archive.window.kind is WindowKind.COMPLETE and sought is None:
                sought = texts.rejected_keys

    def find_archive(self, row: WindowRow) -> Spooled | None:
        """What the raw archive keeps of a window; None where it is gone."""
        try:
            return load_spooled(self.programme.home / "spool", row.archive or "")
        except LedgerError:
            return None

    def read_again(self, texts: Texts, scratch: Path) -> Spooled:
        archive = texts.archive
        raws = [*texts.raws, *(reject["raw"] or "" for reject in texts.rejects)]
        batches = self.connector.read_again(archive.window, raws, as_of=archive.as_of)
        spooled = spool_window(
            restore_places(batches, texts.rejects), scratch, source=self.source, most_rejects_percent=ANY_SHARE
        )
        if spooled.entity != archive.entity:
            raise ContractError(
                f"the stream held {archive.entity} records so far, not {spooled.entity}",
                subject=f"{self.source}.{archive.stream}",
                cure="give the new mapping another stream name",
            )
        return spooled


def choose_texts(row: WindowRow, archive: Spooled, *, told: Collection[str], sought: Collection[str] | None) -> Texts:
    """The texts of a window, without records that newer windows tell; with `sought`, of those alone."""

    def is_wanted(key: str) -> bool:
        return key not in told and (sought is None or key in sought)

    records = [(key, raw) for key, raw in archive.read_raws() if is_wanted(key)]
    rejects = [
        reject
        for reject in archive.read_rejects(raw=True)
        if reject["raw"] and (sought is None if reject["source_id"] is None else is_wanted(reject["source_id"]))
    ]
    keys = frozenset(key for key, _ in records)
    return Texts(window=row, archive=archive, keys=keys, raws=[raw for _, raw in records], rejects=rejects)


def restore_places(batches: Iterable[Batch], rejects: Rejects) -> Iterator[Batch]:
    """What still cannot be read stands where it stood: the place is how the quarantine knows a reject without key."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for reject in rejects:
        places[reject["raw"] or ""].append(reject["where"] or "")
    for batch in batches:
        for index, raw in enumerate(batch.raw[len(batch.records) :]):
            if places[raw]:
                batch.rejects[index] = replace(batch.rejects[index], where=places[raw].pop(0))
        yield batch


@dataclass(frozen=True, kw_only=True)
class _Piece:
    """One window before and after."""

    texts: Texts
    spooled: Spooled

    @property
    def repair(self) -> Repair:
        return Repair(window=self.texts.window, spooled=self.spooled, replayed=self.texts.rejects)


@dataclass(kw_only=True)
class _Pieces:
    """The windows of one stream that were read again; `lost` counts those that could not."""

    subject: str
    read: list[_Piece] = field(default_factory=list)
    lost: int = 0

    def add(self, texts: Texts, spooled: Spooled) -> set[str]:
        """The keys that the window tells now. Raises `ContractError` where the mapping makes others than it made."""
        keys = {key for key, _ in spooled.read_raws()}
        strangers = keys - texts.keys - texts.rejected_keys
        if len(strangers) > len(texts.rejects):
            raise ContractError(
                f"the mapping makes other keys than it made, such as {min(strangers)}",
                subject=self.subject,
                cure="give the stream another name: it holds other records now",
            )
        self.read.append(_Piece(texts=texts, spooled=spooled))
        return keys

    def check(self, *, most_rejects_percent: float) -> None:
        """Raises `LedgerError` where nothing is left to read, `ContractError` for a mapping that reads less than it
        did: too many records set aside, or a column empty that held values."""
        if not self.read and self.lost:
            raise LedgerError("the raw archive of its newest window is gone", subject=self.subject, cure="read it anew")
        before = sum(len(piece.texts.rejects) for piece in self.read)
        rejects = sum(piece.spooled.rejects for piece in self.read)
        arrived = rejects + sum(piece.spooled.rows for piece in self.read)
        if rejects > before and rejects * 100 > most_rejects_percent * arrived:
            message = f"{rejects} of {arrived} records could no longer be read"
            raise ContractError(message, subject=self.subject, cure="correct the mapping")
        emptied = self.list_filled(now=False) - self.list_filled(now=True)
        if emptied:
            raise ContractError(
                f"no record would have a value in {', '.join(sorted(emptied))}, where some have one now",
                subject=self.subject,
                cure="correct the mapping; a column that was taken out on purpose is emptied by the next read",
            )

    def list_filled(self, *, now: bool) -> set[str]:
        """Columns that hold at least one value, in what was read first or in what was read again."""
        filled: set[str] = set()
        for piece in self.read:
            filled |= list_filled(piece.spooled if now else piece.texts.archive, piece.texts.keys)
        return filled


def list_filled(spooled: Spooled, keys: Collection[str]) -> set[str]:
    """Canonical columns in which at least one of these records holds a value."""
    filled: set[str] = set()
    columns = ENTITIES[spooled.entity].by_name
    for table in spooled.read_records():
        chosen = table.filter([key in keys for key in table["source_id"].to_pylist()])
        filled |= {name for name in columns if chosen[name].null_count < len(chosen)}
    return filled
