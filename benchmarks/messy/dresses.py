"""Ways a home-made list comes along: a style, messes in an order, and a container; every language wears each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.messy import cells, messes
from benchmarks.messy.grid import Layout, lay_out
from benchmarks.messy.lists import Style
from benchmarks.messy.messes import Mess
from benchmarks.messy.truth import MessyFile
from benchmarks.messy.workbooks import Extra, make_workbook
from benchmarks.messy.writing import FigureStyle

Make = Callable[[Layout, str], MessyFile]


@dataclass(frozen=True, kw_only=True)
class Dress:
    """`kinds` says which list wears it in English, French and German. `style` gives the style of a language; `before`
    changes columns, `after` changes rows; `make` writes the container; `suffix` is that of the file."""

    name: str
    kinds: tuple[str, str, str]
    style: Callable[[str], Style]
    make: Make
    suffix: str
    before: tuple[Mess, ...] = ()
    after: tuple[Mess, ...] = ()
    marks: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    count: int = 24
    other_language: bool = field(default=False)


LOCAL_DAY = {"en": "short_en", "fr": "slash", "de": "dot"}
LONG_DAY = {"en": "name_en", "fr": "name_fr", "de": "name_de"}
SHORT_DAY = {"en": "short_en", "fr": "short_fr", "de": "short_de"}
WEEK = {"en": "week_w", "fr": "week_s", "de": "week_kw"}
YEAR_WEEK = {"en": "week_w_year", "fr": "week_s_year", "de": "week_kw_year"}
MIXED = {"en": ("iso", "short_en", "slash"), "fr": ("slash", "iso", "short_fr"), "de": ("dot", "iso", "short_de")}
GROUP = {"en": ",", "fr": " ", "de": "."}
DECIMAL = {"en": ".", "fr": ",", "de": ","}


def local(language: str, *, places: int = 2, **more: Any) -> FigureStyle:
    """Figures as the language writes them."""
    known = {"decimal": DECIMAL[language], "group": GROUP[language], "places": places} | more
    return FigureStyle(**known)


def native(_: str) -> Style:
    return Style()


def make_old_copy(layout: Layout, name: str, *, hidden: bool) -> MessyFile:
    """A list between a pivot of it and an older copy of itself; the table starts in C5."""
    layout.left = 2
    heads = [column.heads[-1] for column in layout.columns]
    old = [heads, *[row.cells for _, row in layout.list_data()[:9]]]
    word = {"en": "Row Labels", "fr": "Étiquettes de lignes", "de": "Zeilenbeschriftungen"}[layout.language]
    count = {"en": "Count of", "fr": "Nombre de", "de": "Anzahl von"}[layout.language]
    pivot = [
        [None],
        [None],
        [word, f"{count} {heads[0]}"],
        ["ERP-CORE", 8],
        ["WMS-DC", 8],
        ["SOP-PLAN", 8],
        ["Total", 24],
    ]
    last = {"en": "OLD do not use", "fr": "ancien ne pas utiliser", "de": "alt nicht verwenden"}[layout.language]
    main = {"en": "List", "fr": "Liste", "de": "Liste"}[layout.language]
    layout.messes |= {"several sheets with a pivot", "table away from the corner"}
    layout.messes |= {"hidden sheets"} if hidden else set()
    extras = (Extra(name="Pivot", rows=pivot, place="before"), Extra(name=last, rows=old, hidden=True))
    return make_workbook(layout, name, sheet=main, extras=extras, down=4)


def put_placeholders(layout: Layout) -> None:
    cells.placeholder_days("31-12-9999" if layout.language == "en" else "31.12.9999")(layout)


def say_thousands(layout: Layout) -> None:
    """The unit stands in a title row alone."""
    for column in layout.columns:
        column.heads = tuple(head.split(" (")[0] for head in column.heads)
    layout.messes.add("unit in a title row")


def say_thousands_above(layout: Layout) -> None:
    messes.insert(layout, 0, [messes.WORDS["thousands"][layout.language]], "title")
    messes.insert(layout, 0, [messes.WORDS["title"][layout.language]], "title")


def dress(one: Dress, layout: Layout, other: Layout | None, name: str) -> MessyFile:
    """The file that this dress makes of a list."""
    before = [*one.before, *([messes.head_in_two_languages(other)] if other else [])]
    for mess in before:
        mess(layout)
    lay_out(layout)
    for mess in one.after:
        mess(layout)
    layout.messes |= set(one.marks)
    for column in layout.columns:
        if column.kind == "week":
            layout.doubts.add(("format", column.name))
    return one.make(layout, name + one.suffix)
