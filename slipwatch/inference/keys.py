"""What tells the rows of a file apart: the smallest set of columns that is unique over all rows and never empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from slipwatch.inference.assign import ORDER_PARTS, Assignment, Assignments
from slipwatch.inference.words import KEY, list_tokens
from slipwatch.wire.workbook import BROKEN

_MIX = np.int64(-7046029254386353131)
"""An odd number without pattern: two columns together get a hash that neither has alone."""

_NUMBER_WORDS = frozenset({"nr", "id", "code", "key", "reference", "kennung", "cle", "kennziffer"})
_NEARLY = 0.98
_ENOUGH_ROWS = 20
_ANSWERS = frozenset({"confirmation", "receipt", "shipment"})
"""Entities whose rows refer to an order line."""


@dataclass(frozen=True)
class KeyGuess:
    """`columns` are names of the file. Where a person must tell, `asks` is true and `options` are the other sets."""

    columns: tuple[str, ...]
    why: str
    asks: bool = False
    options: tuple[tuple[str, ...], ...] = ()


def guess_keys(found: Assignments, rows: int, *, first: Sequence[str] = ()) -> KeyGuess:
    """The key of a file of this entity, from all of its rows. `first` are columns that are tried before all others."""
    if rows == 0:
        return KeyGuess((), "there are no rows", asks=False)
    told = [one for name in first for one in found.columns if one.facts.name == name]
    if told and _is_unique(told, rows):
        return KeyGuess(_name(told), f"its program names it so; unique in {rows} rows")
    for candidate, why in _list_candidates(found):
        if _is_unique(candidate, rows):
            return KeyGuess(_name(candidate), f"{why}; unique in {rows} rows")
    for candidate, why in _list_weaker(found):
        if _is_unique(candidate, rows):
            return _judge_weaker(candidate, why, found, rows)
    if near := _find_nearly(found, rows):
        return near
    options = tuple(_name(one) for one in _search(found.columns, rows))
    return KeyGuess((), "no set of columns tells the rows apart for sure", asks=True, options=options[:5])


def _find_nearly(found: Assignments, rows: int) -> KeyGuess | None:
    """A key that a few rows repeat: proposed, and asked for."""
    for candidate, why in _list_candidates(found):
        share = measure_uniqueness(candidate, rows)
        if share >= _NEARLY and rows >= _ENOUGH_ROWS:
            double = round((1 - share) * rows) or 1
            return KeyGuess(_name(candidate), f"{why}; but {double} of {rows} rows repeat one", asks=True)
    return None


def _name(columns: Sequence[Assignment]) -> tuple[str, ...]:
    return tuple(one.facts.name for one in columns)


def _list_candidates(found: Assignments) -> Iterator[tuple[list[Assignment], str]]:
    """Sets of columns in order of preference, with the reason."""
    parts = [one for name in ORDER_PARTS if (one := found.find(name))]
    numbers = sorted((one for one in found.columns if one.is_key or one.field == "document"), key=_rank_number)
    if found.entity == "order_line" and parts:
        yield parts, "order and line"
        yield from (([*parts, other], "order, line and a number within it") for other in _list_codes(found, parts))
    yield from (([one], f"“{one.facts.name}” names the record") for one in numbers)
    called = [one for one in _list_codes(found, []) if one.field is None and not one.asks and _is_called_number(one)]
    if len(called) == 1 and not numbers:
        yield called, f"“{called[0].facts.name}” is called a number"
    if found.entity in _ANSWERS and parts:
        yield parts, "order and line"
        days = [one for one in found.columns if one.field in ("confirmed_on", "received_on", "noticed_on")]
        yield from (([*parts, day], "order, line and day") for day in days[:1])


def _is_called_number(one: Assignment) -> bool:
    return bool(_NUMBER_WORDS.intersection(list_tokens(one.facts.name)))


def _judge_weaker(candidate: Sequence[Assignment], why: str, found: Assignments, rows: int) -> KeyGuess:
    """A column that nobody calls a number is only the key for sure where no other one tells the rows apart."""
    others = [
        (one.facts.name,) for one in found.columns
        if one not in candidate and one.field in (None, KEY) and not one.facts.is_days
        and not one.facts.profile.kinds["number"] and _is_unique([one], rows)
    ]  # fmt: skip
    if not others:
        return KeyGuess(_name(candidate), f"{why}; unique in {rows} rows")
    return KeyGuess(_name(candidate), f"{why}; but other columns are unique too", asks=True, options=tuple(others[:4]))


def _list_weaker(found: Assignments) -> Iterator[tuple[list[Assignment], str]]:
    numbers = [one for one in found.columns if one.is_key]
    project, name = found.find("project_code"), found.find("name")
    if project:
        yield from (([project, one], f"“{one.facts.name}” within its project") for one in numbers)
    codes = _list_codes(found, [])
    yield from (([one], "a column of codes") for one in codes if one.field is None and not one.asks)
    why = "no column of numbers or codes: a row that is renamed counts as a new one"
    if name and not numbers:
        yield [name], why
        if project:
            yield [project, name], why


def _rank_number(one: Assignment) -> tuple[bool, bool, int]:
    """Codes with letters before plain numbers, running numbers last, then from the left."""
    texts = [text for text, _ in one.facts.profile.list_texts()[:50]]
    has_letters = any(any(sign.isalpha() for sign in text) for text in texts)
    return not one.is_whole, not has_letters, one.facts.position


def _list_codes(found: Assignments, but: Sequence[Assignment]) -> list[Assignment]:
    """Columns of codes that may tell rows apart; amounts, days and texts of people do not."""
    return [
        one
        for one in found.columns
        if one not in but and one.facts.is_code and not one.facts.is_days and one.field in (None, KEY, "line_number")
        and not one.facts.profile.kinds["number"]
    ]  # fmt: skip


def _is_unique(columns: Sequence[Assignment], rows: int) -> bool:
    return measure_uniqueness(columns, rows) == 1.0


def measure_uniqueness(columns: Sequence[Assignment], rows: int) -> float:
    """The share of different keys among the rows whose key is whole; 0 where too many keys are empty."""
    arrays = [np.frombuffer(one.facts.profile.hashes, dtype=np.int64) for one in columns]
    if not arrays or any(len(one) != rows for one in arrays):
        return 0.0
    whole = np.ones(rows, dtype=bool)
    for one, hashes in zip(columns, arrays, strict=True):
        whole &= ~np.isin(hashes, np.array(_list_damaged(one), dtype=np.int64))
    left = int(whole.sum())
    if left < 0.5 * rows or any(_has_blanks(one, rows) for one in columns):
        return 0.0
    mixed = np.zeros(left, dtype=np.int64)
    with np.errstate(over="ignore"):
        for hashes in arrays:
            mixed = mixed * _MIX + hashes[whole]
    return len(np.unique(mixed)) / left if left else 0.0


def _has_blanks(one: Assignment, rows: int) -> bool:
    """More empty cells than a slip of the hand explains; those few rows are set aside."""
    kinds = one.facts.profile.kinds
    return kinds["blank"] + kinds["no value"] > 0.02 * rows


def _list_damaged(one: Assignment) -> list[int]:
    profile = one.facts.profile
    return [hash(BROKEN), hash(""), hash(None), *map(hash, one.facts.rounded), *map(hash, profile.empties)]


def _search(columns: Sequence[Assignment], rows: int) -> Iterator[list[Assignment]]:
    """Any pair of columns that is unique, whatever the columns are: offered, never taken."""
    likely = [one for one in columns if not one.facts.profile.kinds["number"] and not _has_blanks(one, rows)][:8]
    for size in (1, 2):
        for group in combinations(likely, size):
            if _is_unique(group, rows):
                yield list(group)
