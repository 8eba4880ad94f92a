"""What travels from a connector to the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

Value = object
"""A value as `Kind` describes it for records: str, date, aware datetime, Decimal, int, float, bool or None."""

SPOKEN = "SAID"
"""Source of what people said in calls and meetings. It is no configured source: nobody has to deliver it, and no system
shows it."""


class WindowKind(StrEnum):
    """`complete` lists everything that exists now, so that absence can mean something; `incremental` only what changed;
    `append` only what was added to a list that never changes."""

    COMPLETE = "complete"
    INCREMENTAL = "incremental"
    APPEND = "append"


@dataclass(frozen=True, kw_only=True)
class Window:
    """The stretch of a stream that one read covers.

    `since` is None for everything there is. `until` is the end asked for: the cursor of the next window, minus the
    overlap. `position` carries what time cannot say (a file's content hash, a UID), as JSON text.
    """

    stream: str
    kind: WindowKind
    since: datetime | None = None
    until: datetime
    position: str | None = None


@dataclass(slots=True)
class Record:
    """One canonical record. Nobody changes one: it is not frozen only because millions are made.

    `source_id` is the immutable key in the source, `label` the key people use. `known_at` is when the world knew the
    values (a booking date, a change stamp), or None: then it is the window's `as_of`. `history` holds earlier values
    that the source itself still remembers, oldest first.
    """

    source_id: str
    label: str
    values: Mapping[str, Value]
    known_at: datetime | None = None
    stated_by: str | None = None
    url: str | None = None
    history: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A past change of one watched column as the source's own journal tells it."""

    column: str
    old: Value
    new: Value
    stated_at: datetime
    stated_by: str | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that was set aside. `source_id` is None where even the key could not be read.

    `reason` is a stable word (`bad_date`, `unknown_choice`, `missing_key`, `duplicate_key`, `bad_number` ...), `where`
    says where to look (sheet and row, page and index), `excerpt` what was read.
    """

    source_id: str | None
    reason: str
    column: str | None
    where: str
    excerpt: str


@dataclass(frozen=True, kw_only=True)
class Completeness:
    """Why we believe that the window was read to its end.

    `expected` is the count that the source itself gives, or None where it gives none; then `proof` names what stands
    in for it (`end_of_file`, `empty_page`, `short_page`, `control_total`).
    """

    read: int
    expected: int | None
    proof: str

    @property
    def proven(self) -> bool:
        """False where the source announced another number of records than were read."""
        return self.expected is None or self.expected == self.read


@dataclass(kw_only=True)
class Batch:
    """Up to 1,000 records of one stream with the raw payload they came from.

    `raw` holds the payload text of each record, in the order of `records` followed by `rejects`. `as_of` is the
    instant for which the source states the values (file date, server clock). `completeness` is set on the last batch
    only: without it the window is incomplete and the cursor stays.
    """

    stream: str
    entity: str
    window: Window
    as_of: datetime
    records: list[Record] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    completeness: Completeness | None = None

    def __post_init__(self) -> None:
        for moment in (self.as_of, self.window.until):
            if moment.tzinfo is None or moment.utcoffset() != UTC.utcoffset(None):
                raise ValueError(f"{self.stream}: instants in a batch are UTC, got {moment!r}")


class Cause(StrEnum):
    """Why a value in the ledger changed. Only `source` (and `reconstructed`, in reports) counts as drift."""

    SOURCE = "source"
    MAPPING = "mapping"
    BACKFILL = "backfill"
    CORRECTION = "correction"
    RECONSTRUCTED = "reconstructed"


class WindowState(StrEnum):
    """What became of a window. Only `merged` and `unchanged` count as a good read of the source; `reconstructed` is an
    old copy that somebody imported: no read of the source at all."""

    MERGED = "merged"
    UNCHANGED = "unchanged"
    HELD = "held"
    SET_ASIDE = "set_aside"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    RELEASED = "released"
    OLDER = "older"
    RECONSTRUCTED = "reconstructed"


@dataclass(frozen=True, kw_only=True)
class SourceRef:
    """Where a figure comes from: enough to find the record in its own system."""

    source: str
    stream: str
    source_id: str
    label: str
    url: str | None = None
