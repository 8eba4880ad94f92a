"""Frames as the ledger's reader gives them, small enough to be read in a test."""

from types import SimpleNamespace

import pandas as pd

from slipwatch.measures.workdays import Calendars
from slipwatch.model.columns import QUANTITY_SCALE
from slipwatch.model.portfolio import Milestone, Portfolio, Project, Site, SourceProfile, SupplierProfile

PORTFOLIO = Portfolio(
    name="Confluence",
    time_zone="Europe/Paris",
    projects={key: Project(key=key, name=key, site="DC-M") for key in ("WMS-DC", "ERP-CORE")},
    sites={"DC-M": Site(key="DC-M", name="DC M", country="FR", subdivision="57")},
    milestones={"WD-50": Milestone(key="WD-50", name="DC go-live", project="WMS-DC", gate=True)},
    suppliers={"telmar": SupplierProfile(key="telmar", name="Telmar Mobile", codes=("0000300127",))},
    sources={key: SourceProfile(key=key, name=key) for key in ("ERP", "SUP", "WMS", "NEW")},
)

LINE = {
    "subject_key": "4500032015/10",
    "label": "4500032015/10",
    "name": "120 handhelds",
    "project": "WMS-DC",
    "milestone": None,
    "site": "DC-M",
    "source": "ERP",
    "supplier": "0000300127",
    "needed_on": "2026-04-02",
    "promised_on": "2026-04-30",
    "ordered_quantity": 120 * QUANTITY_SCALE,
    "received_quantity": 0,
    "delivered_on": None,
    "unit": "PC",
    "completed": False,
    "cancelled": False,
    "known_at": "2026-03-20T22:59:00Z",
    "url": None,
}
DAYS = ("needed_on", "promised_on", "delivered_on", "received_on", "old_day", "new_day")


def build_frame(rows, columns=()):
    frame = pd.DataFrame(rows, columns=columns or None)
    for name in DAYS:
        if name in frame:
            frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    for name in ("known_at", "recorded_at"):
        if name in frame:
            frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame


def build_lines(*changes):
    rows = [{"subject": number, "record": 100 + number, **LINE, **change} for number, change in enumerate(changes, 1)]
    return build_frame(rows).astype({"completed": "boolean", "cancelled": "boolean", "received_quantity": "Int64"})


def state(record, source, day, old, new, *, entity="order_line", subject=1, cause="source"):
    """A row of the promise view: what one record stated on a day."""
    return {
        "record": record,
        "subject": subject,
        "source": source,
        "entity": entity,
        "column": "promised_on",
        "old_day": old,
        "new_day": new,
        "known_at": f"{day}T12:00:00Z",
        "recorded_at": f"{day}T13:00:00Z",
        "stated_by": None,
        "cause": cause,
    }


def answer(record, subject):
    return {"record": record, "subject": 500 + record, "order_line_subject": subject, "source": "SUP", "project": None}


def receive(subject, source, day, quantity):
    return {
        "record": 0,
        "order_line_subject": subject,
        "source": source,
        "received_on": day,
        "received_quantity": quantity * QUANTITY_SCALE,
        "project": None,
    }


class Supply:
    """The part of a frame supply that reports read from."""

    def __init__(self, **frames):
        empty = {
            "promise": build_frame([], tuple(state(0, "", "2026-01-01", None, None))),
            "confirmation": build_frame([], tuple(answer(0, 0))),
            "receipt": build_frame([], tuple(receive(0, "", None, 0))).astype({"order_line_subject": "Int64"}),
            "order_line": build_lines({}).head(0),
        }
        self.frames = empty | frames
        self.programme = SimpleNamespace(portfolio=PORTFOLIO, calendars=Calendars(PORTFOLIO))
        self.stale_sources = frozenset()

    def read(self, entity):
        return self.frames[entity]

    view = read

    @property
    def loaded(self):
        return {"order_line", "confirmation", "receipt"}

    @property
    def sources(self):
        return pd.DataFrame({"subject": [91, 92, 93, 94], "key": list(PORTFOLIO.sources)})

    def subjects_of(self, entity):
        return {"WMS-DC": 81, "ERP-CORE": 82} if entity == "project" else {"WD-50": 71}
