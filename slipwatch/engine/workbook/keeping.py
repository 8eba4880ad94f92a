"""Takes changed register lines into the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from slipwatch.engine.registers import Line, write_lines
from slipwatch.engine.workbook.comparing import Change
from slipwatch.engine.workbook.register_rows import REGISTERS

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme


def is_kept(change: Change) -> bool:
    """True for a sound line of a register."""
    return change.sheet in REGISTERS and not change.entry.faults


def keep_lines(programme: Programme, changes: Sequence[Change]) -> None:
    """Write the lines of each register at once, stated by the PMO."""
    for sheet in REGISTERS:
        lines = [
            Line(number=change.identity[0], values=_complete(change))
            for change in changes
            if change.sheet is sheet and is_kept(change)
        ]
        write_lines(programme, sheet.group, lines, stated_by=programme.settings.routing.pmo)


def _complete(change: Change) -> dict[str, Any]:
    """Every value of the line: what the workbook did not show stays as it was."""
    before = change.row.values if change.row else {}
    return {
        column.field: change.entry.values.get(column.field, before.get(column.field)) for column in change.sheet.entered
    }
