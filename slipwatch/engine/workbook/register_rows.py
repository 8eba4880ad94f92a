"""Rows of what is kept: register lines, and what was said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from slipwatch.engine.registers import read_register
from slipwatch.engine.workbook.columns import Kind, Sheet
from slipwatch.engine.workbook.rows import Row, build_row
from slipwatch.engine.workbook.sheets import ACTIONS, DECISIONS, RISKS, STATEMENTS
from slipwatch.engine.workbook.wording import Wording
from slipwatch.store.acts import Act, list_acts

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme

REGISTERS = (ACTIONS, DECISIONS, RISKS)
STATED = "record_statement"


def bind(programme: Programme, wording: Wording) -> dict[str, Callable[[], Iterator[Row]]]:
    """What makes the rows of each of these sheets."""
    makers: dict[str, Callable[[], Iterator[Row]]] = {
        STATEMENTS.id: lambda: _list_statements(programme, wording),
        ACTIONS.id: lambda: _list_lines(programme, ACTIONS, wording),
        DECISIONS.id: lambda: _list_lines(programme, DECISIONS, wording),
        RISKS.id: lambda: _list_lines(programme, RISKS, wording),
    }
    return makers


def _list_lines(programme: Programme, sheet: Sheet, wording: Wording) -> Iterator[Row]:
    for line in read_register(programme, sheet.group).to_dict("records"):
        values = {column.field: _read_plain(line.get(column.field), column.kind) for column in sheet.entered}
        yield build_row(sheet, {"number": line["label"], **values}, wording)


def _read_plain(value: Any, kind: Kind) -> Any:
    """A value of a frame as the workbook knows it: missing ones are None, days are dates."""
    if value is None or value != value or str(value) in ("<NA>", "NaT"):
        return None
    return value.date() if kind is Kind.DAY else int(value) if kind is Kind.WHOLE else value


def _list_statements(programme: Programme, wording: Wording) -> Iterator[Row]:
    for position, act in enumerate(list_acts(programme.ledger, STATED), start=1):
        values = {**_describe_statement(act), "number": number_statement(position)}
        values |= {"entered_by": act.author, "entered_at": act.at.astimezone(programme.zone).date()}
        yield build_row(STATEMENTS, values, wording, frozen=True)


def number_statement(position: int) -> str:
    """`S-007`: the number of a statement, in the order in which they were recorded."""
    return f"S-{position:03d}"


def _describe_statement(act: Act) -> dict[str, Any]:
    names = ("field", "value", "role", "said_on", "meeting", "note")
    return {"subject": act.subject, **{name: act.detail.get(name) for name in names}}
