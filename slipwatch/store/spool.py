"""Spooling: a window goes to the raw archive first, so that no lock is held while a source is read."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

import pyarrow as pa

from slipwatch.errors import ContractError, IncompleteError
from slipwatch.model.records import Batch, Completeness, Window
from slipwatch.model.tables import ENTITIES
from slipwatch.store.ahead import read_ahead
from slipwatch.store.archive import STAMP, UNFINISHED, Spooled, load_spooled, prune_spool
from slipwatch.store.intake import Intake
from slipwatch.store.shelf import Shelf

__all__ = ["Spooled", "load_spooled", "prune_spool", "spool_window"]

MOST_RECORDS = 1_000
MOST_BYTES = 8 * 1024 * 1024


def spool_window(batches: Iterable[Batch], folder: Path, *, source: str, most_rejects_percent: float) -> Spooled:
    """Write the batches of one window below `folder` as they come, and close the archive at the end.

    Raises `ContractError` when a batch breaks its bounds, names unknown columns, or more than `most_rejects_percent` of
    the records cannot be read; `IncompleteError` when a page comes twice, nothing comes, or the count is wrong. What
    was read stays in the archive except after an error. A window whose `completeness` is None or not `proven` is
    returned, but must not be merged.
    """
    with closing(read_ahead(batches)) as pages:
        first = next(pages, None)
        if first is None:
            raise IncompleteError("the source gave no batch, not even an empty one", subject=source)
        with Spooler(first, folder, source=source) as spooler:
            spooler.add(first)
            for batch in pages:
                spooler.add(batch)
            return spooler.close(most_rejects_percent)


class Spooler:
    """One window on its way into the archive. Leaving it without `close` removes what was written."""

    def __init__(self, first: Batch, folder: Path, *, source: str) -> None:
        self.source, self.spool = source, folder
        self.window, self.entity, self.as_of = first.window, first.entity, first.as_of
        if self.entity not in ENTITIES:
            raise ContractError(f"{self.entity!r} is no canonical entity", subject=source)
        self.archive = name_archive(source, first.window)
        self.scratch = folder / (self.archive + UNFINISHED)
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True)
        self.intake = Intake(ENTITIES[self.entity], subject=f"{source}.{first.window.stream}")
        self.shelf = Shelf(ENTITIES[self.entity], self.scratch)
        self.pages: set[bytes] = set()
        self.completeness: Completeness | None = None

    def __enter__(self) -> Spooler:
        return self

    def __exit__(self, *_error: object) -> None:
        self.shelf.abandon()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def add(self, batch: Batch) -> None:
        self.check(batch)
        table, rejects = self.intake.take(batch)
        self.refuse_repeat(batch, table)
        self.shelf.put(table, rejects)
        self.as_of = max(self.as_of, batch.as_of)
        self.completeness = batch.completeness

    def check(self, batch: Batch) -> None:
        subject = f"{self.source}.{batch.stream}"
        if (batch.window, batch.entity) != (self.window, self.entity):
            raise ContractError("one window mixes streams or entities", subject=subject)
        if len(batch.raw) != len(batch.records) + len(batch.rejects):
            raise ContractError("a batch must bring the raw text of every record and reject", subject=subject)
        if len(batch.raw) > MOST_RECORDS or sum(map(len, batch.raw)) > MOST_BYTES:
            message = f"a batch holds at most {MOST_RECORDS} records and {MOST_BYTES} characters of raw text"
            raise ContractError(message, subject=subject)

    def refuse_repeat(self, batch: Batch, table: pa.Table) -> None:
        """A source that serves the same page again and again would never end."""
        if not batch.records:
            return
        digest = blake2b(digest_size=16)
        for name in ("source_id", "content"):
            for buffer in filter(None, table[name].combine_chunks().buffers()):
                digest.update(buffer)
        if digest.digest() in self.pages:
            message = f"the page that starts with {batch.records[0].source_id} came twice"
            raise IncompleteError(message, subject=f"{self.source}.{batch.stream}")
        self.pages.add(digest.digest())

    def close(self, most_rejects_percent: float) -> Spooled:
        self.check_count()
        self.shelf.settle_repeats()
        self.check_rejects(most_rejects_percent)
        final = self.spool / self.archive
        spooled = Spooled(
            source=self.source,
            stream=self.window.stream,
            entity=self.entity,
            window=self.window,
            rows=self.shelf.rows,
            rejects=self.shelf.rejects,
            as_of=self.as_of,
            completeness=self.completeness,
            folder=final,
            archive=self.archive,
            fingerprint=self.shelf.close_fingerprint(),
        )
        self.shelf.close(spooled)
        shutil.rmtree(final, ignore_errors=True)
        self.scratch.rename(final)
        return spooled

    def check_count(self) -> None:
        proof, arrived = self.completeness, self.intake.arrived
        if proof is not None and proof.read != arrived:
            message = f"the connector counted {proof.read} records, {arrived} arrived"
            raise IncompleteError(message, subject=f"{self.source}.{self.window.stream}")

    def check_rejects(self, most_percent: float) -> None:
        rows, rejects = self.shelf.rows, self.shelf.rejects
        if rejects * 100 > most_percent * (rows + rejects):
            reasons = ", ".join(f"{count} x {reason}" for reason, count in self.shelf.reasons.most_common(3))
            message = f"{rejects} of {rows + rejects} records cannot be read: {reasons}"
            raise ContractError(
                message,
                subject=f"{self.source}.{self.window.stream}",
                cure="correct the mapping, or the source, and read again",
            )


def name_archive(source: str, window: Window) -> str:
    """Folder of a window below the spool folder. Names are made safe for every file system, and stay apart."""
    since = window.since.strftime(STAMP) if window.since else "start"
    content = blake2b(f"{since} {window.kind} {window.position}".encode(), digest_size=4).hexdigest()
    return f"{name_folder(source)}/{name_folder(window.stream)}/{window.until.strftime(STAMP)}-{content}"


def name_folder(name: str) -> str:
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:40]
    return safe if safe == name else f"{safe}-{blake2b(name.encode(), digest_size=4).hexdigest()}"
