"""How a milestone's date moved: one line out of what all its sources stated, and who followed when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from slipwatch.reports.facts import MilestoneFacts, Statement


@dataclass(frozen=True, kw_only=True)
class Follow:
    """Another source that came to state the same date, `days` calendar days later. Where it never did, `days` is None
    and `says` the date that it still shows, or None when it went on to another one."""

    source: str
    days: int | None
    says: date | None = None


@dataclass(frozen=True, kw_only=True)
class Move:
    """A move of the latest date that any source states: when and where it was said first, and who followed.

    `is_reconstructed`: an old copy or a journal told it afterwards; it is dated by when that was written.
    """

    at: datetime
    source: str
    stated_by: str | None
    old: date
    new: date
    followed: tuple[Follow, ...] = ()
    is_reconstructed: bool = False

    @property
    def days(self) -> int:
        """Calendar days; positive is later."""
        return (self.new - self.old).days


def trace_latest(statements: Iterable[Statement]) -> list[tuple[Statement, date | None]]:
    """After each statement, the latest date that any source states then. What a repaired mapping changed counts for
    what a source says, and is no move.

    >>> from datetime import UTC
    >>> said = [("TRK", 1, None, 30), ("PLAN", 2, None, 30), ("TRK", 3, 30, 31)]
    >>> rows = [Statement(at=(at := datetime(2026, 1, day, tzinfo=UTC)), first_seen=at, source=source, stated_by=None,
    ...                   old=old and date(2026, 3, old), new=date(2026, 3, new)) for source, day, old, new in said]
    >>> [latest.day for _, latest in trace_latest(rows)]
    [30, 30, 31]
    """
    current: dict[str, date | None] = {}
    steps = []
    for statement in sorted(statements, key=lambda said: said.at):
        current[statement.source] = statement.new
        steps.append((statement, max((day for day in current.values() if day), default=None)))
    return steps


def trace_moves(point: MilestoneFacts) -> list[Move]:
    """Every move of the milestone's latest stated date, oldest first; a first date is none."""
    moves: list[Move] = []
    before: date | None = None
    for statement, latest in trace_latest(point.statements):
        if statement.is_drift and before and latest and latest != before:
            moves.append(_build_move(point, statement, before, latest))
        before = latest or before
    return moves


def _build_move(point: MilestoneFacts, statement: Statement, old: date, new: date) -> Move:
    return Move(
        at=statement.at,
        source=statement.source,
        stated_by=statement.stated_by,
        old=old,
        new=new,
        followed=tuple(_list_followers(point, statement, new)),
        is_reconstructed=statement.is_reconstructed,
    )


def _list_followers(point: MilestoneFacts, first: Statement, new: date) -> Iterable[Follow]:
    """What each other source did with the new date; those that state no date are left out."""
    for source, said in _group_by_source(point.statements).items():
        before = _says_at(said, first.at)
        if source == first.source or before in (None, new):
            continue
        later = [statement for statement in said if statement.at > first.at]
        same = next((statement for statement in later if statement.new == new), None)
        days = (same.at.date() - first.at.date()).days if same else None
        yield Follow(source=source, days=days, says=None if later else before)


def _group_by_source(statements: Iterable[Statement]) -> Mapping[str, list[Statement]]:
    groups: dict[str, list[Statement]] = {}
    for statement in sorted(statements, key=lambda said: said.at):
        groups.setdefault(statement.source, []).append(statement)
    return groups


def _says_at(said: Iterable[Statement], moment: datetime) -> date | None:
    """The date that a source stated last before a moment."""
    days = [statement.new for statement in said if statement.at <= moment]
    return days[-1] if days else None
