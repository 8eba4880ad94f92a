"""FILES.md names every column of every file, so that a mapping can be written from it."""

import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from slipwatch.sample import erp_files, log_files, plan_files, supplier_files
from tests.sample import reference_reader as read

TEXT = files("slipwatch.sample").joinpath("FILES.md").read_text(encoding="utf-8")

COLUMNS = {
    "PLAN": (*plan_files.MILESTONE_HEADER, *plan_files.FOLLOW_UP_HEADER, plan_files.GERMAN_COLUMN),
    "ERP": (*erp_files.HEADER, erp_files.SUBTOTAL),
    "LOG": (
        *log_files.ACTION_HEADER,
        *log_files.DECISION_HEADER,
        *log_files.CHANGE_HEADER,
        *log_files.BUDGET_HEADER,
        *log_files.TRAINING_HEADER,
    ),
    "suppliers": tuple(
        name
        for headers in (supplier_files.HEADERS, supplier_files.GERMAN_HEADERS)
        for row in headers.values()
        for name in row
    ),
}


@pytest.mark.parametrize("system", COLUMNS)
def test_every_column_is_described(system: str) -> None:
    assert [name for name in COLUMNS[system] if f"`{name}`" not in TEXT] == []


def test_every_field_of_the_tracker_is_described(drop: Path) -> None:
    export = read.read_tracker(read.newest(drop / "tracker", "*.json"))
    fields = {name for part in ("milestones", "requirements", "work_items") for item in export[part] for name in item}
    assert [name for name in sorted(fields | set(export)) if f"`{name}`" not in TEXT and f'"{name}"' not in TEXT] == []


def test_every_column_of_the_view_is_described(drop: Path) -> None:
    with closing(sqlite3.connect(drop / "wms" / "wms.sqlite")) as database:
        names = [column[0] for column in database.execute("SELECT * FROM v_receipts LIMIT 1").description]
    assert [name for name in names if f"`{name}`" not in TEXT] == []


def test_every_folder_is_described(drop: Path) -> None:
    assert all(f"`{folder.name}/`" in TEXT for folder in drop.iterdir())
