"""What Redmine's words become, and what its journals remember."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from connectors.redmine.mapping import (
    KINDS,
    STATUSES,
    Lookups,
    hide_names,
    map_issues,
    map_projects,
    map_versions,
)
from slipwatch.errors import ContractError, RecordError
from slipwatch.model.tables import ENTITIES
from tests.connectors.redmine.double import build_issue, build_journal, build_project, build_version

LOOKUPS = Lookups(
    address="https://tracker.example/",
    projects={1: "line-7"},
    status_names={1: "New", 2: "In Progress", 5: "Closed"},
    closed=frozenset({5, 6}),
    first_statuses={1: 1, 2: 1},
    kinds={name.casefold(): kind for name, kind in KINDS.items()},
    status_words={name.casefold(): word for name, word in STATUSES.items()},
    custom_fields={
        "work_item": {"requirement": "Requirement", "result": "Test result"},
        "milestone": {"accepted_on": "Signed on", "claimed_on": "Reached on"},
        "project": {"finishes_on": "Planned finish"},
    },
)
CREATED = datetime(2026, 3, 1, 10, tzinfo=UTC)


def build_status(number, name, *, closed=False):
    return {"id": number, "name": name, "is_closed": closed}


def build_custom(name, value):
    return {"custom_fields": [{"id": 3, "name": "Other", "value": "x"}, {"id": 4, "name": name, "value": value}]}


def test_an_issue_is_a_work_item():
    record = map_issues(LOOKUPS)(
        build_issue(
            12,
            parent={"id": 3},
            fixed_version={"id": 8, "name": "M1"},
            status=build_status(2, "In Progress"),
            done_ratio=40,
            estimated_hours=16.5,
            assigned_to={"id": 5, "name": "p-17"},
        )
    )
    assert (record.source_id, record.label, record.url) == ("12", "#12", "https://tracker.example/issues/12")
    assert record.known_at == CREATED
    assert record.values == {
        "name": "Item 12",
        "project_code": "line-7",
        "kind": "story",
        "status_raw": "In Progress",
        "status": "doing",
        "parent": "3",
        "milestone": "8",
        "starts_on": date(2026, 2, 1),
        "due_on": date(2026, 4, 1),
        "created_at": CREATED,
        "updated_at": CREATED,
        "done_at": None,
        "progress_claimed": 0.4,
        "estimate_hours": 16.5,
        "spent_hours": 0.0,
        "assignee": "p-17",
        "requirement": None,
        "result": None,
    }


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (build_status(1, "New"), "todo"),
        (build_status(2, "In Progress"), "doing"),
        (build_status(5, "Closed", closed=True), "done"),
        (build_status(6, "Rejected", closed=True), "cancelled"),
        (build_status(6, "REJETÉ", closed=True), "cancelled"),
        (build_status(6, "Retired", closed=True), "done"),
    ],
)
def test_statuses(status, word):
    assert map_issues(LOOKUPS)(build_issue(1, status=status)).values["status"] == word


def test_a_reopened_issue_is_not_done():
    closed = {"closed_on": "2026-03-01T12:00:00Z"}
    assert map_issues(LOOKUPS)(build_issue(1, **closed)).values["done_at"] is None
    done = map_issues(LOOKUPS)(build_issue(1, status=build_status(5, "Closed"), **closed))
    assert done.values["done_at"] == datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("tracker", "kind"), [("BUG", "defect"), ("Feature", "story"), ("Audit", None)])
def test_a_tracker_that_nobody_named_has_no_kind(tracker, kind):
    assert map_issues(LOOKUPS)(build_issue(1, tracker={"id": 9, "name": tracker})).values["kind"] == kind


def test_only_defects_have_a_severity():
    assert map_issues(LOOKUPS)(build_issue(1, tracker={"id": 1, "name": "Bug"})).values["severity"] == "Normal"
    assert "severity" not in map_issues(LOOKUPS)(build_issue(1)).values


def test_custom_fields_fill_columns():
    record = map_issues(LOOKUPS)(build_issue(1, **build_custom("Requirement", ["REQ-1", "REQ-2"])))
    assert record.values["requirement"] == "REQ-1, REQ-2"
    assert map_issues(LOOKUPS)(build_issue(1, **build_custom("Test result", "passed"))).values["result"] == "passed"
    with pytest.raises(RecordError, match="unknown_choice"):
        map_issues(LOOKUPS)(build_issue(1, **build_custom("Test result", "fine")))


def test_a_project_that_is_not_visible_goes_by_its_number():
    assert map_issues(LOOKUPS)(build_issue(1, 99)).values["project_code"] == "99"


def test_a_version_is_a_milestone():
    record = map_versions(LOOKUPS)(build_version(3, 1, "M1", "2026-05-04"))
    assert (record.label, record.values["forecast_on"], record.values["status"]) == ("M1", date(2026, 5, 4), "doing")
    assert record.values["project_code"] == "line-7"
    assert record.values["claimed_on"] is None


def test_a_closed_version_was_claimed_when_it_was_last_touched():
    closed = build_version(3, 1, "M1", None, status="closed")
    record = map_versions(LOOKUPS)(closed)
    assert (record.values["status"], record.values["claimed_on"]) == ("done", date(2026, 3, 1))
    late = map_versions(replace(LOOKUPS, zone=ZoneInfo("Europe/Paris")))(
        closed | {"updated_on": "2026-03-01T23:30:00Z"}
    )
    assert late.values["claimed_on"] == date(2026, 3, 2), "half past midnight, where the programme is"
    told = map_versions(LOOKUPS)(closed | build_custom("Reached on", "2026-02-20"))
    assert told.values["claimed_on"] == date(2026, 2, 20)


def test_a_signed_acceptance_comes_from_a_custom_field():
    record = map_versions(LOOKUPS)(build_version(3, 1, "M1", None, **build_custom("Signed on", "2026-02-27")))
    assert record.values["accepted_on"] == date(2026, 2, 27)


def test_projects_go_by_their_identifier():
    record = map_projects(LOOKUPS)(build_project(1, "line-7", **build_custom("Planned finish", "2026-12-24")))
    assert (record.source_id, record.label) == ("1", "line-7")
    assert record.values == {"name": "Line-7", "project_code": "line-7", "finishes_on": date(2026, 12, 24)}


class TestHistory:
    def test_is_what_the_journals_tell_oldest_first(self):
        issue = build_issue(
            1,
            due_date="2026-04-20",
            status=build_status(2, "In Progress"),
            journals=[
                build_journal(2, "2026-03-01T12:00:00Z", ("due_date", "2026-04-08", "2026-04-20"), user="B"),
                build_journal(1, "2026-03-01T11:00:00Z", ("due_date", "2026-04-01", "2026-04-08"), user="A"),
                build_journal(3, "2026-03-01T12:00:00Z", ("status_id", "1", "2")),
            ],
        )
        told = [
            (one.column, one.old, one.new, one.stated_at.hour, one.stated_by)
            for one in map_issues(LOOKUPS)(issue).history
            if one.column in ("due_on", "status_raw")
        ]
        assert told == [
            ("due_on", None, date(2026, 4, 1), 10, "Ada Author"),
            ("status_raw", None, "New", 10, "Ada Author"),
            ("due_on", date(2026, 4, 1), date(2026, 4, 8), 11, "A"),
            ("due_on", date(2026, 4, 8), date(2026, 4, 20), 12, "B"),
            ("status_raw", "New", "In Progress", 12, "Paul Planner"),
        ]

    def test_opens_with_what_never_changed(self):
        opening = {one.column: one.new for one in map_issues(LOOKUPS)(build_issue(1)).history}
        assert opening == {
            "due_on": date(2026, 4, 1), "starts_on": date(2026, 2, 1), "status_raw": "New", "progress_claimed": 0.0,
        }  # fmt: skip

    def test_does_not_open_a_column_that_was_empty_at_first(self):
        journals = [build_journal(1, "2026-03-01T11:00:00Z", ("estimated_hours", None, "8.0"))]
        issue = build_issue(1, estimated_hours=8.0, journals=journals)
        told = [one for one in map_issues(LOOKUPS)(issue).history if one.column == "estimate_hours"]
        assert [(one.old, one.new, one.stated_at.hour) for one in told] == [(None, 8.0, 11)]

    def test_tells_of_watched_columns_only(self):
        watched = {column.name for column in ENTITIES["work_item"].watched}
        journals = [
            build_journal(
                1,
                "2026-03-01T11:00:00Z",
                ("subject", "a", "b"),
                ("fixed_version_id", "1", None),
                ("assigned_to_id", "1", "2"),
                ("done_ratio", "0", "40"),
            )
        ]
        told = {one.column for one in map_issues(LOOKUPS)(build_issue(1, journals=journals)).history}
        assert told <= watched
        assert "progress_claimed" in told

    def test_ignores_what_is_no_attribute(self):
        journal = build_journal(1, "2026-03-01T11:00:00Z")
        journal["details"] = [{"property": "relation", "name": "due_date", "old_value": None, "new_value": "2"}]
        told = map_issues(LOOKUPS)(build_issue(1, journals=[journal])).history
        assert all(one.old is None for one in told)

    def test_names_a_status_that_is_gone_by_its_number(self):
        journals = [build_journal(1, "2026-03-01T11:00:00Z", ("status_id", "77", "1"))]
        told = [one for one in map_issues(LOOKUPS)(build_issue(1, journals=journals)).history if one.old]
        assert (told[0].old, told[0].new) == ("77", "New")

    def test_is_empty_where_journals_were_not_asked_for(self):
        issue = build_issue(1)
        del issue["journals"]
        assert map_issues(LOOKUPS)(issue).history == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"due_date": "0000-00-00"}, "bad_date"),
        ({"due_date": "9999-12-31"}, "bad_date"),
        ({"due_date": "12/31/2026"}, "bad_date"),
        ({"due_date": 46000}, "bad_date"),
        ({"done_ratio": 140}, "bad_number"),
        ({"estimated_hours": float("nan")}, "bad_number"),
        ({"updated_on": "yesterday"}, "bad_instant"),
        ({"subject": ""}, "missing_value"),
        ({"subject": {"a": 1}}, "wrong_type"),
        ({"journals": [build_journal(1, "2026-03-01T11:00:00Z", ("due_date", "soon", None))]}, "bad_date"),
    ],
)
def test_an_issue_that_cannot_be_read_is_set_aside_by_its_key(change, reason):
    with pytest.raises(RecordError) as caught:
        map_issues(LOOKUPS)(build_issue(7, **change))
    assert (caught.value.key, caught.value.message) == ("7", reason)


@pytest.mark.parametrize("gone", ["subject", "status", "tracker", "project", "updated_on", "created_on"])
def test_a_renamed_field_condemns_the_window(gone):
    issue = build_issue(7)
    issue[f"{gone}_2"] = issue.pop(gone)
    with pytest.raises(ContractError):
        map_issues(LOOKUPS)(issue)


def test_names_of_persons_are_replaced_everywhere():
    issue = build_issue(1, assigned_to={"id": 5, "name": "Ann"}, journals=[build_journal(1, "2026-03-01T11:00:00Z")])
    hide_names(issue, lambda name: f"<{len(name)}>")
    assert "Ann" not in str(issue)
    assert "Author" not in str(issue)
    assert "Planner" not in str(issue)
    hide_names(build_issue(1, author=None, assigned_to={"id": 5}), lambda name: 1 / 0)
