"""Intake: the records of a batch become columns; what cannot be kept becomes rejects with a reason."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import pyarrow as pa

from slipwatch.errors import ContractError
from slipwatch.model.columns import Column, Entity
from slipwatch.model.records import Batch, Record, Reject, Statement
from slipwatch.store.archive import REJECT_SCHEMA, build_schema
from slipwatch.store.arrays import build_instants, build_texts, clean_text
from slipwatch.store.cells import ARROW, BUILDERS, find_fault, hash_rows, is_plain, render_value

EXCERPT = 200


class Intake:
    """Turns batches into Arrow tables of `build_schema` and of `REJECT_SCHEMA`; counts what arrived."""

    def __init__(self, entity: Entity, *, subject: str) -> None:
        self.entity, self.subject = entity, subject
        self.schema = build_schema(entity)
        self.arrived = 0

    def take(self, batch: Batch) -> tuple[pa.Table, pa.Table]:
        """The kept and the rejected records. Raises `ContractError` where a record names an unknown column."""
        records, raws = batch.records, batch.raw[: len(batch.records)]
        rejects = list(zip(batch.rejects, batch.raw[len(records) :], strict=True))
        columns = self.build_columns(records)
        if columns is None:
            records, raws, faulty = self.sort_out(records, raws)
            rejects += faulty
            columns = self.build_columns(records)
        if columns is None:
            raise ContractError("values that no column can hold", subject=self.subject)
        histories = [self.encode_history(record, rejects) if record.history else None for record in records]
        self.arrived += len(batch.raw)
        return self.build_table(batch, records, (raws, histories, columns)), build_rejects(rejects)

    def build_columns(self, records: Sequence[Record]) -> list[pa.Array] | None:
        """All canonical columns at once, or None where a value must be looked at more closely."""
        cells = gather_columns([record.values for record in records])
        self.refuse_unknown(cells)
        if not all(map(has_key, records)):
            return None
        arrays = []
        for column in self.entity.columns:
            values = cells.get(column.name)
            if values is None and not (column.required and records):
                arrays.append(pa.nulls(len(records), ARROW[column.kind]))
                continue
            if values is None or not is_plain(column, values):
                return None
            try:
                arrays.append(BUILDERS[column.kind](values))
            except (ValueError, TypeError, OverflowError):
                return None
        return arrays

    def refuse_unknown(self, stated: Iterable[str]) -> None:
        unknown = set(stated) - set(self.entity.by_name)
        if unknown:
            message = f"{self.entity.name} has no column {', '.join(sorted(unknown))}"
            raise ContractError(message, subject=self.subject, cure="correct the mapping")

    def sort_out(
        self, records: Sequence[Record], raws: Sequence[str]
    ) -> tuple[list[Record], list[str], list[tuple[Reject, str]]]:
        kept, texts, rejects = [], [], []
        for index, (record, raw) in enumerate(zip(records, raws, strict=True)):
            reject = self.find_reject(record, f"record {self.arrived + index + 1}")
            if reject is None:
                kept.append(record)
                texts.append(raw)
            else:
                rejects.append((reject, raw))
        return kept, texts, rejects

    def find_reject(self, record: Record, where: str) -> Reject | None:
        if not has_key(record):
            return Reject(None, "missing_key", None, where, repr(record.source_id)[:EXCERPT])
        for column in self.entity.columns:
            value = record.values.get(column.name)
            fault = find_fault(column, value)
            if fault:
                return Reject(record.source_id, fault, column.name, where, repr(value)[:EXCERPT])
        return None

    def encode_history(self, record: Record, rejects: list[tuple[Reject, str]]) -> str | None:
        """Watched statements as JSON, values as texts of promises; unreadable ones are rejected, the record kept."""
        statements = []
        for statement in record.history:
            column = self.entity.by_name.get(statement.column)
            if column is None:
                raise ContractError(f"{self.entity.name} has no column {statement.column}", subject=self.subject)
            if not column.watched:
                continue
            fault = find_history_fault(column, statement)
            if fault:
                excerpt = repr((statement.old, statement.new))[:EXCERPT]
                rejects.append((Reject(record.source_id, fault, column.name, "history", excerpt), ""))
            else:
                statements.append(encode_statement(column, statement))
        return json.dumps(statements) if statements else None

    def build_table(
        self, batch: Batch, records: Sequence[Record], parts: tuple[Sequence[str], list[str | None], list[pa.Array]]
    ) -> pa.Table:
        raws, histories, columns = parts
        arrays = [
            build_texts([record.source_id for record in records]),
            build_texts([record.label for record in records]),
            build_instants([record.known_at or batch.as_of for record in records]),
            build_texts([record.stated_by for record in records]),
            build_texts([record.url for record in records]),
            build_texts(histories),
            pa.nulls(len(records), pa.string()),
            *columns,
            build_texts(raws),
        ]
        table = pa.table(arrays, schema=self.schema)
        position = self.schema.get_field_index("content")
        return table.set_column(position, "content", hash_rows(self.entity, table))


def gather_columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, Sequence[Any]]:
    """The values of each column that a row states; as a rule all rows state the same ones."""
    names = list(rows[0]) if rows else []
    if len(names) > 1 and set(map(len, rows)) == {len(names)}:
        try:
            return dict(zip(names, zip(*map(itemgetter(*names), rows), strict=True), strict=True))
        except KeyError:
            pass
    stated: set[str] = set().union(*rows)
    return {name: [row.get(name) for row in rows] for name in stated}


def has_key(record: Record) -> bool:
    """A connector of a third party may hand over anything."""
    key: Any = record.source_id
    return isinstance(key, str) and key != ""


def find_history_fault(column: Column, statement: Statement) -> str | None:
    """Old vocabularies are history: only values of the wrong type are refused."""
    loose = Column(name=column.name, kind=column.kind, meaning=column.meaning)
    faulty = find_fault(loose, statement.old) or find_fault(loose, statement.new) or statement.stated_at.tzinfo is None
    return "bad_history" if faulty else None


def encode_statement(column: Column, statement: Statement) -> dict[str, Any]:
    by = statement.stated_by
    return {
        "column": statement.column,
        "old": render_value(column, statement.old),
        "new": render_value(column, statement.new),
        "at": statement.stated_at.isoformat(),
        "by": by if by is None else clean_text(by),
    }


def build_rejects(rejects: Sequence[tuple[Reject, str]]) -> pa.Table:
    rows = [(one.source_id, one.reason, one.column, one.where, one.excerpt, raw) for one, raw in rejects]
    arrays = [build_texts([row[index] for row in rows]) for index in range(len(REJECT_SCHEMA))]
    return pa.table(arrays, schema=REJECT_SCHEMA)
