"""What the streams of a draft gave when they were read once, for proposing what they are about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from slipwatch.inference.role_words import list_words, split_words
from slipwatch.model.records import Record, Reject

_UNFIT = re.compile(r"[\s:/#\[\]]+")
_LONGEST_KEY = 80
_LONGEST_NAME = 200
_SMALL = split_words("de du des la le les l d et der die das und von of the and for a")


@dataclass(frozen=True, kw_only=True)
class StreamFacts:
    """The records of one stream. `marks` are texts of columns that no canonical one takes, by topic (`supplier`,
    `gate`) and source id; `error` is what kept it from being read."""

    source: str
    stream: str
    entity: str
    records: Sequence[Record] = ()
    rejects: Sequence[Reject] = ()
    as_of: date | None = None
    marks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All streams, in the order of the files."""

    streams: tuple[StreamFacts, ...]

    def list_of(self, entity: str) -> Iterator[StreamFacts]:
        return (stream for stream in self.streams if stream.entity == entity and stream.records)

    def list_records(self, entity: str) -> Iterator[Record]:
        return (record for stream in self.list_of(entity) for record in stream.records)

    def find_plan(self) -> StreamFacts | None:
        """The stream that declares milestones: the one with most of them."""
        return max(self.list_of("milestone"), key=lambda stream: len(stream.records), default=None)

    def count_values(self, column: str, *, without: Sequence[str] = ()) -> Counter[str]:
        """How often each text of a column occurs, over all streams but those of some entities."""
        return Counter(
            read_text(record, column)
            for stream in self.streams
            if stream.entity not in without
            for record in stream.records
            if read_text(record, column)
        )


def read_text(record: Record, column: str) -> str:
    value = record.values.get(column)
    return "" if value is None else str(value).strip()


def read_day(record: Record, column: str) -> date | None:
    value = record.values.get(column)
    return value if isinstance(value, date) else None


def make_name(text: str) -> str:
    """A name that a line of the configuration can hold: spaces joined, the end of a very long one cut."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST_NAME else f"{flat[:_LONGEST_NAME]}…"


def make_key(text: str) -> str:
    """A key of the configuration that keeps what the source writes, where a key may hold it.

    >>> make_key("EC-10")
    'EC-10'
    >>> make_key("Lot 2: recette [UAT]")
    'Lot-2-recette-UAT'
    """
    return _UNFIT.sub("-", text.strip()).strip("-")[:_LONGEST_KEY] or "unnamed"


def make_slug(text: str, *, words: int = 3) -> str:
    """A short lower-case key out of a name: its first words, without accents and brackets.

    >>> make_slug("Chef de projet Norvane")
    'chef-projet-norvane'
    """
    found = [word for word in list_words(text.partition("(")[0] or text) if word not in _SMALL]
    return "-".join(found[:words]) or make_key(text).casefold()
