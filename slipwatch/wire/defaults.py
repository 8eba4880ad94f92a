"""The converter that fits a canonical column where a source writes ISO dates and decimal points: what APIs do."""

from __future__ import annotations

from collections.abc import Mapping

from slipwatch.model.columns import Column, Kind
from slipwatch.wire.amounts import Integer, Money, Quantity, Ratio
from slipwatch.wire.days import Day, Instant
from slipwatch.wire.values import Choice, Converter, Flag, Reference, Text

CONVERTERS: Mapping[Kind, Converter] = {
    Kind.TEXT: Text(),
    Kind.DAY: Day(),
    Kind.INSTANT: Instant(),
    Kind.MONEY: Money(),
    Kind.QUANTITY: Quantity(),
    Kind.INTEGER: Integer(),
    Kind.RATIO: Ratio(),
    Kind.FLAG: Flag(),
    Kind.REFERENCE: Reference(),
}


def find_converter(column: Column) -> Converter:
    """The strict converter of a column; one with a closed vocabulary takes our own words only."""
    if column.choices:
        return Choice(words={word: word for word in column.choices})
    return CONVERTERS[column.kind]
