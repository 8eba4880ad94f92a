"""What happens to the rows and headers of a list: each function does one thing to a layout and writes down its name."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from benchmarks.messy.grid import DATA, Column, Layout, Row

Mess = Callable[[Layout], None]

WORDS: dict[str, dict[str, str]] = {
    "title": {"en": "Programme Confluence", "fr": "Programme Confluence", "de": "Programm Confluence"},
    "edition": {"en": "Status as of 26 June 2026", "fr": "Édition du 26/06/2026", "de": "Stand: 26.06.2026"},
    "printed": {"en": "Printed by: PMO office", "fr": "Imprimé par : PMO", "de": "Gedruckt von: PMO"},
    "logo": {"en": "[logo]", "fr": "[logo]", "de": "[Logo]"},
    "subtotal": {"en": "Subtotal", "fr": "Sous-total", "de": "Zwischensumme"},
    "total": {"en": "Grand total", "fr": "Total général", "de": "Gesamtsumme"},
    "note": {
        "en": "Note: dates in grey are not confirmed by the supplier.",
        "fr": "Nota : les dates en gris ne sont pas confirmées par le fournisseur.",
        "de": "Hinweis: graue Termine sind vom Lieferanten nicht bestätigt.",
    },
    "confidential": {"en": "Confidential", "fr": "Confidentiel", "de": "Vertraulich"},
    "page": {"en": "Page", "fr": "Page", "de": "Seite"},
    "thousands": {"en": "All amounts in k€", "fr": "Montants en k€", "de": "Alle Beträge in T€"},
    "dates": {"en": "Dates", "fr": "Dates", "de": "Termine"},
    "item": {"en": "Item", "fr": "Objet", "de": "Gegenstand"},
}


def insert(layout: Layout, place: int, cells: list[Any], why: str) -> None:
    width = len(layout.columns)
    layout.rows.insert(place, Row((cells + [None] * width)[:width], why))


def add_titles(layout: Layout) -> None:
    """Title, edition and an empty row above the header."""
    for text in (None, WORDS["edition"][layout.language], WORDS["title"][layout.language]):
        insert(layout, 0, [text], "title")
    layout.messes.add("title rows")


def add_logo(layout: Layout) -> None:
    """A row that held a picture, with a merged name beside it, and who printed the page."""
    insert(layout, 0, [None, None, WORDS["printed"][layout.language]], "title")
    insert(layout, 0, [WORDS["logo"][layout.language], WORDS["title"][layout.language]], "title")
    layout.messes.add("logo row")


def add_notes(layout: Layout) -> None:
    """An empty row, a note and a mark of confidence at the foot."""
    end = len(layout.rows)
    insert(layout, end, [None], "blank")
    insert(layout, end + 1, [WORDS["note"][layout.language]], "note")
    insert(layout, end + 2, [WORDS["confidential"][layout.language]], "note")
    layout.messes.add("footer notes")


def add_sums(layout: Layout) -> None:
    """A subtotal after each project (or third of the list), and a total at the end, with the sums of all figures."""
    data = layout.list_data()
    groups = split_groups(layout, [place for place, _ in data])
    for group in reversed(groups):
        records = [layout.rows[place].record for place in group]
        insert(layout, group[-1] + 1, sum_cells(layout, records, WORDS["subtotal"][layout.language]), "subtotal")
    everything = [row.record for _, row in layout.list_data()]
    insert(layout, len(layout.rows), sum_cells(layout, everything, WORDS["total"][layout.language]), "total")
    layout.messes.add("subtotals and totals")


def split_groups(layout: Layout, places: list[int]) -> list[list[int]]:
    project = layout.find("project")
    if project is None:
        third = -(-len(places) // 3)
        return [places[start : start + third] for start in range(0, len(places), third)]
    groups: dict[Any, list[int]] = {}
    for place in places:
        groups.setdefault(project.values[layout.rows[place].record or 0], []).append(place)
    return list(groups.values())


def sum_cells(layout: Layout, records: list[int | None], label: str) -> list[Any]:
    cells: list[Any] = [None] * len(layout.columns)
    for place, column in enumerate(layout.columns):
        values = [column.values[record] for record in records if record is not None]
        if column.kind == "number" and column.slot not in ("probability", "impact", "price"):
            cells[place] = column.write(sum((v for v in values if isinstance(v, Decimal)), Decimal(0)))
    cells[0] = label
    return cells


def repeat_header(layout: Layout) -> None:
    """The header again every ten records, with the number of the page above it: a list made for printing."""
    heads = [row.cells for row in layout.rows if row.why == "header"]
    places = [place for place, _ in layout.list_data()][10::10]
    for page, place in reversed(list(enumerate(places, 2))):
        for cells in reversed(heads):
            insert(layout, place, list(cells), "repeated header")
        insert(layout, place, [f"{WORDS['page'][layout.language]} {page}"], "note")
    layout.messes.add("header on every page")


def add_blanks(layout: Layout) -> None:
    """An empty row in front of every seventh record."""
    for place in reversed([place for place, _ in layout.list_data()][7::7]):
        insert(layout, place, [None], "blank")
    layout.messes.add("blank rows")


def leave_as_above(layout: Layout) -> None:
    """Projects are written once, in the first row of each; in a workbook the cells are merged."""
    column = layout.find("project") or layout.find("supplier")
    if column is None:
        return
    place, before, start = layout.place(column), object(), layout.rows[0]
    for number, row in layout.list_data():
        value = column.values[row.record or 0]
        if value == before and layout.rows[number - 1].why == DATA:
            row.cells[place] = None
            layout.spread = [one for one in layout.spread if one[0] is not start]
            layout.spread.append((start, row, place))
        else:
            before, start = value, row
    layout.messes.add("blank means as above")


def head_in_two_languages(other: Layout) -> Mess:
    """A second header row with the words of another language, taken from the same list in that language."""

    def change(layout: Layout) -> None:
        words = {column.slot: column.heads[0] for column in other.columns}
        old = [column.name for column in layout.columns]
        for column in layout.columns:
            column.heads = (column.heads[0], words.get(column.slot, ""))
        rename_keys(layout, old)
        layout.messes.add("header in two languages")

    return change


def rename_keys(layout: Layout, old: list[str]) -> None:
    new = dict(zip(old, [column.name for column in layout.columns], strict=True))
    layout.keys = tuple(frozenset(new[name] for name in key) for key in layout.keys)


def group_header(layout: Layout) -> None:
    """Neighbouring date columns under one word; the headers of the others stand above (merged down) or below."""
    dates = [place for place, column in enumerate(layout.columns) if column.kind in ("date", "week")]
    runs = [place for place in dates if place + 1 in dates or place - 1 in dates]
    old = [column.name for column in layout.columns]
    for place, column in enumerate(layout.columns):
        alone = (column.heads[0], "") if layout.language == "fr" else ("", column.heads[0])
        column.heads = (WORDS["dates"][layout.language], column.heads[0]) if place in runs else alone
    rename_keys(layout, old)
    layout.messes.add("merged group header")


def add_unnamed(layout: Layout) -> None:
    """A column without a header, with a mark here and there."""
    marks = ["x" if n % 5 == 0 else None for n in range(len(layout.columns[0].values))]
    layout.columns.append(Column(heads=("",), values=list(marks)))
    layout.messes.add("unnamed column")


def repeat_name(layout: Layout) -> None:
    """Two columns of remarks with one and the same header."""
    word = {"en": "Comment", "fr": "Commentaire", "de": "Kommentar"}[layout.language]
    count = len(layout.columns[0].values)
    for text in ("ok", "n/a"):
        layout.columns.append(Column(heads=(word,), values=[text if n % 4 == 1 else None for n in range(count)]))
    layout.messes.add("duplicate column names")
