"""References: the first date that was ever seen of a milestone without an approved baseline. Nobody approved it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from slipwatch.measures.rows import as_day, as_moment, iterate
from slipwatch.model.records import Cause
from slipwatch.store.baselines import read_items
from slipwatch.store.reader import read_promises
from slipwatch.store.subjects import ensure_subjects

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme

ENTITY, COLUMN = "milestone", "forecast_on"


@dataclass(frozen=True, kw_only=True)
class Reference:
    """The first date of a milestone: `seen_at` is when it was known, `is_reconstructed` that an old copy or a journal
    told it. `project` is None for a milestone that only its source knows."""

    milestone: str
    name: str
    project: str | None
    day: date
    seen_at: datetime
    source: str
    is_reconstructed: bool

    def as_json(self) -> dict[str, object]:
        return asdict(self) | {"day": self.day.isoformat(), "seen_at": self.seen_at.isoformat()}


def list_references(programme: Programme) -> list[Reference]:
    """The references of all milestones without a baseline in force, in the order of their dates."""
    promises = read_promises(programme.ledger, entity=ENTITY, columns=[COLUMN])
    first = promises[promises["new_day"].notna()].drop_duplicates("subject")
    items = read_items(programme.ledger, programme.now())
    approved = set(items.loc[items["kind"].eq("schedule") & items["column"].eq(COLUMN), "subject"])
    declared = programme.portfolio.milestones
    subjects = ensure_subjects(programme.ledger, [(ENTITY, key, one.name) for key, one in declared.items()])
    keys = {number: key for (_, key), number in subjects.items()}
    references = []
    for row in iterate(first[~first["subject"].isin(approved)]):
        key = keys.get(int(row.subject))
        known = declared[key] if key is not None else None
        day, seen = as_day(row.new_day), as_moment(row.known_at)
        if day is None or seen is None:
            continue
        references.append(
            Reference(
                milestone=key or str(row.label),
                name=known.name if known else str(row.label),
                project=known.project if known else None,
                day=day,
                seen_at=seen,
                source=str(row.source),
                is_reconstructed=Cause(row.cause) is Cause.RECONSTRUCTED,
            )
        )
    return sorted(references, key=lambda one: (one.day, one.milestone))
