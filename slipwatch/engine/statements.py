"""Records what was said: a new value that a role gave by telephone or in a meeting enters the ledger as its statement.

It stands beside what the systems show, as a record of the source `SAID`: one per subject and role, so that a role that
moves its own word is seen to move it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from slipwatch.engine.desk import require_act
from slipwatch.engine.run import hold_lease
from slipwatch.errors import ConfigError
from slipwatch.model.columns import Column, Entity, Kind
from slipwatch.model.records import SPOKEN, Batch, Completeness, Record, Window, WindowKind
from slipwatch.model.tables import ENTITIES
from slipwatch.store.acts import record_act
from slipwatch.store.reader import read_entity
from slipwatch.store.runs import finish_run, start_run
from slipwatch.store.spool import spool_window
from slipwatch.store.subjects import SubjectRow, ensure_subjects, find_subjects
from slipwatch.store.writer import merge_window

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme

ACT = "record_statement"
SAID = SPOKEN

TAKEN_BACK = "-"
"""The value that takes a role's word back: nothing is stated any more."""

_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


@dataclass(frozen=True, kw_only=True)
class Said:
    """One statement, its value in the type of its column."""

    subject: SubjectRow
    entity: Entity
    column: Column
    value: Any
    role: str
    at: datetime


def record_statement(
    programme: Programme,
    *,
    subject: str,
    field: str,
    value: str,
    role: str,
    said_on: date,
    meeting: str,
    author: str,
    reason: str,
    note: str = "",
) -> int:
    """Enter a statement and return the id of its act. `subject` is a key, label or source id, `field` a watched column
    as `milestone.forecast_on`, `value` as it was said (`TAKEN_BACK` ends what the role said before), `meeting` the
    call or meeting.

    Raises `ConfigError` for a subject, field, value, role or day that cannot be, `LeaseError` while a run goes on.
    """
    require_act(ACT, author, reason)
    said = _understand(programme, subject, field, (value, role, said_on))
    _enter(programme, said)
    detail = {"field": field, "value": value, "role": role, "said_on": said_on.isoformat()}
    detail |= {"meeting": meeting, "note": note, "entity": said.entity.name}
    return record_act(
        programme.ledger, kind=ACT, subject=subject, author=author, reason=reason, at=programme.now(), detail=detail
    )


def check_statement(programme: Programme, *, subject: str, field: str, value: str, role: str, said_on: date) -> None:
    """Raises `ConfigError` as `record_statement` would, and writes nothing."""
    _understand(programme, subject, field, (value, role, said_on))


def _understand(programme: Programme, subject: str, field: str, said: tuple[str, str, date]) -> Said:
    value, role, said_on = said
    entity, column = _find_column(field)
    if role not in programme.portfolio.roles:
        raise ConfigError("unknown role", subject=role, cure=f"roles: {', '.join(programme.portfolio.roles)}")
    at = programme.now()
    if said_on > at.astimezone(programme.zone).date():
        raise ConfigError("lies in the future", subject=said_on.isoformat(), cure="give the day on which it was said")
    noon = datetime.combine(said_on, time(12), tzinfo=programme.zone).astimezone(UTC)
    return Said(
        subject=_find_subject(programme, entity, subject),
        entity=entity,
        column=column,
        value=_read_value(column, value),
        role=role,
        at=min(noon, at),
    )


def _find_column(field: str) -> tuple[Entity, Column]:
    name, _, column = field.partition(".")
    entity = ENTITIES.get(name)
    watched = {one.name: one for one in entity.watched} if entity else {}
    if entity is None or column not in watched:
        known = [f"{one.name}.{other.name}" for one in ENTITIES.values() for other in one.watched]
        raise ConfigError("is no field that is watched", subject=field, cure=f"one of: {', '.join(known)}")
    return entity, watched[column]


def _find_subject(programme: Programme, entity: Entity, text: str) -> SubjectRow:
    found = [row for row in find_subjects(programme.ledger, text) if row.entity == entity.name]
    if entity.name == "milestone" and (declared := programme.portfolio.milestones.get(text)):
        ids = ensure_subjects(programme.ledger, [("milestone", text, declared.name)])
        return SubjectRow(id=ids["milestone", text], entity="milestone", key=text, label=declared.name)
    if len(found) != 1:
        message = f"is no {entity.name} that the ledger knows" if not found else f"is the name of {len(found)} things"
        raise ConfigError(message, subject=text, cure="`slipwatch history` shows keys and labels")
    return found[0]


