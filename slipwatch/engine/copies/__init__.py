"""Old copies of a file become history: which files there are, what dates them, and their way into the ledger."""

from __future__ import annotations

from slipwatch.engine.copies.bring import import_history
from slipwatch.engine.copies.dates import DateRule, read_dates_file
from slipwatch.engine.copies.report import CopyState, HistoryReport, Outcome

__all__ = ["CopyState", "DateRule", "HistoryReport", "Outcome", "import_history", "read_dates_file"]
