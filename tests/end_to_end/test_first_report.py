"""Fifteen old plans in a folder, one plan of today: the first report shows how every milestone got where it is."""

import json
import re
import shutil
from datetime import UTC
from importlib.resources import as_file, files
from xml.etree import ElementTree

import pytest

from slipwatch.sample.plan_files import write_plan_file
from slipwatch.sample.programme import POLLS
from tests.cli.conftest import run_in_process

NAMES = (
    "Plan_{day:%Y-%m-%d}.xlsx",
    "Plan projet V12 au {day:%d.%m.%Y}.xlsx",
    "{day:%Y%m%d}_plan_final_v2 (2).xlsx",
    "Planning {day.day} {month} 2026.xlsx",
)
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin")
OLD = [poll.files_of for poll in POLLS[5:20]]
TODAY = POLLS[20]
SVG = "{http://www.w3.org/2000/svg}"


class Desk:
    """A consultant on the first day: the sample's mapping of the plan, nothing read, no baseline approved."""

    def __init__(self, folder):
        self.folder, self.now = folder, TODAY.at.astimezone(UTC)
        with as_file(files("slipwatch.sample") / "config") as source:
            shutil.copytree(source, folder / "config", ignore=shutil.ignore_patterns("__pycache__", "*.py"))
        (folder / "old").mkdir()
        for number, day in enumerate(OLD):
            name = NAMES[number % len(NAMES)].format(day=day, month=MONTHS[day.month - 1])
            (folder / "old" / name).write_bytes(write_plan_file(day))
        plan = folder / "drop" / "plan"
        plan.mkdir(parents=True)
        (plan / f"{TODAY.files_of}_plan_de_pilotage.xlsx").write_bytes(write_plan_file(TODAY.files_of))

    def call(self, *argv):
        return run_in_process(
            *argv, "--config", self.folder / "config", "--home", self.folder / "home", now=lambda: self.now
        )

    def report(self, language="en"):
        path = self.call("report", "--language", language, "--output", self.folder / f"{language}.html").out.strip()
        return (self.folder / path).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.imported = desk.call("import", "--history", desk.folder / "old", "--source", "PLAN", "--json")
    desk.ran = desk.call("run", "--only", "PLAN")
    return desk


def find_charts(html):
    """The wide trend charts of a report."""
    drawings = re.findall(r"<svg .*?</svg>", html, re.DOTALL)
    return [ElementTree.fromstring(svg) for svg in drawings if 'width="880"' in svg]


def read_texts(chart):
    return ["".join(node.itertext()) for node in chart.iter(f"{SVG}text")]


def test_the_copies_are_dated_by_their_names(desk):
    told = json.loads(desk.imported.out)

    assert desk.imported.code == 0, desk.imported.err
    assert told["counts"] == {"imported": 2 * len(OLD)}
    assert sorted({copy["as_of"][:10] for copy in told["copies"]}) == [day.isoformat() for day in OLD]
    assert {copy["dated_by"].split()[0] for copy in told["copies"]} == {"name"}


def test_the_first_report_draws_what_was_reconstructed_as_such(desk):
    html = desk.report()
    charts = find_charts(html)

    assert len(charts) == 3
    for chart in charts:
        dashed = [line for line in chart.iter(f"{SVG}polyline") if line.get("stroke-dasharray") == "9 4"]
        assert dashed
        assert "watched from here" in read_texts(chart)
    core = charts[0]
    circles = [dot for dot in core.iter(f"{SVG}circle") if dot.get("fill") == "#fff"]
    assert any("SIT exit: 30 Apr 2026 → 13 May 2026" in "".join(dot.itertext()) for dot in circles)
    assert "Long dashes and open circles: reconstructed afterwards" in html


def test_the_first_date_seen_is_the_reference_and_nobody_approved_it(desk):
    html = re.sub(r"\s+", " ", desk.report().replace("\u00a0", " "))
    listed = json.loads(desk.call("baseline", "list", "--json").out)
    references = {row["name"]: row for row in listed if row["kind"] == "reference"}
    sit = references["EC-40 SIT exit"]

    assert "first seen 30 Apr 2026 (reconstructed), not approved" in html
    assert (sit["date"], sit["approved_at"], sit["effective_on"]) == ("2026-04-30", None, OLD[0].isoformat())
    assert "reconstructed" in sit["reason"]


def test_the_french_report_says_it_in_french(desk):
    html = desk.report("fr")

    assert "suivi à partir d’ici" in html
    assert "reconstitué après coup" in html


def test_nobody_is_alarmed_by_the_past(desk):
    """The first run is an inventory anyway; what counts is the next one, over the same plan."""
    assert desk.ran.code == 0, desk.ran.err
    again = desk.call("run", "--only", "PLAN")

    assert "nothing changed" in again.out


def test_a_cell_dates_the_copies_where_it_is_named(desk):
    """“Édition du 06/02/2026” can be June or February; a whole folder is settled by one word."""
    place = ("import", "--history", desk.folder / "old", "--source", "PLAN", "--dry-run", "--json")
    unclear = json.loads(desk.call(*place, "--date-from", "cell:Jalons!A2").out)["copies"]
    clear = json.loads(desk.call(*place, "--date-from", "cell:Jalons!A2", "--date-order", "dmy").out)["copies"]

    assert any("“06/02/2026” can be 2026-02-06 or 2026-06-02" in copy["detail"] for copy in unclear)
    assert sorted({copy["as_of"][:10] for copy in clear}) == [day.isoformat() for day in OLD]
    assert clear[0]["dated_by"] == "cell Jalons!A2 “Édition du 06/02/2026”"
