"""The tables of the ledger. Facts get one version table per canonical entity, generated from model/tables.py."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from slipwatch.model.columns import Entity
from slipwatch.model.tables import ENTITIES
from slipwatch.store.columns import ID, METADATA, TYPES, build_key, need
from slipwatch.store.instants import Instant
from slipwatch.store.outcome_tables import (
    ACT,
    ALERT,
    BASELINE,
    BASELINE_ITEM,
    JUDGEMENT,
    OUTBOX,
    ROOT,
    TRANSITION,
)

__all__ = [
    "ABSENCE",
    "ACT",
    "ALERT",
    "BASELINE",
    "BASELINE_ITEM",
    "CONFIGURATION",
    "CURSOR",
    "ID",
    "JUDGEMENT",
    "LEASE",
    "METADATA",
    "OUTBOX",
    "PROMISE",
    "QUARANTINE",
    "RECORD",
    "REVISION",
    "ROOT",
    "RUN",
    "RUN_CONFIGURATION",
    "SUBJECT",
    "TRANSITION",
    "TYPES",
    "VERSIONS",
    "WINDOW",
]

REVISION = "0002"
"""The revision this code reads and writes; revisions are ordinals, so that newer and older can be told apart."""

RUN = Table(
    "run",
    METADATA,
    build_key(),
    need("kind"),
    need("started_at", Instant),
    Column("finished_at", Instant),
    Column("state", Text),
    Column("summary", Text),
)
CONFIGURATION = Table("configuration", METADATA, Column("hash", Text, primary_key=True), need("content"))
RUN_CONFIGURATION = Table(
    "run_configuration",
    METADATA,
    Column("run", ID, ForeignKey("run.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    need("hash", Text, ForeignKey("configuration.hash")),
)
LEASE = Table(
    "lease",
    METADATA,
    Column("name", Text, primary_key=True),
    need("owner"),
    need("token", BigInteger),
    need("expires_at", Instant),
)
SUBJECT = Table(
    "subject",
    METADATA,
    build_key(),
    need("entity"),
    need("key"),
    need("label"),
    UniqueConstraint("entity", "key", name="one_subject_per_key"),
)
RECORD = Table(
    "source_record",
    METADATA,
    build_key(),
    need("entity"),
    need("source"),
    need("stream"),
    need("source_id"),
    need("label"),
    need("subject", ID, ForeignKey("subject.id")),
    Column("url", Text),
    Column("content", Text),
    Column("history", Text),
    need("known_at", Instant),
    need("first_seen", Instant),
    need("read_as_of", Instant),
    need("changed_run", BigInteger),
    UniqueConstraint("source", "stream", "source_id", name="one_record_per_source_id"),
    Index("records_of_subject", "subject"),
)
"""The head of each source record. `content` is the hash of its open version (null: it has only past ones), `history`
that of the journal last read; `read_as_of` is the newest instant for which a window stated its values (complete windows
move it only when something changes)."""

ABSENCE = Table(
    "absence",
    METADATA,
    build_key(),
    need("record", ID, ForeignKey("source_record.id")),
    need("absent_since", Instant),
    need("absent_recorded", Instant),
    Column("vanished_at", Instant),
    Column("vanished_recorded", Instant),
    Column("returned_at", Instant),
    Column("returned_recorded", Instant),
    need("run", BigInteger),
    Index("absences_of_record", "record"),
)
PROMISE = Table(
    "promise",
    METADATA,
    build_key(),
    need("record", ID, ForeignKey("source_record.id")),
    need("column_name"),
    Column("old_text", Text),
    Column("new_text", Text),
    Column("old_day", Text),
    Column("new_day", Text),
    need("known_at", Instant),
    need("recorded_at", Instant),
    Column("ended_at", Instant),
    Column("stated_by", Text),
    need("cause"),
    need("run", BigInteger),
    Index("promises_of_record", "record"),
)
WINDOW = Table(
    "source_window",
    METADATA,
    build_key(),
    need("source"),
    need("stream"),
    need("entity"),
    need("kind"),
    need("state"),
    need("rows", BigInteger),
    Column("previous_rows", BigInteger),
    need("rejects", BigInteger),
    Column("since", Instant),
    Column("until", Instant),
    Column("as_of", Instant),
    need("at", Instant),
    need("run", BigInteger),
    need("reason"),
    need("detail"),
    Column("fingerprint", Text),
    Column("expected", BigInteger),
    Column("proof", Text),
    Column("position", Text),
    Column("archive", Text),
    Column("closed_at", Instant),
    Column("released_by", Text),
    Index("windows_of_stream", "source", "stream", "id"),
)
CURSOR = Table(
    "stream_cursor",
    METADATA,
    Column("source", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("position", Text),
    need("until", Instant),
    need("window", ID, ForeignKey("source_window.id")),
)
QUARANTINE = Table(
    "quarantine",
    METADATA,
    build_key(),
    need("source"),
    need("stream"),
    need("entity"),
    Column("source_id", Text),
    Column("column_name", Text),
    need("reason"),
    need("place"),
    need("excerpt"),
    need("first_seen", Instant),
    need("last_seen", Instant),
    Column("absent_since", Instant),
    Column("closed_at", Instant),
    Column("ending", Text),
    need("run", BigInteger),
    Index("quarantine_of_stream", "source", "stream"),
)


def build_version_table(entity: Entity) -> Table:
    """Half-open versions: open while `ended_at` is null; what an older window tells is born closed.

    `opening` is 1 where the watched values are the record's first promises; they are not copied to the promise table.
    """
    name = f"{entity.name}_version"
    table = Table(
        name,
        METADATA,
        build_key(),
        need("record", ID, ForeignKey("source_record.id")),
        need("known_at", Instant),
        need("recorded_at", Instant),
        Column("ended_at", Instant),
        need("run", BigInteger),
        need("cause"),
        Column("stated_by", Text),
        need("opening", Integer),
        need("content"),
        *(Column(column.name, TYPES[column.kind]) for column in entity.columns),
    )
    Index(f"{name}_of_record", table.c.record)
    open_row = table.c.ended_at.is_(None)
    Index(f"{name}_open", table.c.record, unique=True, sqlite_where=open_row, postgresql_where=open_row)
    return table


VERSIONS: dict[str, Table] = {name: build_version_table(entity) for name, entity in ENTITIES.items()}
"""The version table of each entity."""
