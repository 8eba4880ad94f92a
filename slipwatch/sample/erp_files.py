"""The buyer's weekly export of order lines, as the ERP writes it: `;`, decimal comma, Windows-1252, a subtotal row.

Three of the 26 weeks are not what they should be: one file is exported with the plant filter of Site G, one was opened
and saved in a spreadsheet, and for two weeks there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from slipwatch.sample.calendars import SITE_G
from slipwatch.sample.cast import ROLES, SITES, SUPPLIERS
from slipwatch.sample.orders import OrderLine, list_order_lines

ENCODING = "cp1252"
FILTERED_FILE = date(2026, 2, 20)
DAMAGED_FILE = date(2026, 3, 13)
MISSING_FILES = (date(2026, 6, 5), date(2026, 6, 12))

HEADER = (
    "N° commande",
    "Poste",
    "N° fournisseur",
    "Fournisseur",
    "Division",
    "Désignation",
    "Qté commandée",
    "Unité",
    "Prix unitaire",
    "Devise",
    "Date besoin",
    "Date promise",
    "Date envoi",
    "Qté reçue",
    "Date livraison",
    "Date comptable",
    "Soldé",
    "Élément OTP",
    "Mis à jour par",
)
PLANNED_BY_ERP = "Calcul des besoins"
SUBTOTAL = "Sous-total"


@dataclass(frozen=True)
class Cells:
    """How a program writes texts, numbers of documents and amounts of one file."""

    is_damaged: bool = False

    def text(self, value: str) -> str:
        return f'"{value}"' if not self.is_damaged or ";" in value else value

    def order(self, value: str) -> str:
        """A spreadsheet takes the number for a figure: 4500031870 is shown, and saved, as 4,5E+09."""
        return "4,5E+09" if self.is_damaged else self.text(value)

    def supplier(self, value: str) -> str:
        return value.lstrip("0") if self.is_damaged else self.text(value)

    def quantity(self, value: int) -> str:
        return str(value) if self.is_damaged else f"{value},000"

    def amount(self, cents: int) -> str:
        written = f"{cents // 100},{cents % 100:02d}"
        return written.rstrip("0").rstrip(",") if self.is_damaged else written


def write_erp_file(day: date, seed: int) -> bytes | None:
    """The export of a Friday, None where the buyer made none."""
    if day in MISSING_FILES:
        return None
    lines = [line for line in list_order_lines(seed) if line.is_listed(day)]
    if day == FILTERED_FILE:
        lines = [line for line in lines if line.site == SITE_G]
    cells = Cells(is_damaged=day == DAMAGED_FILE)
    rows = [";".join(cells.text(name) for name in HEADER)]
    rows += [";".join(_write_row(line, day, cells)) for line in lines]
    rows.append(_write_subtotal(lines, cells))
    return ("\r\n".join(rows) + "\r\n").encode(ENCODING)


def _write_row(line: OrderLine, day: date, cells: Cells) -> list[str]:
    booked = line.list_booked(day)
    supplier = SUPPLIERS[line.supplier]
    last = booked[-1] if booked else None
    return [
        cells.order(line.order),
        str(line.line),
        cells.supplier(supplier.number),
        cells.text(supplier.name),
        cells.text(SITES[line.site]),
        cells.text(line.text),
        cells.quantity(line.quantity),
        line.unit,
        cells.amount(line.price_cents),
        "EUR",
        _write_day(line.needed_on),
        _write_day(line.find_promise(day)),
        _write_day(line.sent_on),
        cells.quantity(sum(delivery.quantity for delivery in booked)),
        _write_day(last.day if last else None),
        _write_day(last.booked_on if last else None),
        "X" if line.is_complete(day) else "",
        cells.text(line.reference),
        cells.text(ROLES["buyer"][0] if line.has_buyer_spoken(day) else PLANNED_BY_ERP),
    ]


def _write_subtotal(lines: Sequence[OrderLine], cells: Cells) -> str:
    """Name in the first column, value of all lines in the column of prices."""
    value = sum(line.quantity * line.price_cents for line in lines)
    row = [""] * len(HEADER)
    row[0], row[8], row[9] = cells.text(SUBTOTAL), cells.amount(value), "EUR"
    return ";".join(row)


def _write_day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
