"""The first week's benchmarks: what the inference makes of messy files, and what large files, old plans and packs take.

`python -m benchmarks.start write|read|large|plans FOLDER ROWS` is what they run in processes of their own.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.figures import Figure, expect, find_command
from benchmarks.measure import measure, measure_module

LARGE = (
    ("orders", "fr", ".csv"),
    ("tracker", "en", ".csv"),
    ("receipts", "de", ".xlsx"),
    ("plan", "fr", ".xlsx"),
    ("costs", "en", ".csv"),
)
"""Kind, language and container of the five large files."""

FIRST_PLAN = date(2025, 1, 3)


def measure_first_week(size: int | None) -> Iterator[Figure]:
    """The corpus, both parts; then speed and memory. `size` is the number of rows of each large file."""
    yield from measure_corpus()
    yield from measure_large(size or 50_000)
    yield from measure_heavy()
    yield from measure_history()
    yield from measure_pack()


def measure_corpus() -> Iterator[Figure]:
    for name, option in (("shown", ()), ("held out", ("--held-out",))):
        found = measure_module("benchmarks.messy", "--json", *option).read_json()
        misses = tuple(found["misses"])
        yield Figure(name=f"messy files, {name}", value=found["files"], unit="")
        yield Figure(name=f"right without a question, {name}", value=found["share"], unit="%", least=95, details=misses)
        yield Figure(name=f"silent mistakes, {name}", value=found["silent"], unit="", bar=0)
        yield Figure(name=f"questions per file, {name}", value=found["questions"], unit="")


def measure_large(rows: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="slipwatch-bench-") as place:
        measure_module("benchmarks.start", "write", place, rows)
        run = measure_module("benchmarks.start", "read", place, rows)
        found = run.read_json()
        expect(found["rows"] == len(LARGE) * rows, run.output)
        yield Figure(name=f"inference, five files of {rows} rows", value=found["seconds"], unit="s", bar=15)
        yield Figure(name="the same, processor time", value=found["cpu"], unit="s")
        yield Figure(name="the same, peak memory", value=run.peak_mb, unit="MB", bar=500)


def measure_heavy() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="slipwatch-bench-") as place:
        measure_module("benchmarks.start", "large", place, 300)
        run = measure_module("benchmarks.start", "read", place, 0)
        found = run.read_json()
        details = tuple(f"{one['status']}: {one['error'] or str(found['rows']) + ' rows'}" for one in found["files"])
        yield Figure(name="a file of 300 MB", value=found["seconds"], unit="s", details=details)
        yield Figure(name="the same, peak memory", value=run.peak_mb, unit="MB", bar=500)


def measure_history() -> Iterator[Figure]:
    """Sixty weekly copies of a plan of 500 lines into a new ledger."""
    with tempfile.TemporaryDirectory(prefix="slipwatch-bench-") as place:
        folder = Path(place)
        measure_module("benchmarks.start", "plans", folder, 500)
        write_plan_programme(folder)
        programme = [find_command(), "--config", folder / "config", "--home", folder / "home"]
        run = measure([*programme, "import", "--history", folder / "plans", "--json"])
        expect('"imported": 60' in run.output, run.output[-2000:])
        yield Figure(name="60 old plans of 500 lines", value=run.seconds, unit="s", bar=20)
        yield Figure(name="the same, peak memory", value=run.peak_mb, unit="MB", bar=500)


def measure_pack() -> Iterator[Figure]:
    """The steering pack of the sample programme after six weeks."""
    with tempfile.TemporaryDirectory(prefix="slipwatch-bench-") as place:
        folder = Path(place) / "demo"
        measure([find_command(), "demo", "--folder", folder, "--no-prefect", "--weeks", "6"])
        programme = [find_command(), "--config", folder / "config", "--home", folder / "home"]
        run = measure([*programme, "pack", "copil", "--project", "ERP-CORE", "--lang", "fr"])
        yield Figure(name="a steering pack", value=run.seconds, unit="s", bar=5)


def write_large_files(folder: Path, rows: int) -> dict[str, Any]:
    """Five lists of so many rows, in the containers of LARGE."""
    from benchmarks.messy.grid import lay_out
    from benchmarks.messy.lists import Style, build_list
    from benchmarks.messy.texts import make_csv
    from benchmarks.messy.workbooks import make_workbook
    from benchmarks.messy.writing import FigureStyle

    for number, (kind, language, suffix) in enumerate(LARGE):
        text = suffix == ".csv"
        figures = FigureStyle(decimal="," if language != "en" else ".", places=2)
        style = Style(days=("iso",), figures=figures) if text else Style()
        layout = lay_out(build_list(kind, language, Random(number), style=style, held_out=False, count=rows))
        name = f"{kind}{suffix}"
        (make_csv(layout, name) if text else make_workbook(layout, name)).write_into(folder)
    return {"files": len(LARGE)}


def read_files(folder: Path) -> dict[str, Any]:
    """Read every file of a folder, as `slipwatch start` does first."""
    from benchmarks.messy.judging import NEAR
    from slipwatch.inference.presets import load_presets
    from slipwatch.inference.read import read_file

    started, before, presets = time.perf_counter(), time.process_time(), load_presets()
    readings = [read_file(path, presets=presets, today=NEAR) for path in sorted(folder.iterdir())]
    seconds = time.perf_counter() - started
    facts = [{"file": one.file, "status": one.status, "kind": one.kind, "error": one.error} for one in readings]
    rows = sum(one.rows for one in readings)
    return {"rows": rows, "seconds": seconds, "cpu": time.process_time() - before, "files": facts}


def write_plans(folder: Path, *, copies: int, lines: int) -> None:
    """Weekly copies of one plan, dated in their names; a tenth of the milestones moves every week."""
    import xlsxwriter

    folder.mkdir(parents=True)
    chance = Random(1)
    days = [FIRST_PLAN + timedelta(days=30 + number % 400) for number in range(lines)]
    for copy in range(copies):
        with xlsxwriter.Workbook(folder / f"{FIRST_PLAN + timedelta(weeks=copy)}_plan.xlsx") as book:
            sheet, as_day = book.add_worksheet("Jalons"), book.add_format({"num_format": "dd/mm/yyyy"})
            sheet.write_row(0, 0, ["Code", "Projet", "Jalon", "Date prévue"])
            for number, day in enumerate(days):
                sheet.write_row(number + 1, 0, [f"M-{number:03d}", "ERP", f"Jalon {number}"])
                sheet.write_datetime(number + 1, 3, day, as_day)
        days = [day + timedelta(days=chance.randint(1, 9)) if chance.random() < 0.1 else day for day in days]


def write_plan_programme(folder: Path) -> None:
    """A configuration whose one source reads these plans."""
    from benchmarks.programme import write_programme

    options = {
        "folder": "../drop",
        "settle_seconds": 0,
        "streams": [
            {
                "stream": "milestones",
                "entity": "milestone",
                "pattern": "*_plan.xlsx",
                "format": "xlsx",
                "complete": True,
                "as_of": {"from": "name", "pattern": r"^(\d{4}-\d{2}-\d{2})_"},
                "key": "Code",
                "columns": {"name": "Jalon", "project_code": "Projet", "forecast_on": "Date prévue"},
            }
        ],
    }
    (folder / "drop").mkdir()
    write_programme(folder, {"type": "files", "name": "Plan", "options": options})


if __name__ == "__main__":
    act, where, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    if act == "write":
        print(json.dumps(write_large_files(where, count)))
    elif act == "large":
        from benchmarks.messy.refusals import write_large

        print(json.dumps({"path": str(write_large(where, megabytes=count))}))
    elif act == "plans":
        write_plans(where / "plans", copies=60, lines=count)
        print(json.dumps({"copies": 60}))
    else:
        print(json.dumps(read_files(where)))
