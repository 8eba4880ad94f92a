"""Evaluates suites over the current rows of the ledger: one aggregate statement per entity, keys where one failed.

Suites are written in the vocabulary of Great Expectations. What is known here (predicates.py, summaries.py) becomes SQL
and costs no import; what is not goes to Great Expectations itself. An expectation that cannot be evaluated is *broken*,
never a statement about the data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from slipwatch.errors import ConfigError
from slipwatch.model.columns import Entity, Kind
from slipwatch.model.tables import ENTITIES
from slipwatch.store.outcomes import KEY_LIMIT, Expectation, Outcome, State, Suite
from slipwatch.store.predicates import PREDICATES, Predicate, Rows
from slipwatch.store.schema import ABSENCE, RECORD, VERSIONS
from slipwatch.store.suites import generate_suite
from slipwatch.store.summaries import SUMMARIES, Distinct, Duplicates, Summary

if TYPE_CHECKING:
    import pandas as pd

    from slipwatch.store.ledger import Ledger

Plan = Predicate | Summary | Distinct | Duplicates
KNOWN = PREDICATES | SUMMARIES


def evaluate_suites(ledger: Ledger, suites: Mapping[str, Suite]) -> pd.DataFrame:
    """Generated and configured suites of every entity, as the view `expectation`: one row per expectation and source.

    Columns: entity, source, expectation, column, severity, state (passed, failed, broken), unexpected_count,
    element_count, keys, detail, engine. A failure that concerns no single rows is told for every source of the entity.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    with ledger.read() as connection:
        for entity in ENTITIES.values():
            wanted = [*generate_suite(entity), *(suites[entity.name].expectations if entity.name in suites else ())]
            outcomes = evaluate(connection, select_current(entity), wanted)
            sources = _list_sources(connection, entity) if any(one.state != "passed" for one in outcomes) else []
            rows += [row for outcome in outcomes for row in _tell(entity.name, outcome, sources)]
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    return frame.astype({"unexpected_count": "Int64", "element_count": "Int64"})


_COLUMNS = [
    "entity", "source", "expectation", "column", "severity", "state",
    "unexpected_count", "element_count", "keys", "detail", "engine",
]  # fmt: skip


def select_current(entity: Entity) -> Rows:
    """The versions in force of the records that have not vanished."""
    version = VERSIONS[entity.name]
    gone = sa.select(ABSENCE.c.record).where(ABSENCE.c.vanished_at.is_not(None), ABSENCE.c.returned_at.is_(None))
    record = [RECORD.c.source, RECORD.c.stream, RECORD.c.source_id, RECORD.c.label]
    columns = [version.c[column.name] for column in entity.columns]
    query = (
        sa.select(*record, *columns)
        .join_from(version, RECORD, version.c.record == RECORD.c.id)
        .where(version.c.ended_at.is_(None), RECORD.c.id.not_in(gone))
    )
    kinds = dict.fromkeys(("source", "stream", "source_id", "label"), Kind.TEXT)
    return Rows(query.subquery(), kinds | {column.name: column.kind for column in entity.columns})


def evaluate(connection: sa.Connection, rows: Rows, expectations: Sequence[Expectation]) -> list[Outcome]:
    """The outcome of each expectation, in their order. `rows` needs the columns `source` and `label`."""
    plans: dict[int, Plan] = {}
    outcomes: dict[int, Outcome] = {}
    for place, expectation in enumerate(expectations):
        if not _is_known(expectation):
            continue
        try:
            plans[place] = KNOWN[expectation.type][1](rows, expectation.kwargs)
        except (ConfigError, KeyError, TypeError) as wrong:
            outcomes[place] = _break(expectation, str(wrong))
    outcomes |= _run_plans(connection, rows, {place: (expectations[place], plan) for place, plan in plans.items()})
    rest = [place for place, expectation in enumerate(expectations) if not _is_known(expectation)]
    if rest:
        from slipwatch.store.great_expectations import run_expectations

        found = run_expectations(connection, rows, [expectations[place] for place in rest])
        outcomes |= dict(zip(rest, found, strict=True))
    return [outcomes[place] for place in range(len(expectations))]


def _is_known(expectation: Expectation) -> bool:
    """Whether type and every argument are understood; a row condition, for one, is not."""
    arguments = {name for name, value in expectation.kwargs.items() if value is not None}
    return expectation.type in KNOWN and arguments <= {*KNOWN[expectation.type][0], "mostly"}


def _break(expectation: Expectation, detail: str) -> Outcome:
    return Outcome(expectation=expectation, state="broken", element_count=0, detail=detail)


Planned = Mapping[int, tuple[Expectation, Plan]]


def _run_plans(connection: sa.Connection, rows: Rows, planned: Planned) -> dict[int, Outcome]:
    """All together; one by one where the database refuses, so that a single bad pattern breaks nothing but itself."""
    try:
        with connection.begin_nested():
            return _run_together(connection, rows, planned)
    except DBAPIError as refused:
        if len(planned) == 1:
            return {place: _break(expectation, str(refused.orig)) for place, (expectation, _) in planned.items()}
        return {
            place: outcome
            for place, one in planned.items()
            for outcome in _run_plans(connection, rows, {place: one}).values()
        }


