"""Heads: what the ledger holds of each source record before a window is merged."""

from __future__ import annotations

from typing import NamedTuple

from slipwatch.store.bulk import Bulk
from slipwatch.store.cells import hash_bytes


class Head(NamedTuple):
    """What the ledger holds of one source record; instants in microseconds."""

    id: int
    label: str
    url: str | None
    content: str | None
    history: str | None
    known_at: int
    first_seen: int
    read_as_of: int


def find_heads(bulk: Bulk, source: str, stream: str, keys: list[str]) -> dict[str, Head]:
    """The heads of those records of a stream that the ledger knows, by source id."""
    rows = bulk.fetch(
        "SELECT r.source_id, r.id, r.label, r.url, r.content, r.history, r.known_at, r.first_seen, r.read_as_of"
        " FROM {texts} JOIN source_record r ON r.source = ? AND r.stream = ? AND r.source_id = keys.value",
        keys,
        source,
        stream,
    )
    return {row[0]: Head(*row[1:]) for row in rows}


def hash_journal(history: str | None) -> str | None:
    return None if history is None else hash_bytes(history.encode())
