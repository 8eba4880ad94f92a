"""A programme with one plan in a drop folder, and a PMO who writes its mapping."""

import yaml

from slipwatch.engine.remap import remap_source
from slipwatch.engine.run import run_once
from slipwatch.engine.wiring import open_programme
from slipwatch.store.reader import read_entity, read_promises
from tests.engine.sources import NOW
from tests.settings.small_configuration import FILES, write_configuration
from tests.store.streams import plain

MILESTONES = {
    "stream": "milestones",
    "entity": "milestone",
    "pattern": "*_plan.csv",
    "format": "csv",
    "delimiter": ";",
    "complete": True,
    "as_of": {"from": "name", "pattern": r"^(\d{4}-\d{2}-\d{2})_"},
    "key": ["Id"],
    "columns": {"name": "Name", "forecast_on": "Forecast", "claimed_on": "Actual"},
}
LINKS = "identities:\n  - {entity: milestone, by: portfolio}\nassignments: []\n"


class Office:
    """A programme with one plan in a drop folder; `map` writes its mapping anew, as its PMO would."""

    def __init__(self, folder, ledger=None, **changed):
        self.folder, self.ledger, self.now = folder, ledger, NOW
        self.changed = changed
        (folder / "config" / "drop").mkdir(parents=True)
        self.programme = None

    def map(self, formats, **more):
        stream = MILESTONES | more
        options = {"folder": "drop", "formats": formats, "settle_seconds": 0, "streams": [stream]}
        plan = {"type": "files", "name": "Plan", "rhythm_days": 7, "rejects_percent": 60, "options": options}
        text = FILES["slipwatch.yaml"] + ("ledger: env:LEDGER\n" if self.ledger else "")
        sources = yaml.safe_dump({"sources": {"PLAN": plan}})
        changed = {"sources": sources, "slipwatch": text, "links": LINKS, "tolerances": "rules: {}\n"} | self.changed
        write_configuration(self.folder / "config", **changed)
        self.close()
        environ = {"LEDGER": self.ledger} if self.ledger else {}
        self.programme = open_programme(
            self.folder / "config", environ=environ, now=lambda: self.now, home=self.folder / "home"
        )
        return self

    def drop(self, text, day="2026-03-01"):
        (self.folder / "config" / "drop" / f"{day}_plan.csv").write_text(text)
        return self

    def run(self, day=None):
        self.now = NOW if day is None else self.now.replace(day=day)
        return self.run_now()

    def run_now(self):
        return run_once(self.programme)

    def remap(self):
        return remap_source(self.programme, "PLAN", author="pmo", reason="day and month were swapped")

    def show(self, column="forecast_on"):
        frame = read_entity(self.programme.ledger, "milestone")
        return {row.source_id: str(getattr(row, column))[:10] for row in frame.itertuples()}

    def moves(self, column="forecast_on"):
        frame = read_promises(self.programme.ledger, columns=[column]).sort_values(["source_id", "recorded_at"])
        return [(row.source_id, plain(row.old_text), row.new_text, row.cause) for row in frame.itertuples()]

    def close(self):
        if self.programme:
            self.programme.close()
