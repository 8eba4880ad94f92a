"""Reading a Tryton: sessions, rights, windows by several stamps."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from connectors.tryton import TrytonConnector, TrytonOptions
from connectors.tryton.client import explain_error
from slipwatch.errors import (
    AccessError,
    AuthError,
    ContractError,
    IncompleteError,
    PermanentError,
    TransientError,
)
from slipwatch.testing import faults
from slipwatch.testing.fault_server import Fault, FaultServer, Reply, reply_json
from slipwatch.testing.harness import Harness, collect_records, is_proven
from tests.connectors.tryton.double import (
    DATABASE,
    PASSWORD,
    USER,
    build_line,
    build_move,
    build_order,
    build_party,
)
from tests.connectors.tryton.test_conformance import build_double

STREAMS = ("suppliers", "order_lines", "shipments", "receipts")


@pytest.fixture
def double():
    return build_double()


@pytest.fixture
def harness(double, tmp_path):
    with FaultServer(double) as server:
        options = {"address": server.url, "database": DATABASE, "user": USER, "password": "env:PW"}
        built = Harness(
            connector=TrytonConnector, options=options, secrets={"env:PW": PASSWORD}, server=server, folder=tmp_path
        )
        server.now = built.clock.now
        yield built


def read_ids(harness, stream, **options):
    return list(collect_records(harness.read(stream, **options)))


def list_methods(harness):
    return [request.body["method"] for request in harness.server.requests]


@pytest.mark.parametrize("series", [7, 8])
def test_every_stream_is_read_from_both_kinds_of_series(tmp_path, series):
    with FaultServer(build_double(series)) as server:
        harness = Harness(
            connector=TrytonConnector,
            options={"address": server.url, "database": DATABASE, "user": USER, "password": "env:PW"},
            secrets={"env:PW": PASSWORD},
            server=server,
            folder=tmp_path,
        )
        server.now = harness.clock.now
        assert [read_ids(harness, stream) for stream in STREAMS] == [["2", "3"], ["1", "2", "3", "4"], ["1"], ["2"]]
        with harness.opened() as connector:
            assert connector.check().version == f"{series}.0"


def test_drafts_promise_nothing(harness):
    assert "9" not in read_ids(harness, "order_lines")


def test_parties_without_an_order_are_no_suppliers(harness):
    assert "1" not in read_ids(harness, "suppliers")


def test_many_pages(harness, double):
    double.lines = [build_line(number, 1) for number in range(1, 451)]
    double.moves = []
    batches = harness.read("order_lines")
    assert list(collect_records(batches)) == [str(number) for number in range(1, 451)]
    assert is_proven(batches)


class TestWindows:
    def read_next(self, harness, stream, cursor, act):
        harness.clock.moment += timedelta(days=2)
        act(harness.clock.now() - timedelta(hours=1))
        return read_ids(harness, stream, cursor=cursor)

    def find_cursor(self, harness, stream):
        return harness.read(stream)[-1].window.position

    def test_nothing_changed_is_nothing_read(self, harness):
        cursor = self.find_cursor(harness, "order_lines")
        assert self.read_next(harness, "order_lines", cursor, lambda at: None) == []

    def test_a_changed_promise_is_read(self, harness, double):
        def promise(at):
            double.lines[1] |= {"delivery_date_store": date(2026, 5, 5), "write_date": at}

        assert self.read_next(harness, "order_lines", self.find_cursor(harness, "order_lines"), promise) == ["2"]

    def test_a_line_is_read_when_its_order_changes(self, harness, double):
        def cancel(at):
            double.orders[0] |= {"state": "cancelled", "write_date": at}

        assert self.read_next(harness, "order_lines", self.find_cursor(harness, "order_lines"), cancel) == ["2", "4"]

    def test_a_line_is_read_when_its_goods_come(self, harness, double):
        def receive(at):
            double.moves[2] |= {"state": "done", "effective_date": at.date(), "write_date": at}

        cursors = {stream: self.find_cursor(harness, stream) for stream in ("order_lines", "receipts")}
        assert self.read_next(harness, "order_lines", cursors["order_lines"], receive) == ["3"]
        assert read_ids(harness, "receipts", cursor=cursors["receipts"]) == ["3"]

    def test_a_new_line_that_was_never_changed_is_read(self, harness, double):
        def order(at):
            double.lines.append(build_line(20, 1, write_date=None, create_date=at))

        assert self.read_next(harness, "order_lines", self.find_cursor(harness, "order_lines"), order) == ["20"]

    def test_a_notice_is_read_when_its_shipment_moves(self, harness, double):
        def move(at):
            double.shipments[0] |= {"planned_date": date(2026, 4, 9), "write_date": at}

        assert self.read_next(harness, "shipments", self.find_cursor(harness, "shipments"), move) == ["1"]


class TestSessions:
    def test_one_log_in_serves_many_requests(self, harness, double):
        for stream in STREAMS:
            harness.read(stream)
        assert len(double.logins) == len(STREAMS)  # one for each connector opened

    def test_a_session_that_ends_is_opened_again(self, harness, double):
        with harness.opened() as connector:
            (window,) = connector.plan("order_lines", None)
            double.sessions.clear()
            assert len(collect_records(connector.read(window))) == 4
        assert len(double.logins) == 2

    def test_a_wrong_password_is_tried_once(self, harness, double):
        wrong = {"env:PW": "wrong-sentinel"}
        with harness.opened(secrets=wrong) as connector, pytest.raises(AuthError) as caught:
            connector.plan("order_lines", None)
        assert len(double.logins) == 1
        assert "wrong-sentinel" not in str(caught.value)

    def test_a_session_is_ended_at_the_close(self, harness, double):
        harness.read("receipts")
        assert list_methods(harness)[-1] == "common.db.logout"
        assert not double.sessions

    def test_a_close_that_fails_is_no_error(self, harness):
        connector = harness.open()
        connector.discover()
        harness.server.play(Fault(faults.answer_status(500), times=99))
        connector.close()
        assert len(harness.server.requests) == 1

    def test_a_database_that_is_not_there(self, harness):
        harness.options = {**harness.options, "database": "other"}
        with harness.opened() as connector:
            assert not connector.check().ok
            with pytest.raises(PermanentError):
                connector.discover()

    def test_a_log_in_that_gives_no_session(self, harness):
        harness.server.play(Fault(lambda request, reply: reply_json({"id": request.body["id"], "result": False})))
        with harness.opened() as connector, pytest.raises(AuthError):
            connector.discover()


class TestRights:
    @pytest.mark.parametrize(
        ("model", "streams"),
        [
            ("party.party", {"suppliers"}),
            ("purchase.line", {"order_lines", "shipments", "receipts"}),
            ("stock.move", {"order_lines", "shipments", "receipts"}),
        ],
    )
    def test_what_may_not_be_read_is_told_by_stream(self, harness, double, model, streams):
        double.forbidden.add(model)
        with harness.opened() as connector:
            report = connector.check()
            assert {stream for stream, _ in report.problems} == streams
            for stream in STREAMS:
                if stream in streams:
                    with pytest.raises(AccessError, match=model):
                        connector.plan(stream, None)
                else:
                    assert connector.plan(stream, None)

    def test_rights_that_are_taken_while_reading_prove_nothing(self, harness, double):
        with harness.opened() as connector:
            (window,) = connector.plan("order_lines", None)
            reading = connector.read(window)
            double.forbidden.add("stock.move")
            with pytest.raises(AccessError):
                list(reading)

    def test_requests_are_left_out_where_they_may_not_be_read(self, harness, double):
        double.needs = [{"id": 1, "purchase_line": 1, "supply_date": date(2026, 3, 25)}]
        needed = {record.values.get("needed_on") for record in collect_records(harness.read("order_lines")).values()}
        assert needed == {date(2026, 3, 25), None}
        double.forbidden.add("purchase.request")
        needed = {record.values.get("needed_on") for record in collect_records(harness.read("order_lines")).values()}
        assert needed == {None}


class TestBrokenLists:
    def test_rows_that_never_come_are_missed_by_the_count(self, harness):
        def lose(request, reply):
            body = reply.body
            if request.body["method"].endswith("purchase.line.search_read"):
                body["result"] = body["result"][1:]
            return reply_json(body)

        harness.server.play(Fault(lose, times=999))
        assert not is_proven(harness.read("order_lines"))

    def test_a_supplier_that_is_not_given_is_missed(self, harness):
        def lose(request, reply):
            body = reply.body
            if request.body["method"].endswith("party.party.search_read"):
                body["result"] = body["result"][:1]
            return reply_json(body)

        harness.server.play(Fault(lose, times=999))
        assert not is_proven(harness.read("suppliers"))

    def test_a_sweep_that_lists_fewer_than_are_counted_is_no_sweep(self, harness):
        def lose(request, reply):
            body = reply.body
            if request.body["method"].endswith("purchase.line.search"):
                body["result"] = body["result"][:-1]
            return reply_json(body)

        harness.server.play(Fault(lose, times=999))
        with harness.opened() as connector, pytest.raises(IncompleteError):
            list(connector.sweep("order_lines"))

    def test_a_field_of_another_version_is_told(self, harness):
        def refuse(request, reply):
            if request.body["method"].endswith("search_read"):
                return reply_json({"id": request.body["id"], "error": ["'moves_progress'", ""]})
            return reply

        harness.server.play(Fault(refuse, times=999))
        with harness.opened() as connector:
            assert "moves_progress" in str(connector.check().problems)
        with pytest.raises(ContractError, match="moves_progress"):
            harness.read("order_lines")

    def test_one_bad_line_among_good_ones_is_set_aside(self, harness, double):
        double.lines[2]["quantity"] = "many"
        batches = harness.read("order_lines")
        assert [(one.source_id, one.reason) for batch in batches for one in batch.rejects] == [("3", "bad_number")]
        assert len(collect_records(batches)) == 3
        assert is_proven(batches)

    @pytest.mark.parametrize("method", ["search_read", "search_count", "get_access", "get_preferences", "fields_get"])
    @pytest.mark.parametrize("result", [[5], ["x"], [{"id": None}], "text", True, None])
    def test_a_result_of_another_kind(self, harness, method, result):
        def twist(request, reply):
            if request.body["method"].endswith(method):
                return reply_json({"id": request.body["id"], "result": result})
            return reply

        harness.server.play(Fault(twist, times=999))
        with pytest.raises(PermanentError):
            harness.read("order_lines")


def test_a_supplier_that_is_no_longer_active_still_has_orders(harness, double):
    double.parties[1]["active"] = False
    suppliers = collect_records(harness.read("suppliers"))
    assert suppliers["2"].values["status_raw"] == "inactive"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (["UserError", ["You are not allowed to access it.", "Within groups: ", None]], AccessError),
        (["UserError", ['You are trying to read records "6" of "Session" that don\'t exist.', ""]], TransientError),
        (["'nofield'", ""], ContractError),
        (["DatabaseTimeoutException", ""], TransientError),
        (["ConcurrencyException", ""], TransientError),
        (["boom", "Traceback ..."], PermanentError),
        ("text", PermanentError),
        ({"a": 1}, PermanentError),
        ([], PermanentError),
    ],
)
def test_errors_inside_200_say_who_must_act(error, kind):
    assert type(explain_error(error)) is kind


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "literal"},
        {"address": "erp"},
        {"database": "erp/../other"},
        {"fields": {"order_line": {"due": "x"}}},
        {"web_address": "javascript:alert(1)"},
    ],
)
def test_options_that_cannot_be_meant_are_refused(wrong):
    with pytest.raises(ValidationError):
        TrytonOptions(**{"address": "https://erp", "database": "erp", "user": "u", "password": "env:PW", **wrong})


def test_an_address_without_a_tryton(harness):
    harness.server.system = lambda request: Reply(status=404, content=b"no", headers={"Content-Type": "text/plain"})
    with harness.opened() as connector:
        report = connector.check()
    assert not report.ok
    assert "nothing at this address" in report.problems[0][1]


def test_parties_are_asked_for_in_slices(harness, double):
    double.parties = [build_party(number, f"Supplier {number}") for number in range(1, 451)]
    double.orders = [build_order(number, number) for number in range(1, 451)]
    double.lines, double.moves = [build_line(1, 1)], [build_move(1, 1)]
    assert len(read_ids(harness, "suppliers")) == 450
