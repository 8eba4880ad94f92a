"""What became of each old copy, and what a person has to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum


class CopyState(StrEnum):
    """`same` says what another copy of its day says; `watched` is no older than the source's own first read."""

    IMPORTED = "imported"
    READY = "ready"
    KNOWN = "known"
    SAME = "same"
    WATCHED = "watched"
    LEFT_OUT = "left_out"
    UNDATED = "undated"
    SET_ASIDE = "set_aside"
    FOREIGN = "foreign"


OPEN = frozenset({CopyState.UNDATED, CopyState.SET_ASIDE})
"""States in which a copy waits for a person."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One copy for one stream ("" before streams matter). `dated_by` says where the date comes from, in words; `told`
    counts records that the copies around it do not tell alike; `cure` is what would help."""

    file: str
    state: CopyState
    as_of: datetime | None = None
    dated_by: str = ""
    stream: str = ""
    rows: int = 0
    rejects: int = 0
    told: int = 0
    detail: str = ""
    cure: str = ""

    @property
    def waits(self) -> bool:
        """Whether a person has to do something about it."""
        return self.state in OPEN


@dataclass(frozen=True, kw_only=True)
class HistoryReport:
    """What an import did, oldest copy first. `run` is None where nothing was written."""

    source: str
    run: int | None
    is_rehearsal: bool
    outcomes: Sequence[Outcome]

    @property
    def open(self) -> list[Outcome]:
        """Copies that wait for a person."""
        return [one for one in self.outcomes if one.waits]

    def count(self) -> Counter[CopyState]:
        """How many copies, by state."""
        return Counter(one.state for one in self.outcomes)

    def as_json(self) -> dict[str, object]:
        copies = [asdict(one) | {"as_of": one.as_of and one.as_of.isoformat()} for one in self.outcomes]
        counts = {str(state): count for state, count in sorted(self.count().items())}
        return {
            "source": self.source,
            "run": self.run,
            "dry_run": self.is_rehearsal,
            "counts": counts,
            "copies": copies,
        }
