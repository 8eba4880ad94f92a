"""What a person wrote and what could not be taken: it comes back in the copy to correct, nothing lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from slipwatch.engine.workbook.cells import Cell, Fault, term
from slipwatch.locales import Term


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One cell that keeps its row from being taken. `row` is counted from 1 as a person sees it in the imported file;
    `conflict` marks what somebody else changed meanwhile."""

    sheet: str
    row: int
    field: str
    found: str
    allowed: Term
    cure: Term
    conflict: bool = False


@dataclass(kw_only=True)
class Entry:
    """One row of the imported workbook: its cells as they were written, and what is wrong with them."""

    sheet: str
    row: int
    cells: Mapping[str, Cell] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    identity: tuple[str, ...] = ()
    exported: bool = False
    faults: dict[str, Correction] = field(default_factory=dict)

    def refuse(self, column: str, found: object, allowed: Term, cure: Term, *, conflict: bool = False) -> None:
        """Keep this row from being taken; the first reason of a cell stays."""
        correction = Correction(
            sheet=self.sheet,
            row=self.row,
            field=column,
            found="" if found is None else str(found),
            allowed=allowed,
            cure=cure,
            conflict=conflict,
        )
        self.faults.setdefault(column, correction)

    def refuse_fault(self, column: str, fault: Fault) -> None:
        self.refuse(column, fault.found, fault.allowed, fault.cure)

    def require(self, column: str) -> None:
        """Refuse an empty cell that must be filled in."""
        self.refuse(column, "", term("allowed.something"), term("cure.required"))
