"""Spells of absence as old copies tell them, in whatever order they arrive. Pure: instants in, spells out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple


class Spell(NamedTuple):
    """An absence of a record: from the first list that lacks it, gone with the second, until it is listed again.

    Instants in microseconds, None for what has not come; `id` is None for a spell that the ledger does not hold yet.
    """

    since: int
    gone: int | None
    back: int | None
    id: int | None = None

    def covers(self, instant: int) -> bool:
        return self.since <= instant and (self.back is None or instant < self.back)


def add_presence(spells: Sequence[Spell], at: int, *, first: int | None, lists: Sequence[int]) -> list[Spell]:
    """The spells to write when a list of the instant `at` has the record.

    `first` is when the record was first known so far (None: never), `lists` are the instants of all other complete
    lists, ascending. A list between this one and the first that had it lacks it.

    >>> add_presence([], 1, first=9, lists=[5, 7, 9])
    [Spell(since=5, gone=7, back=9, id=None)]
    """
    if first is None or at < first:
        return _begin(_between(lists, at, first), back=first)
    spell = next((one for one in spells if one.covers(at)), None)
    if spell is None:
        return []
    before = [one for one in lists if spell.since <= one < at]
    left = spell._replace(gone=_second(before), back=at)
    return [left, *_begin(_between(lists, at, spell.back), back=spell.back)]


def add_absence(spells: Sequence[Spell], at: int, *, first: int, lists: Sequence[int]) -> list[Spell]:
    """The spells to write when a complete list of the instant `at` lacks a record that was known since `first`.

    >>> add_absence([Spell(5, 7, None, 1)], 3, first=1, lists=[1, 5, 7])
    [Spell(since=3, gone=5, back=None, id=1)]
    """
    if at < first:
        return []
    spell = next((one for one in spells if one.covers(at)), None)
    if spell is not None:
        is_second = spell.gone is None or at < spell.gone
        return [spell._replace(gone=at)] if is_second else []
    following = next(iter(_between(lists, at, None)), None)
    later = next((one for one in spells if one.since == following), None)
    if later is not None:
        return [later._replace(since=at, gone=later.since)]
    return [Spell(at, None, following)]


def _between(lists: Sequence[int], after: int, before: int | None) -> Sequence[int]:
    start = bisect_right(lists, after)
    return [one for one in lists[start:] if before is None or one < before]


def _begin(absent: Sequence[int], *, back: int | None) -> list[Spell]:
    return [Spell(absent[0], _second(absent), back)] if absent else []


def _second(instants: Sequence[int]) -> int | None:
    return instants[1] if len(instants) > 1 else None
