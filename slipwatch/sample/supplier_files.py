"""Order confirmations and shipping notices as the suppliers send them, one small file for each day and supplier.

Hallstedt writes German headers and dates, the others English headers and ISO dates. What was sent in 2025 comes as one
file for each supplier.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from slipwatch.sample.cast import SUPPLIERS
from slipwatch.sample.orders import OrderLine, list_order_lines

CONFIRMATIONS = "confirmations"
NOTICES = "notices"
GERMAN = "hallstedt"
END_OF_ARCHIVE = date(2025, 12, 31)

HEADERS: dict[str, tuple[str, ...]] = {
    CONFIRMATIONS: (
        "confirmation_no",
        "confirmed_on",
        "supplier_no",
        "order",
        "item",
        "quantity",
        "unit",
        "promised_on",
        "confirmed_by",
    ),
    NOTICES: (
        "notice_no",
        "noticed_on",
        "supplier_no",
        "order",
        "item",
        "quantity",
        "unit",
        "expected_on",
        "announced_by",
    ),
}
GERMAN_HEADERS: dict[str, tuple[str, ...]] = {
    CONFIRMATIONS: (
        "AB-Nummer",
        "AB-Datum",
        "Lieferantennummer",
        "Bestellnummer",
        "Position",
        "Menge",
        "Einheit",
        "Liefertermin",
        "Bestätigt von",
    ),
    NOTICES: (
        "Lieferavis",
        "Avisdatum",
        "Lieferantennummer",
        "Bestellnummer",
        "Position",
        "Menge",
        "Einheit",
        "Ankunft",
        "Gemeldet von",
    ),
}
DESKS = {CONFIRMATIONS: "order desk", NOTICES: "dispatch"}
GERMAN_DESKS = {CONFIRMATIONS: "Auftragsbearbeitung", NOTICES: "Versand"}


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One row: what a supplier said about a line on a day, and for which date."""

    kind: str
    supplier: str
    said_on: date
    line: OrderLine
    quantity: int
    date_given: date

    @property
    def file_day(self) -> date:
        return max(self.said_on, END_OF_ARCHIVE)


@lru_cache(maxsize=4)
def list_supplier_files(seed: int) -> dict[str, tuple[date, bytes]]:
    """File name to (day on which it arrives, content), of the whole story."""
    numbered: dict[tuple[str, str], int] = defaultdict(int)
    files: dict[tuple[date, str, str], list[list[str]]] = defaultdict(list)
    for statement in sorted(_list_statements(seed), key=_order_statement):
        numbered[statement.supplier, statement.kind] += 1
        row = _write_row(statement, numbered[statement.supplier, statement.kind])
        files[statement.file_day, statement.supplier, statement.kind].append(row)
    return {f"{day}_{supplier}_{kind}.csv": (day, _write(supplier, kind, files[day, supplier, kind]))
            for day, supplier, kind in sorted(files)}  # fmt: skip


def _list_statements(seed: int) -> Iterable[Statement]:
    for line in list_order_lines(seed):
        for answer in line.confirmations:
            yield Statement(
                kind=CONFIRMATIONS,
                supplier=line.supplier,
                said_on=answer.stated_on,
                line=line,
                quantity=line.quantity,
                date_given=answer.promised_on,
            )
        for notice in line.notices:
            yield Statement(
                kind=NOTICES,
                supplier=line.supplier,
                said_on=notice.sent_on,
                line=line,
                quantity=notice.quantity,
                date_given=notice.expected_on,
            )


def _order_statement(statement: Statement) -> tuple[date, str, int]:
    return statement.said_on, statement.line.order, statement.line.line


def _write_row(statement: Statement, number: int) -> list[str]:
    prefix = {CONFIRMATIONS: "AB", NOTICES: "LA"}[statement.kind]
    return [
        f"{prefix}-{statement.supplier[:3].upper()}-{number:05d}",
        _write_day(statement.supplier, statement.said_on),
        SUPPLIERS[statement.supplier].number,
        statement.line.order,
        str(statement.line.line),
        str(statement.quantity),
        statement.line.unit,
        _write_day(statement.supplier, statement.date_given),
        _name_desk(statement),
    ]


def _name_desk(statement: Statement) -> str:
    """Who speaks for the supplier: a desk, never a person."""
    desk = (GERMAN_DESKS if statement.supplier == GERMAN else DESKS)[statement.kind]
    return f"{SUPPLIERS[statement.supplier].name}, {desk}"


def _write_day(supplier: str, day: date) -> str:
    return f"{day:%d.%m.%Y}" if supplier == GERMAN else day.isoformat()


def _write(supplier: str, kind: str, rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    headers = GERMAN_HEADERS if supplier == GERMAN else HEADERS
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([headers[kind], *rows])
    return out.getvalue().encode("utf-8-sig" if supplier == GERMAN else "utf-8")
