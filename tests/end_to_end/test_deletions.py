"""What is deleted in a real Redmine or Tryton leaves the figures, and a key that sees less deletes nothing."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from slipwatch.engine.collect import collect_source
from slipwatch.engine.sources import describe_sources
from slipwatch.engine.wiring import open_programme
from slipwatch.store.reader import read_entity
from slipwatch.store.runs import start_run
from tests.settings.small_configuration import write_configuration

SOURCES = """\
sources:
  TRACKER:
    type: redmine
    name: Tracker
    rhythm_days: 1
    options:
      address: {address}
      key: env:TRACKER_KEY
      projects: [{project}]
"""


ERP_SOURCES = """\
sources:
  TRACKER:
    type: tryton
    name: Orders
    rhythm_days: 1
    guard: {{drop_percent: 60}}     # a server of few orders: one of three is much
    options: {{address: "{address}", database: {database}, user: {user}, password: "env:TRACKER_KEY"}}
"""


class Tracked:
    """A programme that reads one real system, a day between two runs."""

    def __init__(self, folder, sources, key):
        self.environ = {"TRACKER_KEY": key}
        config = write_configuration(folder / "config", sources=sources, links="identities: []\nassignments: []\n")
        self.now = datetime.now(UTC)
        self.programme = open_programme(config, environ=self.environ, now=lambda: self.now, home=folder / "home")

    def read(self):
        """{stream: how many vanished} of one run, without those where nothing did."""
        run = start_run(self.programme.ledger, kind="test", at=self.now, configuration={})
        report = collect_source(self.programme, run, "TRACKER")
        self.now += timedelta(days=1)
        return {one.stream: one.vanished for one in report.streams if one.vanished}

    def find(self, source_id, entity="work_item"):
        """`there`, `absent` or `vanished`."""
        frame = read_entity(self.programme.ledger, entity).set_index("source_id")
        row = frame.loc[str(source_id)]
        if row["vanished_at"] == row["vanished_at"]:
            return "vanished"
        return "absent" if row["absent_since"] == row["absent_since"] else "there"

    def health(self):
        return describe_sources(self.programme, self.now).set_index("key").loc["TRACKER", "state"]


@pytest.fixture
def issues(redmine, redmine_project):
    """Ten issues that everybody sees."""
    return [redmine.create_issue(redmine_project, f"Item {number}") for number in range(10)]


@pytest.fixture
def tracked(tmp_path, redmine, redmine_project, issues):
    found = Tracked(tmp_path, SOURCES.format(address=redmine.url, project=redmine_project), redmine.key)
    found.read()
    yield found
    found.programme.close()


def test_a_deleted_issue_is_absent_then_vanished(tracked, redmine, issues):
    assert {tracked.find(issue) for issue in issues} == {"there"}
    redmine.call("DELETE", f"/issues/{issues[0]}.json")
    tracked.read()
    assert tracked.find(issues[0]) == "absent"
    tracked.read()
    assert tracked.find(issues[0]) == "vanished"
    assert {tracked.find(issue) for issue in issues[1:]} == {"there"}
    assert tracked.health() == "good"


def test_a_wrong_key_that_is_answered_with_less_deletes_nothing(tracked, issues):
    tracked.environ["TRACKER_KEY"] = "wrong-sentinel"
    for _ in range(3):
        tracked.read()
    assert {tracked.find(issue) for issue in issues} == {"there"}
    assert tracked.health() == "failed"


def test_a_key_that_lost_its_rights_deletes_nothing(tracked, redmine, issues, stranger_key):
    for issue in issues[:5]:
        redmine.update_issue(issue, is_private=True)
    tracked.environ["TRACKER_KEY"] = stranger_key
    for _ in range(3):
        tracked.read()
    assert {tracked.find(issue) for issue in issues} == {"there"}
    assert tracked.health() == "held"


@pytest.fixture
def stranger_key(redmine):
    """The key of a user without any role: it is somebody's, and sees only what is public."""
    name = f"stranger{datetime.now(UTC):%H%M%S%f}"
    user = {
        "login": name, "firstname": "Sam", "lastname": "Stranger", "mail": f"{name}@example.org",
        "password": "sentinel-stranger-password",
    }  # fmt: skip
    number = redmine.call("POST", "/users.json", {"user": user})["user"]["id"]
    yield redmine.call("GET", f"/users/{number}.json")["user"]["api_key"]
    redmine.call("DELETE", f"/users/{number}.json")


@pytest.fixture
def orders(tryton):
    """Three orders with a shipment each, and three cancelled ones: {reference: (line, move)}."""
    name, day = f"SC-{uuid.uuid4().hex[:10]}", datetime.now(UTC).date() + timedelta(days=5)
    found = {}
    for number in range(6):
        state = "processing" if number < 3 else "cancelled"
        order = {
            "do": "order", "reference": f"{name}-{number}", "supplier": "Lehmann Castings", "product": "CST-0007",
            "quantity": 4, "unit_price": "40.50", "ordered": day, "due": day, "state": state,
        }  # fmt: skip
        acts = [order, {"do": "announce", "reference": order["reference"]}] if number < 3 else [order]
        done = tryton.run(*acts)
        found[order["reference"]] = (done[0]["lines"][0], done[1]["moves"][0] if number < 3 else None)
    return found


def test_what_tryton_lets_people_delete_vanishes_after_two_lists_and_is_told_once(tmp_path, tryton, orders):
    (kept, (line, move)), (withdrawn, (_, gone_move)), *_, (deleted, (gone_line, _)) = orders.items()
    sources = ERP_SOURCES.format(address=tryton.url, database=tryton.database, user=tryton.user)
    tracked = Tracked(tmp_path, sources, tryton.password)
    gone = [("order_line", gone_line), ("shipment", gone_move)]
    try:
        assert tracked.read() == {}
        assert [tracked.find(key, entity) for entity, key in gone] == ["there", "there"]
        tryton.run({"do": "withdraw", "reference": withdrawn}, {"do": "delete", "reference": deleted})
        told = []
        for expected in ("absent", "vanished", "vanished"):
            told.append(tracked.read())
            assert [tracked.find(key, entity) for entity, key in gone] == [expected, expected]
        assert told == [{}, {"order_lines": 1, "shipments": 1}, {}]
        assert (tracked.find(line, "order_line"), tracked.find(move, "shipment")) == ("there", "there"), kept
        assert tracked.health() == "good"
    finally:
        tracked.programme.close()
