"""Columns that no canonical column takes, but that say something about the portfolio."""

from __future__ import annotations

from collections.abc import Sequence

from slipwatch.inference.reading import ColumnGuess, FileReading
from slipwatch.inference.role_words import list_words, split_words

_SUPPLIER = split_words("fournisseur supplier vendor lieferant kreditor creditor")
_GATE = split_words("porte gate tor meilensteintor")
_MOST_GATES = 2
"""A mark has one sign, or one for yes and one for no."""


def find_marks(entity: str, readings: Sequence[FileReading]) -> dict[str, str]:
    """Topic (`supplier`: its name beside its number; `gate`: marked milestones) to the column of the file."""
    unmapped = [column for column in readings[0].columns if column.field is None]
    if entity == "order_line":
        named = [column for column in unmapped if _is_called(column, _SUPPLIER) and not _is_number(column)]
        return {"supplier": named[0].name} if named else {}
    if entity == "milestone":
        marked = [column for column in unmapped if _is_called(column, _GATE) and _is_mark(column)]
        return {"gate": marked[0].name} if marked else {}
    return {}


def _is_called(column: ColumnGuess, words: frozenset[str]) -> bool:
    return not words.isdisjoint(list_words(column.name))


def _is_number(column: ColumnGuess) -> bool:
    return all(text.isdigit() for text, _ in column.values)


def _is_mark(column: ColumnGuess) -> bool:
    """Few rows carry it, always with the same short sign: then empty means no."""
    return 0 < column.distinct < _MOST_GATES and all(len(text) <= 4 for text, _ in column.values)
