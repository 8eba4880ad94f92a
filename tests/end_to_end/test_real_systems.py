"""The whole line on real servers: a date moved in Redmine and a line overdue in Tryton, each once in a mailbox."""

import json
import os
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.settings.small_configuration import write_configuration

SLIPWATCH = Path(sys.executable).with_name("slipwatch")

SETTINGS = """\
programme: {{name: Line seven, language: en, time_zone: UTC}}
mail:
  transport: smtp
  sender: slipwatch@example.org
  domain: example.org
  options: {{host: {host}, port: {port}, starttls: off_loopback_only}}
"""

SOURCES = """\
sources:
  TRACKER:
    type: redmine
    name: Tracker
    options: {{address: "{redmine}", key: "env:TRACKER_KEY", projects: [{project}]}}
  ERP:
    type: tryton
    name: Orders
    options:
      address: {tryton}
      database: {database}
      user: {user}
      password: env:ERP_PASSWORD
      fields: {{order_line: {{needed_on: delivery_date_store}}}}
"""

PORTFOLIO = """\
projects:
  LINE-7: {{name: Assembly line 7, accountable: lead}}
milestones:
  M1: {{project: LINE-7, name: "{milestone}", accountable: lead}}
sites: {{}}
suppliers: {{}}
roles:
  pmo: {{name: PMO, side: pmo, address: pmo@example.org}}
  lead: {{name: Owner lead, side: owner, address: lead@example.org}}
committees: {{}}
"""

LINKS = """\
identities:
  - {{entity: milestone, by: portfolio}}
assignments:
  - {{entity: order_line, field: project_code, equals: {reference}, project: LINE-7}}
"""

BASELINES = """\
baselines:
  - number: 1
    kind: schedule
    name: Baseline 1
    effective_on: 2026-01-01
    items: [{{milestone: M1, date: {planned}}}]
"""


def day(offset):
    return (datetime.now(UTC).date() + timedelta(days=offset)).isoformat()


class Line:
    """One programme on the two servers, run by its command."""

    def __init__(self, folder, redmine, tryton, project, mail):
        self.redmine, self.tryton, self.project, self.mail = redmine, tryton, project, mail
        self.reference, self.milestone = f"SC-{uuid.uuid4().hex[:10]}", f"M1 Conveyor {uuid.uuid4().hex[:8]}"
        self.planned = day(30)
        self.folder = folder
        self.environ = {"TRACKER_KEY": redmine.key, "ERP_PASSWORD": tryton.password}
        self.write(redmine.url)

    def write(self, redmine_url):
        write_configuration(
            self.folder / "config",
            slipwatch=SETTINGS.format(host=self.mail.host, port=self.mail.port),
            sources=SOURCES.format(
                redmine=redmine_url, project=self.project, tryton=self.tryton.url,
                database=self.tryton.database, user=self.tryton.user,
            ),
            portfolio=PORTFOLIO.format(milestone=self.milestone),
            links=LINKS.format(reference=self.reference),
            baselines=BASELINES.format(planned=self.planned),
            tolerances="rules: {}\n",
            routing="pmo: pmo\n",
        )  # fmt: skip

    def call(self, *words, expect=(0,)):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SLIPWATCH_")}
        command = [SLIPWATCH, "--config", self.folder / "config", "--home", self.folder / "home", *words]
        done = subprocess.run(command, env=clean | self.environ, capture_output=True, text=True, timeout=300)
        assert done.returncode in expect, done.stdout + done.stderr
        return done.stdout

    def run(self, expect=(0,)):
        return json.loads(self.call("run", "--json", expect=expect))

    def texts(self):
        return [message.get_body(("plain",)).get_content() for message in self.mail.read_messages()]


@pytest.fixture
def line(tmp_path, redmine, tryton, redmine_project, mail_server):
    line = Line(tmp_path, redmine, tryton, redmine_project, mail_server)
    line.version = redmine.create_version(redmine_project, line.milestone, line.planned)
    line.call("baseline", "approve", "1", "--author", "committee", "--reason", "kick-off")
    line.run()
    return line


def break_both(line):
    """What happens after the first load: a date moves, and an order that should be there is not.

    Long ago, because receipts that other tests booked late teach this server's suppliers a long booking lag.
    """
    line.redmine.update_version(line.version, due_date=day(75))
    line.tryton.run(
        {
            "do": "order", "reference": line.reference, "supplier": "Lehmann Castings", "product": "CST-0007",
            "quantity": 40, "unit_price": "40.50", "ordered": day(-400), "due": day(-300), "state": "processing",
        }
    )  # fmt: skip


def test_a_moved_date_and_an_overdue_line_arrive_once(line):
    before = len(line.texts())
    break_both(line)
    report = line.run()
    assert report["failed_sources"] == []
    told = line.texts()[before:]
    assert len(told) == 1
    assert line.milestone in told[0]
    assert "Receipt overdue" in told[0]
    line.run()
    assert len(line.texts()) == before + 1


def test_the_history_shows_old_and_new_promise(line):
    break_both(line)
    line.run()
    histories = json.loads(line.call("history", "M1", "--json"))
    moves = [(one["old"], one["new"]) for one in histories[0]["statements"] if one["column"] == "forecast_on"]
    assert (line.planned, day(75)) in moves


def test_a_dead_source_stops_nothing_else_and_is_one_alert(line):
    before = len(line.texts())
    break_both(line)
    line.write("http://127.0.0.1:9")
    report = line.run(expect=(3,))
    assert report["failed_sources"] == ["TRACKER"]
    line.run(expect=(3,))
    told = line.texts()[before:]
    assert len(told) == 1
    assert "Receipt overdue" in told[0]
    assert "TRACKER" in told[0] or "Tracker" in told[0]
    assert line.milestone not in told[0]


def test_a_wrong_key_that_is_answered_with_less_ends_nothing(line):
    break_both(line)
    line.run()
    line.environ["TRACKER_KEY"] = "wrong-sentinel"
    line.run(expect=(3,))
    alerts = json.loads(line.call("alerts", "list", "--json"))
    assert "M1" in json.dumps(alerts)
    assert "wrong-sentinel" not in line.call("status", expect=(0, 1))
