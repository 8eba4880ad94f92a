"""A programme with one source, made from the starter configuration.

It imports nothing of Slipwatch: a process that measures others stays small, for Linux counts what a process held before
it became another program into the peak of that one.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
SOURCE = "BENCH"
STARTER = ("slipwatch.yaml", "links.yaml", "portfolio.yaml", "routing.yaml")

PLUG_IN = "[slipwatch.connectors]\nbenchmark_paged = benchmarks.paged_connector:PagedConnector\n"


def write_programme(folder: Path, source: dict[str, Any]) -> None:
    """The starter configuration in `folder`/config, with this as its only source."""
    config = folder / "config"
    config.mkdir(parents=True, exist_ok=True)
    for name in STARTER:
        shutil.copyfile(ROOT / "config" / name, config / name)
    (config / "sources.yaml").write_text(yaml.safe_dump({"sources": {SOURCE: source}}), encoding="utf-8")


def write_plug_in(folder: Path) -> Path:
    """A folder for the path of Python that registers the connector of the loopback API, as a package would."""
    package = folder / "plug-in" / "slipwatch_benchmark-1.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: slipwatch-benchmark\nVersion: 1\n", "utf-8")
    (package / "entry_points.txt").write_text(PLUG_IN, "utf-8")
    return package.parent