def _run_together(connection: sa.Connection, rows: Rows, planned: Planned) -> dict[int, Outcome]:
    parts = {
        f"{place}_{name}": part for place, (_, plan) in planned.items() for name, part in _list_parts(plan).items()
    }
    query = sa.select(sa.func.count().label("elements"), *(part.label(name) for name, part in parts.items()))
    found = dict(connection.execute(query.select_from(rows.table)).mappings().one())
    outcomes = {}
    for place, (expectation, plan) in planned.items():
        figures = {name.partition("_")[2]: value for name, value in found.items() if name.startswith(f"{place}_")}
        outcomes[place] = _judge(connection, rows, (expectation, plan), {**figures, "elements": found["elements"]})
    return outcomes


def _list_parts(plan: Plan) -> dict[str, sa.ColumnElement[Any]]:
    """What the aggregate statement must hold for this expectation."""
    if isinstance(plan, Summary):
        return plan.parts
    if isinstance(plan, Predicate):
        return {
            "considered": sa.func.count().filter(plan.considered),
            "unexpected": sa.func.count().filter(plan.unexpected),
        }
    if isinstance(plan, Duplicates):
        return {"considered": sa.func.count().filter(plan.considered)}
    return {}


def _judge(
    connection: sa.Connection, rows: Rows, planned: tuple[Expectation, Plan], figures: dict[str, Any]
) -> Outcome:
    expectation, plan = planned
    elements = int(figures["elements"])
    if isinstance(plan, Summary):
        observed, holds = plan.judge(figures)
        state: State = "passed" if holds else "failed"
        return Outcome(expectation=expectation, state=state, element_count=elements, observed=observed)
    if isinstance(plan, Distinct):
        query = sa.select(plan.column).select_from(rows.table).where(plan.column.is_not(None)).distinct()
        found = set(connection.scalars(query))
        state = "passed" if plan.judge(found) else "failed"
        return Outcome(expectation=expectation, state=state, element_count=elements, observed=len(found))
    return _judge_rows(connection, rows, (expectation, plan), figures)


def _judge_rows(
    connection: sa.Connection,
    rows: Rows,
    planned: tuple[Expectation, Predicate | Duplicates],
    figures: dict[str, Any],
) -> Outcome:
    """An expectation on single rows: it fails when fewer than `mostly` of those considered are as expected."""
    expectation, plan = planned
    failing = _select_duplicates(rows, plan) if isinstance(plan, Duplicates) else _select_failing(rows, plan)
    by_source = {} if figures.get("unexpected") == 0 else _count_by_source(connection, failing)
    unexpected, considered = sum(by_source.values()), int(figures["considered"])
    holds = not considered or (considered - unexpected) / considered >= float(expectation.kwargs.get("mostly") or 1)
    return Outcome(
        expectation=expectation,
        state="passed" if holds else "failed",
        element_count=int(figures["elements"]),
        unexpected_count=unexpected,
        by_source=by_source,
        keys=() if holds else tuple(_list_keys(connection, failing)),
    )


def _select_failing(rows: Rows, plan: Predicate) -> sa.Subquery:
    query = sa.select(rows.table.c.source, rows.table.c.label).where(plan.unexpected)
    return query.select_from(rows.table).subquery()


def _select_duplicates(rows: Rows, plan: Duplicates) -> sa.Subquery:
    times = sa.func.count().over(partition_by=plan.columns).label("times")
    numbered = sa.select(rows.table.c.source, rows.table.c.label, times).where(plan.considered)
    counted = numbered.select_from(rows.table).subquery()
    return sa.select(counted.c.source, counted.c.label).where(counted.c.times > 1).subquery()


def _count_by_source(connection: sa.Connection, failing: sa.Subquery) -> dict[str, int]:
    query = sa.select(failing.c.source, sa.func.count()).group_by(failing.c.source).order_by(failing.c.source)
    return {source: int(count) for source, count in connection.execute(query)}


def _list_keys(connection: sa.Connection, failing: sa.Subquery) -> Sequence[str]:
    return connection.scalars(sa.select(failing.c.label).order_by(failing.c.label).limit(KEY_LIMIT)).all()


def _list_sources(connection: sa.Connection, entity: Entity) -> Sequence[str]:
    query = sa.select(RECORD.c.source).where(RECORD.c.entity == entity.name).distinct().order_by(RECORD.c.source)
    return connection.scalars(query).all()


def _tell(entity: str, outcome: Outcome, sources: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of the view: a failure per source it concerns; what passed, or concerns no source, once."""
    kwargs = outcome.expectation.kwargs
    names = kwargs.get("column_list") or [kwargs[name] for name in ("column", "column_A", "column_B") if name in kwargs]
    row = {
        "entity": entity,
        "source": None,
        "expectation": outcome.expectation.type,
        "column": ", ".join(names) or None,
        "severity": outcome.expectation.severity,
        "state": outcome.state,
        "unexpected_count": outcome.unexpected_count,
        "element_count": outcome.element_count,
        "keys": outcome.keys,
        "detail": outcome.detail,
        "engine": outcome.engine,
    }
    if outcome.state != "failed":
        return [row]
    counts: Mapping[str, int | None] = outcome.by_source or dict.fromkeys(sources)
    return [row | {"source": source, "unexpected_count": count} for source, count in counts.items()] or [row]
