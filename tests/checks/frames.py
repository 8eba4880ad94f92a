"""Builds what a check is given from the few words of a case: only what matters is written down."""

from datetime import UTC, date, datetime

import pandas as pd

from slipwatch.check import CheckInput
from slipwatch.measures.workdays import Calendars
from slipwatch.model.columns import MONEY_SCALE, QUANTITY_SCALE, Kind
from slipwatch.model.portfolio import Milestone, Portfolio, Project, Role, Site, SupplierProfile
from slipwatch.model.tables import ENTITIES

PORTFOLIO = Portfolio(
    name="Confluence",
    time_zone="Europe/Paris",
    sites={
        "R": Site(key="R", name="Site R", country="FR"),
        "G": Site(key="G", name="Site G", country="DE", subdivision="BW"),
        "M": Site(key="M", name="DC M", country="FR", subdivision="57"),
    },
    projects={
        "ERP": Project(
            key="ERP", name="ERP core", site="R", accountable="lead", integrator="norvane", sponsor="sponsor",
            scope_freeze=date(2026, 2, 27),
        ),
        "WMS": Project(key="WMS", name="Warehouse", site="M", accountable="lead", sponsor="sponsor"),
    },
    milestones={
        "SIT": Milestone(
            key="SIT", name="SIT exit", project="ERP", gate=True, accountable="norvane", aliases=("Sortie SIT",)
        ),
        "REH": Milestone(key="REH", name="Migration rehearsal two", project="ERP"),
        "HAND": Milestone(key="HAND", name="Handhelds on site", project="WMS", site="M", accountable="buyer"),
    },
    suppliers={
        "telmar": SupplierProfile(key="telmar", name="Telmar", codes=("0000300127",), transit_days=8),
        "ferrolis": SupplierProfile(key="ferrolis", name="Ferrolis", codes=("0000100734",), accountable="lead"),
    },
    roles={
        "lead": Role(key="lead", name="Owner lead", side="owner"),
        "norvane": Role(key="norvane", name="Norvane", side="integrator"),
        "sponsor": Role(key="sponsor", name="Sponsor", side="owner"),
        "buyer": Role(key="buyer", name="Buyer", side="owner"),
        "pmo": Role(key="pmo", name="PMO", side="pmo"),
    },
)  # fmt: skip

SEEN = datetime(2026, 1, 5, 5, tzinfo=UTC)

DTYPES = {
    Kind.TEXT: "str",
    Kind.REFERENCE: "str",
    Kind.DAY: "datetime64[s]",
    Kind.INSTANT: "datetime64[us, UTC]",
    Kind.MONEY: "Int64",
    Kind.QUANTITY: "Int64",
    Kind.INTEGER: "Int64",
    Kind.RATIO: "Float64",
    Kind.FLAG: "boolean",
}

READER = {
    "record": "int64", "subject": "int64", "subject_key": "str", "source": "str", "stream": "str", "source_id": "str",
    "label": "str", "url": "str", "known_at": "datetime64[us, UTC]", "first_seen": "datetime64[us, UTC]",
    "recorded_at": "datetime64[us, UTC]", "absent_since": "datetime64[us, UTC]", "vanished_at": "datetime64[us, UTC]",
    "stated_by": "str", "project": "str", "milestone": "str", "site": "str", "stale": "bool",
}  # fmt: skip

INSTANT, DAY, TEXT, WHOLE = "datetime64[us, UTC]", "datetime64[s]", "str", "Int64"
VIEWS = {
    "source": {
        "subject": "int64", "key": TEXT, "name": TEXT, "state": TEXT, "cause": TEXT, "last_good_at": INSTANT,
        "data_as_of": INSTANT, "rhythm_days": "float64", "site": TEXT, "owner": TEXT,
    },
    "promise": {
        "record": "int64", "subject": "int64", "source": TEXT, "entity": TEXT, "column": TEXT, "old_text": TEXT,
        "new_text": TEXT, "old_day": DAY, "new_day": DAY, "known_at": INSTANT, "recorded_at": INSTANT,
        "stated_by": TEXT, "cause": TEXT, "run": WHOLE,
    },
    "baseline": {
        "subject": "int64", "column": TEXT, "original_number": WHOLE, "original_day": DAY, "current_number": WHOLE,
        "current_day": DAY, "current_from": INSTANT, "approved_by": TEXT,
    },
    "scope_baseline": {"project": TEXT, "subject": "int64", "number": WHOLE, "frozen_at": INSTANT},
    "window": {
        "source": TEXT, "stream": TEXT, "entity": TEXT, "state": TEXT, "rows": WHOLE, "previous_rows": WHOLE,
        "rejects": WHOLE, "as_of": INSTANT, "at": INSTANT, "reason": TEXT, "detail": TEXT,
    },
    "quarantine": {
        "source": TEXT, "stream": TEXT, "entity": TEXT, "source_id": TEXT, "subject": WHOLE, "label": TEXT,
        "column": TEXT, "reason": TEXT, "where": TEXT, "excerpt": TEXT, "first_seen": INSTANT,
    },
    "expectation": {
        "entity": TEXT, "source": TEXT, "expectation": TEXT, "column": TEXT, "severity": TEXT, "state": TEXT,
        "unexpected_count": WHOLE, "element_count": WHOLE, "keys": "object",
    },
    "absent": {
        "entity": TEXT, "subject": "int64", "label": TEXT, "name": TEXT, "project": TEXT, "source": TEXT,
        "absent_since": INSTANT, "vanished_at": INSTANT,
    },
}  # fmt: skip
DEFAULTS = {
    "promise": {"column": "promised_on", "entity": "order_line", "cause": "source", "source": "ERP"},
    "baseline": {
        "column": "forecast_on", "original_number": 1, "current_number": 1, "current_from": "2025-12-18",
        "approved_by": "sponsor",
    },
    "scope_baseline": {"project": "ERP", "number": 1, "frozen_at": "2026-02-27"},
    "window": {"source": "LOG", "stream": "list", "state": "merged", "at": "2026-04-13T04:00Z", "as_of": "2026-04-10"},
    "absent": {"entity": "requirement", "project": "ERP", "source": "TRK"},
}  # fmt: skip
PROJECTS = [
    {"subject": 901, "subject_key": "ERP", "project": "ERP", "name": "ERP core"},
    {"subject": 902, "subject_key": "WMS", "project": "WMS", "name": "Warehouse"},
]


