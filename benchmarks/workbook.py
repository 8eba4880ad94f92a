"""Writes a workbook of order lines, and reads it through the files connector; prints what it took as JSON.

`python -m benchmarks.workbook write|read FOLDER ROWS`
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.paged_api import make_record

SHEET = "Orders"
COLUMNS: dict[str, str] = {
    "order_number": "order",
    "line_number": "line",
    "name": "material",
    "project_code": "project",
    "site_code": "plant",
    "supplier": "vendor",
    "ordered_on": "ordered_on",
    "needed_on": "needed_on",
    "promised_on": "promised_on",
    "ordered_quantity": "quantity",
    "received_quantity": "received",
    "unit_price": "price",
}
DAYS = {"ordered_on", "needed_on", "promised_on"}
AT = datetime(2026, 6, 29, 4, tzinfo=UTC)

OPTIONS: dict[str, Any] = {
    "folder": "..",
    "settle_seconds": 0,
    "streams": [
        {
            "stream": "order_lines",
            "entity": "order_line",
            "pattern": "*.xlsx",
            "format": "xlsx",
            "sheet": SHEET,
            "complete": True,
            "as_of": {"from": "name", "pattern": r"^(\d{4}-\d{2}-\d{2})_"},
            "key": ["order", "line"],
            "columns": {ours: theirs for ours, theirs in COLUMNS.items() if ours != "unit_price"}
            | {"unit_price": {"from": "price", "unit": "EUR"}, "unit": {"constant": "PCE"}},
        }
    ],
}
SOURCE = {"type": "files", "name": "Workbook", "options": OPTIONS}


def write_workbook(folder: Path, rows: int) -> Path:
    """A sheet of 12 columns with typed dates and numbers, as an ERP exports it."""
    import xlsxwriter

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "2026-06-28_orders.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        as_day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet(SHEET)
        sheet.write_row(0, 0, COLUMNS.values())
        for number in range(1, rows + 1):
            record = make_record(number)
            for place, name in enumerate(COLUMNS.values()):
                if name in DAYS:
                    sheet.write_datetime(number, place, date.fromisoformat(record[name]), as_day)
                elif name == "price":
                    sheet.write_number(number, place, float(record[name]))
                else:
                    sheet.write(number, place, record[name])
    return path


def read_workbook(folder: Path) -> dict[str, Any]:
    """Plan and read the folder as a run does, to the last canonical record; nothing is kept."""
    from connectors.files import FilesConnector, FilesOptions
    from slipwatch.connector import Context

    context = Context(
        source="BENCH", resolve=str, now=lambda: AT, sleep=lambda _: None, home=folder / "home", base=folder
    )
    started = time.perf_counter()
    files = FilesConnector(FilesOptions.model_validate({**OPTIONS, "folder": "."}), context)
    rows = rejects = 0
    for window in files.plan("order_lines", None):
        for batch in files.read(window):
            rows, rejects = rows + len(batch.records), rejects + len(batch.rejects)
    files.close()
    return {"rows": rows, "rejects": rejects, "seconds": time.perf_counter() - started}


if __name__ == "__main__":
    act, place, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    if act == "write":
        print(json.dumps({"path": str(write_workbook(place, count))}))
    else:
        print(json.dumps(read_workbook(place)))
