"""What a delivery history says was late on a past day, judged only by what was known then.

`python -m benchmarks.supplier_history [--data DIR] [--as-of DAY] [--json]`: DIR holds the published export
(scms_deliveries_2006_2012.csv.gz); without it an invented one of the same shape is written. The mapping is the YAML of
config/examples/supplier-history, nothing else.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from benchmarks.supplier_export import make_lines, write_export
from slipwatch.engine.assess import assess
from slipwatch.engine.collect import collect_sources
from slipwatch.engine.run import begin_run
from slipwatch.engine.wiring import Programme, open_programme
from slipwatch.store.views import read_quarantine

CONFIG = Path(__file__).parent.parent / "config" / "examples" / "supplier-history"
PUBLISHED = "scms_deliveries_2006_2012.csv.gz"
EXPORT = "deliveries.csv"
AS_OF = date(2011, 6, 30)
LINES = 2_000
COLLECTED = datetime(2013, 1, 2, tzinfo=UTC)
"""When the export is read: after its last day, so that it is not of the future."""


@dataclass(kw_only=True)
class History:
    """`read` and `rejects` are by stream, `reasons` by stream, reason and column; `findings` are of one day."""

    as_of: date
    read: dict[str, int] = field(default_factory=dict)
    rejects: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows of the export that were read as order lines."""
        return self.read["ordered_lines"] + self.read["recorded_lines"]

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "as_of": self.as_of.isoformat(), "rows": self.rows}


def prepare(folder: Path, data: Path | None) -> None:
    """Configuration and export in `folder`. Raises `FileNotFoundError` where `data` lacks the published file."""
    shutil.copytree(CONFIG, folder / "config", dirs_exist_ok=True)
    export = folder / "config" / "exports" / EXPORT
    if data is None:
        write_export(export, make_lines(LINES))
        return
    export.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(data / PUBLISHED) as packed, export.open("wb") as file:
        shutil.copyfileobj(packed, file)


def read_history(folder: Path, as_of: date, *, at: datetime = COLLECTED) -> History:
    """Collect the export of `folder`, then judge as of the evening of a day. Raises `RuntimeError` for a bad read."""
    programme = open_programme(folder / "config", environ={}, home=folder / "home", now=lambda: at)
    try:
        history = History(as_of=as_of)
        collect(programme, history)
        history.findings = judge(programme, as_of, at)
    finally:
        programme.close()
    return history


def collect(programme: Programme, history: History) -> None:
    run = begin_run(programme, kind="history").run
    for report in collect_sources(programme, run, programme.settings.sources):
        for stream in report.streams:
            if stream.reason:
                raise RuntimeError(f"{stream.stream}: {stream.reason} {stream.detail}")
            history.read[stream.stream], history.rejects[stream.stream] = stream.rows, stream.rejects
    aside = read_quarantine(programme.ledger)[["stream", "reason", "column"]].fillna("")
    history.reasons = dict(Counter(" ".join(row).strip() for row in aside.itertuples(index=False)))


def judge(programme: Programme, as_of: date, at: datetime) -> list[dict[str, Any]]:
    """Findings on order lines as of the end of a day, worst first."""
    evening = datetime.combine(as_of + timedelta(days=1), time(), UTC) - timedelta(microseconds=1)
    found = [
        {
            "rule": finding.rule,
            "line": finding.subject.key,
            "supplier": finding.text.arguments["supplier"],
            "value": finding.value,
            "unit": finding.unit,
            "promised": str(finding.text.arguments["promised"]),
        }
        for assessment in assess(programme, at, known_by=evening).assessments
        for finding in assessment.findings
        if finding.subject.entity == "order_line"
    ]
    return sorted(found, key=lambda one: (-(one["value"] or 0), one["line"]))


def tell(history: History) -> None:
    print(f"{history.rows} order lines and {history.read['receipts']} receipts read by mapping alone")
    print(f"rejects: {sum(history.rejects.values())}")
    for reason, count in sorted(history.reasons.items()):
        print(f"  {count:>5}  {reason}")
    print(f"as of {history.as_of}, by what was known then: {len(history.findings)} findings on order lines")
    by_supplier = Counter((one["supplier"], one["rule"]) for one in history.findings)
    for (supplier, rule), count in by_supplier.most_common():
        worst = max(one["value"] for one in history.findings if (one["supplier"], one["rule"]) == (supplier, rule))
        print(f"  {count:>5}  {supplier}, {rule}, up to {worst:.0f} working days")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.supplier_history", description=__doc__)
    parser.add_argument("--data", type=Path, metavar="DIR", help=f"folder with {PUBLISHED}")
    parser.add_argument("--as-of", type=date.fromisoformat, default=AS_OF, metavar="DAY", help=f"default {AS_OF}")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="slipwatch-history-") as place:
        prepare(Path(place), asked.data)
        history = read_history(Path(place), asked.as_of)
    if asked.json:
        print(json.dumps(history.as_json()))
    else:
        tell(history)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
