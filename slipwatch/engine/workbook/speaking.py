"""Enters what was said into the ledger, as a statement of the side that said it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipwatch.engine.statements import check_statement, record_statement
from slipwatch.engine.workbook.comparing import Change

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme


def check_said(programme: Programme, change: Change) -> None:
    """Raises `ConfigError` for a subject, field, value, role or day that cannot be."""
    check_statement(
        programme,
        subject=str(change.get("subject")),
        field=str(change.get("field")),
        value=str(change.get("value")),
        role=str(change.get("role")),
        said_on=change.get("said_on"),
    )


def record_said(programme: Programme, change: Change, *, author: str, reason: str) -> None:
    """One line of the sheet. Raises `ConfigError` for a subject, field or value that cannot be."""
    record_statement(
        programme,
        subject=str(change.get("subject")),
        field=str(change.get("field")),
        value=str(change.get("value")),
        role=str(change.get("role")),
        said_on=change.get("said_on"),
        meeting=str(change.get("meeting")),
        note=change.get("note") or "",
        author=author,
        reason=reason,
    )
