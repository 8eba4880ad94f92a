"""Against a real Redmine: what the double only imitates."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
import requests

from connectors.redmine import RedmineConnector, RedmineOptions
from slipwatch.connector import Context
from slipwatch.errors import AccessError, AuthError
from slipwatch.testing.harness import collect_records, is_proven


def day(offset):
    return (datetime.now(UTC).date() + timedelta(days=offset)).isoformat()


@pytest.fixture
def build(redmine, redmine_project, tmp_path):
    """A function that builds a connector to the test's own project."""
    opened = []

    def build_connector(key=None, **options):
        context = Context(
            source="TRACKER",
            resolve=lambda reference: key or redmine.key,
            now=lambda: datetime.now(UTC),
            sleep=time.sleep,
            home=tmp_path,
            base=tmp_path,
            pseudonymise=lambda name: "somebody",
        )
        given = {"address": redmine.url, "key": "env:KEY", "projects": [redmine_project], **options}
        opened.append(RedmineConnector(RedmineOptions(**given), context))
        return opened[-1]

    yield build_connector
    for connector in opened:
        connector.close()


def read(connector, stream, cursor=None):
    (window,) = connector.plan(stream, cursor)
    return list(connector.read(window))


def test_check_and_streams(build, redmine_project):
    connector = build()
    report = connector.check()
    assert report.ok, report.problems
    assert [info.name for info in connector.discover()] == ["projects", "versions", "issues", "relations"]
    (project,) = collect_records(read(connector, "projects")).values()
    assert project.label == redmine_project


def test_a_wrong_key_would_read_less_and_is_refused(build, redmine, redmine_project):
    redmine.create_issue(redmine_project, "Visible to everybody")
    lists = requests.get(f"{redmine.url}/issues.json", headers={"X-Redmine-API-Key": "wrong"}, timeout=30)
    assert lists.status_code == 200  # the trap
    connector = build(key="wrong-sentinel")
    assert not connector.check().ok
    for stream in ("projects", "versions", "issues", "relations"):
        with pytest.raises(AuthError):
            read(connector, stream)
    with pytest.raises(AuthError):
        list(connector.sweep("issues"))


def test_a_project_that_is_not_there_is_told(build):
    with pytest.raises(AccessError, match="no-such-project"):
        read(build(projects=["no-such-project"]), "issues")


def test_a_moved_version_is_a_moved_milestone(build, redmine, redmine_project):
    version = redmine.create_version(redmine_project, "M1 Conveyor installed", day(10))
    connector = build()
    first = collect_records(read(connector, "versions"))[str(version)]
    redmine.update_version(version, due_date=day(31))
    batches = read(connector, "versions")
    second = collect_records(batches)[str(version)]
    assert is_proven(batches)
    assert (first.label, first.values["forecast_on"].isoformat()) == ("M1 Conveyor installed", day(10))
    assert second.values["forecast_on"].isoformat() == day(31)
    redmine.update_version(version, status="closed")
    closed = collect_records(read(connector, "versions"))[str(version)]
    assert (closed.values["status"], closed.values["claimed_on"]) == ("done", datetime.now(UTC).date())


def test_journals_give_every_date_there_was(build, redmine, redmine_project):
    version = redmine.create_version(redmine_project, "M1", day(30))
    issue = redmine.create_issue(
        redmine_project, "Housing castings machined", start_date=day(-15), due_date=day(2), fixed_version_id=version
    )
    for offset, done in ((5, 10), (9, 20), (14, 40)):
        redmine.update_issue(issue, due_date=day(offset), done_ratio=done, notes="slipped")
    redmine.update_issue(issue, status_id=redmine.find_id("issue_statuses", "In Progress"), estimated_hours=8)
    record = collect_records(read(build(), "issues"))[str(issue)]
    due = [(one.old, one.new.isoformat()) for one in record.history if one.column == "due_on"]
    assert due == [
        (None, day(2)),
        (date.fromisoformat(day(2)), day(5)),
        (date.fromisoformat(day(5)), day(9)),
        (date.fromisoformat(day(9)), day(14)),
    ]
    assert [one.new for one in record.history if one.column == "progress_claimed"] == [0.0, 0.1, 0.2, 0.4]
    assert [one.new for one in record.history if one.column == "status_raw"] == ["New", "In Progress"]
    assert {one.stated_by for one in record.history} == {"somebody"}
    assert record.values["milestone"] == str(version)
    assert record.values["status"] == "doing"


