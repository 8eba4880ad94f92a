"""A small programme made for one test: two projects, a plan, an order book and a change log in one drop folder."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import yaml

from slipwatch.engine.baselines import approve_baseline
from slipwatch.engine.run import RunReport, run_once
from slipwatch.engine.wiring import Programme, open_programme, skip_pause
from slipwatch.sample.demo import Clock

START = datetime(2027, 1, 11, 6, tzinfo=UTC)
"""The first run; the following ones come a week apart."""

PLAN_HEAD = "code;name;project;forecast;accepted;status"
ORDER_HEAD = "order;line;supplier;project;need;promise;ordered;received"

PORTFOLIO = {
    "projects": {
        "CORE": {"name": "Core", "site": "HUB", "accountable": "lead", "integrator": "partner"},
        "DOCK": {"name": "Dock", "site": "HUB", "accountable": "lead"},
    },
    "sites": {"HUB": {"name": "Hub", "country": "FR", "time_zone": "UTC"}},
    "milestones": {
        f"M{number}": {
            "project": "CORE" if number < 4 else "DOCK",
            "gate": number % 2 == 0,
            "accountable": "partner",
            "name": f"Milestone {number}",
        }
        for number in range(1, 7)
    },
    "suppliers": {
        "acme": {"name": "Acme", "codes": ["0001"], "transit_days": 3, "accountable": "buyer"},
    },
    "roles": {
        "pmo": {"name": "PMO", "side": "pmo", "address": "pmo@client.example"},
        "lead": {"name": "Lead", "side": "owner", "language": "fr", "address": "lead@client.example"},
        "buyer": {"name": "Buyer", "side": "owner", "address": "buyer@client.example"},
        "partner": {"name": "Partner", "side": "integrator", "address": "pm@partner.example"},
    },
}
BASELINE = {f"M{number}": date(2027, 2, 1) + timedelta(weeks=number) for number in range(1, 7)}


def describe_plan(folder: str = "../drop/plan", **changes: object) -> dict:
    stream = {
        "stream": "milestones",
        "entity": "milestone",
        "pattern": "*_plan.csv",
        "format": "csv",
        "delimiter": ";",
        "complete": True,
        "as_of": {"from": "name", "pattern": r"^(\d{4}-\d{2}-\d{2})_"},
        "key": "code",
        "columns": {
            "name": "name",
            "project_code": "project",
            "forecast_on": "forecast",
            "accepted_on": "accepted",
            "status": {"from": "status", "choices": {"open": "doing", "done": "done", "": None}},
        },
    }
    source = {"type": "files", "name": "Plan", "owner": "lead", "every": "weekly", "rhythm_days": 7}
    return source | {"options": {"folder": folder, "formats": ["iso"], "streams": [stream]}} | changes


def describe_orders(folder: str = "../drop/orders", **changes: object) -> dict:
    stream = {
        "stream": "lines",
        "entity": "order_line",
        "pattern": "*_orders.csv",
        "format": "csv",
        "delimiter": ";",
        "complete": True,
        "as_of": {"from": "name", "pattern": r"^(\d{4}-\d{2}-\d{2})_"},
        "key": [{"column": "order_number"}, "line"],
        "columns": {
            "order_number": {"from": "order", "width": 10, "pattern": "45[0-9]{8}"},
            "line_number": "line",
            "supplier": {"from": "supplier", "width": 4},
            "project_code": "project",
            "needed_on": "need",
            "promised_on": "promise",
            "ordered_quantity": "ordered",
            "received_quantity": "received",
        },
    }
    source = {"type": "files", "name": "Orders", "owner": "buyer", "every": "weekly", "rhythm_days": 7}
    return source | {"options": {"folder": folder, "formats": ["iso"], "streams": [stream]}} | changes


LINKS = {
    "identities": [
        {"entity": "project", "by": "portfolio"},
        {"entity": "milestone", "by": "portfolio"},
        {"entity": "supplier", "by": "portfolio"},
        {"entity": "order_line", "by": "label"},
    ],
    "assignments": [
        {"entity": "*", "field": "project_code", "equals": "CORE", "project": "CORE"},
        {"entity": "*", "field": "project_code", "equals": "DOCK", "project": "DOCK"},
    ],
}


def write_config(
    folder: Path,
    *,
    mail: Mapping[str, object] | None = None,
    sources: Mapping[str, object] | None = None,
    rules: Sequence[str] = (),
    files: Mapping[str, object] | None = None,
) -> Path:
    """Write a configuration and return its folder. With `rules`, all others are off; `files` replaces whole files."""
    from slipwatch.registry import find_checks

    off = [check.id for check in find_checks() if rules and check.id not in rules]
    items = [{"milestone": key, "date": day} for key, day in BASELINE.items()]
    content = {
        "slipwatch": {
            "programme": {"name": "Small", "time_zone": "UTC"},
            "mail": {"sender": "slipwatch@client.example", "domain": "client.example"} | dict(mail or {}),
        },
        "sources": {"sources": sources or {"PLAN": describe_plan(), "ORDERS": describe_orders()}},
        "links": LINKS,
        "portfolio": PORTFOLIO,
        "baselines": {
            "baselines": [
                {"number": 1, "kind": "schedule", "name": "First", "effective_on": START.date(), "items": items}
            ]
        },
        "tolerances": {"off": off},
        "routing": {"pmo": "pmo"},
    } | dict(files or {})
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in content.items():
        text = document if isinstance(document, str) else yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


@dataclass
class Small:
    """A small programme at work: its folder, its clock, and what it is asked to do."""

    folder: Path
    clock: Clock = field(default_factory=lambda: Clock(START))
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.folder / "config"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def open(self) -> Programme:
        return open_programme(self.config, environ=self.environ, now=self.clock, home=self.home, sleep=skip_pause)

    def approve(self) -> None:
        programme = self.open()
        approve_baseline(programme, 1, author="committee", reason="kick-off", effective_on=START.date())
        programme.close()

    def run(self, **options: object) -> RunReport:
        """One run, from opening to closing, as a command does it."""
        programme = self.open()
        try:
            return run_once(programme, **options)
        finally:
            programme.close()

    def wait(self, **time: float) -> None:
        self.clock.set(self.clock() + timedelta(**time))

    def drop(self, name: str, content: str | bytes) -> Path:
        """Put a file into the drop folder as it arrives, an hour ago."""
        path = self.folder / "drop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        os.utime(path, ((self.clock() - timedelta(hours=1)).timestamp(),) * 2)
        return path

    def drop_plan(self, rows: Iterable[str], *, head: str = PLAN_HEAD, day: date | None = None) -> Path:
        day = day or (self.clock() - timedelta(days=1)).date()
        return self.drop(f"plan/{day}_plan.csv", "\n".join([head, *rows]) + "\n")

    def drop_orders(self, rows: Iterable[str], *, head: str = ORDER_HEAD, day: date | None = None) -> Path:
        day = day or (self.clock() - timedelta(days=1)).date()
        return self.drop(f"orders/{day}_orders.csv", "\n".join([head, *rows]) + "\n")
