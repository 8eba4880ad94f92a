"""The benchmarks: each measures in processes of its own and gives figures with their bars."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.measure import measure, measure_module
from benchmarks.paged_api import PAGE_ROWS, open_api

FIRST = datetime(2026, 6, 29, 4, tzinfo=UTC)
BLANK = "."


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured figure. `bar` is the most that it may be, `least` the least; None where it is only told.

    `details` are lines that say where it comes from.
    """

    name: str
    value: float
    unit: str
    bar: float | None = None
    least: float | None = None
    details: tuple[str, ...] = ()

    @property
    def met(self) -> bool:
        return (self.bar is None or self.value <= self.bar) and (self.least is None or self.value >= self.least)

    def describe_bar(self) -> str:
        """The bar in words, empty where there is none."""
        if self.bar is not None:
            return f"at most {self.bar:g} {self.unit}".rstrip()
        return "" if self.least is None else f"at least {self.least:g} {self.unit}"

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "met": self.met}


def measure_collect(size: int | None) -> Iterator[Figure]:
    """Records of a paged API into the SQLite ledger, raw archive included, beside a bare loop over the same pages:
    pages as small as trackers give them, and as large as databases do."""
    for rows in (PAGE_ROWS, 10 * PAGE_ROWS):
        yield from measure_pages(size or 100_000, rows)


def measure_pages(count: int, rows: int) -> Iterator[Figure]:
    from benchmarks.programme import write_plug_in, write_programme

    with tempfile.TemporaryDirectory(prefix="slipwatch-bench-") as place, open_api(count, rows) as address:
        folder = Path(place)
        source = {"type": "benchmark_paged", "name": "Paged API", "options": {"address": address}}
        write_programme(folder, source)
        environ = dict(os.environ)
        environ["PYTHONPATH"] = os.pathsep.join([str(write_plug_in(folder)), str(Path(__file__).parent.parent)])
        bare = measure_module("benchmarks.bare_loop", address, folder / "bare.db")
        first = measure_module("benchmarks.collect", folder, FIRST.isoformat(), environ=environ)
        again = measure_module("benchmarks.collect", folder, (FIRST + timedelta(days=1)).isoformat(), environ=environ)
        mine, theirs, repeat = first.read_json(), bare.read_json(), again.read_json()
        expect(mine["new"] == theirs["rows"] == count and repeat["rows"] == 0, f"{mine} {theirs} {repeat}")
        yield Figure(name=f"bare loop, {count} in pages of {rows}", value=theirs["seconds"], unit="s")
        yield Figure(name=f"collect, {count} in pages of {rows}", value=mine["seconds"], unit="s")
        yield Figure(name="collect / bare loop", value=mine["seconds"] / theirs["seconds"], unit="x", bar=2.5)
        yield Figure(name="the same, processor time", value=mine["cpu"] / theirs["cpu"], unit="x")
        yield Figure(name="collect, peak memory", value=first.peak_mb, unit="MB", bar=250)
        yield Figure(name="bare loop, peak memory", value=bare.peak_mb, unit="MB")
        share = 100 * repeat["seconds"] / mine["seconds"]
        yield Figure(name="nothing changed / first run", value=share, unit="%", bar=2)


def measure_workbook(size: int | None) -> Iterator[Figure]:
    """A workbook of 12 columns through the files connector, then on into the ledger."""
    from benchmarks.programme import write_programme
    from benchmarks.workbook import SOURCE

    count = size or 50_000
    with tempfile.TemporaryDirectory(prefix="slipwatch-bench-") as place:
        folder = Path(place)
        measure_module("benchmarks.workbook", "write", folder, count)
        read = measure_module("benchmarks.workbook", "read", folder, count)
        expect(read.read_json()["rows"] == count, read.output)
        yield Figure(name=f"workbook, {count} rows read", value=read.read_json()["seconds"], unit="s", bar=4)
        yield Figure(name="workbook, peak memory", value=read.peak_mb, unit="MB")
        write_programme(folder, SOURCE)
        kept = measure_module("benchmarks.collect", folder, FIRST.isoformat())
        expect(kept.read_json()["new"] == count, kept.output)
        yield Figure(name="workbook, read into the ledger", value=kept.read_json()["seconds"], unit="s")


def measure_help(_size: int | None) -> Iterator[Figure]:
    """The command line's own weight: the best of five, for the first one fills the caches of the machine."""
    runs = [measure([find_command(), "--help"]) for _ in range(5)]
    yield Figure(name="slipwatch --help", value=min(run.seconds for run in runs), unit="s", bar=0.5)


def measure_demo(size: int | None) -> Iterator[Figure]:
    """The sample programme from the first poll to the report; `size` is the number of weeks."""
    weeks = ["--weeks", str(size)] if size else []
    for name, more in (("slipwatch demo", []), ("slipwatch demo --no-prefect", ["--no-prefect"])):
        with tempfile.TemporaryDirectory(prefix="slipwatch-bench-") as place:
            environ = {**os.environ, "PREFECT_HOME": f"{place}/prefect"}
            run = measure([find_command(), "demo", "--folder", f"{place}/demo", *more, *weeks], environ=environ)
            yield Figure(name=name, value=run.seconds, unit="s", bar=90)
            yield Figure(name=f"{name}, peak memory", value=run.peak_mb, unit="MB")


def measure_start(size: int | None) -> Iterator[Figure]:
    """The first week: messy files, large files, old plans, a pack. `size` is the number of rows of a large file."""
    from benchmarks.start import measure_first_week

    return measure_first_week(size)


BENCHMARKS: dict[str, Callable[[int | None], Iterator[Figure]]] = {
    "collect": measure_collect,
    "workbook": measure_workbook,
    "help": measure_help,
    "demo": measure_demo,
    "start": measure_start,
}


def find_command() -> Path:
    """The installed command beside the Python that runs now."""
    return Path(sys.executable).with_name("slipwatch")


def expect(holds: bool, words: str) -> None:
    """A figure of something that went wrong is none. Raises `RuntimeError`."""
    if not holds:
        raise RuntimeError(f"not what was to be measured: {words}")


def describe_machine() -> str:
    """What the figures were measured on."""
    cores = os.cpu_count()
    return f"{platform.system()} {platform.machine()}, {cores} cores, Python {platform.python_version()}"
