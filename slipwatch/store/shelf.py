"""The shelf: Parquet files that grow by row groups while a window is read."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from slipwatch.model.columns import Entity
from slipwatch.store.archive import RECORDS, REJECT_SCHEMA, REJECTS, Spooled, build_schema, write_facts
from slipwatch.store.arrays import build_flags, join_texts, make_scalar, repeat_text, view_numbers

GROUP_ROWS = 2_048
"""So many rows are in memory at once, while they are written and while they are merged."""

GROUP_BYTES = 8 * 1024 * 1024
SIGNATURE = ("label", "url", "history", "content")


class Shelf:
    """Records and rejects of one window, written in row groups; nothing but the keys stays in memory."""

    def __init__(self, entity: Entity, folder: Path) -> None:
        self.entity, self.folder = entity, folder
        self.rows, self.rejects = 0, 0
        self.reasons: Counter[str] = Counter()
        self.content, self.trouble = sha256(), sha256()
        self.keys: list[pa.ChunkedArray] = []
        self.waiting: list[pa.Table] = []
        self.records = open_writer(folder / RECORDS, build_schema(entity))
        self.refused = open_writer(folder / REJECTS, REJECT_SCHEMA)

    def put(self, records: pa.Table, rejects: pa.Table) -> None:
        if len(records):
            self.waiting.append(records)
            self.keys.append(records["source_id"])
            self.rows += len(records)
            self.content.update(sign_rows(records, ("source_id", *SIGNATURE)))
        if len(rejects):
            self.put_rejects(rejects)
        if sum(map(len, self.waiting)) >= GROUP_ROWS or sum(t.nbytes for t in self.waiting) >= GROUP_BYTES:
            self.flush()

    def put_rejects(self, rejects: pa.Table) -> None:
        self.refused.write_table(rejects)
        self.rejects += len(rejects)
        self.reasons.update(rejects["reason"].to_pylist())
        self.trouble.update(sign_rows(rejects, ("source_id", "reason", "column")))

    def flush(self) -> None:
        if self.waiting:
            table = pa.concat_tables(self.waiting).combine_chunks()
            self.records.write_table(table, row_group_size=len(table))
            self.waiting = []

    def close_fingerprint(self) -> str:
        """SHA-256 of records and rejects in the order read, however they were cut into batches."""
        return sha256(self.content.digest() + self.trouble.digest()).hexdigest()

    def settle_repeats(self) -> None:
        """Identical repeats of a key become one record; where they differ, all of them are set aside."""
        keys = pa.chunked_array([chunk for key in self.keys for chunk in key.chunks], pa.string())
        if pc.count_distinct(keys).as_py() == len(keys):
            return
        counts = pc.value_counts(keys)
        doubled = counts.field("values").filter(build_flags((view_numbers(counts.field("counts")) > 1).tolist()))
        self.flush()
        self.records.close()
        first = self.folder / RECORDS
        scratch = first.rename(self.folder / "repeated.parquet")
        self.records = open_writer(first, build_schema(self.entity))
        self.rows = 0
        with pq.ParquetFile(scratch) as file:
            self.copy_settled(file, set(doubled.to_pylist()), find_differing(file, doubled))
        scratch.unlink()

    def copy_settled(self, file: pq.ParquetFile, doubled: set[str], differing: set[str]) -> None:
        seen: set[str] = set()
        for group in range(file.num_row_groups):
            table = file.read_row_group(group)
            keys = table["source_id"].to_pylist()
            keep = [key not in differing and not is_repeat(key, doubled, seen) for key in keys]
            self.waiting.append(table.filter(build_flags(keep)))
            self.rows += sum(keep)
            self.flush()
            aside = table.filter(build_flags([key in differing for key in keys]))
            if len(aside):
                self.put_rejects(build_repeats(aside))

    def close(self, spooled: Spooled) -> None:
        self.flush()
        self.records.add_key_value_metadata(write_facts(spooled))
        self.abandon()

    def abandon(self) -> None:
        self.records.close()
        self.refused.close()


def sign_rows(table: pa.Table, names: tuple[str, ...]) -> bytes:
    texts = [pc.fill_null(table[name], make_scalar("")).combine_chunks() for name in names]
    return "".join(f"{row}\1" for row in join_texts(texts, "\0").to_pylist()).encode()


def open_writer(path: Path, schema: pa.Schema) -> Any:
    return pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=False, write_statistics=False)


def is_repeat(key: str, doubled: set[str], seen: set[str]) -> bool:
    """True from the second time on that a doubled key passes; `seen` is filled on the way."""
    if key not in doubled:
        return False
    if key in seen:
        return True
    seen.add(key)
    return False


def find_differing(file: pq.ParquetFile, doubled: pa.Array) -> set[str]:
    """Keys among `doubled` whose rows are not all the same."""
    first: dict[str, tuple[object, ...]] = {}
    differing = set()
    for group in range(file.num_row_groups):
        table = file.read_row_group(group, columns=["source_id", *SIGNATURE])
        some = table.filter(pc.is_in(table["source_id"], value_set=doubled))
        for row in some.to_pylist():
            key = row["source_id"]
            signature = tuple(row[name] for name in SIGNATURE)
            if first.setdefault(key, signature) != signature:
                differing.add(key)
    return differing


def build_repeats(table: pa.Table) -> pa.Table:
    count = len(table)
    arrays = {
        "source_id": table["source_id"],
        "reason": repeat_text("duplicate_key", count),
        "column": pa.nulls(count, pa.string()),
        "where": repeat_text("twice in one window, with other values", count),
        "excerpt": pc.utf8_slice_codeunits(table["raw"], 0, 200),
        "raw": table["raw"],
    }
    return pa.table(arrays, schema=REJECT_SCHEMA)