def test_windows_bring_what_changed_and_closed_is_no_less_there(build, redmine, redmine_project):
    issues = [redmine.create_issue(redmine_project, f"Item {number}") for number in range(3)]
    connector = build()
    batches = read(connector, "issues")
    assert list(collect_records(batches)) == [str(issue) for issue in issues]
    redmine.update_issue(issues[1], status_id=redmine.find_id("issue_statuses", "Closed"), done_ratio=100)
    again = read(connector, "issues", batches[-1].window.position)
    closed = collect_records(again)[str(issues[1])]
    assert closed.values["status"] == "done"
    assert closed.values["done_at"] is not None
    assert is_proven(again)
    assert set(connector.sweep("issues")) == {str(issue) for issue in issues}
    redmine.call("DELETE", f"/issues/{issues[0]}.json")
    assert set(connector.sweep("issues")) == {str(issue) for issue in issues[1:]}


def test_more_issues_than_a_page_holds(build, redmine, redmine_project, monkeypatch):
    monkeypatch.setattr("connectors.redmine.client.PAGE", 4)
    issues = [redmine.create_issue(redmine_project, f"Checklist item {number}") for number in range(10)]
    batches = read(build(history=False), "issues")
    assert list(collect_records(batches)) == [str(issue) for issue in issues]
    assert is_proven(batches)


def test_a_page_is_clipped_without_a_word(redmine):
    assert redmine.call("GET", "/issues.json", limit=1000)["limit"] == 100


def test_a_closed_project_stays_in_the_list(build, redmine, redmine_project):
    issue = redmine.create_issue(redmine_project, "Last one")
    redmine.call("PUT", f"/projects/{redmine_project}/close.json")
    try:
        connector = build()
        assert len(collect_records(read(connector, "projects"))) == 1
        assert str(issue) in collect_records(read(connector, "issues"))
    finally:
        redmine.call("PUT", f"/projects/{redmine_project}/reopen.json")


def test_relations_are_dependencies_and_an_ended_one_is_gone(build, redmine, redmine_project):
    first, second, third = (
        redmine.create_issue(redmine_project, f"Step {number}", due_date=day(2)) for number in "123"
    )
    redmine.call(
        "POST", f"/issues/{first}/relations.json",
        {"relation": {"issue_to_id": second, "relation_type": "precedes", "delay": 3}},
    )  # fmt: skip
    redmine.relate(third, second, "blocked")
    redmine.relate(third, first, "duplicates")
    connector = build()
    batches = read(connector, "relations")
    found = {
        (one.values["predecessor"], one.values["successor"]): (one.values["kind"], one.values["lag_days"])
        for one in collect_records(batches).values()
    }
    assert found == {
        (str(first), str(second)): ("finish_to_start", 3),
        (str(second), str(third)): ("blocks", None),
        (str(first), str(third)): ("duplicates", None),
    }
    assert is_proven(batches)
    assert sorted(connector.sweep("relations")) == sorted(collect_records(batches))
    redmine.call("DELETE", f"/relations/{next(iter(collect_records(batches)))}.json")
    assert len(collect_records(read(connector, "relations"))) == 2


def test_a_new_relation_is_no_change_of_its_issues(build, redmine, redmine_project):
    """Why relations are read completely: a window of changed issues would miss them."""
    issues = [redmine.create_issue(redmine_project, f"Item {number}") for number in range(2)]
    before = collect_records(read(build(), "issues"))
    time.sleep(1.1)
    redmine.relate(*issues, "relates")
    after = collect_records(read(build(), "issues"))
    assert [one.values["updated_at"] for one in after.values()] == [one.values["updated_at"] for one in before.values()]
    assert len(collect_records(read(build(), "relations"))) == 1


def test_journals_tell_every_version_an_issue_was_planned_for(build, redmine, redmine_project):
    first, second = (redmine.create_version(redmine_project, name, day(30)) for name in ("M1", "M2"))
    issue = redmine.create_issue(redmine_project, "Label printers", fixed_version_id=first)
    redmine.update_issue(issue, fixed_version_id=second)
    redmine.update_issue(issue, fixed_version_id="")
    record = collect_records(read(build(), "issues"))[str(issue)]
    assert [(one.old, one.new) for one in record.history if one.column == "milestone"] == [
        (None, str(first)), (str(first), str(second)), (str(second), None),
    ]  # fmt: skip
    assert record.values["milestone"] is None
