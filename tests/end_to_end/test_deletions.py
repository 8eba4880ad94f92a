"""Issues deleted in a real Redmine leave the figures, and a key that sees less deletes nothing."""

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


class Tracked:
    """A programme that reads one Redmine, a day between two runs."""

    def __init__(self, folder, redmine, project):
        self.environ = {"TRACKER_KEY": redmine.key}
        sources = SOURCES.format(address=redmine.url, project=project)
        config = write_configuration(folder / "config", sources=sources, links="identities: []\nassignments: []\n")
        self.now = datetime.now(UTC)
        self.programme = open_programme(config, environ=self.environ, now=lambda: self.now, home=folder / "home")

    def read(self):
        """{stream: states} of one run."""
        run = start_run(self.programme.ledger, kind="test", at=self.now, configuration={})
        report = collect_source(self.programme, run, "TRACKER")
        self.now += timedelta(days=1)
        states = {}
        for one in report.streams:
            states.setdefault(one.stream, []).append(f"{one.state} {one.detail}".strip())
        return states

    def find(self, issue):
        """`there`, `absent` or `vanished`."""
        frame = read_entity(self.programme.ledger, "work_item").set_index("source_id")
        row = frame.loc[str(issue)]
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
    found = Tracked(tmp_path, redmine, redmine_project)
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
