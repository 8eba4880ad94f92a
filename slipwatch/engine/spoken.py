"""What was said, read back: each recorded statement beside what the systems show of the same thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from slipwatch.engine.statements import ACT, SAID
from slipwatch.errors import ConfigError
from slipwatch.model.tables import ENTITIES
from slipwatch.reports.desk_facts import SpokenFacts
from slipwatch.store.acts import Act, list_acts
from slipwatch.store.reader import read_promises
from slipwatch.store.subjects import find_subjects

if TYPE_CHECKING:
    import pandas as pd

    from slipwatch.engine.reporting.placing import Places
    from slipwatch.engine.wiring import Programme


def complete_field(programme: Programme, subject: str, field: str) -> str:
    """`forecast_on` as `milestone.forecast_on`, after what is called `subject`; a field with its entity stays.

    Raises `ConfigError` where nothing, or more than one thing, has such a field.
    """
    if "." in field:
        return field
    entities = {row.entity for row in find_subjects(programme.ledger, subject)}
    entities |= {"milestone"} if subject in programme.portfolio.milestones else set()
    fitting = sorted(name for name in entities if field in {one.name for one in ENTITIES[name].watched})
    if len(fitting) == 1:
        return f"{fitting[0]}.{field}"
    if not entities:
        raise ConfigError("nothing is called so", subject=subject, cure="`slipwatch history` shows keys and labels")
    known = [f"{name}.{one.name}" for name in sorted(fitting or entities) for one in ENTITIES[name].watched]
    problem = "is a field of several things of that name" if fitting else "is no field that is watched"
    raise ConfigError(problem, subject=field, cure=f"one of: {', '.join(known)}")


def list_spoken(programme: Programme, at: datetime, places: Places | None = None) -> tuple[SpokenFacts, ...]:
    """Statements that were recorded up to `at`, oldest first; with `places`, each with the projects concerned."""
    acts = [act for act in list_acts(programme.ledger, ACT) if act.at <= at]
    said = [_describe(programme, act, at) for act in acts]
    if places is not None:
        said = [replace(one, projects=_find_projects(programme, one, places)) for one in said]
    return tuple(sorted(said, key=lambda one: one.said_on))


def _describe(programme: Programme, act: Act, at: datetime) -> SpokenFacts:
    entity, _, column = str(act.detail["field"]).partition(".")
    found = [row for row in find_subjects(programme.ledger, act.subject) if row.entity == entity]
    subject = found[0].id if found else -1
    told = read_promises(programme.ledger, entity=entity, subjects=[subject], columns=[column], known_by=at)
    said_on = date.fromisoformat(str(act.detail["said_on"]))
    return SpokenFacts(
        number=act.id,
        subject=subject,
        entity=entity,
        key=found[0].key if found else act.subject,
        name=_name_subject(programme, found[0].key if found else act.subject, found[0].label if found else ""),
        column=column,
        value=_find_value(told, str(act.detail["role"]), said_on, programme) or str(act.detail["value"]),
        role=str(act.detail["role"]),
        said_on=said_on,
        meeting=str(act.detail["meeting"]),
        note=str(act.detail.get("note") or ""),
        author=act.author,
        shown=tuple(_list_shown(told)),
    )


def _find_projects(programme: Programme, said: SpokenFacts, places: Places) -> tuple[str, ...]:
    point = programme.portfolio.milestones.get(said.key) if said.entity == "milestone" else None
    return (point.project,) if point else places.find(said.entity, said.subject)


def _name_subject(programme: Programme, key: str, label: str) -> str:
    point = programme.portfolio.milestones.get(key)
    return point.name if point else label or key


def _find_value(told: pd.DataFrame, role: str, said_on: date, programme: Programme) -> str | None:
    """The value as the ledger holds it: that of the role's last statement by the end of the day."""
    end = datetime.combine(said_on, time.max, tzinfo=programme.zone)
    own = told[told["source"].eq(SAID) & told["stated_by"].eq(role) & (told["known_at"] <= end)]
    return str(own["new_text"].iloc[-1]) if len(own) and isinstance(own["new_text"].iloc[-1], str) else None


def _list_shown(told: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """What each system states last: source and value."""
    systems = told[told["source"].ne(SAID)]
    for source, rows in systems.groupby("source", sort=True):
        value = rows["new_text"].iloc[-1]
        if isinstance(value, str):
            yield str(source), value