def _read_value(column: Column, text: str) -> Any:
    """The value in the type of its column, None for a word that is taken back. Raises `ConfigError`."""
    if text.strip() == TAKEN_BACK:
        return None
    try:
        if column.kind is Kind.DAY:
            local = _DAY.fullmatch(text.strip())
            return date(*map(int, reversed(local.groups()))) if local else date.fromisoformat(text.strip()[:10])
        if column.kind in (Kind.MONEY, Kind.QUANTITY):
            return Decimal(re.sub(r"\s", "", text).replace(",", "."))
        if column.kind is Kind.RATIO:
            return float(text.rstrip(" %").replace(",", ".")) / (100 if "%" in text else 1)
    except (ValueError, InvalidOperation) as error:
        wanted = "a day such as 31/01/2026" if column.kind is Kind.DAY else "a number alone"
        raise ConfigError(f"is not {wanted}", subject=text, cure=f"write {wanted}") from error
    return text


def _enter(programme: Programme, said: Said) -> None:
    with hold_lease(programme) as lease:
        run = start_run(programme.ledger, kind="desk", at=programme.now(), configuration={})
        spooled = spool_window(
            _build_batches(programme, said), programme.home / "spool", source=SAID, most_rejects_percent=0
        )
        key = said.subject.key
        merge_window(
            programme.ledger,
            spooled,
            run=run,
            at=programme.now(),
            subject_keys=lambda _entity, _source, new: [key] * len(new.ids),
            lease=lease,
        )
        finish_run(programme.ledger, run, at=programme.now(), state="done", summary={"said": said.subject.key})


def _build_batches(programme: Programme, said: Said) -> Iterator[Batch]:
    window = Window(
        stream=f"{said.entity.name}s",
        kind=WindowKind.INCREMENTAL,
        until=said.at,
        position=f"{said.subject.id} {said.role} {programme.now().isoformat()}",
    )
    values = {**_read_before(programme, said), said.column.name: said.value}
    record = Record(
        source_id=f"{said.subject.key}/{said.role}",
        label=said.subject.label or said.subject.key,
        values=values,
        known_at=said.at,
        stated_by=said.role,
    )
    yield Batch(
        stream=window.stream,
        entity=said.entity.name,
        window=window,
        as_of=said.at,
        records=[record],
        raw=[json.dumps(values, default=str)],
        completeness=Completeness(read=1, expected=1, proof="end_of_file"),
    )


def _read_before(programme: Programme, said: Said) -> dict[str, Any]:
    """What the role said before of the subject; else what every record needs, as the systems write it."""
    frame = read_entity(programme.ledger, said.entity.name, subjects=[said.subject.id])
    own = frame[frame["source_id"].eq(f"{said.subject.key}/{said.role}") & frame["source"].eq(SAID)]
    columns = said.entity.columns
    if own.empty:
        own, columns = frame, tuple(c for c in columns if c.required or c.name in ("name", "project_code", "site_code"))
    row = own.iloc[-1].to_dict() if len(own) else {}
    found = {column.name: _read_plain(column, row.get(column.name)) for column in columns}
    if "name" in said.entity.by_name and not found.get("name"):
        found["name"] = said.subject.label or said.subject.key
    return {name: value for name, value in found.items() if value is not None}


def _read_plain(column: Column, value: Any) -> Any:
    """A value of a frame as a record holds it."""
    if value is None or value != value or str(value) in ("<NA>", "NaT"):
        return None
    if column.kind in (Kind.MONEY, Kind.QUANTITY):
        return Decimal(int(value)).scaleb(-4 if column.kind is Kind.MONEY else -6)
    if column.kind is Kind.DAY:
        return value.date()
    if column.kind is Kind.INSTANT:
        return value.to_pydatetime()
    plain = {Kind.INTEGER: int, Kind.RATIO: float, Kind.FLAG: bool}
    return plain[column.kind](value) if column.kind in plain else str(value)
