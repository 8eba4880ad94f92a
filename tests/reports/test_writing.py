"""Reports of a ledger: written whole, in both languages, the same again, and what other places show of them."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows import artifacts
from slipwatch.engine.assess import assess
from slipwatch.engine.frames import FrameSupply
from slipwatch.engine.reporting import describe_run, gather_report, standing, views, write_report
from slipwatch.engine.reporting.milestones import build_statement
from slipwatch.engine.reporting.standing import ISSUED, find_next_committee, find_start, read_alerts_at
from slipwatch.engine.run import RunReport
from slipwatch.engine.wiring import open_programme
from slipwatch.model.alert import AlertState
from slipwatch.model.finding import Concern
from slipwatch.reports.given import SinceKind
from slipwatch.reports.rag import Colour, judge_project
from slipwatch.sample.demo import Clock, play
from slipwatch.sample.programme import POLLS
from slipwatch.store.acts import list_acts

FIRST, SECOND = (poll.at.astimezone(UTC) for poll in POLLS[:2])


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The sample programme after its first two polls, with the report that the replay wrote."""
    return play(tmp_path_factory.mktemp("sample") / "demo", environ=os.environ, polls=2)


@pytest.fixture
def programme(home):
    opened = open_programme(home.config, environ=os.environ, now=Clock(SECOND), home=home.home)
    yield opened
    opened.close()


def test_replay_leaves_a_dated_report_and_the_same_one_as_latest(home):
    folder = home.home / "reports"

    assert home.report == folder / "2026-01-12.html"
    assert {path.name for path in folder.iterdir()} == {"2026-01-12.html", "latest.html"}
    assert (folder / "latest.html").read_bytes() == home.report.read_bytes()


def test_same_instant_gives_the_same_bytes(home, programme, tmp_path):
    copies = [write_report(programme, at=SECOND, output=tmp_path / f"{name}.html").read_bytes() for name in "ab"]

    assert copies[0] == copies[1] == home.report.read_bytes()


def test_report_of_a_past_day_says_what_was_known_then(programme, tmp_path):
    text = write_report(programme, at=FIRST, output=tmp_path / "first.html").read_text(encoding="utf-8")

    assert "Monday, 5 January 2026" in text
    assert "Opening inventory, Receipt overdue: 31 entries" in text
    assert text.count("12 Jan 2026") == 1  # the annex says up to when the ledger was read


def test_french_report_has_a_name_of_its_own(programme):
    path = write_report(programme, at=SECOND, language="fr")

    assert path.name == "2026-01-12-fr.html"
    assert 'lang="fr"' in path.read_text(encoding="utf-8")
    assert path.with_name("latest-fr.html").exists()


def test_nothing_unfinished_is_left_behind(programme):
    folder = write_report(programme, at=SECOND).parent

    assert [path.name for path in folder.iterdir() if path.suffix != ".html"] == []


def test_report_that_cannot_be_written_leaves_the_old_one(programme, monkeypatch):
    path = write_report(programme, at=SECOND)
    before = path.read_bytes()

    def fill_disk(self, text, **_):
        self.write_bytes(text.encode()[:1000])
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_text", fill_disk)
    with pytest.raises(OSError, match="no space left"):
        write_report(programme, at=SECOND)

    assert path.read_bytes() == before


def test_next_report_counts_from_the_last_one_issued_and_copies_do_not_count(programme, tmp_path):
    later = SECOND + timedelta(days=1)
    programme.now.set(later)
    write_report(programme, at=SECOND + timedelta(hours=1), output=tmp_path / "copy.html")
    given = gather_report(programme, assess(programme, later), at=later)

    assert (given.since, given.since_kind) == (SECOND, SinceKind.REPORT)
    assert {act.subject for act in list_acts(programme.ledger, ISSUED)} >= {"2026-01-12.html"}


def test_without_a_report_changes_count_from_the_last_committee(programme):
    before = FIRST + timedelta(days=30)
    given = gather_report(programme, assess(programme, FIRST), at=FIRST)

    assert given.since_kind is SinceKind.START
    assert find_next_committee(programme, FIRST.date()) == ("Steering committee", POLLS[0].day.replace(day=29))
    assert find_next_committee(programme, before.date())[1].month == 2


