"""Every value that a date, quantity, price or scope text has had, who stated it, when it was known and first seen."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from slipwatch.model.columns import Kind
from slipwatch.model.tables import ENTITIES
from slipwatch.store.reader import read_promises
from slipwatch.store.subjects import find_related, find_subjects

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme


@dataclass(frozen=True, kw_only=True)
class Stated:
    """One value of one watched column. Dates are ISO, amounts decimal text; `moved_days` is positive when later."""

    entity: str
    column: str
    old: str | None
    new: str | None
    moved_days: int | None
    source: str
    label: str
    stated_by: str | None
    known_at: datetime
    first_seen: datetime
    cause: str


@dataclass(kw_only=True)
class SubjectHistory:
    """The life of one subject, oldest statement first, with what other records (answers, notices) stated about it."""

    subject: int
    entity: str
    key: str
    name: str
    statements: list[Stated] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        plain = asdict(self)
        for statement in plain["statements"]:
            for column in ("known_at", "first_seen"):
                statement[column] = statement[column].isoformat()
        return plain


def trace(programme: Programme, text: str) -> list[SubjectHistory]:
    """Histories of the subjects whose key, label or source id is `text`; empty when nothing is called so."""
    histories = []
    for found in find_subjects(programme.ledger, text):
        history = SubjectHistory(subject=found.id, entity=found.entity, key=found.key, name=found.label)
        related = [found.id, *find_related(programme.ledger, found.id)]
        for row in read_promises(programme.ledger, subjects=related).to_dict("records"):
            history.statements.append(_state(row))
        history.statements.sort(key=lambda stated: (stated.known_at, stated.first_seen))
        histories.append(history)
    return histories


def _state(row: Mapping[Hashable, Any]) -> Stated:
    column = ENTITIES[str(row["entity"])].by_name[str(row["column"])]
    old, new = (_read_text(row[side]) for side in ("old_text", "new_text"))
    return Stated(
        entity=str(row["entity"]),
        column=column.name,
        old=old,
        new=new,
        moved_days=_count_moved(old, new) if column.kind is Kind.DAY else None,
        source=str(row["source"]),
        label=str(row["label"]),
        stated_by=_read_text(row["stated_by"]),
        known_at=row["known_at"].to_pydatetime(),
        first_seen=row["recorded_at"].to_pydatetime(),
        cause=str(row["cause"]),
    )


def _read_text(value: object) -> str | None:
    """Missing text comes out of a frame as a float."""
    return value if isinstance(value, str) else None


def _count_moved(old: str | None, new: str | None) -> int | None:
    if old is None or new is None:
        return None
    return (date.fromisoformat(new) - date.fromisoformat(old)).days
