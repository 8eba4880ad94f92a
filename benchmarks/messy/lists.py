"""Lists as people keep them: invented records under headers of one language, written in one style."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import cycle
from random import Random
from typing import Any

from benchmarks.messy.grid import Column, Layout
from benchmarks.messy.invented import INVENT, Invention
from benchmarks.messy.words import SLOTS, Slot
from benchmarks.messy.writing import DAY_STYLES, SHARE_STYLES, WEEKS, FigureStyle

KEYS = {"orders": ("order", "line")}
"""The slots that identify a record, where that is not its code alone."""

MONEY = {"price", "amount", "approved", "committed", "actual", "rest", "variance"}


@dataclass(frozen=True, kw_only=True)
class Style:
    """How the cells of a list are written. Several `days` styles are mixed in every date column, in turn.

    `texts` writes figures as text even where the file has types. `scale` is what stands behind the header of every
    amount of a budget, such as (k€).
    """

    days: tuple[str, ...] = ("native",)
    figures: FigureStyle = field(default_factory=lambda: FigureStyle(places=None))
    share: str = "percent_cell"
    scale: str = ""


def build_list(
    kind: str,
    language: str,
    chance: Random,
    *,
    style: Style,
    held_out: bool,
    count: int = 24,
    without: Sequence[str] = (),
) -> Layout:
    """The columns of a list, not yet laid out. `without` names slots that this list does not have."""
    records = INVENT[kind](Invention(language, chance, count))
    turn = chance.randrange(2)
    columns = []
    for slot in SLOTS[kind]:
        if slot.name not in without:
            head = slot.choose(language, held_out=held_out, turn=turn)
            columns.append(make_column(slot, head, records[slot.name], kind=kind, style=style))
    keys = frozenset(column.name for column in columns if column.slot in KEYS.get(kind, ("code",)))
    return Layout(file="", language=language, kinds=(kind,), columns=columns, keys=(keys,) if keys else ())


def make_column(slot: Slot, head: str, values: list[Any], *, kind: str, style: Style) -> Column:
    what, write = slot.kind, str
    figures = style.figures
    if slot.name in MONEY and kind == "budget" and style.scale:
        head = f"{head} ({style.scale})"
    elif figures.per != 1:
        figures = FigureStyle(decimal=figures.decimal, group=figures.group, places=figures.places)
    if slot.name not in MONEY and what == "number":
        figures = count_whole(figures)
    if what == "date":
        what, write = ("week" if style.days[0] in WEEKS else "date"), mix_days(style.days)
    elif what == "number":
        write = figures.write
    elif what == "share":
        write = SHARE_STYLES[style.share]
        if style.share.startswith("hundred") and "%" not in head:
            head = f"{head} (%)"
    return Column(heads=(head,), values=values, fields=slot.fields, write=write, kind=what, slot=slot.name)


def count_whole(figures: FigureStyle) -> FigureStyle:
    """Quantities and scores: three decimals in systems that print three, none where people type."""
    places = None if figures.places is None else 3 if figures.places == 3 else 0
    return FigureStyle(decimal=figures.decimal, group=figures.group, places=places)


def mix_days(styles: Sequence[str]) -> Callable[[date], Any]:
    """A writer that takes these styles in turn, so that each stands in every column."""
    turns: Iterator[str] = cycle(styles)
    return lambda day: DAY_STYLES[next(turns)](day)


def name_file(kind: str, language: str, number: int) -> str:
    """A stem such as 2026-06-26_plan_de_07."""
    return f"2026-06-26_{kind}_{language}_{number:02d}"


def share_of(values: Sequence[Any]) -> Decimal:
    """How many of these are filled, 0..1."""
    return Decimal(sum(value is not None for value in values)) / len(values)
