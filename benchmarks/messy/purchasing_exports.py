"""Exports of purchasing: SAP lists and tables, Odoo, ERPNext, Dynamics 365 Business Central. Columns and sources:
exports.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from benchmarks.messy.cells import placeholder_days
from benchmarks.messy.grid import Layout
from benchmarks.messy.invented import Invention, invent_orders
from benchmarks.messy.makers import Draw, build_export, choose_headings
from benchmarks.messy.messes import insert
from benchmarks.messy.texts import make_csv
from benchmarks.messy.truth import MessyFile, Value
from benchmarks.messy.words import LANGUAGES
from benchmarks.messy.workbooks import make_workbook
from benchmarks.messy.writing import FigureStyle

ORDERS = ("orders",)
SAP_FIGURES = {
    "en": FigureStyle(group=",", places=3, trailing_minus=True),
    "fr": FigureStyle(decimal=",", group=" ", places=3, trailing_minus=True),
    "de": FigureStyle(decimal=",", group=".", places=3, trailing_minus=True),
}


def invent_lines(language: str, chance: Draw, count: int) -> dict[str, list[Value]]:
    """Order lines with everything that any of these systems exports."""
    one = Invention(language, chance, count)
    records = invent_orders(one)
    gone, whole = Decimal(0), list(zip(records["ordered"], records["received"], strict=True))
    suppliers = {
        name: str(104_711 + 13 * n) for n, name in enumerate(sorted({str(name) for name in records["supplier"]}))
    }
    numbers = [suppliers[str(name)] for name in records["supplier"]]
    left = [a - b for a, b in whole if isinstance(a, Decimal) and isinstance(b, Decimal)]
    left[4] = Decimal(-12)
    return records | {
        "vendor": [f"{number:<10} {name}" for number, name in zip(numbers, records["supplier"], strict=True)],
        "vendor no": [number.zfill(10) for number in numbers],
        "material": [f"M-{90_000 + n}" for n in range(count)],
        "per": ["1"] * count,
        "open": list(left),
        "deleted": ["L" if n % 11 == 7 else None for n in range(count)],
        "finished": ["X" if b and b != gone else None for _, b in whole],
        "client": ["100"] * count,
        "company": ["1000"] * count,
        "category": ["F"] * count,
        "changed": one.after(records["sent"], least=0, most=20),
        "schedule": ["1"] * count,
        "expected": one.after(records["sent"], least=36, most=99),
        "line id": [f"{chance.getrandbits(40):010x}" for _ in range(count)],
        "sr": [str(n + 1) for n in range(count)],
        "state": one.pick("line states"),
    }


def make_purchasing_exports(seed: int, *, held_out: bool) -> Iterator[MessyFile]:
    for language in LANGUAGES:
        chance, count = Draw(f"{seed}/purchasing/{language}", held_out=held_out), 28 + held_out * 7
        for make in (make_me2n, make_me2m, make_tables, make_odoo, make_erpnext, make_dynamics):
            yield from make(language, chance, count)


def make_me2n(language: str, chance: Draw, count: int) -> Iterator[MessyFile]:
    build = {"language": language, "kinds": ORDERS, "keys": (["order", "line"],), "preset": "sap_me2n"}
    yield make_workbook(
        build_export(choose_headings("sap_me2n", chance), invent_lines(language, chance, count), **build),
        f"65_EXPORT_{language}.xlsx",
    )


def make_me2m(language: str, chance: Draw, count: int) -> Iterator[MessyFile]:
    """The list with a group row per supplier, a grand total on top, as text that is called .xls."""
    records = invent_lines(language, chance, count)
    order = sorted(range(count), key=lambda n: str(records["vendor"][n]))
    records = {slot: [values[n] for n in order] for slot, values in records.items()}
    layout = build_export(
        choose_headings("sap_me2n", chance),
        records,
        language=language,
        kinds=ORDERS,
        keys=(["order", "line"],),
        preset="sap_me2n",
        day="dot",
        figures=SAP_FIGURES[language],
    )
    add_groups(layout)
    layout.messes |= {"text called .xls", "trailing minus"}
    encoding = "utf-16" if language == "fr" else "cp1252"
    yield make_csv(layout, f"66_ME2M_{language}.xls", delimiter="\t", encoding=encoding)


def add_groups(layout: Layout) -> None:
    """A row per supplier with its name and the number of its lines, in front of them; a total above all."""
    vendor, before = layout.columns[0].values, object()
    places = []
    for place, row in layout.list_data():
        value = vendor[row.record or 0]
        if value != before:
            places.append((place, value))
        before = value
    for place, value in reversed(places):
        insert(layout, place, [value, None, str(vendor.count(value))], "subtotal")
    insert(layout, layout.header_rows, [None, None, str(len(vendor))], "total")
    layout.messes.add("subtotals and totals")


def make_tables(language: str, chance: Draw, count: int) -> Iterator[MessyFile]:
    """EKKO, EKPO and EKET as SE16N saves them: what is shown stands above the header."""
    records = invent_lines(language, chance, count)
    first = [n for n in range(count) if n == records["order"].index(records["order"][n])]
    heads = {slot: [values[n] for n in first] for slot, values in records.items()}
    for number, (table, headings, rows, key) in enumerate(
        (
            ("EKKO", choose_headings("sap_ekko", chance), heads, ["order"]),
            ("EKPO", choose_headings("sap_ekpo", chance), records, ["order", "line"]),
            ("EKET", choose_headings("sap_eket", chance), records, ["order", "line", "schedule"]),
        ),
        67,
    ):
        build = {"language": language, "kinds": ORDERS, "keys": (key, ["order", "line"]) if table == "EKET" else (key,)}
        layout = build_export(
            headings, rows, preset=f"sap_{table.lower()}", day="dot", figures=SAP_FIGURES[language], **build
        )
        if table == "EKET":
            placeholder_days("00.00.0000")(layout)
        word = {
            "en": ("Table", "Displayed fields"),
            "fr": ("Table", "Zones affichées"),
            "de": ("Tabelle", "Angezeigte Felder"),
        }[language]
        insert(layout, 0, [None], "title")
        insert(layout, 0, [f"{word[1]}: {len(headings)}"], "title")
        insert(layout, 0, [f"{word[0]}: {table}"], "title")
        layout.messes |= {"title rows", "text called .xls"}
        yield make_csv(layout, f"{number}_{table}_{language}.xls", delimiter="\t", encoding="cp1252")


def make_odoo(language: str, chance: Draw, count: int) -> Iterator[MessyFile]:
    """The order's own fields stand in the row of its first line alone."""
    records = invent_lines(language, chance, count)
    records["line"] = [str(7_000 + n) for n in range(count)]
    layout = build_export(
        choose_headings("odoo_purchase", chance),
        records,
        language=language,
        kinds=ORDERS,
        keys=(["line"], ["order", "line"]),
        preset="odoo_purchase",
    )
    for slot in ("order", "supplier", "currency", "state"):
        column = next(one for one in layout.columns if one.slot == slot)
        before = None
        for _, row in layout.list_data():
            order = records["order"][row.record or 0]
            if order == before:
                row.cells[layout.place(column)] = None
            before = order
    layout.messes.add("blank means as above")
    yield make_workbook(layout, f"70_purchase.order_{language}.xlsx")


def make_erpnext(language: str, chance: Draw, count: int) -> Iterator[MessyFile]:
    build = {
        "language": language,
        "kinds": ORDERS,
        "keys": (["line id"], ["sr"], ["order", "line id"]),
        "preset": "erpnext_purchase_order",
    }
    layout = build_export(
        choose_headings("erpnext_purchase_order", chance),
        invent_lines(language, chance, count),
        day="dash" if language != "de" else "dot",
        figures=FigureStyle(places=2),
        **build,
    )
    yield make_csv(layout, f"71_Purchase Order_{language}.csv", delimiter=",", encoding="utf-8-sig", quote_all=True)


def make_dynamics(language: str, chance: Draw, count: int) -> Iterator[MessyFile]:
    build = {"language": language, "kinds": ORDERS, "keys": (["order", "line"],), "preset": "dynamics_purchase_lines"}
    yield make_workbook(
        build_export(
            choose_headings("dynamics_purchase_lines", chance), invent_lines(language, chance, count), **build
        ),
        f"72_Purchase Lines_{language}.xlsx",
    )
