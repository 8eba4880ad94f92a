"""Writes an invented export of past deliveries, in the columns of the open delivery history, from a seed.

Suppliers, items and countries are made up. Some rows are damaged on purpose, each in a way that has a name.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

COLUMNS = (
    "line_id", "project_code", "pq_no", "po_no", "asn_dn_no", "country", "managed_by", "fulfill_via", "incoterm",
    "shipment_mode", "pq_sent_raw", "pq_sent", "po_sent_raw", "po_sent", "scheduled_delivery", "delivered",
    "delivery_recorded", "product_group", "sub_class", "vendor", "item", "molecule_test", "brand", "dosage",
    "dosage_form", "units_per_pack", "qty", "line_value_usd", "pack_price", "unit_price", "mfg_site", "first_line",
    "weight_kg_raw", "freight_usd_raw", "insurance_usd",
)  # fmt: skip

SUPPLIERS = {"Brennholt Labs": 0.1, "Castelvero Pharma": 0.3, "Ostrava Diagnostics": 0.5, "Tamarind Medical": 0.2}
"""Name and share of late deliveries."""

DEPOT = "Depot Nord"
ITEMS = ("Rapid test, 30 tests", "Tablets 300 mg, 60", "Oral solution 10 mg/ml, 240 ml")
COUNTRIES = ("Arvania", "Belmora", "Côte d'Azara", "Dunmark")
FIRST, DAYS = date(2009, 1, 5), 1_200

DAMAGES = {7: ("scheduled_delivery", "31/02/2010"), 11: ("qty", "12 packs"), 13: ("delivered", "soon")}
"""Every so many hundred rows, one value is replaced."""

Line = dict[str, str]


def make_lines(rows: int, *, seed: int = 1, damaged: bool = True) -> list[Line]:
    """`rows` lines by id; with `damaged`, some that cannot be read."""
    chance = random.Random(seed)
    lines = [make_line(number, chance) for number in range(1, rows + 1)]
    for every, (column, text) in DAMAGES.items() if damaged else ():
        for line in lines[every :: every * 20]:
            line[column] = text
    return lines


def make_line(number: int, chance: random.Random) -> Line:
    """A third comes out of a depot and has no order day."""
    from_depot = chance.random() < 0.35
    vendor = DEPOT if from_depot else chance.choice([*SUPPLIERS])
    ordered = FIRST + timedelta(days=chance.randrange(DAYS))
    promised = ordered + timedelta(days=chance.randint(40, 160))
    is_late = chance.random() < SUPPLIERS.get(vendor, 0.05)
    delivered = promised + timedelta(days=chance.randint(5, 90) if is_late else -chance.randint(0, 10))
    recorded = delivered + timedelta(days=chance.randint(0, 4))
    line = dict.fromkeys(COLUMNS, "")
    return line | {
        "line_id": str(number),
        "project_code": f"{100 + number % 9}-{'ABCD'[number % 4]}-T30",
        "po_no": f"{'SO' if from_depot else 'PO'}-{1000 + number // 3}",
        "country": chance.choice(COUNTRIES),
        "fulfill_via": "From depot" if from_depot else "Direct",
        "po_sent_raw": "N/A - From depot" if from_depot else f"{ordered:%d-%b-%y}",
        "po_sent": "" if from_depot else ordered.isoformat(),
        "scheduled_delivery": promised.isoformat(),
        "delivered": delivered.isoformat(),
        "delivery_recorded": recorded.isoformat(),
        "vendor": vendor,
        "item": chance.choice(ITEMS),
        "qty": str(chance.randint(10, 9_000)),
        "pack_price": f"{chance.randint(1, 90)}.{chance.randint(0, 99):02d}",
    }


def cut_to(lines: Iterable[Line], day: date) -> Iterator[Line]:
    """What the same export held on the evening of `day`: no later order, and no delivery recorded later."""
    for line in lines:
        if line["delivery_recorded"] <= day.isoformat():
            yield line
        elif line["po_sent"] and line["po_sent"] <= day.isoformat():
            yield line | {"delivered": "", "delivery_recorded": ""}


def write_export(path: Path, lines: Iterable[Line]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(lines)
