"""Dresses that change what cells hold: encodings, numbers, units, gaps."""

from __future__ import annotations

from functools import partial

from benchmarks.messy import cells, messes
from benchmarks.messy.dresses import (
    LOCAL_DAY,
    Dress,
    local,
    native,
    say_thousands,
    say_thousands_above,
)
from benchmarks.messy.lists import Style
from benchmarks.messy.texts import make_csv
from benchmarks.messy.workbooks import make_workbook
from benchmarks.messy.writing import FigureStyle

SCALES = {"en": "k€", "fr": "k€", "de": "T€"}
CSV = {"suffix": ".csv"}
BOOK = {"suffix": ".xlsx"}

VALUE_DRESSES: tuple[Dress, ...] = (
    Dress(
        name="mojibake",
        kinds=("orders", "actions", "orders"),
        suffix=".csv",
        make=make_csv,
        style=lambda language: Style(days=("iso",), figures=local(language, group="")),
        after=(cells.spoil_letters,),
    ),
    Dress(
        name="as above",
        kinds=("budget", "actions", "orders"),
        suffix=".csv",
        style=lambda language: Style(days=(LOCAL_DAY[language],), figures=local(language, group="")),
        make=partial(make_csv, ragged=True),
        after=(messes.leave_as_above, messes.add_blanks),
    ),
    Dress(
        name="scientific",
        kinds=("orders", "receipts", "confirmations"),
        suffix=".csv",
        style=lambda language: Style(days=(LOCAL_DAY[language],), figures=local(language, group="")),
        make=partial(make_csv, encoding="cp1252"),
        after=(cells.round_some,),
    ),
    Dress(
        name="zeros lost",
        kinds=("suppliers", "suppliers", "suppliers"),
        style=native,
        suffix=".csv",
        make=partial(make_csv, encoding="cp1252"),
        after=(cells.lose_zeros,),
    ),
    Dress(
        name="thousands",
        kinds=("budget", "budget", "budget"),
        make=make_workbook,
        **BOOK,
        marks=("thousands",),
        style=lambda language: Style(scale=SCALES[language], figures=FigureStyle(places=None, per=1_000)),
        after=(messes.add_sums,),
    ),
    Dress(
        name="thousands in text",
        kinds=("budget", "budget", "budget"),
        suffix=".csv",
        marks=("thousands",),
        style=lambda language: Style(scale=SCALES[language], figures=local(language, places=1, per=1_000)),
        make=partial(make_csv, encoding="cp1252"),
        after=(messes.add_titles,),
    ),
    Dress(
        name="millions",
        kinds=("budget", "budget", "budget"),
        suffix=".csv",
        marks=("millions",),
        style=lambda language: Style(scale="M€", figures=local(language, places=5, per=1_000_000)),
        make=make_csv,
    ),
    Dress(
        name="database",
        kinds=("tracker", "tracker", "tracker"),
        suffix=".csv",
        marks=("days with midnight",),
        style=lambda language: Style(days=("iso_time",)),
        make=make_csv,
        after=(cells.write_null,),
    ),
    Dress(
        name="compact",
        kinds=("receipts", "confirmations", "orders"),
        suffix=".txt",
        marks=("days without signs",),
        style=lambda language: Style(days=("compact",), figures=local(language, group="", places=3)),
        make=partial(make_csv, encoding="cp1252"),
        after=(messes.add_notes,),
    ),
    Dress(
        name="short years",
        kinds=("decisions", "decisions", "risks"),
        suffix=".csv",
        marks=("years of two digits",),
        style=lambda language: Style(
            days=("dot_short" if language == "de" else "slash_short",), figures=local(language, places=0)
        ),
        make=partial(make_csv, encoding="cp1252"),
        after=(messes.add_titles,),
    ),
    Dress(
        name="joined",
        kinds=("confirmations", "confirmations", "confirmations"),
        style=native,
        suffix=".xlsx",
        make=make_workbook,
        before=(cells.join_order,),
        after=(messes.add_titles, messes.add_notes),
    ),
    Dress(
        name="numbers",
        kinds=("orders", "receipts", "receipts"),
        style=native,
        suffix=".xlsx",
        make=make_workbook,
        before=(cells.type_numbers,),
        after=(messes.repeat_header,),
    ),
    Dress(
        name="unit in the title",
        kinds=("budget", "budget", "budget"),
        make=make_workbook,
        **BOOK,
        marks=("thousands",),
        style=lambda language: Style(scale=SCALES[language], figures=FigureStyle(places=None, per=1_000)),
        before=(say_thousands,),
        after=(say_thousands_above,),
    ),
)