def build_frame(name: str, rows: list[dict]) -> pd.DataFrame:
    """A frame of an entity or a view; `times: n` repeats a row with other subjects and records."""
    spread = [row for one in rows for row in _repeat(dict(one))]
    if name in VIEWS:
        return _cast([DEFAULTS.get(name, {}) | _complete_view(name, row) for row in spread], VIEWS[name])
    entity = ENTITIES[name]
    filled = [_complete(name, number, row) for number, row in enumerate(spread)]
    dtypes = READER | {column.name: DTYPES[column.kind] for column in entity.columns}
    dtypes |= {f"{column.name}_subject": "Int64" for column in entity.columns if column.refers_to}
    return _cast(filled, dtypes)


def build_input(check, day: date, frames: dict[str, list[dict]], thresholds: dict | None = None) -> CheckInput:
    """Every frame that the check declares; those that the case does not name are empty."""
    chosen = check.thresholds(**(thresholds or {}))
    given = {"project": PROJECTS} | frames
    undeclared = set(frames) - {*check.reads, *check.views}
    assert not undeclared, f"{check.id} does not declare {undeclared}"
    return CheckInput(
        rule=check.id,
        as_of=datetime(day.year, day.month, day.day, 4, tzinfo=UTC),
        day=day,
        frames={name: build_frame(name, given.get(name, [])) for name in (*check.reads, *check.views)},
        portfolio=PORTFOLIO,
        calendars=Calendars(PORTFOLIO),
        settings=lambda project: chosen,
    )


def _repeat(row: dict) -> list[dict]:
    times = row.pop("times", 1)
    if times == 1:
        return [row]
    return [row | {"subject": row["subject"] + step, "record": row["subject"] + step} for step in range(times)]


def _complete(entity: str, number: int, row: dict) -> dict:
    subject = row.get("subject", 10_000 + number)
    key = row.get("subject_key", row.get("label", f"{entity}-{subject}"))
    known = {
        "record": subject, "subject": subject, "subject_key": key, "source": "PLAN", "stream": entity, "source_id": key,
        "label": key, "known_at": SEEN, "first_seen": SEEN, "recorded_at": SEEN, "stale": False,
    }  # fmt: skip
    scaled = {
        column.name: round(row[column.name] * (MONEY_SCALE if column.kind is Kind.MONEY else QUANTITY_SCALE))
        for column in ENTITIES[entity].columns
        if column.kind in (Kind.MONEY, Kind.QUANTITY) and row.get(column.name) is not None
    }
    return known | row | scaled


def _complete_view(name: str, row: dict) -> dict:
    if name == "baseline":
        row = {"original_day": row["current_day"], **row}
    if name in ("promise", "absent") and "subject" in row:
        row = {"record": row["subject"], "label": f"{row['subject']}", **row}
    return row


def _cast(rows: list[dict], dtypes: dict[str, str]) -> pd.DataFrame:
    unknown = {key for row in rows for key in row} - set(dtypes) - {"label", "record"}
    assert not unknown, f"no such column: {unknown}"
    frame = pd.DataFrame(rows, columns=list(dtypes), dtype=object)
    return pd.DataFrame({name: _cast_column(frame[name], dtype) for name, dtype in dtypes.items()})


def _cast_column(values: pd.Series, dtype: str) -> pd.Series:
    if dtype.endswith("UTC]"):
        return pd.to_datetime(values.map(str, na_action="ignore"), utc=True, format="ISO8601").astype(dtype)
    if dtype.startswith("datetime"):
        return pd.to_datetime(values.map(str, na_action="ignore")).astype(dtype)
    return values.astype(dtype)
