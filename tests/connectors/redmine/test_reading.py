"""Reading a Redmine: whole pages, whole windows, and only as somebody."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from connectors.redmine import RedmineConnector, RedmineOptions
from slipwatch.errors import (
    AccessError,
    AuthError,
    ContractError,
    IncompleteError,
    PermanentError,
    SourceError,
    TransientError,
)
from slipwatch.testing import faults
from slipwatch.testing.fault_server import Fault, FaultServer, Reply, reply_json
from slipwatch.testing.harness import Harness, collect_records, is_proven
from tests.connectors.redmine.double import (
    KEY,
    RedmineDouble,
    build_issue,
    build_project,
    build_version,
)

COUNT = 230


@pytest.fixture
def double():
    return RedmineDouble(
        projects=[build_project(1, "line-7"), build_project(2, "erp", public=False)],
        versions=[build_version(1, 1, "M1", "2026-05-04")],
        issues=[build_issue(number, 1 + number % 2) for number in range(1, COUNT + 1)],
    )


@pytest.fixture
def harness(double, tmp_path):
    with FaultServer(double) as server:
        options = {"address": server.url, "key": "env:KEY", "history": False}
        built = Harness(
            connector=RedmineConnector, options=options, secrets={"env:KEY": KEY}, server=server, folder=tmp_path
        )
        server.now = built.clock.now
        yield built


def read_ids(harness, stream="issues", **options):
    return [int(number) for number in collect_records(harness.read(stream, **options))]


def list_paths(harness):
    return [request.path for request in harness.server.requests]


def test_every_page_is_read_although_pages_are_clipped(harness):
    assert read_ids(harness) == list(range(1, COUNT + 1))
    assert list_paths(harness).count("/issues.json") == 3 + 2  # three pages, and a count before and after


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 200])
def test_pages_that_come_out_even(harness, double, count):
    del double.issues[count:]
    batches = harness.read("issues")
    assert len(collect_records(batches)) == count
    assert is_proven(batches)


def test_journals_are_asked_for_changed_issues_only(harness, double):
    harness.options = {**harness.options, "history": True}
    first = harness.read("issues")
    harness.clock.moment += timedelta(days=2)
    double.issues[3]["updated_on"] = "2026-03-04T07:00:00Z"
    harness.server.play()
    batches = harness.read("issues", cursor=first[-1].window.position)
    assert list(collect_records(batches)) == ["4"]
    assert [path for path in list_paths(harness) if path.startswith("/issues/")] == ["/issues/4.json"]


def test_a_second_read_of_an_unchanged_source_costs_next_to_nothing(harness):
    first = harness.read("issues")
    harness.clock.moment += timedelta(days=2)
    harness.server.play()
    assert read_ids(harness, cursor=first[-1].window.position) == []
    assert len(harness.server.requests) <= 10


def test_closed_issues_and_closed_projects_belong_to_the_list(harness, double):
    double.issues[0]["status"] = {"id": 5, "name": "Closed", "is_closed": True}
    double.projects[0]["status"] = 5
    assert 1 in read_ids(harness)
    assert read_ids(harness, "projects") == [1, 2]


def test_named_projects_alone_are_read(harness):
    harness.options = {**harness.options, "projects": ["erp"]}
    assert read_ids(harness) == list(range(1, COUNT + 1, 2))
    assert read_ids(harness, "projects") == [2]
    assert read_ids(harness, "versions") == []


def test_a_named_project_that_is_not_visible_stops_the_stream(harness):
    harness.options = {**harness.options, "projects": ["line-7", "secret"]}
    with pytest.raises(AccessError, match="secret"):
        harness.read("issues")
    with pytest.raises(AccessError, match="secret"):
        harness.read("projects")


def test_shared_versions_are_milestones_once(harness, double):
    double.versions.append(build_version(2, 2, "Shared", "2026-06-01", sharing="system"))
    batches = harness.read("versions")
    assert list(collect_records(batches)) == ["1", "2"]
    assert is_proven(batches)


def test_projects_without_issue_tracking_have_no_versions(harness, double):
    double.projects.append(build_project(3, "wiki", modules=("wiki",)))
    assert read_ids(harness, "versions") == [1]


def test_names_of_persons_reach_neither_records_nor_raw_texts(harness, double):
    double.issues = [build_issue(1, assigned_to={"id": 5, "name": "Ann Assignee"})]
    harness.options = {**harness.options, "history": True}
    plain = harness.build_context(harness.secrets)
    context = plain.__class__(**{**vars(plain), "pseudonymise": lambda name: f"p{len(name)}"})
    connector = RedmineConnector(RedmineOptions(**harness.options), context)
    (window,) = connector.plan("issues", None)
    (batch,) = connector.read(window)
    assert batch.records[0].values["assignee"] == "p12"
    assert {one.stated_by for one in batch.records[0].history} == {"p10"}
    for name in ("Ann", "Ada"):
        assert name not in repr(batch)


class TestIdentity:
    def test_a_wrong_key_reads_nothing_although_lists_answer_200(self, harness, double):
        with harness.opened(secrets={"env:KEY": "wrong-sentinel"}) as connector, pytest.raises(AuthError):
            connector.plan("issues", None)
        assert list_paths(harness) == ["/users/current.json"]

    def test_a_wrong_key_reads_no_window_that_was_planned_before(self, harness):
        with harness.opened() as connector:
            (window,) = connector.plan("issues", None)
        harness.server.play()
        with harness.opened(secrets={"env:KEY": "wrong-sentinel"}) as connector, pytest.raises(AuthError):
            list(connector.read(window))
        assert list_paths(harness) == ["/users/current.json"]

    @pytest.mark.parametrize("stream", ["projects", "versions", "issues"])
    def test_a_key_that_is_withdrawn_while_reading_proves_nothing(self, harness, double, stream):
        with harness.opened() as connector:
            (window,) = connector.plan(stream, None)
            reading = connector.read(window)
            withdrawn = [0]

            def withdraw(request):
                withdrawn[0] += 1
                headers = dict(request.headers) | ({"X-Redmine-API-Key": "gone"} if withdrawn[0] > 1 else {})
                return double(request.__class__(**{**vars(request), "headers": headers}))

            harness.server.system = withdraw
            with pytest.raises(SourceError):
                list(reading)

    def test_a_key_that_is_withdrawn_while_sweeping_ends_the_sweep(self, harness, double):
        with harness.opened() as connector:
            swept = connector.sweep("issues")
            next(swept)
            harness.server.system = lambda request: double(
                request.__class__(**{**vars(request), "headers": {"X-Redmine-API-Key": "gone"}})
            )
            with pytest.raises(SourceError):
                list(swept)

    def test_check_tells_a_key_that_sees_nothing(self, harness, double):
        double.projects.clear()
        with harness.opened() as connector:
            report = connector.check()
        assert not report.ok
        assert report.problems[0][0] == "projects"

    def test_check_asks_little_of_a_large_source(self, harness, double):
        double.projects = [build_project(number, f"p{number}") for number in range(1, 400)]
        with harness.opened() as connector:
            assert connector.check().ok
        assert len(harness.server.requests) < 12

    def test_check_names_the_stream_that_is_forbidden(self, harness):
        harness.server.play(Fault(faults.answer_status(403), where="/issues.json", times=99))
        with harness.opened() as connector:
            report = connector.check()
        assert [stream for stream, _ in report.problems] == ["issues"]


class TestBrokenLists:
    def test_a_page_with_fewer_rows_than_counted_is_read_on_from_there(self, harness):
        harness.server.play(Fault(faults.lose_rows("issues", keep=40), where="/issues.json", skip=1))
        batches = harness.read("issues")
        assert len(collect_records(batches)) == COUNT
        assert is_proven(batches)

    def test_rows_that_never_come_are_missed_by_the_count(self, harness, double):
        def lose_middle(request, reply):
            body = reply.body
            body["issues"] = body["issues"][:10] + body["issues"][20:]
            return reply_json(body)

        harness.server.play(Fault(lose_middle, where="/issues.json", skip=1))
        batches = harness.read("issues")
        assert len(collect_records(batches)) == COUNT - 10
        assert not is_proven(batches)
        assert batches[-1].completeness.expected == COUNT

    def test_an_empty_page_where_rows_are_counted_is_no_end(self, harness):
        harness.server.play(Fault(faults.lose_rows("issues", keep=0), where="/issues.json", skip=2))
        assert not is_proven(harness.read("issues"))

    def test_the_same_page_again_and_again_is_found_out(self, harness):
        harness.server.play(Fault(faults.Repeat(), where="/issues.json", skip=1, times=999))
        with pytest.raises(IncompleteError):
            harness.read("issues")

    def test_a_projects_list_that_ignores_its_offset_is_found_out(self, harness, double):
        double.projects = [build_project(number, f"p{number}") for number in range(1, 130)]
        harness.server.play(Fault(faults.Repeat(), where="/projects.json", times=999))
        with pytest.raises(IncompleteError):
            harness.read("projects")

    def test_versions_that_are_counted_but_not_listed_are_missed(self, harness):
        harness.server.play(Fault(faults.lose_rows("versions", keep=0), where="/versions.json", times=9))
        assert not is_proven(harness.read("versions"))
        with harness.opened() as connector, pytest.raises(IncompleteError):
            list(connector.sweep("versions"))

    def test_a_sweep_that_lists_fewer_than_are_counted_is_no_sweep(self, harness):
        harness.server.play(Fault(faults.lose_rows("issues", keep=0), where="/issues.json", skip=2, times=99))
        with harness.opened() as connector, pytest.raises(IncompleteError):
            list(connector.sweep("issues"))

    @pytest.mark.parametrize(
        ("old", "new", "kind"),
        [
            ('"total_count"', '"total"', PermanentError),
            ('"issues"', '"tickets"', PermanentError),
            ('"subject"', '"title"', ContractError),
            ('"updated_on"', '"changed_on"', ContractError),
            ('{"id"', '{"number"', ContractError),
        ],
    )
    def test_renamed_fields_are_no_empty_source(self, harness, old, new, kind):
        harness.server.play(Fault(faults.replace_text(old, new), where="/issues.json", times=99))
        with pytest.raises(kind):
            harness.read("issues")

    def test_one_bad_record_among_good_ones_is_set_aside(self, harness, double):
        double.issues[5]["due_date"] = "2026-02-31"
        double.issues[7]["estimated_hours"] = float("nan")
        batches = harness.read("issues")
        rejects = [(reject.source_id, reject.reason) for batch in batches for reject in batch.rejects]
        assert rejects == [("6", "bad_date"), ("8", "bad_number")]
        assert len(collect_records(batches)) == COUNT - 2
        assert is_proven(batches)

    def test_silence_ends_by_a_time_out(self, harness):
        harness.options = {**harness.options, "answer_within": 0.1}
        harness.server.play(Fault(faults.stall(3), where="/issues.json", times=99))
        with pytest.raises(TransientError, match="no answer within"):
            harness.read("issues")


class TestWhileOthersWork:
    def change_during(self, harness, double, act):
        """Do something to the double before its second page of issues is asked for."""
        pages = [0]

        def system(request):
            if request.path == "/issues.json" and request.query["limit"] == "100":
                pages[0] += 1
                if pages[0] == 2:
                    act()
            return double(request)

        harness.server.system = system
        return harness.read("issues")

    def test_a_deleted_issue_hides_none(self, harness, double):
        batches = self.change_during(harness, double, lambda: double.issues.pop(0))
        assert list(collect_records(batches)) == [str(number) for number in range(1, COUNT + 1)]
        assert is_proven(batches)

    def test_an_issue_changed_meanwhile_comes_in_the_next_window(self, harness, double):
        def touch():
            double.issues[200]["updated_on"] = (harness.clock.now() + timedelta(minutes=1)).isoformat()

        batches = self.change_during(harness, double, touch)
        assert "201" not in collect_records(batches)
        assert is_proven(batches)
        harness.clock.moment += timedelta(minutes=5)
        harness.server.system = double
        assert read_ids(harness, cursor=batches[-1].window.position) == [201]

    def test_an_issue_that_is_gone_when_its_journals_are_asked_for_is_no_error(self, harness, double):
        harness.options = {**harness.options, "history": True}
        del double.issues[5:]

        def system(request):
            if request.path == "/issues/3.json":
                double.issues[:] = [issue for issue in double.issues if issue["id"] != 3]
            return double(request)

        harness.server.system = system
        batches = harness.read("issues")
        assert list(collect_records(batches)) == ["1", "2", "4", "5"]
        assert is_proven(batches)


class TestClocks:
    def test_a_clock_that_runs_behind_loses_no_change(self, harness, double):
        behind = timedelta(hours=3)
        harness.server.now = lambda: harness.clock.now() - behind
        cursor = harness.read("issues")[-1].window.position
        harness.clock.moment += timedelta(hours=1)
        double.issues[9]["updated_on"] = (harness.clock.now() - behind - timedelta(minutes=5)).isoformat()
        harness.clock.moment += timedelta(hours=1)
        assert read_ids(harness, cursor=cursor) == [10]

    def test_a_clock_that_runs_ahead_makes_nothing_known_in_the_future(self, harness, double):
        ahead = timedelta(hours=3)
        harness.server.now = lambda: harness.clock.now() + ahead
        double.issues[9]["updated_on"] = (harness.clock.now() + ahead).isoformat()
        batches = harness.read("issues")
        assert collect_records(batches)["10"].known_at is None
        assert batches[0].as_of == harness.clock.now()

    def test_a_source_that_hides_its_clock_is_read_with_a_wide_overlap(self, harness):
        harness.server.play(Fault(faults.hide_clock, times=9999))
        with harness.opened() as connector:
            (first,) = connector.plan("issues", None)
            (second,) = connector.plan("issues", first.position)
        assert first.until - second.since >= timedelta(days=1)

    def test_the_end_of_a_window_is_rounded_up(self, harness, double):
        harness.clock.moment = datetime(2026, 3, 2, 8, 0, 0, 900_000, tzinfo=UTC)
        double.issues[0]["updated_on"] = "2026-03-02T08:00:00.700Z"
        assert 1 in read_ids(harness)


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "literal-key"},
        {"address": "tracker.example"},
        {"address": "https://user:pw@tracker.example"},
        {"custom_fields": {"issue": {"due_on": "Due"}}},
        {"custom_fields": {"work_item": {"deadline": "Due"}}},
        {"answer_within": 0},
    ],
)
def test_options_that_cannot_be_meant_are_refused(wrong):
    with pytest.raises(ValidationError) as caught:
        RedmineOptions(**{"address": "https://tracker.example", "key": "env:KEY", **wrong})
    assert next(iter(wrong)) in str(caught.value)


def test_a_stream_that_is_not_there_is_refused(harness):
    with harness.opened() as connector:
        for act in (lambda: connector.plan("tickets", None), lambda: list(connector.sweep("tickets"))):
            with pytest.raises(PermanentError, match="tickets"):
                act()


def test_a_redmine_in_a_folder_of_its_host(harness, double):
    harness.server.system = lambda request: (
        double(request.__class__(**{**vars(request), "path": request.path.removeprefix("/redmine")}))
        if request.path.startswith("/redmine/")
        else Reply(status=404)
    )
    harness.options = {**harness.options, "address": harness.server.url + "/redmine"}
    assert len(read_ids(harness)) == COUNT
