"""Subjects: the things themselves, whatever systems speak of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table, or_, select

from slipwatch.model.tables import ENTITIES
from slipwatch.store.bulk import Bulk, Repeated, open_bulk
from slipwatch.store.ledger import Ledger
from slipwatch.store.schema import METADATA, RECORD, SUBJECT

Wanted = tuple[str, str, str]
"""Entity, key, label."""


@dataclass(frozen=True, kw_only=True)
class SubjectRow:
    """A subject as found by key, label or source id."""

    id: int
    entity: str
    key: str
    label: str


def ensure_subjects(ledger: Ledger, wanted: Sequence[Wanted]) -> dict[tuple[str, str], int]:
    """Ids of subjects by (entity, key); those that are not there yet are made, with the label as their name."""
    found: dict[tuple[str, str], int] = {}
    with ledger.write() as connection:
        bulk = open_bulk(connection)
        for entity in sorted({one[0] for one in wanted}):
            keys = {key: label for name, key, label in wanted if name == entity}
            ids = find_or_make(bulk, entity, list(keys), list(keys.values()))
            found |= {(entity, key): number for key, number in zip(keys, ids, strict=True)}
    return found


def find_or_make(bulk: Bulk, entity: str, keys: Sequence[str], labels: Sequence[str]) -> list[int]:
    """The subject id of each key, in order; keys may repeat."""
    names = dict(zip(keys, labels, strict=True))
    known = find_ids(bulk, entity, list(names))
    missing = {key: label for key, label in names.items() if key not in known}
    if missing:
        known |= insert_subjects(bulk, entity, missing)
    return [known[key] for key in keys]


def insert_subjects(bulk: Bulk, entity: str, labels: dict[str, str]) -> dict[str, int]:
    """Add subjects by key and label; somebody else may be adding the same ones meanwhile."""
    ids = bulk.reserve("subject", len(labels))
    kinds = Repeated(entity, len(labels))
    if bulk.alone:
        bulk.insert("subject", {"id": ids, "entity": kinds, "key": list(labels), "label": list(labels.values())})
        return dict(zip(labels, ids, strict=True))
    sql = "INSERT INTO subject (id, entity, key, label) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
    bulk.run_many(sql, zip(ids, kinds, labels, labels.values(), strict=True))
    return find_ids(bulk, entity, list(labels))


def find_ids(bulk: Bulk, entity: str, keys: list[str]) -> dict[str, int]:
    sql = "SELECT s.key, s.id FROM {texts} JOIN subject s ON s.key = keys.value WHERE s.entity = ?"
    return dict(bulk.fetch(sql, keys, entity))


def find_subjects(ledger: Ledger, text: str) -> list[SubjectRow]:
    """Subjects whose key or label is `text`, or that a record with this source id or label stands for."""
    named = select(RECORD.c.subject).where(or_(RECORD.c.source_id == text, RECORD.c.label == text))
    query = select(SUBJECT).where(or_(SUBJECT.c.key == text, SUBJECT.c.label == text, SUBJECT.c.id.in_(named)))
    with ledger.read() as connection:
        rows = connection.execute(query.order_by(SUBJECT.c.entity, SUBJECT.c.key)).all()
    return [SubjectRow(id=row.id, entity=row.entity, key=row.key, label=row.label) for row in rows]


def list_entities(ledger: Ledger) -> set[str]:
    """Entities of which the ledger holds any record."""
    with ledger.read() as connection:
        return set(connection.scalars(select(RECORD.c.entity).distinct()))


def find_related(ledger: Ledger, subject: int) -> list[int]:
    """Ids of the subjects whose records refer to a subject: answers, notices and receipts of an order line."""
    own = select(RECORD.c.entity, RECORD.c.label, RECORD.c.source_id).where(RECORD.c.subject == subject)
    found: set[int] = set()
    with ledger.read() as connection:
        rows = connection.execute(own).all()
        names = {name for row in rows for name in (row.label, row.source_id)}
        for version, column in list_references({row.entity for row in rows}):
            refers = version.c.ended_at.is_(None) & version.c[column].in_(names)
            query = select(RECORD.c.subject).join(version, version.c.record == RECORD.c.id).where(refers)
            found.update(connection.scalars(query))
    return sorted(found - {subject})


def list_references(entities: set[str]) -> list[tuple[Table, str]]:
    """Version table and column of every reference to one of these entities."""
    return [
        (METADATA.tables[f"{declared.name}_version"], column.name)
        for declared in ENTITIES.values()
        for column in declared.columns
        if column.refers_to in entities
    ]
