"""The first ledger: runs, subjects, facts with two times, windows, baselines, alerts, outbox and desk acts.

Everything is spelled out, so that later edits of model/tables.py need a revision of their own and never change this.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TYPES: dict[str, Any] = {
    "id": ID,
    "text": sa.Text(),
    "int": sa.BigInteger(),
    "float": sa.Double(),
    "flag": sa.Integer(),
}
TYPES |= {"day": sa.Text(), "date": sa.Date(), "bytes": sa.LargeBinary()}

# One line per table: columns as name:type, "!" for never empty, "=table" for a reference to its id, "*" for the key.
TABLES = {
    "run": "id:id* kind:text! started_at:int! finished_at:int state:text summary:text",
    "configuration": "hash:text* content:text!",
    "run_configuration": "run:id*=run name:text* hash:text!=configuration.hash",
    "lease": "name:text* owner:text! token:int! expires_at:int!",
    "subject": "id:id* entity:text! key:text! label:text!",
    "source_record": "id:id* entity:text! source:text! stream:text! source_id:text! label:text! subject:id!=subject"
    " url:text content:text history:text known_at:int! first_seen:int! read_as_of:int! changed_run:int!",
    "absence": "id:id* record:id!=source_record absent_since:int! absent_recorded:int! vanished_at:int"
    " vanished_recorded:int returned_at:int returned_recorded:int run:int!",
    "promise": "id:id* record:id!=source_record column_name:text! old_text:text new_text:text old_day:text new_day:text"
    " known_at:int! recorded_at:int! ended_at:int stated_by:text cause:text! run:int!",
    "source_window": "id:id* source:text! stream:text! entity:text! kind:text! state:text! rows:int! previous_rows:int"
    " rejects:int! since:int until:int as_of:int at:int! run:int! reason:text! detail:text! fingerprint:text"
    " expected:int proof:text position:text archive:text closed_at:int released_by:text",
    "stream_cursor": "source:text* stream:text* position:text until:int! window:id!=source_window",
    "quarantine": "id:id* source:text! stream:text! entity:text! source_id:text column_name:text reason:text!"
    " place:text! excerpt:text! first_seen:int! last_seen:int! closed_at:int run:int!",
    "baseline": "id:id* kind:text! number:int! name:text! project:text! author:text! reason:text! proposed_at:int!"
    " approved_at:int effective_from:date! content:text!",
    "baseline_item": "baseline:id*=baseline subject:id*=subject column_name:text* value:text",
    "alert": "id:id* subject:id!=subject concern:text! episode:int! state:text! opened_at:int! changed_at:int!"
    " body:text!",
    "transition": "id:id* run:id!=run at:int! subject:id!=subject concern:text! episode:int! change:text! body:text!",
    "judgement": "run:id*=run rule:text* at:int! findings:int! evaluated:int! not_judged:text! notes:text!",
    "outbox": "id:text* run:id!=run created_at:int! recipient:text! address:text! channel:text! payload:bytes!"
    " message_id:text! alerts:text! not_before:int! next_try:int! state:text! attempts:int! owner:text lease_until:int"
    " sent_at:int reply:text error:text",
    "thread_root": "recipient:text* subject:id*=subject concern:text* episode:int* message_id:text!",
    "act": "id:id* kind:text! subject:text! author:text! reason:text! at:int! detail:text!",
}

UNIQUE = {
    "subject": ("one_subject_per_key", "entity", "key"),
    "source_record": ("one_record_per_source_id", "source", "stream", "source_id"),
    "baseline": ("one_baseline_per_number", "kind", "project", "number"),
    "alert": ("one_alert_per_episode", "subject", "concern", "episode"),
}

INDEXES = {
    "records_of_subject": ("source_record", "subject"),
    "absences_of_record": ("absence", "record"),
    "promises_of_record": ("promise", "record"),
    "windows_of_stream": ("source_window", "source", "stream", "id"),
    "quarantine_of_stream": ("quarantine", "source", "stream"),
    "outbox_by_state": ("outbox", "state", "next_try"),
}

VERSION = (
    "id:id* record:id!=source_record known_at:int! recorded_at:int! ended_at:int run:int! cause:text! stated_by:text"
    " opening:flag! content:text!"
)
ENTITIES = {
    "project": "name:text project_code:text status_claimed:text starts_on:day finishes_on:day",
    "milestone": "name:text project_code:text forecast_on:day claimed_on:day accepted_on:day status_raw:text"
    " status:text progress_claimed:float responsible_code:text",
    "work_item": "name:text project_code:text kind:text status_raw:text status:text requirement:text parent:text"
    " milestone:text starts_on:day due_on:day created_at:int updated_at:int done_at:int progress_claimed:float"
    " estimate_hours:float spent_hours:float result:text severity:text assignee:text",
    "dependency": "predecessor:text successor:text kind:text lag_days:int",
    "requirement": "name:text project_code:text scope_text:text status_raw:text status:text signed_on:day"
    " created_at:int workstream:text",
    "change_request": "name:text project_code:text raised_on:day decision:text decided_on:day items:text new_date:day"
    " amount:int currency:text",
    "supplier": "name:text status_raw:text",
    "order_line": "order_number:text line_number:text name:text project_code:text site_code:text supplier:text"
    " ordered_on:day needed_on:day promised_on:day ordered_quantity:int received_quantity:int unit:text unit_price:int"
    " currency:text delivered_on:day booked_on:day status_raw:text completed:flag cancelled:flag updated_at:int",
    "confirmation": "order_line:text supplier:text confirmed_on:day promised_on:day confirmed_quantity:int unit:text"
    " response:text",
    "shipment": "order_line:text supplier:text noticed_on:day shipped_on:day expected_on:day shipped_quantity:int"
    " unit:text",
    "receipt": "order_line:text supplier:text site_code:text received_on:day booked_on:day received_quantity:int"
    " unit:text",
    "budget_line": "name:text project_code:text approved_amount:int committed_amount:int actual_amount:int"
    " estimate_to_complete:int currency:text",
    "cost_entry": "budget_line:text kind:text booked_on:day amount:int currency:text document:text",
    "action": "name:text project_code:text responsible_code:text due_on:day done_on:day origin:text",
    "decision": "name:text project_code:text needed_by:day taken_on:day outcome:text responsible_code:text",
    "risk": "name:text project_code:text probability:int impact:int reviewed_on:day response:text"
    " responsible_code:text closed_on:day",
    "training": "name:text project_code:text site_code:text planned_by:day planned_count:int done_count:int done_on:day"
    " responsible_code:text",
}


def upgrade() -> None:
    for table, columns in TABLES.items():
        create_table(table, columns)
    for name, (table, *indexed) in INDEXES.items():
        op.create_index(name, table, indexed)
    for entity, columns in ENTITIES.items():
        create_table(f"{entity}_version", f"{VERSION} {columns}")
        op.create_index(f"{entity}_version_of_record", f"{entity}_version", ["record"])
        create_open_index(f"{entity}_version")


def create_table(table: str, columns: str) -> None:
    parts: list[sa.schema.SchemaItem] = [build_column(spec) for spec in columns.split()]
    if table in UNIQUE:
        name, *unique = UNIQUE[table]
        parts.append(sa.UniqueConstraint(*unique, name=name))
    op.create_table(table, *parts)


def build_column(spec: str) -> sa.Column[Any]:
    head, _, target = spec.partition("=")
    name, _, kind = head.partition(":")
    key = sa.ForeignKey(target if "." in target else f"{target}.id") if target else None
    return sa.Column(
        name,
        TYPES[kind.rstrip("!*")],
        *([key] if key is not None else []),
        primary_key=kind.endswith("*"),
        nullable=kind[-1] not in "!*",
    )


def create_open_index(table: str) -> None:
    """At most one open version per record, whatever the writer does."""
    where = sa.text("ended_at IS NULL")
    op.create_index(f"{table}_open", table, ["record"], unique=True, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    raise NotImplementedError("a ledger only moves forward: restore a copy to go back")
