"""What the columns of one file share because one program wrote them, and what is said of how each is read."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slipwatch.inference.facts import ColumnFacts
from slipwatch.inference.reading import ColumnFormat
from slipwatch.inference.units import find_units, read_unit


@dataclass(frozen=True)
class Customs:
    """What the columns of a file have in common, as their program writes it: which of two numbers of a date is the day
    (by separator), the decimal mark, and the column each was seen in. `factor` and `unit` stand in the titles."""

    day_order: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    decimal: str | None = None
    decimal_in: str = ""
    factor: int | None = None
    unit: str | None = None


@dataclass
class ReadAs:
    """How a column is read. `open` tells what must be asked before it can be: topic, text, choices, proposed, why."""

    format: ColumnFormat | None = None
    unit_factor: int | None = None
    unit: str | None = None
    choices: tuple[tuple[str, str | bool | None], ...] = ()
    width: int | None = None
    why: str = ""
    refused: str = ""
    becomes: str | None = None
    open: list[tuple[str, str, tuple[str, ...], str | None, str]] = field(default_factory=list)
    damaged: dict[Any, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


def find_customs(columns: Sequence[ColumnFacts], titles: Sequence[str], assigned: Collection[str]) -> Customs:
    """What is settled beyond doubt by the values of some column holds for the columns beside it. `assigned` names the
    columns that are read as figures."""
    orders: dict[str, set[tuple[str, str]]] = {}
    for facts in columns:
        if facts.is_days and facts.dates.family and not facts.dates.is_ambiguous:
            form = facts.dates.formats[0]
            orders.setdefault(form[2:3], set()).add((facts.dates.family, facts.name))
    settled = {
        sign: min(found, key=lambda one: one[1])
        for sign, found in orders.items()
        if len({one for one, _ in found}) == 1
    }
    marks = {facts.numbers.decimal: facts.name for facts in columns if _shows_mark(facts, assigned)}
    decimal = next(iter(marks)) if len(marks) == 1 else None
    factor, unit = _find_title_units(titles)
    return Customs(settled, decimal, marks[decimal] if decimal else "", factor, unit)


def _shows_mark(facts: ColumnFacts, assigned: Collection[str]) -> bool:
    """Whether a column shows the decimal mark of the file: amounts do, numbers of chapters (1.2) do not."""
    if not facts.is_figures or not facts.numbers.decimal or facts.numbers.conflict:
        return False
    return facts.name in assigned or any(re.search(r"[.,]99$", shape) for shape in facts.profile.shapes)


def _find_title_units(titles: Sequence[str]) -> tuple[int | None, str | None]:
    """Units that a title states for all amounts, as in `Montants en k€`."""
    for title in titles:
        found = find_units(title)
        if found == (None, None):
            words = title.replace(":", " ").split()
            found = next((one for word in words if (one := read_unit(word)) and one[0]), (None, None))
        if found != (None, None):
            return found
    return None, None
