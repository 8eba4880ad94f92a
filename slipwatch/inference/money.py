"""Currencies and thousands of the amounts of one file: what one header says of all, and what must be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from slipwatch.inference.assign import find_canonical
from slipwatch.inference.findings import Findings
from slipwatch.inference.reading import LEAVE_OUT, ColumnGuess, FileReading
from slipwatch.model.columns import Kind

AS_WRITTEN = "as written"


def complete_money(reading: FileReading, found: Findings, answers: Mapping[str, str]) -> FileReading:
    """The reading with what is known of its amounts, the rest asked: their thousands, and their currency."""
    return _complete_currency(_complete_thousands(reading, found, answers), found, answers)


def _complete_thousands(reading: FileReading, found: Findings, answers: Mapping[str, str]) -> FileReading:
    """One header that speaks of thousands leaves in doubt what its neighbours that say nothing are in."""
    amounts = [one for one in reading.columns if one.field and _is_money(str(reading.entity), one.field)]
    factors = {one.unit_factor for one in amounts if one.unit_factor}
    if len(factors) != 1:
        return reading
    factor = factors.pop()
    told: dict[str, ColumnGuess] = {}
    for one in amounts:
        answer = answers.get(f"unit/{one.name}")
        if one.unit_factor or not one.filled or answer == AS_WRITTEN:
            continue
        if answer == str(factor):
            told[one.name] = replace(one, unit_factor=factor)
            continue
        other = next(each.name for each in amounts if each.unit_factor)
        found.ask(
            f"unit/{one.name}", f"Is “{one.name}” times {factor} too, as “{other}” is?", (str(factor), AS_WRITTEN),
            why=f"the header of “{other}” says so, that of “{one.name}” says nothing",
        )  # fmt: skip
        told[one.name] = replace(one, sure=False)
    return replace(reading, columns=tuple(told.get(one.name, one) for one in reading.columns))


def _complete_currency(reading: FileReading, found: Findings, answers: Mapping[str, str]) -> FileReading:
    """Amounts without a currency cannot be kept: it is asked for once."""
    bare = [
        one for one in reading.columns
        if one.field and not one.unit and _is_money(str(reading.entity), one.field) and one.format
    ]  # fmt: skip
    if not bare or reading.find_field("currency"):
        return reading
    stated = {
        one.unit for one in reading.columns if one.unit and one.field and _is_money(str(reading.entity), one.field)
    }
    unit = answers.get("currency") or (next(iter(stated)) if len(stated) == 1 else None)
    if unit is None:
        names = ", ".join(f"“{one.name}”" for one in bare)
        found.ask("currency", f"In which currency are {names}?", ("EUR", "CHF", "GBP", "USD", LEAVE_OUT),
                  why="neither a column, a header nor a cell says it")  # fmt: skip
        return reading
    why = "as answered" if "currency" in answers else "the other amounts of this file say so"
    for one in bare:
        found.conclude(f"units.{one.name}", [one.unit_factor, unit], why)
    columns = tuple(replace(one, unit=unit) if one in bare and unit != LEAVE_OUT else one for one in reading.columns)
    return replace(reading, columns=columns)


def _is_money(entity: str, name: str) -> bool:
    column = find_canonical(entity, name)
    return column is not None and column.kind is Kind.MONEY