@pytest.mark.parametrize("hour", [0, 6, 23])
def test_a_committee_is_named_by_its_own_day(programme, monkeypatch, hour):
    """Changes count from the midnight after it, which is the evening before in UTC; nobody calls it by either."""
    monkeypatch.setattr(standing, "list_acts", lambda *_: [])
    start = find_start(programme, datetime(2026, 6, 26, hour, tzinfo=programme.zone))

    assert (start.kind, start.day) == (SinceKind.COMMITTEE, date(2026, 6, 25))
    assert start.moment == datetime(2026, 6, 25, 22, tzinfo=UTC)
    during = find_start(programme, datetime(2026, 6, 25, hour, tzinfo=programme.zone))
    assert during.day == date(2026, 5, 28), "the meeting of the day itself is still to come"


def test_days_are_those_of_the_programme(programme):
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    row = SimpleNamespace(known_at=late, recorded_at=late, source="TRK", stated_by=None, old_day=None, new_day=None)

    assert build_statement(SimpleNamespace(**vars(row), cause="source"), programme.zone).at.date() == date(2026, 3, 2)
    assert FrameSupply(programme=programme, at=late).moment.date() == date(2026, 3, 2)


def test_opening_inventory_stands_at_its_day_and_not_before(programme):
    assert {alert.state for alert in read_alerts_at(programme, FIRST)} == {AlertState.INVENTORY}
    assert len(read_alerts_at(programme, FIRST)) == 31
    assert read_alerts_at(programme, FIRST - timedelta(days=1)) == []


def test_facts_of_the_sample_are_those_of_its_story(programme):
    given = gather_report(programme, assess(programme, SECOND), at=SECOND)
    core = next(project for project in given.projects if project.key == "ERP-CORE")
    live = next(point for point in core.milestones if point.key == "EC-60")

    assert (live.name, live.is_gate, live.tolerance_wd, dict(live.slips)) == ("ERP go-live", True, 5, {1: 0})
    assert {said.source for said in live.current} == {"PLAN"}
    assert {line.label: line.approved for line in core.budget}["E-40"] == 240_000
    assert {len(entry.names) for entry in given.grey} >= {62, 12}
    assert {source.key: source.is_stale for source in given.sources}["WMS"] is False
    assert {rule.alias: rule.thresholds for rule in given.rules}["TIME-01"] == {"gate_wd": 5, "other_wd": 10}


def test_sources_that_went_silent_since_the_last_run_leave_nothing_green(programme):
    later = SECOND + timedelta(days=60)
    programme.now.set(later)
    given = gather_report(programme, assess(programme, later), at=later)
    lights = [judge_project(project) for project in given.projects]

    assert {source.key for source in given.sources if source.is_stale} == {"PLAN", "ERP", "TRK", "WMS", "LOG"}
    assert {light.by_concern[Concern.QUALITY].colour for light in lights} == {Colour.AMBER}
    assert Colour.GREEN not in {light.by_concern[Concern.TIME].colour for light in lights}


def test_overview_and_pages_are_plain_texts_and_markdown(programme):
    report = RunReport(run=2, at=SECOND, judgement=assess(programme, SECOND))
    shown = describe_run(programme, report)
    overview, pages = shown.overview, shown.pages

    assert [row["Project"].splitlines()[0] for row in overview.rows] == list(programme.portfolio.projects)
    assert {row["Time"] for row in overview.rows} == {"Green"}
    assert "3 projects amber" in overview.summary
    assert [row["State"] for row in overview.sources] == ["Read"] * 6
    assert [page.key for page in pages] == list(programme.portfolio.projects)
    assert all("data:image/svg+xml;base64," in page.markdown and page.summary for page in pages)


def test_run_that_has_not_judged_has_no_overview(programme):
    with pytest.raises(ValueError, match="has not judged"):
        describe_run(programme, RunReport(run=3, at=SECOND))


def test_facts_of_all_artifacts_are_gathered_once(programme, monkeypatch):
    """The same change must not stand in one of them and miss in the other, and gathering costs as much as judging."""
    gathered, published = [], {}
    for name in ("create_table_artifact", "create_markdown_artifact"):
        monkeypatch.setattr(artifacts, name, lambda *, key, **_: published.setdefault(key, len(gathered)))
    gather = views.gather_report
    monkeypatch.setattr(views, "gather_report", lambda *a, **b: gathered.append(1) or gather(*a, **b))
    artifacts.publish_programme(programme, RunReport(run=2, at=SECOND, judgement=assess(programme, SECOND)))

    pages = {f"project-{key.lower()}" for key in programme.portfolio.projects}
    assert published == dict.fromkeys({"portfolio", "sources", *pages}, 1)
    assert len(gathered) == 1
