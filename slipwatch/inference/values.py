"""How each proposed column is read: formats, marks, units and vocabularies; and what must be asked for that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from slipwatch.inference.assign import Assignment, find_canonical
from slipwatch.inference.customs import Customs, ReadAs
from slipwatch.inference.day_columns import read_days
from slipwatch.inference.facts import VOCABULARIES
from slipwatch.inference.figure_columns import read_figures
from slipwatch.inference.reading import ColumnFormat
from slipwatch.inference.word_columns import read_text, read_words
from slipwatch.model.columns import Kind


def read_as(
    one: Assignment, entity: str, customs: Customs, *, today: date | None, answers: Mapping[str, str]
) -> ReadAs:
    """How the column is read as the field that it was given. `answers` are by topic and detail: `format/Fin`."""
    facts, name = one.facts, str(one.field)
    column = find_canonical(entity, name)
    if column is None:
        return ReadAs(format=ColumnFormat(kind="text"))
    if column.kind in (Kind.DAY, Kind.INSTANT):
        return read_days(facts, column, customs, today=today, answers=answers)
    if column.kind in (Kind.MONEY, Kind.QUANTITY, Kind.INTEGER, Kind.RATIO):
        return read_figures(facts, column, customs, answers)
    if column.kind is Kind.FLAG:
        return read_words(facts, column, "flag", answers)
    if vocabulary := VOCABULARIES.get((entity, name)):
        return read_words(facts, column, vocabulary, answers)
    return read_text(facts, column)
