"""What the exports of makers have in common: columns with the maker's own names in three languages, in their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from benchmarks.messy.grid import Column, Layout, lay_out
from benchmarks.messy.truth import Value
from benchmarks.messy.words import LANGUAGES, read_yaml
from benchmarks.messy.writing import DAY_STYLES, WEEKS, FigureStyle, Percent

NATIVE = FigureStyle(places=None)
Records = Mapping[str, Sequence[Value]]


@dataclass(frozen=True)
class Heading:
    """One column of an export: its slot in the records, what it may become, and its name in English, French, German.

    One name alone is the same in all. `kind` is text, date, instant, number or share. `write` overrides how it is
    written.
    """

    slot: str
    fields: tuple[str | None, ...]
    names: tuple[str, ...]
    kind: str = "text"
    write: Callable[[Any], Any] | None = None

    def name(self, language: str) -> str:
        return self.names[LANGUAGES.index(language) % len(self.names)]


def write_seconds(hours: Decimal) -> str:
    return str(int(hours * 3600))


def write_whole_percent(share: Decimal) -> str:
    return str(int(share * 100))


def write_percent_cell(share: Decimal) -> Percent:
    return Percent(float(share))


WRITERS: dict[str, Callable[[Any], Any]] = {
    "seconds": write_seconds,
    "whole percent": write_whole_percent,
    "percent cell": write_percent_cell,
}
"""Ways of writing that exports.yaml names."""


def make_heading(fact: dict[str, Any]) -> Heading:
    write = WRITERS[fact["write"]] if "write" in fact else None
    return Heading(fact["slot"], tuple(fact["fields"]), tuple(fact["names"]), fact.get("kind", "text"), write)


EXPORTS: dict[str, tuple[Heading, ...]] = {
    name: tuple(make_heading(fact) for fact in facts) for name, facts in read_yaml("exports.yaml").items()
}
"""The columns of every export, by the name of the preset that should know it."""


class Draw(Random):
    """Chance for one half of the corpus."""

    def __init__(self, seed: str, *, held_out: bool) -> None:
        super().__init__(seed)
        self.held_out = held_out


OPTIONAL = {
    "priority", "reporter", "label", "late", "material", "company", "category", "outline", "duration", "before",
    "bucket", "confidential", "description", "project name",
}  # fmt: skip
"""Slots that whoever exports may leave out."""

ADDED = Heading("added", (None,), ("Cost center", "Centre de coûts", "Kostenstelle"))


def choose_headings(name: str, chance: Draw, *, plain: bool = False) -> tuple[Heading, ...]:
    """The columns as the maker orders them; held out in another order, one left out and one of the client's added
    (`plain`: none added)."""
    headings = list(EXPORTS[name])
    if not chance.held_out:
        return tuple(headings)
    droppable = [one for one in headings if one.slot in OPTIONAL]
    if droppable:
        headings.remove(chance.choice(droppable))
    chance.shuffle(headings)
    return tuple(headings if plain else [*headings, ADDED])


def build_export(
    headings: Sequence[Heading],
    records: Records,
    *,
    language: str,
    kinds: tuple[str, ...],
    keys: Sequence[Sequence[str]],
    preset: str | None,
    day: str = "native",
    figures: FigureStyle = NATIVE,
) -> Layout:
    """An export laid out with one header row. `keys` are sets of slots, each of which identifies a row."""
    columns = []
    records = {"added": [f"CC-{100 + n % 7}" for n in range(len(next(iter(records.values()))))]} | dict(records)
    for one in headings:
        write = one.write or choose_writer(one, day, figures)
        kind = "week" if one.kind == "date" and day in WEEKS else one.kind
        columns.append(
            Column(
                heads=(one.name(language),),
                values=list(records[one.slot]),
                fields=one.fields,
                write=write,
                kind=kind,
                slot=one.slot,
            )
        )
    names = {one.slot: one.name(language) for one in headings}
    found = tuple(frozenset(names[slot] for slot in key) for key in keys)
    layout = Layout(file="", language=language, kinds=kinds, columns=columns, keys=found, preset=preset)
    layout.messes.add("maker's export")
    return lay_out(layout)


def choose_writer(one: Heading, day: str, figures: FigureStyle) -> Callable[[Any], Any]:
    if one.kind in ("date", "instant"):
        return DAY_STYLES[day]
    return figures.write if one.kind in ("number", "share") else str


def write_moment(pattern: str, chance: Random) -> Callable[[date], str]:
    """A day with some time of that day."""
    return lambda day: pattern.format(
        day=day,
        hour=chance.randrange(8, 19),
        hour12=chance.randrange(1, 12),
        minute=chance.randrange(60),
        month=day.month,
    )
