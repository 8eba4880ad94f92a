"""Every dress of the home-made lists, in the order of their numbers."""

from __future__ import annotations

from functools import partial

from benchmarks.messy import cells, messes
from benchmarks.messy.dresses import (
    LOCAL_DAY,
    LONG_DAY,
    MIXED,
    WEEK,
    YEAR_WEEK,
    Dress,
    local,
    make_old_copy,
    native,
    put_placeholders,
)
from benchmarks.messy.lists import Style
from benchmarks.messy.texts import make_csv
from benchmarks.messy.wardrobe_values import VALUE_DRESSES
from benchmarks.messy.workbooks import make_ods, make_workbook, make_xls
from benchmarks.messy.writing import NARROW, NBSP, FigureStyle

CSV = {"suffix": ".csv"}
BOOK = {"suffix": ".xlsx"}

DRESSES: tuple[Dress, ...] = (
    Dress(
        name="printed",
        kinds=("plan", "actions", "risks"),
        style=native,
        make=make_workbook,
        **BOOK,
        after=(messes.repeat_header, messes.add_titles, messes.add_logo, messes.add_notes),
    ),
    Dress(
        name="two languages",
        kinds=("actions", "plan", "decisions"),
        style=native,
        make=make_workbook,
        **BOOK,
        after=(messes.leave_as_above, messes.add_titles),
        other_language=True,
    ),
    Dress(
        name="grouped",
        kinds=("orders", "plan", "plan"),
        style=native,
        make=make_workbook,
        **BOOK,
        before=(messes.repeat_name, messes.group_header),
        after=(messes.add_blanks, messes.add_notes),
    ),
    Dress(
        name="sums",
        kinds=("budget", "orders", "budget"),
        make=make_workbook,
        **BOOK,
        marks=("mixed date formats",),
        style=lambda language: Style(days=("native", LOCAL_DAY[language])),
        after=(messes.add_sums, messes.add_titles),
    ),
    Dress(
        name="old copy",
        kinds=("risks", "decisions", "actions"),
        style=native,
        suffix=".xlsx",
        count=27,
        make=partial(make_old_copy, hidden=True),
        before=(messes.add_unnamed,),
    ),
    Dress(
        name="macros",
        kinds=("orders", "orders", "plan"),
        style=native,
        make=make_workbook,
        suffix=".xlsm",
        after=(cells.break_formulas,),
        marks=("percent",),
    ),
    Dress(
        name="serials",
        kinds=("plan", "receipts", "orders"),
        make=make_workbook,
        **BOOK,
        marks=("Excel serials",),
        style=lambda language: Style(days=("serial",), share="share"),
    ),
    Dress(
        name="serials in text",
        kinds=("actions", "orders", "confirmations"),
        make=make_csv,
        **CSV,
        marks=("Excel serials",),
        style=lambda language: Style(days=("serial_text",), figures=local(language, group="")),
    ),
    Dress(
        name="ansi",
        kinds=("actions", "orders", "costs"),
        suffix=".csv",
        marks=("grouping by space or local sign",),
        style=lambda language: Style(days=(LOCAL_DAY[language],), figures=local(language), share="percent_spaced"),
        make=partial(make_csv, encoding="cp1252"),
        after=(cells.break_lines,),
    ),
    Dress(
        name="no-break spaces",
        kinds=("costs", "costs", "costs"),
        suffix=".csv",
        marks=("trailing minus", "grouping by no-break space"),
        style=lambda language: Style(
            days=("iso",), figures=local(language, group=NBSP, decimal=",", trailing_minus=True)
        ),
        make=partial(make_csv, encoding="utf-8-sig"),
    ),
    Dress(
        name="placeholders",
        kinds=("orders", "plan", "orders"),
        suffix=".csv",
        style=lambda language: Style(
            days=("dash" if language == "en" else "dot",), figures=local(language, places=3), share="percent_text"
        ),
        make=partial(make_csv, encoding="cp1252"),
        after=(put_placeholders,),
    ),
    Dress(
        name="utf-16",
        kinds=("confirmations", "receipts", "receipts"),
        suffix=".txt",
        style=lambda language: Style(days=("iso",), figures=local(language)),
        make=partial(make_csv, encoding="utf-16", delimiter="\t"),
    ),
    Dress(
        name="bars",
        kinds=("orders", "actions", "receipts"),
        suffix=".csv",
        marks=("text dates with month names", "grouping by apostrophe"),
        style=lambda language: Style(days=(LONG_DAY[language],), figures=FigureStyle(group="'", places=2)),
        make=partial(make_csv, encoding="latin-1", delimiter="|"),
    ),
    Dress(
        name="commas",
        kinds=("orders", "confirmations", "tracker"),
        suffix=".csv",
        marks=("American dates",),
        style=lambda language: Style(
            days=("slash_us",), figures=FigureStyle(group=",", places=2), share="percent_text"
        ),
        make=partial(make_csv, delimiter=","),
    ),
    Dress(
        name="mixed days",
        kinds=("tracker", "plan", "orders"),
        suffix=".csv",
        marks=("mixed date formats", "text dates with month names", "grouping by narrow no-break space"),
        style=lambda language: Style(
            days=MIXED[language], figures=local(language, group=NARROW, decimal=","), share="share_comma"
        ),
        make=make_csv,
        after=(messes.add_titles, messes.add_notes),
    ),
    Dress(
        name="open document",
        kinds=("risks", "actions", "plan"),
        style=native,
        make=make_ods,
        suffix=".ods",
        after=(messes.add_titles,),
    ),
    Dress(
        name="weeks",
        kinds=("plan", "plan", "plan"),
        suffix=".xlsx",
        marks=("weeks",),
        make=make_workbook,
        style=lambda language: Style(days=(WEEK[language],)),
        without=("accepted", "baseline"),
    ),
    Dress(
        name="years of weeks",
        kinds=("actions", "actions", "actions"),
        suffix=".csv",
        marks=("weeks",),
        make=make_csv,
        style=lambda language: Style(days=(YEAR_WEEK[language],)),
        without=("done",),
    ),
    Dress(
        name="old workbook",
        kinds=("decisions", "risks", "receipts"),
        suffix=".xls",
        make=make_xls,
        style=lambda language: Style(days=(LOCAL_DAY[language],)),
        after=(messes.add_titles,),
    ),
    *VALUE_DRESSES,
)
