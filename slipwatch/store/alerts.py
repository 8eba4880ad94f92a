"""Alerts: their state, every transition, what each rule judged, and the messages, written in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.parser import BytesHeaderParser
from typing import Any

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from slipwatch.model.alert import Alert, AlertKey, AlertState, OutboxMessage, OutboxState, Transition
from slipwatch.model.encoding import decode, encode
from slipwatch.model.finding import Assessment, Concern, Message, NotJudged
from slipwatch.store.ledger import Ledger
from slipwatch.store.runs import Lease, check_lease
from slipwatch.store.schema import ALERT, JUDGEMENT, OUTBOX, ROOT, TRANSITION, WINDOW
from slipwatch.store.windows import GOOD


def load_alerts(ledger: Ledger, *, include_ended: bool = False) -> list[Alert]:
    """Alerts in order of their opening; without `include_ended` those that still hold."""
    query = select(ALERT.c.body).order_by(ALERT.c.id)
    if not include_ended:
        query = query.where(ALERT.c.state != AlertState.ENDED.value)
    with ledger.read() as connection:
        return [decode(Alert, body) for body in connection.scalars(query)]


def commit_outcome(
    ledger: Ledger,
    run: int,
    *,
    at: datetime,
    alerts: Sequence[Alert],
    transitions: Sequence[Transition],
    assessments: Sequence[Assessment],
    messages: Sequence[OutboxMessage],
    lease: Lease | None = None,
) -> None:
    """Write all that a run concluded, in one transaction: a transition without its message cannot exist.

    A message whose id is already there is left as it is. With `lease`, a run that lost it writes nothing.
    """
    with ledger.write() as connection:
        check_lease(connection, lease)
        for alert in alerts:
            save_alert(connection, alert)
        insert_all(connection, TRANSITION, [describe_transition(run, one) for one in transitions])
        for assessment in assessments:
            save_judgement(connection, run, at, assessment)
        for message in messages:
            save_message(connection, run, at, message)


def insert_or(connection: Connection, table: Table, values: dict[str, Any]) -> Any:
    insert = postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
    return insert.values(values)


def put(connection: Connection, table: Table, values: dict[str, Any], keys: tuple[str, ...]) -> None:
    """Insert a row, or bring the one with the same keys up to date."""
    changes = {name: value for name, value in values.items() if name not in keys}
    columns = [table.c[key] for key in keys]
    insert = insert_or(connection, table, values)
    connection.execute(insert.on_conflict_do_update(index_elements=columns, set_=changes))


def put_once(connection: Connection, table: Table, values: dict[str, Any]) -> None:
    """Insert a row unless it is there: then the first one stays."""
    connection.execute(insert_or(connection, table, values).on_conflict_do_nothing())


def insert_all(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)


def save_alert(connection: Connection, alert: Alert) -> None:
    values = name_key(alert.key) | {"state": alert.state.value, "opened_at": alert.opened_at}
    values |= {"changed_at": alert.changed_at, "body": encode(alert)}
    put(connection, ALERT, values, ("subject", "concern", "episode"))


def name_key(key: AlertKey) -> dict[str, Any]:
    return {"subject": key.subject, "concern": key.concern.value, "episode": key.episode}


def describe_transition(run: int, transition: Transition) -> dict[str, Any]:
    values = {"run": run, "at": transition.at, "change": transition.change.value, "body": encode(transition)}
    return values | name_key(transition.alert.key)


def save_judgement(connection: Connection, run: int, at: datetime, assessment: Assessment) -> None:
    values = {
        "run": run,
        "rule": assessment.rule,
        "at": at,
        "findings": len(assessment.findings),
        "evaluated": len(assessment.evaluated),
        "not_judged": encode(assessment.not_judged),
        "notes": encode(assessment.notes),
    }
    put(connection, JUDGEMENT, values, ("run", "rule"))


def save_message(connection: Connection, run: int, at: datetime, message: OutboxMessage) -> None:
    """The first message to a recipient about an alert is the root of its thread."""
    message_id = read_message_id(message)
    values = {
        "id": message.id,
        "run": run,
        "created_at": at,
        "recipient": message.recipient,
        "address": message.address,
        "channel": message.channel,
        "payload": message.payload,
        "message_id": message_id,
        "alerts": encode(message.alerts),
        "not_before": message.not_before,
        "next_try": message.not_before,
        "state": OutboxState.PENDING.value,
        "attempts": 0,
    }
    put_once(connection, OUTBOX, values)
    for key in message.alerts:
        root = {"recipient": message.recipient, "message_id": message_id} | name_key(key)
        put_once(connection, ROOT, root)


def read_message_id(message: OutboxMessage) -> str:
    """The Message-ID header of the payload, or the id of a message that is no mail."""
    header = BytesHeaderParser().parsebytes(message.payload)["Message-ID"]
    return str(header).strip() if header else message.id


def read_transitions(ledger: Ledger, since: datetime | None = None) -> list[Transition]:
    """Transitions in the order in which they happened; with `since`, those after that instant."""
    query = select(TRANSITION.c.body).order_by(TRANSITION.c.id)
    if since is not None:
        query = query.where(TRANSITION.c.at > since)
    with ledger.read() as connection:
        return [decode(Transition, body) for body in connection.scalars(query)]


def last_episode(ledger: Ledger, subject: int, concern: Concern) -> int:
    """The number of the newest episode of an alert, 0 before the first."""
    query = select(func.max(ALERT.c.episode)).where(ALERT.c.subject == subject, ALERT.c.concern == concern.value)
    with ledger.read() as connection:
        return int(connection.scalar(query) or 0)


def last_episodes(ledger: Ledger) -> dict[tuple[int, Concern], int]:
    """The same for all alerts at once."""
    query = select(ALERT.c.subject, ALERT.c.concern, func.max(ALERT.c.episode)).group_by(
        ALERT.c.subject, ALERT.c.concern
    )
    with ledger.read() as connection:
        return {(row[0], Concern(row[1])): int(row[2]) for row in connection.execute(query)}


def read_roots(ledger: Ledger, recipient: str) -> dict[AlertKey, str]:
    """The Message-ID that opened each thread with a recipient."""
    with ledger.read() as connection:
        rows = connection.execute(select(ROOT).where(ROOT.c.recipient == recipient)).all()
    return {
        AlertKey(subject=row.subject, concern=Concern(row.concern), episode=row.episode): row.message_id for row in rows
    }


def known_rules(ledger: Ledger) -> set[str]:
    """Rules that have judged at least once: what a rule finds the first time is inventory."""
    with ledger.read() as connection:
        return set(connection.scalars(select(JUDGEMENT.c.rule).distinct()))


def known_sources(ledger: Ledger) -> set[str]:
    """Sources that were read well and judged since: those of a run that was killed in between are still new."""
    judged = select(func.max(JUDGEMENT.c.run)).scalar_subquery()
    query = select(WINDOW.c.source).where(WINDOW.c.state.in_(GOOD), WINDOW.c.run <= judged).distinct()
    with ledger.read() as connection:
        return set(connection.scalars(query))


def find_last_judged(ledger: Ledger) -> int | None:
    """The last run that judged; None before the first one."""
    with ledger.read() as connection:
        last = connection.scalar(select(func.max(JUDGEMENT.c.run)))
    return None if last is None else int(last)


def read_judgements(ledger: Ledger, run: int) -> list[Assessment]:
    """What each rule could not judge in a run, with its notes; findings and evaluated subjects are not kept here."""
    with ledger.read() as connection:
        rows = connection.execute(select(JUDGEMENT).where(JUDGEMENT.c.run == run).order_by(JUDGEMENT.c.rule)).all()
    return [
        Assessment(
            rule=row.rule,
            not_judged=decode(list[NotJudged], row.not_judged),
            notes=decode(list[Message], row.notes),
        )
        for row in rows
    ]
