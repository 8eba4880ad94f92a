"""Tables of what people approved, what was concluded and what was told: baselines, alerts, outbox, acts of the desk."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, LargeBinary, Table, Text, UniqueConstraint

from slipwatch.store.columns import ID, METADATA, build_key, need
from slipwatch.store.instants import Instant

BASELINE = Table(
    "baseline",
    METADATA,
    build_key(),
    need("kind"),
    need("number", BigInteger),
    need("name"),
    need("project"),
    need("author"),
    need("reason"),
    need("proposed_at", Instant),
    Column("approved_at", Instant),
    need("effective_from", Date),
    need("content"),
    UniqueConstraint("kind", "project", "number", name="one_baseline_per_number"),
)
BASELINE_ITEM = Table(
    "baseline_item",
    METADATA,
    Column("baseline", ID, ForeignKey("baseline.id"), primary_key=True),
    Column("subject", ID, ForeignKey("subject.id"), primary_key=True),
    Column("column_name", Text, primary_key=True),
    Column("value", Text),
)


def alert_key() -> tuple[Column[Any], ...]:
    return need("subject", ID, ForeignKey("subject.id")), need("concern"), need("episode", BigInteger)


ALERT = Table(
    "alert",
    METADATA,
    build_key(),
    *alert_key(),
    need("state"),
    need("opened_at", Instant),
    need("changed_at", Instant),
    need("body"),
    UniqueConstraint("subject", "concern", "episode", name="one_alert_per_episode"),
)
TRANSITION = Table(
    "transition",
    METADATA,
    build_key(),
    need("run", ID, ForeignKey("run.id")),
    need("at", Instant),
    *alert_key(),
    need("change"),
    need("body"),
)
JUDGEMENT = Table(
    "judgement",
    METADATA,
    Column("run", ID, ForeignKey("run.id"), primary_key=True),
    Column("rule", Text, primary_key=True),
    need("at", Instant),
    need("findings", BigInteger),
    need("evaluated", BigInteger),
    need("not_judged"),
    need("notes"),
)
OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", Text, primary_key=True),
    need("run", ID, ForeignKey("run.id")),
    need("created_at", Instant),
    need("recipient"),
    need("address"),
    need("channel"),
    need("payload", LargeBinary),
    need("message_id"),
    need("alerts"),
    need("not_before", Instant),
    need("next_try", Instant),
    need("state"),
    need("attempts", BigInteger),
    Column("owner", Text),
    Column("lease_until", Instant),
    Column("sent_at", Instant),
    Column("reply", Text),
    Column("error", Text),
    Index("outbox_by_state", "state", "next_try"),
)
ROOT = Table(
    "thread_root",
    METADATA,
    Column("recipient", Text, primary_key=True),
    Column("subject", ID, ForeignKey("subject.id"), primary_key=True),
    Column("concern", Text, primary_key=True),
    Column("episode", BigInteger, primary_key=True),
    need("message_id"),
)
ACT = Table(
    "act",
    METADATA,
    build_key(),
    need("kind"),
    need("subject"),
    need("author"),
    need("reason"),
    need("at", Instant),
    need("detail"),
)
