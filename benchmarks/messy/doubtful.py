"""Files that nobody but their author can read for sure: here a question is right, and a silent choice is a mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from random import Random

from benchmarks.messy.grid import Layout, lay_out
from benchmarks.messy.lists import Style, build_list
from benchmarks.messy.makers import EXPORTS, Draw, build_export
from benchmarks.messy.purchasing_exports import ORDERS, invent_lines
from benchmarks.messy.texts import make_csv
from benchmarks.messy.truth import MessyFile
from benchmarks.messy.words import LANGUAGES
from benchmarks.messy.workbooks import Extra, make_workbook
from benchmarks.messy.writing import FigureStyle


def make_doubtful(seed: int, *, held_out: bool) -> Iterator[MessyFile]:
    for language in LANGUAGES:
        for number, make in enumerate(DOUBTS, 90):
            yield make(language, Random(f"{seed}/doubt/{number}/{language}"), f"{number}_{language}", held_out)


def shorten_days(layout: Layout) -> None:
    """Every day before the 13th: nothing shows which number is the month."""
    for column in layout.columns:
        if column.kind == "date":
            column.values = [
                value.replace(day=value.day % 12 + 1) if isinstance(value, date) else value for value in column.values
            ]
            layout.doubts.add(("format", column.name))


def doubt_day_order(language: str, chance: Random, name: str, held_out: bool) -> MessyFile:
    kind = {"en": "actions", "fr": "orders", "de": "actions"}[language]
    figures = FigureStyle(decimal="," if language != "en" else ".", places=2)
    layout = build_list(kind, language, chance, style=Style(days=("slash",), figures=figures), held_out=held_out)
    shorten_days(layout)
    layout.messes.add("03/04/2026 everywhere")
    return make_csv(lay_out(layout), f"{name}.csv")


TWO_DAYS = {"en": ("Date", "Date 2"), "fr": ("Date fin", "Date fin 2"), "de": ("Termin", "Termin 2")}


def doubt_two_days(language: str, chance: Random, name: str, held_out: bool) -> MessyFile:
    """Two columns of days with almost one name, both later than any start: due date, or done?"""
    kind = "plan" if not held_out else "actions"
    layout = build_list(kind, language, chance, style=Style(), held_out=held_out, without=("baseline",))
    slots = ("forecast", "accepted") if kind == "plan" else ("due", "done")
    for slot, head in zip(slots, TWO_DAYS[language], strict=True):
        column = layout.find(slot)
        assert column is not None
        column.heads, column.doubtful = (head,), True
        column.fields = ("forecast_on", "claimed_on", "accepted_on", "due_on", "done_on")
        column.values = [value or date(2026, 6, 17) for value in column.values]
    layout.messes.add("two date columns alike")
    return make_workbook(lay_out(layout), f"{name}.xlsx")


DELIVERY = {"en": "Delivery date", "fr": "Date livraison", "de": "Lieferdatum"}


def doubt_delivery(language: str, chance: Random, name: str, held_out: bool) -> MessyFile:
    """A home-made order list with one day: needed, promised or delivered?"""
    layout = build_list(
        "orders", language, chance, style=Style(), held_out=held_out, without=("needed", "sent", "received")
    )
    column = layout.find("promised")
    assert column is not None
    column.heads, column.doubtful = (DELIVERY[language],), True
    column.fields = ("promised_on", "needed_on", "delivered_on")
    layout.messes.add("a delivery date of no side")
    return make_workbook(lay_out(layout), f"{name}.xlsx")


def doubt_no_key(language: str, chance: Random, name: str, held_out: bool) -> MessyFile:
    """No number, and the same action twice."""
    layout = build_list("actions", language, chance, style=Style(), held_out=held_out, without=("code",))
    for column in layout.columns:
        column.values[9], column.values[17] = column.values[3], column.values[5]
    layout.keys = ()
    layout.doubts.add(("keys", ""))
    layout.messes.add("no key")
    return make_workbook(lay_out(layout), f"{name}.xlsx")


def doubt_repeated_key(language: str, chance: Random, name: str, held_out: bool) -> MessyFile:
    """A number that two different rows share."""
    layout = build_list("risks", language, chance, style=Style(), held_out=held_out)
    code = layout.columns[0]
    code.values[7], code.values[20] = code.values[6], code.values[2]
    layout.doubts.add(("keys", ""))
    layout.messes.add("a key that repeats")
    return make_workbook(lay_out(layout), f"{name}.xlsx")


def doubt_thousands(language: str, chance: Random, name: str, held_out: bool) -> MessyFile:
    """1.250 and 12.500 alone: a thousand and a quarter, or one and a quarter?"""
    style = Style(days=("iso",), figures=FigureStyle(group="." if language != "en" else ",", places=0))
    layout = build_list("budget", language, chance, style=style, held_out=held_out, without=("variance", "rest"))
    for column in layout.columns:
        if column.kind == "number":
            column.values = [Decimal(chance.randint(1_100, 99_000)) for _ in column.values]
    return make_csv(lay_out(layout), f"{name}.csv")


def doubt_price_unit(language: str, chance: Random, name: str, held_out: bool) -> MessyFile:
    """Prices per 1, per 100 and per 1,000 in one column: none is the price of one unit."""
    records = invent_lines(language, Draw(name, held_out=held_out), 24 + 5 * held_out)
    records["per"] = [("1", "100", "1000")[n % 3] for n in range(len(records["per"]))]
    layout = build_export(
        EXPORTS["sap_me2n"], records, language=language, kinds=ORDERS, keys=(["order", "line"],), preset="sap_me2n"
    )
    price = layout.find("price")
    assert price is not None
    price.doubtful = True
    layout.messes.add("price per 100")
    return make_workbook(layout, f"{name}.xlsx")


KIND_HEADS = {
    "en": ("No.", "Subject", "Date", "Who", "Comment"),
    "fr": ("N°", "Sujet", "Date", "Qui", "Commentaire"),
    "de": ("Nr.", "Thema", "Datum", "Wer", "Kommentar"),
}


def doubt_kind(language: str, chance: Random, name: str, held_out: bool) -> MessyFile:
    """Actions, decisions, risks or milestones: a list with a subject, a date and a name says none of them."""
    layout = build_list(
        "actions", language, chance, style=Style(), held_out=held_out, without=("project", "done", "origin")
    )
    for column, head in zip(layout.columns, KIND_HEADS[language], strict=False):
        column.heads = (head,)
    for column in layout.columns[1:]:
        column.doubtful = True
    layout.columns[1].values = [f"{PLACE_WORDS[language]} {n}" for n in range(len(layout.columns[1].values))]
    code = layout.columns[0].name
    layout.kinds, layout.keys = ("unknown",), (frozenset({code}), frozenset())
    layout.doubts.add(("kind", ""))
    layout.messes.add("a list of no kind")
    return make_workbook(lay_out(layout), f"{name}.xlsx")


PLACE_WORDS = {"en": "Topic", "fr": "Point", "de": "Punkt"}


def doubt_sheet(language: str, chance: Random, name: str, held_out: bool) -> MessyFile:
    """Two sheets with one layout, a project each: which one, or both?"""
    layout = lay_out(build_list("plan", language, chance, style=Style(), held_out=held_out, without=("project",)))
    twin = lay_out(
        build_list("plan", language, Random(f"twin {name}"), style=Style(), held_out=held_out, without=("project",))
    )
    extra = Extra(name="WMS-DC", rows=[row.cells for row in twin.rows])
    layout.doubts.add(("sheet", ""))
    layout.messes.add("two sheets alike")
    return make_workbook(layout, f"{name}.xlsx", sheet="ERP-CORE", extras=(extra,))


Make = Callable[[str, Random, str, bool], MessyFile]
DOUBTS: tuple[Make, ...] = (
    doubt_day_order,
    doubt_two_days,
    doubt_delivery,
    doubt_no_key,
    doubt_repeated_key,
    doubt_thousands,
    doubt_price_unit,
    doubt_kind,
    doubt_sheet,
)
