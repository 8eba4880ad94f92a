"""Reads the drop folder back in the plainest way, without any code of the product."""

import csv
import io
import json
import re
import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineWorkbook

SITE_OF_PLANT = {"R100": "SITE-R", "G200": "SITE-G", "M300": "DC-M"}


def newest(folder: Path, pattern: str) -> Path:
    return sorted(folder.glob(pattern))[-1]


def day_of(path: Path) -> date:
    return date.fromisoformat(path.name[:10])


def french_day(text: str) -> date | None:
    return datetime.strptime(text, "%d/%m/%Y").date() if text else None  # noqa: DTZ007 — a calendar day


def read_erp(path: Path) -> tuple[list[dict], list[str]]:
    """Rows of the export, and the order numbers that are none."""
    text = path.read_bytes().decode("cp1252")
    raw = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    rows = [row for row in raw if row["N° commande"] != "Sous-total"]
    damaged = [row["N° commande"] for row in rows if not re.fullmatch(r"\d{10}", row["N° commande"])]
    return [_erp_row(row) for row in rows], damaged


def _erp_row(row: dict) -> dict:
    return {
        "key": f"{row['N° commande']}/{row['Poste']}",
        "supplier_no": row["N° fournisseur"],
        "supplier": row["Fournisseur"],
        "site": SITE_OF_PLANT[row["Division"]],
        "text": row["Désignation"],
        "quantity": int(float(row["Qté commandée"].replace(",", "."))),
        "price": row["Prix unitaire"],
        "needed": french_day(row["Date besoin"]),
        "promised": french_day(row["Date promise"]),
        "sent": french_day(row["Date envoi"]),
        "received": int(float(row["Qté reçue"].replace(",", "."))),
        "delivered": french_day(row["Date livraison"]),
        "booked": french_day(row["Date comptable"]),
        "complete": row["Soldé"] == "X",
        "reference": row["Élément OTP"],
    }


GERMAN = {
    "AB-Nummer": "no",
    "Lieferavis": "no",
    "AB-Datum": "on",
    "Avisdatum": "on",
    "Lieferantennummer": "supplier_no",
    "Bestellnummer": "order",
    "Position": "item",
    "Menge": "quantity",
    "Einheit": "unit",
    "Liefertermin": "date",
    "Ankunft": "date",
}
ENGLISH = {
    "confirmation_no": "no",
    "notice_no": "no",
    "confirmed_on": "on",
    "noticed_on": "on",
    "promised_on": "date",
    "expected_on": "date",
}


def read_supplier_file(path: Path) -> list[dict]:
    text = path.read_bytes().decode("utf-8-sig")
    names = GERMAN | ENGLISH
    rows = []
    for raw in csv.DictReader(io.StringIO(text, newline=""), delimiter=";"):
        row = {names.get(name, name): value for name, value in raw.items()}
        for column in ("on", "date"):
            row[column] = any_day(row[column])
        row["key"] = f"{row['order']}/{row['item']}"
        row["quantity"] = int(row["quantity"])
        rows.append(row)
    return rows


def any_day(text: str) -> date:
    parts = text.split(".")
    return date(int(parts[2]), int(parts[1]), int(parts[0])) if len(parts) == 3 else date.fromisoformat(text)


def read_wms(path: Path) -> list[dict]:
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        rows = [dict(row) for row in database.execute("SELECT * FROM v_receipts")]
    for row in rows:
        row["key"] = f"{row['order_no']}/{row['item_no']}"
        row["dock_date"] = date.fromisoformat(row["dock_date"])
        row["posted_at"] = instant(row["posted_at"])
        row["refreshed_at"] = instant(row["refreshed_at"])
    return rows


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def read_tracker(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def read_sheet(path: Path, name: str) -> list[dict]:
    """Rows below the header (the fourth row) as dictionaries; an empty cell is None."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()
    header = rows[3]
    return [
        {title: (None if cell == "" else cell) for title, cell in zip(header, row, strict=True)} | {"row": number}
        for number, row in enumerate(rows[4:], start=5)
    ]


def typed_day(cell: object) -> date | None:
    """A day from a real date or from dd/mm/yyyy text, None for anything else."""
    if isinstance(cell, date):
        return cell
    found = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", str(cell))
    return date(int(found[3]), int(found[2]), int(found[1])) if found else None
